"""A value that is changed on its way: found where a student did the same, and gone when the probe is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.battery import cases
from autograder.diagnosis import explain
from autograder.edits import Source, source_of
from autograder.probes import Probed
from autograder.replay import Exchange, first_difference, replay
from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref
from reference import activations, gates, losses, matrix_gradients, preprocessing

ACTIVATIONS, LOSSES = source_of(activations), source_of(losses)
MATRICES, SETS = source_of(matrix_gradients), source_of(preprocessing)


def asked(name: str, function: Callable[..., Any], **declared: Any) -> list[Exchange]:
    return [
        Exchange(Call(name, tuple(case), title=name), function(*copy.deepcopy(tuple(case))))
        for case in cases(**declared)
    ]


def words(source: Source, exchanges: list[Exchange]) -> str:
    found = explain(exchanges, source)
    return "" if found is None else found.message


def one_label(f: Any, y: Any) -> Any:
    rows = np.arange(len(y))
    margins = np.maximum(0, f - f[rows, y][:, None] + 1)
    margins[rows, y] = 0
    return np.sum(margins**2) / len(y), losses.multiclass_hinge(f, y)[1]


@pytest.mark.parametrize("source", [ACTIVATIONS, LOSSES, MATRICES], ids=lambda source: source.name)
def test_without_a_probe_the_reference_gives_its_own_values(source: Source) -> None:
    z, y = np.random.default_rng(0).normal(size=(3, 5)), np.array([4, 0, 2])
    calls = [Call("cross_entropy", (z, y)), Call("softmax", (z,)), Call("sigmoid_backward", (z, z))]
    calls = [call for call in calls if call.name in source.functions] or [Call("delta_below", (z[:2, :3], z, z[:2]))]
    exchanges = [Exchange(call, None) for call in calls]
    probed, right = Probed(source, list(source.functions)), replay(source.module(), exchanges)
    assert first_difference(replay(probed.module, exchanges), right) is None
    probes = probed.probes(exchanges)
    assert len(probes) > 50
    different = [
        probe for probe in probes[:50] if first_difference(probed.answers(probe, exchanges), right) is not None
    ]
    assert len(different) > 25
    assert first_difference(replay(probed.module, exchanges), right) is None


@pytest.mark.parametrize(
    ("source", "name", "wrong", "declared", "said"),
    [
        (MATRICES, "affine_forward", lambda X, W, b: X @ W.T + b.sum(), {"X": "N,D", "W": "H,D", "b": "H"}, "the sum"),
        (
            MATRICES,
            "delta_below",
            lambda d, W, s: d @ W * s[:1],
            {"delta": "N,H", "W": "H,D", "f_prime_z": "N,D"},
            "the first entry or row of f_prime_z is used for all",
        ),
        (LOSSES, "multiclass_hinge", one_label, {"scores": "N,C", "y": "N<C"}, "is squared"),
        (ACTIVATIONS, "relu", lambda z: np.clip(z, 0, 6), {"z": "N,D", "large": "z"}, "cut off at +-6"),
        (SETS, "subtract_mean", lambda X: [X - np.median(X, axis=0)], {"X": "7,D"}, "median"),
    ],
)
def test_a_part_that_was_changed_is_named(
    source: Source, name: str, wrong: Callable[..., Any], declared: dict[str, Any], said: str
) -> None:
    assert said in words(source, asked(name, wrong, **declared))


def test_two_mistakes_are_told_together_where_one_is_a_named_factor() -> None:
    wrong = lambda X, W, b: -(X @ W.T + b.sum())  # noqa: E731 - shorter than its def
    found = words(MATRICES, asked("affine_forward", wrong, X="N,D", W="H,D", b="H"))
    assert "the sign is flipped, and besides b is one number for all: the sum" in found


def test_a_change_has_to_hold_in_every_call() -> None:
    exchanges = asked("relu", lambda z: np.clip(z, 0, 6), z="N,D", large="z")
    exchanges[0].value[-1, -1] += 0.01
    assert words(ACTIVATIONS, exchanges) == ""


def test_what_is_made_up_gets_no_explanation() -> None:
    rng, explained = np.random.default_rng(5), []
    right = asked("relu", activations.relu, z="N,D")
    for number in range(300):
        made_up = [
            lambda value: rng.normal(size=value.shape),
            lambda value: value + rng.normal(scale=1e-3, size=value.shape),
            lambda value: value * rng.uniform(0.5, 2.0, size=value.shape),
            lambda value: np.where(rng.random(value.shape) < 0.5, value, 0.7 * value + 0.1),
        ][number % 4]
        found = explain([Exchange(item.call, made_up(item.value)) for item in right], ACTIVATIONS)
        explained += [] if found is None else [found.message]
    assert explained == []


def test_a_number_in_a_formula_is_told_by_the_number_that_stands_there_instead() -> None:
    exchanges = asked("tanh_grad_from_output", activations.tanh_grad_from_output, a="N,D")[:1]
    labels = {probe.label for probe in Probed(ACTIVATIONS, ["tanh_grad_from_output"]).probes(exchanges)}
    size = "the number of columns of a"
    assert "2 is used where 1 belongs" in labels
    assert f"the number 1 is multiplied by {size}, which does not belong there" in labels
    assert not any(label.startswith(("1 is taken", "1 counts")) for label in labels)


def test_the_backward_of_an_object_may_use_what_its_forward_was_given() -> None:
    exchanges = []
    for number, (dz, x) in enumerate(cases(dz="N,D", x="N,D")):
        exchanges += [
            Exchange(Call("SquareGate", title="SquareGate"), Ref(number, "SquareGate")),
            Exchange(Call("forward", (x,), on=number, title="SquareGate.forward"), x**2),
            Exchange(Call("backward", (dz,), on=number, title="SquareGate.backward"), [dz * np.arctan(x)]),
        ]
    assert "it is dz times arctan of x" in words(source_of(gates), exchanges)
