"""An explanation is given only if it reproduces every number of the wrong output, and then it names the mistake."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.assignment import load_assignment
from autograder.battery import cases
from autograder.diagnosis import Explanation, explain
from autograder.edits import Source, source_of
from autograder.errors import StudentError
from autograder.known import Known
from autograder.misconceptions import Misconception, read_misconceptions
from autograder.rehearsal import Actor
from autograder.replay import Exchange
from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref
from autograder.tolerance import Program
from autograder.unexplained import grouped
from reference import activations, gates, losses, network
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import WRONG

ROOT = Path(__file__).resolve().parent.parent
ACTIVATIONS, GATES = source_of(activations), source_of(gates)
FEWEST_EXPLAINED = 0.88  # of the mistakes that no author foresaw; with misconceptions more


def asked(name: str, function: Callable[..., Any], **declared: Any) -> list[Exchange]:
    """The battery's calls of a function, and what this one answers."""
    return [
        Exchange(Call(name, tuple(case), title=name), function(*copy.deepcopy(tuple(case))))
        for case in cases(**declared)
    ]


def subject_exchanges(name: str, wrong: Callable[..., Any]) -> tuple[Source, list[Exchange]]:
    """What a wrong answer of the tolerance's corpus answers to its battery."""
    subject = SUBJECTS[name]
    function = subject.function
    if not isinstance(function, Program):
        source = source_of(__import__(function.__module__, fromlist=["_"]))
        title = function.__name__
        found = [
            Exchange(Call(title, args, title=title), wrong(*copy.deepcopy(args))) for _, args, _ in subject.calls()
        ]
        return source, found
    made, found = function.make.__name__, []
    for number, (_, args, _) in enumerate(subject.calls()):
        values = wrong(*copy.deepcopy(args))
        found.append(Exchange(Call(made, title=made), Ref(number, made)))
        for method, given, value in zip(function.methods, args[1:], values, strict=True):
            found.append(Exchange(Call(method, tuple(given), on=number, title=f"{made}.{method}"), value))
    return source_of(__import__(function.make.__module__, fromlist=["_"])), found


def in_words(explanation: Explanation | None) -> str:
    assert explanation is not None
    return explanation.message


def test_a_right_answer_needs_no_explanation() -> None:
    assert explain(asked("sigmoid", activations.sigmoid, z="N,D"), ACTIVATIONS) is None


def test_every_number_has_to_agree() -> None:
    exchanges = asked("relu_backward", lambda da, z: da * (z < 0), da="N,D", z="N,D")
    assert "comparison" in in_words(explain(exchanges, ACTIVATIONS))
    exchanges[-1].value[-1, -1] += 1e-3
    assert explain(exchanges, ACTIVATIONS) is None


def test_a_few_numbers_prove_nothing_until_more_are_asked_for() -> None:
    wrong = lambda da, z: da * (z < 0)  # noqa: E731 - shorter than its def
    da, z = np.array([2.0]), np.array([-3.0])
    exchanges = [Exchange(Call("relu_backward", (da, z), title="relu_backward"), wrong(da, z))]
    assert explain(exchanges, ACTIVATIONS) is None
    found = explain(exchanges, ACTIVATIONS, ask=lambda call: wrong(*call.args))
    assert "comparison" in in_words(found)
    assert "in all 13 calls" in in_words(found)


def test_what_is_drawn_anew_and_does_not_belong_together_is_left_out() -> None:
    """A cache whose output is no tanh of its input: an honest slope from the output differs from one from the input."""

    def wrong(dscores: Any, cache: Any, parameters: Any, f_prime: Any) -> Any:
        (X, _), (H, _) = cache
        delta = dscores @ parameters[2] * (1 - H**2)
        return delta @ parameters[0], [delta.T @ X, delta.mean(axis=0), dscores.T @ H, dscores.sum(axis=0)]

    exchanges = []
    for X, W, b, U, c, dscores in cases(X="N,D", W="H,D", b="H", U="C,H", c="C", dscores="N,C"):
        parameters = [W, b, U, c]
        _, cache = network.network_forward(X, parameters, np.tanh)
        args = (dscores, cache, parameters, lambda z: 1 - np.tanh(z) ** 2)
        exchanges.append(Exchange(Call("network_backward", args, title="network_backward"), wrong(*args)))
    found = explain(exchanges[:2], source_of(network), ask=lambda call: wrong(*call.args))
    assert "1 / (the number of rows" in in_words(found)
    assert "in both calls" in in_words(found)


def test_a_student_whose_code_no_longer_answers_gets_no_explanation() -> None:
    def ask(call: Call) -> Any:
        raise StudentError("gone")

    exchanges = [Exchange(Call("relu", (np.array([-3.0]),), title="relu"), np.array([3.0]))]
    assert explain(exchanges, ACTIVATIONS, ask=ask) is None


def test_each_output_has_its_own_explanation() -> None:
    source = source_of(losses)
    right = losses.max_margin
    wrong = lambda s, s_c: (right(s, s_c)[0], -right(s, s_c)[1], len(s) * right(s, s_c)[2])  # noqa: E731 - as above
    found = explain(asked("max_margin", wrong, s="N", s_c="N"), source)
    assert found is not None
    labels = {finding.outputs: finding.label for finding in found.findings}
    assert labels == {
        ("ds",): "the sign is flipped",
        ("ds_c",): "it is the number of entries of s times what it should be",
    }


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda da, z, a: (np.where(z > 0, da, a * da), np.mean(da * np.minimum(z, 0))), "1 / (the number of entries"),
        (lambda da, z, a: (np.where(z > 0, da, a * da), da * np.minimum(z, 0)), "not summed over everything"),
        (lambda da, z, a: (np.where(z > 0, da, a * da), 0.0), "0 everywhere"),
        (lambda da, z, a: (np.where(z > 0, da, a * da), a * np.sum(da * np.minimum(z, 0))), "it is a times what"),
        (lambda da, z, a: (da, np.sum(da * np.minimum(z, 0))), "the upstream gradient da itself, unchanged"),
        (lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(np.minimum(z, 0))), "da is missing as a factor"),
        (lambda da, z, a: (np.where(z > 0, 1.0, a), np.sum(np.minimum(z, 0))), "da"),
    ],
)
def test_a_fit_names_what_is_wrong(wrong: Callable[..., Any], words: str) -> None:
    exchanges = asked("prelu_backward", wrong, da="N,D", z="N,D", a=(0.25, 0.1))
    assert words in in_words(explain(exchanges, ACTIVATIONS))


def test_an_overflow_is_told_as_one() -> None:
    naive = lambda z: np.exp(z) / (1 + np.exp(z))  # noqa: E731 - as above
    with np.errstate(all="ignore"):
        exchanges = asked("sigmoid", naive, z="N,D", large="z")
    assert "overflows for large inputs" in in_words(explain(exchanges, ACTIVATIONS))


def test_a_backward_that_is_right_for_a_wrong_forward_says_which_to_mend() -> None:
    student = ModuleType("student")
    student.softsign = lambda z: z / np.sqrt(2 + z**2)  # type: ignore[attr-defined]  # a module made here
    student.softsign_backward = lambda da, z: 2 * da * (2 + z**2) ** -1.5  # type: ignore[attr-defined]  # as above
    da, z = np.array([2.0, -0.7, 1.1, 0.3, 3.0]), np.array([-3.0, 0.7, 1.9, 0.2, -0.4])
    exchanges = [
        Exchange(Call("softsign_backward", (da, z), title="softsign_backward"), student.softsign_backward(da, z))
    ]
    ask = lambda call: getattr(student, call.name)(*call.args)  # noqa: E731 - as above
    assert "right for your own softsign" in in_words(explain(exchanges, ACTIVATIONS, ask=ask))
    student.softsign = activations.softsign  # type: ignore[attr-defined]  # as above
    assert explain(exchanges, ACTIVATIONS, ask=ask) is None


def circuit(student: ModuleType) -> list[Exchange]:
    """Two gates of a kind, used one within the other, as a check would."""
    actor, rng, found = Actor(student, "gates.py"), np.random.default_rng(3), []

    def ask(call: Call) -> Any:
        value = actor.call([call])[0].value
        found.append(Exchange(call, value))
        return value

    for name in ("MultiplyGate", "AddGate", "MultiplyGate"):
        ref = ask(Call(name, title=name))
        ask(Call("forward", (rng.normal(size=(3, 5)), rng.normal(size=(3, 5))), on=ref.id, title=f"{name}.forward"))
        ask(Call("backward", (rng.normal(size=(3, 5)),), on=ref.id, title=f"{name}.backward"))
    return found


@pytest.fixture(scope="module")
def known() -> tuple[Misconception, ...]:
    return read_misconceptions(ROOT / "assignments" / "gates" / "misconceptions.toml", GATES)


def test_an_object_is_used_again_in_the_order_in_which_it_was_used(known: tuple[Misconception, ...]) -> None:
    assert explain(circuit(GATES.module()), GATES, known) is None
    for misconception in known:
        if misconception.function in ("MultiplyGate.backward", "AddGate.backward"):
            found = explain(circuit(misconception.module(GATES)), GATES, known)
            assert found is not None
            assert found.hint == misconception.hint


def test_the_evidence_quotes_the_student_not_the_solution(known: tuple[Misconception, ...]) -> None:
    (misconception,) = (entry for entry in known if entry.instead == "dx = dz * self.x")
    found = explain(circuit(misconception.module(GATES)), GATES, known)
    assert in_words(found) == "Your dx equals dz * x, in both calls."


def test_outputs_that_the_reference_returns_under_one_name_are_told_apart() -> None:
    x, dz, gate = np.arange(1.0, 13.0), np.linspace(-2.0, 3.5, 12), Ref(0, "AddGate")
    calls = [("AddGate", (), None, gate), ("forward", (x, x), 0, 2 * x), ("backward", (dz,), 0, [3 * dz, 3 * dz])]
    exchanges = [
        Exchange(Call(name, args, on=on, title=name if on is None else f"AddGate.{name}"), value)
        for name, args, on, value in calls
    ]
    assert in_words(explain(exchanges, GATES)).startswith("Your dx and dy are ")


def test_no_explanation_holds_a_number_of_the_inputs_or_of_the_right_answer() -> None:
    wrong = lambda da, z: 3.5 * da / (1 + np.abs(z)) ** 2  # noqa: E731 - as above
    exchanges = asked("softsign_backward", wrong, da="N,D", z="N,D")
    words = in_words(explain(exchanges, ACTIVATIONS))
    assert "3.5 times" in words  # the student's own mistake
    numbers = {f"{number:.3g}" for item in exchanges for array in item.call.args for number in array.flat}
    assert not [number for number in numbers if len(number) > 3 and number in words]


def test_a_made_up_answer_learns_nothing_from_a_factor_or_a_difference() -> None:
    x, w = np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.25, -3.0])
    right = activations.neuron(x, w, 0.75)
    for made_up in ([1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0]):
        calls = [Call("neuron", (x, w, 0.75), title="neuron")] * len(made_up)
        found = explain([Exchange(call, value) for call, value in zip(calls, made_up, strict=True)], ACTIVATIONS)
        words = "" if found is None else found.message
        assert f"{1 / right:.3g}"[:4] not in words
        assert f"{abs(1 - right):.3g}"[:4] not in words


ODD = (
    None,
    "z",
    [1.0, [2.0]],
    {"a": 1.0},
    10**300,
    2 + 1j,
    np.zeros((0, 3)),
    np.full((2, 3), np.nan),
    True,
    (1, 2, 3),
    [],
)


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_whatever_comes_back_breaks_nothing(odd: Any, tmp_path: Path) -> None:
    for name, declared in (("tanh", {"z": "N,D"}), ("prelu_backward", {"da": "N,D", "z": "N,D", "a": (0.25,)})):
        exchanges = asked(name, lambda *args: odd, **declared)
        explain(exchanges, ACTIVATIONS, ask=lambda call: odd, log=tmp_path / "log.jsonl")
        half = [
            item if at % 2 else Exchange(item.call, -np.asarray(item.call.args[0])) for at, item in enumerate(exchanges)
        ]
        assert explain(half, ACTIVATIONS) is None


def test_what_nothing_explains_is_logged_without_values_and_grouped(tmp_path: Path) -> None:
    odd = lambda z: np.sin(z) * 0.9 + 0.05 * z**3  # noqa: E731 - as above
    for _ in range(2):
        assert explain(asked("tanh", odd, z="N,D"), ACTIVATIONS, log=tmp_path / "log.jsonl") is None
    with (tmp_path / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"cut sh')
    ((words, count),) = grouped(tmp_path / "log.jsonl")
    assert count == 2
    assert words.startswith("tanh: value of tanh (2, 3)")
    first = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert set(first) == {"function", "outputs"}
    assert grouped(tmp_path / "nowhere") == []


def test_most_mistakes_of_the_corpus_are_explained_though_no_author_foresaw_them() -> None:
    optimizers = ("adam", "grad", "rmsprop", "momentum")  # there the corpus takes two steps, which no check would
    tried = [(name, mistake) for name in WRONG for mistake in WRONG[name] if not name.endswith(optimizers)]
    assert len(tried) > 90
    explained = []
    for name, mistake in tried:
        with np.errstate(all="ignore"):
            source, exchanges = subject_exchanges(name, WRONG[name][mistake])
            if explain(exchanges, source) is not None:
                explained.append((name, mistake))
    assert len(explained) >= FEWEST_EXPLAINED * len(tried)


def test_a_broken_misconceptions_file_costs_the_hint_not_the_grade(tmp_path: Path) -> None:
    folder = tmp_path / "assignments" / "activations"
    shutil.copytree(ROOT / "assignments" / "activations", folder)
    (folder / "misconceptions.toml").write_text("[[misconception]]\nfunction = 3\n", encoding="utf-8")
    exchanges = asked("tanh", lambda z: -np.tanh(z), z="N,D")
    found = Known(load_assignment(folder)).explain(exchanges)
    assert "the sign is flipped" in in_words(found)
    assert found is not None
    assert found.hint == ""
