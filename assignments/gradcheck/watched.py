"""A function that notes where it is evaluated, and what a checker names: how a gradient check is itself checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograder import assert_matches
from autograder.errors import WrongAnswer

RESTORED = 1e-12  # x + h - h may differ from x in its last digits, which does no harm
Index = tuple[int, ...]


class Watched:
    """f, and every point at which the student's code evaluates it. ``f`` is what to hand over."""

    def __init__(self, function: Callable[[Any], float], x: np.ndarray) -> None:
        self.x = np.asarray(x, float)
        points: list[np.ndarray] = []

        def f(x: Any) -> float:
            points.append(np.array(x, float))
            return function(x)

        self.points, self.f = points, f

    def assert_evaluated(self, fewest: int, most: int) -> None:
        """WrongAnswer unless f was evaluated so often."""
        if not fewest <= len(self.points) <= most:
            expected = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise WrongAnswer(
                f"f was evaluated {len(self.points)} times for the {self.x.size} entries of x, not {expected} times.",
                "f is not evaluated as often as it should be.",
            )

    def assert_one_moved_at_a_time(self) -> None:
        """WrongAnswer where f saw an x of another shape, or one with two entries that are not what they were."""
        if not self.points:
            raise WrongAnswer("f was not evaluated at all.")
        for at, point in enumerate(self.points, 1):
            if point.shape != self.x.shape:
                raise WrongAnswer(
                    f"f was evaluated at an array of shape {point.shape}, but x has shape {self.x.shape}."
                )
            moved = np.abs(point - self.x) > RESTORED * np.maximum(1.0, np.abs(self.x))
            if np.sum(moved) > 1:
                raise WrongAnswer(
                    f"At evaluation {at} of f {int(np.sum(moved))} entries of x are not what they were, not one. "
                    "Is each of them put back before the next one is moved?",
                    "At some evaluation of f several entries of x are not what they were. Is each one put back?",
                )

    def assert_step(self, h: float) -> None:
        """WrongAnswer unless what f saw moved first was moved by h."""
        moves = (float(np.max(np.abs(point - self.x))) for point in self.points if point.shape == self.x.shape)
        step = next((move for move in moves if move > 0), 0.0)
        if not 0.99 * h < step < 1.01 * h:
            raise WrongAnswer(f"Without an h of the caller's the step is {h:g}; here x was moved by {step:.3g}.")


def assert_near(got: Any, right: np.ndarray, allowed: float, name: str) -> None:
    """WrongAnswer unless every entry of ``got`` lies so near the slope that calculus gives.

    For steps that round: a right difference quotient may lie as far off as its truncation and the rounding of f over h.
    """
    try:
        value = np.asarray(got, float)
    except (TypeError, ValueError):
        value = np.full(1, np.nan)
    if value.shape != right.shape or not np.all(np.isfinite(value)):
        assert_matches(got, right, name)  # says no
    error = np.abs(value - right)
    if np.any(error > allowed):
        place = tuple(int(index) for index in np.argwhere(error == np.max(error))[0])
        raise WrongAnswer(
            f"{name}{list(place) if place else ''} should be {right[place]:.9g}, and {value[place]:.9g} is off by "
            f"{error[place]:.2g}. With this step at most {allowed:g} is left.",
            f"{name} is further from the slope than a difference with this step should be.",
        )


def assert_names(found: Any, expected: Iterable[Index], shape: tuple[int, ...], what: str) -> None:
    """WrongAnswer unless these indices are named, as tuples or as rows, in any order. what: the gradient."""
    named = _indices(found, len(shape))
    for index in sorted(set(expected) - named):
        raise WrongAnswer(
            f"{what}: the entry at {index} is wrong, and check_gradient does not name it.",
            f"{what}: check_gradient does not name every wrong entry.",
        )
    for index in sorted(named - set(expected)):
        raise WrongAnswer(
            f"{what}: the entry at {index} is right, and check_gradient names it.",
            f"{what}: check_gradient names an entry that is right.",
        )


def off(planted: np.ndarray, right: np.ndarray) -> set[Index]:
    """Where a planted gradient is not the right one; nan is never right."""
    return {tuple(map(int, index)) for index in np.argwhere(~(planted == right))}


def _indices(found: Any, dimensions: int) -> set[Index]:
    if not isinstance(found, (list, tuple, np.ndarray)):
        raise WrongAnswer("check_gradient should return a list of indices, an empty one where nothing is wrong.")
    try:
        return {_index(entry, dimensions) for entry in found}
    except (TypeError, ValueError):
        raise WrongAnswer(
            f"Each index should be a tuple of whole numbers, one for each of the {dimensions} axes."
        ) from None


def _index(entry: Any, dimensions: int) -> Index:
    numbers = (entry,) if dimensions == 1 and np.ndim(entry) == 0 else entry
    index = tuple(int(number) for number in _whole(numbers))
    if len(index) != dimensions:
        raise ValueError
    return index


def _whole(numbers: Sequence[Any]) -> Sequence[Any]:
    if any(isinstance(number, (str, bool)) or number != int(number) for number in numbers):
        raise ValueError
    return numbers
