"""What a student sees of the target: 1 point for double, 2 for Square, 2 for apply."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import assert_matches, number, weight
from reference import target as ref

X = np.array([1.0, 2.0, 5.0])


@number("1")
@weight(1)
def test_double(student: Any) -> None:
    """double(x) is 2 x."""
    assert_matches(student.double(X), ref.double(X), "y")


@number("2")
@weight(2)
def test_square(student: Any) -> None:
    """Square squares, and its derivative is 2 x."""
    gate = student.Square()
    assert_matches(gate.forward(X), X * X, "z")
    assert_matches(gate.backward(np.ones(3)), 2 * X, "dx")


@number("3")
@weight(2)
def test_apply(student: Any) -> None:
    """apply(f, x) is f(x) + 1."""
    assert_matches(student.apply(lambda x: 3 * x, X), 3 * X + 1, "y")
