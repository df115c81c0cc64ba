"""A submission keeps to one of the conventions that a handout allows, and to the one that earns it the most."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.grade import grade
from autograder.outcome import Report

TOML = """
title = "Losses"
file = "double.py"
points = 9

[functions]
loss = { x = "N" }
grad = { x = "N" }
both = { x = "N" }
"""
CHECKS = '''
import numpy as np
from autograder import number, weight

X = np.array([1.0, 2.0, 5.0])

@number("1")
@weight(2)
def test_loss(student, assert_one_convention):
    """loss(x)"""
    assert_one_convention(student.loss(X), {"mean": np.mean(X**2), "sum": np.sum(X**2)}, "J")

@number("2")
@weight(3)
def test_grad(student, assert_one_convention):
    """grad(x)"""
    assert_one_convention(student.grad(X), {"mean": 2 * X / 3, "sum": 2 * X}, "dx")

@number("3")
@weight(4)
def test_both(student, assert_one_convention):
    """both(x)"""
    J, dx = student.both(X)
    assert_one_convention(J, {"mean": np.mean(X), "sum": np.sum(X)}, "J")
    assert_one_convention(dx, {"mean": np.ones(3) / 3, "sum": np.ones(3)}, "dx")
'''

Graded = Callable[..., Report]


@pytest.fixture
def graded(make_assignment: Callable[..., Assignment], submit: Callable[..., Path]) -> Graded:
    assignment = make_assignment(TOML, test_public=CHECKS)

    def run(loss: str, grad: str, both: str) -> Report:
        bodies = {"loss": loss, "grad": grad, "both": both}
        text = "".join(f"def {name}(x):\n    return {body}\n" for name, body in bodies.items())
        return grade(assignment, submit("import numpy as np\n" + text))

    return run


@pytest.mark.parametrize(
    "bodies",
    [
        ("np.mean(x**2)", "2 * x / len(x)", "(x.mean(), 0 * x + 1 / len(x))"),
        ("np.sum(x**2)", "2 * x", "(x.sum(), 0 * x + 1)"),
    ],
    ids=["mean", "sum"],
)
def test_either_convention_gets_full_marks(graded: Graded, bodies: tuple[str, str, str]) -> None:
    assert graded(*bodies).score == 9


def test_what_follows_another_convention_than_the_rest_loses_its_points(graded: Graded) -> None:
    report = graded("np.mean(x**2)", "2 * x", "(x.sum(), 0 * x + 1)")
    assert [outcome.score for outcome in report.outcomes] == [0, 3, 4]
    assert "follows “mean”, while the rest of your submission follows “sum”" in report.outcomes[0].message


def test_one_answer_that_mixes_two_conventions_is_wrong(graded: Graded) -> None:
    report = graded("np.mean(x**2)", "2 * x / len(x)", "(x.mean(), 0 * x + 1)")
    assert [outcome.score for outcome in report.outcomes] == [2, 3, 0]
    assert "Keep to one of them" in report.outcomes[2].message


def test_what_is_right_by_no_convention_is_told_as_any_wrong_value(graded: Graded) -> None:
    report = graded("np.max(x)", "2 * x", "(x.sum(), 0 * x + 1)")
    assert [outcome.score for outcome in report.outcomes] == [0, 3, 4]
    assert "J should be 10, not 5" in report.outcomes[0].message
