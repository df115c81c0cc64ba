"""The numeric gradient: slopes of a function that is only known by its values, by coordinate or along +-1 directions.

The function is called in batches, so that one that lives in the sandbox costs few exchanges:

    numeric_gradient(student.loss.batch, (W, b, X, y), wrt=(0, 1))      a submission's loss
    numeric_gradient(one_by_one(f), (x,))                               a function of ours
    numeric_gradient(weighted(student.forward.batch, dZ), (X, W, b))    a forward, against its upstream gradient
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from autograder.errors import WrongAnswer
from autograder.ladder import RATIO, Ladder, Slopes, slopes

Arguments = tuple[Any, ...]
FBatch = Callable[[list[Arguments]], Sequence[Any]]
Place = int | str | tuple[int | str, ...]  # an argument's position, or the way to an array: (0, "W1")

LARGEST_STEP = 0.05  # times the scale of x
RUNGS = 14
MORE_ABOVE = 14  # when even the largest step drowns in rounding: x is small for what f does with it
MORE_BELOW = 6  # when even the smallest is too large; below these x + h is x
NEAR_THE_END = 2  # a winner this near to an end of the ladder may have a better one beyond
GOOD = 1e-7  # an estimate this small, relative to the slope, needs no more steps
SMALLEST_SCALE = 1e-3  # of a coordinate, times the rms of its array
BATCH_BYTES = 1 << 26  # arguments held at a time


@dataclass(frozen=True)
class Line:
    """A line through the arguments: one array moves, along one coordinate or a direction of -1, 0 and 1.

    place: the way to the array. along: a flat index, or an int8 array of its shape. scale: the unit of the steps.
    """

    place: tuple[int | str, ...]
    along: int | np.ndarray
    scale: float


@dataclass(frozen=True)
class Estimates:
    """The slopes of f with respect to one array: of its shape for a full gradient, one for each direction otherwise.

    value: NaN where no slope can be told. error: an estimate, honest to a factor of 20; inf where there is no value.
    kink: where f has a kink at x, or too near to tell. left, right: the one-sided slopes there, and blur their error.
    directions: (number, *shape) of -1 and 1, None for a full gradient. scale: max|f| over the size of x.
    single: f computes in less than double precision, so the estimates are rough. evaluations: calls of f in all.
    """

    value: np.ndarray
    error: np.ndarray
    kink: np.ndarray
    left: np.ndarray
    right: np.ndarray
    blur: np.ndarray
    directions: np.ndarray | None
    scale: float
    single: bool
    evaluations: int


def one_by_one(f: Callable[..., Any]) -> FBatch:
    """A plain function as one that is called in batches. It sees copies, so it may do to its arguments what it likes."""

    def f_batch(points: list[Arguments]) -> list[Any]:
        with np.errstate(all="ignore"):
            return [f(*copy.deepcopy(point)) for point in points]

    return f_batch


def weighted(f_batch: FBatch, upstream: Any) -> FBatch:
    """The scalar sum(upstream * Z) for a function with an array Z as result: its gradient is the backward's answer.

    upstream: the gradient of the loss in Z, of Z's shape. Raises WrongAnswer for a Z of another shape.
    """
    dZ = np.asarray(upstream, dtype=np.float64)

    def scalar(value: Any) -> Any:
        Z = np.asarray(value)
        if Z.shape != dZ.shape or Z.dtype.kind not in "biuf":
            raise _wrong(f"a result of shape {dZ.shape}", f"{Z.dtype} of shape {Z.shape}")
        total = np.sum(dZ * Z)
        # Single precision has to show in the result, or its noise would be taken for a wrong gradient.
        return total.astype(Z.dtype) if Z.dtype.kind == "f" else total

    return lambda points: [scalar(value) for value in f_batch(points)]


def numeric_gradient(
    f_batch: FBatch, arguments: Sequence[Any], wrt: Place | Sequence[Place] | None = None
) -> tuple[Estimates, ...]:
    """The gradient of f at ``arguments`` coordinate by coordinate, one Estimates per array of ``wrt``.

    f_batch: takes a list of argument tuples and returns as many numbers. wrt: see ``places``. Cost: 28 evaluations per
    coordinate and one more, in as few batches as memory allows; twice that for coordinates that need other steps.
    Neither the arguments nor their arrays are changed. Raises WrongAnswer if f does not return one number for each.
    """
    point = tuple(arguments)
    arrays = [(place, value_at(point, place)) for place in places(point, wrt)]
    lines = [coordinate(place, x, i) for place, x in arrays for i in range(x.size)]
    return _split(f_batch, point, lines, [(x, x.size, None) for _, x in arrays])


def directional(
    f_batch: FBatch,
    arguments: Sequence[Any],
    rng: np.random.Generator,
    wrt: Place | Sequence[Place] | None = None,
    number: int = 3,
) -> tuple[Estimates, ...]:
    """The slopes of f along ``number`` random directions of -1 and 1 in each array of ``wrt``, one Estimates per array.

    Cost: 28 evaluations per direction and one more, at any size. -1 and 1, because non-negative directions of unit length
    hide one wrong entry among thousands (the errors of right ones add up, its own shrinks).
    """
    point = tuple(arguments)
    arrays = [(place, value_at(point, place)) for place in places(point, wrt)]
    drawn = [(2 * rng.integers(0, 2, (number, *x.shape)) - 1).astype(np.int8) for _, x in arrays]
    lines = [direction(place, x, v) for (place, x), vs in zip(arrays, drawn, strict=True) for v in vs]
    return _split(f_batch, point, lines, [(x, number, vs) for (_, x), vs in zip(arrays, drawn, strict=True)])


def places(arguments: Arguments, wrt: Place | Sequence[Place] | None) -> list[tuple[int | str, ...]]:
    """The ways to the arrays that move.

    wrt: the position of an argument, a way into it such as (0, "W1"), a list of those, or None for every argument that is
    an array of floats. A tuple of positions is a list of them, unless the first of them is no array itself.
    """
    if wrt is None:
        chosen: list[Place] = [i for i, a in enumerate(arguments) if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
    elif isinstance(wrt, (int, str)):
        chosen = [wrt]
    elif isinstance(wrt, tuple) and wrt and isinstance(arguments[_first(wrt)], (dict, list, tuple)):
        chosen = [wrt]
    else:
        chosen = list(wrt)
    return [place if isinstance(place, tuple) else (place,) for place in chosen]
