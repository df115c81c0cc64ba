"""Automatic mutants: one edit each, simplest first, deterministic, and none of what cannot be a student's mistake."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from autograder.edits import Source, source_from, source_of
from autograder.mutants import Mutant, different, larger_mutants_of, mutants_of
from autograder.replay import Exchange, first_difference, replay
from autograder.rules import KINDS
from autograder.sandbox.link import Call
from reference import activations, gates, losses, matrix_gradients

MODULES = [source_of(module) for module in (activations, gates, losses, matrix_gradients)]


def of(body: str, parameters: str = "x, y") -> tuple[Source, list[Mutant]]:
    source = source_from(f"import numpy as np\n\n\ndef f({parameters}):\n    {body}\n", "m", Path("m.py"))
    return source, mutants_of(source, ["f"])


@pytest.mark.parametrize(
    ("body", "after", "label"),
    [
        ("return x * y", "y", "x is missing as a factor"),
        ("return x + y", "x", "y is missing in a sum"),
        ("return x + y", "x - y", "one term has the wrong sign"),
        ("return x / y", "x", "the division by y is missing"),
        ("return -x", "x", "the sign is flipped"),
        ("return x.T @ y", "x", "x is not transposed"),
        ("return np.sum(x, axis=0)", "sum(x, axis=1)", "sum runs along axis 1, the wrong axis"),
        ("return np.sum(x)", "mean(x)", "a mean is taken where a sum belongs"),
        ("return x > y", "x < y", "a comparison is the wrong way round"),
        ("return x > 0", "x >= 0", "a comparison treats equality wrongly"),
        ("return np.where(x > 0, x, y)", "where(x > 0, y, x)", "the two cases are the wrong way round"),
        ("return x, y", "(y, x)", "two values stand in the wrong order"),
        ("return x**2", "x", "the power of x is missing"),
        ("return np.tanh(x)", "1 - tanh(x) ** 2", "the derivative stands where tanh itself belongs"),
        ("return np.sqrt(x) + y", "sqrt(x + y)", "y stands inside of the square root"),
        ("return np.log(x)", "log10(x)", "log10 is taken where log belongs"),
        ("return 2 * x", "1", "1 is used where 2 belongs"),
        ("x += y; return x", "x = y", "x is overwritten where it should add up"),
        ("np.add.at(x, y, 1.0); return x", "x[y] = 1.0", "of a repeated index only the last contribution counts"),
    ],
)
def test_a_mistake_that_people_make_is_among_the_mutants(body: str, after: str, label: str) -> None:
    assert (after, label) in [(mutant.after, mutant.label) for mutant in of(body)[1]]


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("return (x - y) / x", "x - y / x"),
        ("return np.log(x / y)", "log(x) / y"),
        ("return np.sum(x**2)", "sum(x) ** 2"),
        ("return x**2", "2 * x"),
        ("return np.exp(x)", "exp2(x)"),
        ("return x.mean(axis=0)", "x.mean(axis=1, keepdims=True)"),
        ("x[y, y] -= 1; return x", "x[y, y] = -1"),
        ("x[y, y] -= 1; return x", "x -= 1"),
        ("x[y, y] -= 1; return x", "x[:, y] -= 1"),
        ("m = x.mean(axis=0); return y - m", "y.mean(axis=0)"),
    ],
)
def test_a_larger_edit_is_tried_too(body: str, after: str) -> None:
    source, _ = of(body)
    assert after in [mutant.after for mutant in larger_mutants_of(source, ["f"])]


def test_a_power_and_a_switch_are_told_by_what_they_are_for() -> None:
    assert "the power 1 is taken where 2 belongs" in [mutant.label for mutant in of("return x**2")[1]]
    _, mutants = of("return x if corrected else y", "x, y, corrected=True")
    assert "it does what it should do with corrected = False" in [mutant.label for mutant in mutants]


@pytest.mark.parametrize("source", MODULES, ids=lambda source: source.name)
def test_every_mutant_of_the_reference_is_python_and_differs_from_it_in_its_text(source: Source) -> None:
    mutants = mutants_of(source, list(source.functions))
    assert len(mutants) > 5 * len(source.functions)
    mutants += larger_mutants_of(source, list(source.functions))
    for mutant in mutants:
        with mutant.applied() as node:
            text = ast.unparse(node)
        assert text != ast.unparse(source.functions[mutant.function])
        mutant.module(source)


def test_the_order_is_the_same_each_time_and_begins_with_the_simplest() -> None:
    source = MODULES[0]
    first, again = (mutants_of(source, list(source.functions)) for _ in range(2))
    assert [str(mutant) for mutant in first] == [str(mutant) for mutant in again]
    ranks = [KINDS.index(mutant.kind) for mutant in first]
    assert ranks == sorted(ranks)


def test_the_source_is_as_before_when_a_mutant_has_been_made() -> None:
    source, mutants = of("return x * y + 1")
    before = ast.unparse(source.functions["f"])
    for mutant in mutants:
        mutant.module(source)
    assert ast.unparse(source.functions["f"]) == before


def test_a_patched_module_is_the_reference_again_afterwards() -> None:
    source, mutants = of("return x * y")
    module = source.module()
    with mutants[0].patched(source, module):
        assert module.f(3.0, 5.0) != 15.0
    assert module.f(3.0, 5.0) == 15.0


def test_guards_docstrings_annotations_and_endless_loops_are_left_alone() -> None:
    body = (
        '"""Two."""\n    if x > 0:\n        raise ValueError(x + 1)\n    while x < 9:\n        x = x + 2\n    return x'
    )
    _, mutants = of(body, 'x: "a" = 7')
    assert {mutant.before for mutant in mutants} == {"7"}


def test_only_different_behaviours_are_kept() -> None:
    source, mutants = of("return x * y")
    calls = [Exchange(Call("f", (np.array([2.0, 3.0]), np.array([0.5, -4.0]))), None)]
    kept = different(source, mutants, calls)
    answers = [replay(mutant.module(source), calls) for mutant in kept]
    assert 2 <= len(kept) <= len(mutants)
    right = replay(source.module(), calls)
    assert all(first_difference(right, answer) is not None for answer in answers)
    for place, answer in enumerate(answers):
        assert all(first_difference(answer, other) is not None for other in answers[:place])
