"""The numeric gradient: slopes of a function that is only known by its values, by coordinate or along +-1 directions.

The function is called in batches, so that one that lives in the sandbox costs few exchanges:

    numeric_gradient(student.loss.batch, (W, b, X, y), wrt=(0, 1))      a submission's loss
    numeric_gradient(one_by_one(f), (x,))                               a function of ours
    numeric_gradient(weighted(student.forward.batch, dZ), (X, W, b))    a forward, against its upstream gradient
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.ladder import Slopes
from autograder.lines import (
    Arguments,
    FBatch,
    Line,
    Place,
    coordinate,
    direction,
    measure,
    places,
    rms,
    value_at,
    wrong_result,
)

REPLY_BYTES = 1 << 19  # half of what a sandbox's reply may hold, unless a call asks for more


@dataclass(frozen=True)
class Estimates(Slopes):
    """The slopes of f with respect to one array: of its shape for a full gradient, (number,) for directions.

    directions: (number, *shape) of -1 and 1, None for a full gradient. scale: max|f| over the size of x.
    single: f computes in less than double precision, so the estimates are rough. evaluations: calls of f in all.
    """

    directions: np.ndarray | None
    scale: float
    single: bool
    evaluations: int


def one_by_one(f: Callable[..., Any]) -> FBatch:
    """A plain function as one that is called in batches. It sees copies: it may change its arguments."""

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
            raise wrong_result(f"a result of shape {dZ.shape}", f"{Z.dtype} of shape {Z.shape}")
        total = np.sum(dZ * Z)
        # Single precision has to show in the result, or its noise would be taken for a wrong gradient.
        return total.astype(Z.dtype) if Z.dtype.kind == "f" else total

    def g_batch(points: list[Arguments]) -> list[Any]:
        count = max(1, REPLY_BYTES // max(1, dZ.nbytes))
        parts = [points[start : start + count] for start in range(0, len(points), count)]
        return [scalar(value) for part in parts for value in f_batch(part)]

    return g_batch


def numeric_gradient(
    f_batch: FBatch, arguments: Sequence[Any], wrt: Sequence[Place] | None = None
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
    wrt: Sequence[Place] | None = None,
    number: int = 3,
) -> tuple[Estimates, ...]:
    """The slopes of f along ``number`` random directions of -1 and 1 in each array of ``wrt``, one Estimates per array.

    Cost: 28 evaluations per direction and one more, at any size. Each entry has weight 1 in a direction, however many
    there are: a direction of unit length would hide one wrong entry among thousands.
    """
    point = tuple(arguments)
    arrays = [(place, value_at(point, place)) for place in places(point, wrt)]
    drawn = [(2 * rng.integers(0, 2, (number, *x.shape)) - 1).astype(np.int8) for _, x in arrays]
    lines = [direction(place, x, v) for (place, x), vs in zip(arrays, drawn, strict=True) for v in vs]
    return _split(f_batch, point, lines, [(x, number, vs) for (_, x), vs in zip(arrays, drawn, strict=True)])


def _split(
    f_batch: FBatch, point: Arguments, lines: list[Line], parts: list[tuple[np.ndarray, int, np.ndarray | None]]
) -> tuple[Estimates, ...]:
    """Measure all lines together, and give each array its own."""
    measured = measure(f_batch, point, lines)
    found, start = [], 0
    for x, count, directions in parts:
        rows = np.arange(start, start + count)
        start += count
        shape = x.shape if directions is None else (count,)
        own = measured.slopes.mapped(_piece(rows, shape))
        about: dict[str, Any] = {
            "directions": directions,
            "scale": measured.largest / (rms(x) or 1.0),
            "single": measured.single,
            "evaluations": measured.evaluations,
        }
        found.append(Estimates(**vars(own), **about))
    return tuple(found)


def _piece(rows: np.ndarray, shape: tuple[int, ...]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda column: column[rows].reshape(shape)
