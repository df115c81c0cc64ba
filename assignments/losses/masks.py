"""Is this a dropout mask? Its values, how many units it keeps, and whether each is drawn by itself.

There are many right ways to draw a mask, so none is compared with ours. What is counted is judged by bounds that hold
for every number of units: a right way of drawing is refused by one of these tests with a probability below ALARM, and
by all of them together, about twenty in this assignment, below 1e-9.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder import assert_matches
from autograder.errors import WrongAnswer

ALARM = 1e-11


def assert_masked(got: Any, h: np.ndarray, p: float, inverted: bool) -> None:
    """The mask holds nothing but 0 and the right scale, and the output is h times the mask. The mask comes first."""
    kept = _array(got, 1, h.shape) != 0
    mask = np.where(kept, 1 / p if inverted else 1.0, 0.0)
    got = _as_numbers(got)
    assert_matches([got[1]], [mask], "mask")
    assert_matches(got, (h * mask, mask), "out mask")


def kept_units(got: Any, h: np.ndarray) -> np.ndarray:
    """True where a unit of h, none of which is 0, came through."""
    kept: np.ndarray = _array(got, 0, h.shape) != 0
    return kept


def assert_kept_with_probability(kept: np.ndarray, p: float) -> None:
    """Of n units about p n are kept. Hoeffding: the fraction is off by t with a probability below 2 exp(-2 n t^2)."""
    fraction = kept.mean()
    if abs(fraction - p) > hoeffding(kept.size):
        raise WrongAnswer(
            f"With p = {p:g} about {p * kept.size:.0f} of {kept.size} units should be kept, not {kept.sum()}: "
            "p is the probability of keeping a unit.",
            f"Too {'many' if fraction > p else 'few'} units are kept: p is the probability of keeping a unit.",
        )


def assert_drawn_alone(one: np.ndarray, other: np.ndarray, what: str) -> None:
    """Two masks with p = 1/2 agree in half of their places, give or take what chance does. what: in a sentence."""
    if abs((one == other).mean() - 0.5) > hoeffding(one.size):
        problem = f"{what} depend on each other: every unit should be kept or dropped by a draw of its own."
        raise WrongAnswer(problem, problem)


def assert_not_counted(masks: Sequence[np.ndarray]) -> None:
    """Their numbers of kept units differ. One number of n has at most the probability 1/2 for p = 1/2 and n > 1."""
    assert 0.5 ** (len(masks) - 1) < ALARM
    if len({int(mask.sum()) for mask in masks}) == 1:
        problem = (
            "The same number of units is kept every time: every unit should be kept or dropped by a draw of its own."
        )
        raise WrongAnswer(problem, problem)


def hoeffding(n: int) -> float:
    """How far the mean of n independent numbers from 0 to 1 may be off: further with a probability below ALARM."""
    return math.sqrt(math.log(2 / ALARM) / (2 * n))


def _array(got: Any, place: int, shape: tuple[int, ...]) -> np.ndarray:
    """One of the two results, as an array of this shape."""
    if not isinstance(got, (tuple, list, np.ndarray)) or np.ndim(got[:0]) == 0 or len(got) != 2:
        problem = "dropout_train should return two values, the output and the mask."
        raise WrongAnswer(problem, problem)
    try:
        array = np.asarray(got[place])
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "biuf" or array.shape != shape:
        problem = f"The {('output', 'mask')[place]} should be an array of numbers of the shape of h, {shape}."
        raise WrongAnswer(problem, problem)
    return array


def _as_numbers(results: Any) -> Any:
    """Truth values among a student's results as 0 and 1; everything else as it is."""
    if isinstance(results, (tuple, list)):
        return type(results)(map(_as_numbers, results))
    is_mask = isinstance(results, (np.ndarray, np.bool_, bool)) and np.asarray(results).dtype.kind == "b"
    return np.asarray(results) * 1.0 if is_mask else results
