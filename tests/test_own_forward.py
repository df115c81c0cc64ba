"""A backward that is right for the student's own wrong forward earns a part; an empty one earns nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.grade import grade
from autograder.outcome import Outcome

TOML = """
title = "Cubes"
file = "double.py"
points = 6

[functions]
cube = { z = "N" }
cube_backward = { da = "N", z = "N" }
"""
REFERENCE = '''
def cube(z):
    """z ** 3."""
    return z**3


def cube_backward(da, z):
    """Upstream times slope."""
    return da * 3 * z**2
'''
CHECKS = '''
import numpy as np
from autograder import assert_matches, own_forward, number, weight

@number("1")
@weight(2)
def test_cube(student, ref):
    """cube(z) is z ** 3."""
    z = np.array([1.0, -2.0, 0.5, 3.0])
    assert_matches(student.cube(z), ref.cube(z), "a")

@number("2")
@weight(4)
@own_forward(1.5)
def test_cube_backward(student, ref):
    """cube_backward(da, z)."""
    da, z = np.array([0.5, 1.5, -2.0, 4.0]), np.array([1.0, -2.0, 0.5, 3.0])
    assert_matches(student.cube_backward(da, z), ref.cube_backward(da, z), "dz")
'''

Backward = Callable[[str], Outcome]


@pytest.fixture
def cubes(make_assignment: Callable[..., Assignment]) -> Assignment:
    assignment = make_assignment(TOML, test_public=CHECKS)
    (assignment.root / "reference").mkdir()
    (assignment.root / "reference" / "__init__.py").touch()
    (assignment.root / "reference" / "double.py").write_text(REFERENCE)
    return assignment


@pytest.fixture
def backward(cubes: Assignment, submit: Callable[..., Path]) -> Backward:
    """The outcome of the second check for a submission with this forward and this backward."""

    def run(forward: str, backward: str) -> Outcome:
        text = f"def cube(z):\n    return {forward}\n\ndef cube_backward(da, z):\n    return {backward}\n"
        return grade(cubes, submit(text)).outcomes[1]

    return run


def test_the_right_gradient_of_a_wrong_forward_earns_its_points_and_says_so(backward: Backward) -> None:
    outcome = backward("z**4 / 4", "da * z**3")
    assert outcome.score == 1.5
    assert "right for your own cube, which earns 1.5 of the 4 points" in outcome.message


@pytest.mark.parametrize(
    ("forward", "gradient"),
    [
        pytest.param("z**3", "da * z**3", id="the forward is right"),
        pytest.param("z**4 / 4", "da * 2 * z", id="right for neither"),
        pytest.param("0 * z", "0 * da", id="nothing was computed"),
        pytest.param("z", "da", id="the identity"),
        pytest.param("z * 7", "da * 7", id="a multiple"),
        pytest.param("z * 7", "1 / 0", id="no gradient at all"),
    ],
)
def test_what_is_not_earned_is_not_given(backward: Backward, forward: str, gradient: str) -> None:
    outcome = backward(forward, gradient)
    assert outcome.score == 0
    assert "earns" not in outcome.message


def test_a_right_gradient_gets_all_points_whatever_the_forward(backward: Backward) -> None:
    assert backward("z**4", "da * 3 * z**2").score == 4


def test_more_points_for_the_own_forward_than_the_check_has_are_refused(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path]
) -> None:
    assignment = make_assignment(TOML, test_public=CHECKS.replace("own_forward(1.5)", "own_forward(5)"))
    with pytest.raises(AssignmentError, match="test_cube_backward gives 5 of its 4 points"):
        grade(assignment, submit("def cube(z):\n    return z\n"))
