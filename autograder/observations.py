"""What is true of a wrong output where no formula is known: where it is wrong, and where not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.fits import Output, Row, is_like
from autograder.replay import agrees, each_agrees

NEAR = 1e-2  # of a kink at 0, 1 or -1
FAR = 30.0  # beyond it exponentials leave the range in which simple formulas hold
RELATIVE = 1e-11  # of the largest entry: what a right answer may differ by
NUMERIC_FROM, NUMERIC_TO = 1e-13, 1e-6  # relative errors of difference quotients in double precision
NUMERIC = (
    "is right to six digits and more, yet not exact: is it a difference quotient instead of a derivative, or "
    "is there a small constant that does not belong there"
)


def overflows(output: Output) -> str | None:
    """A clause that goes on from "Your dz": right wherever it is finite, and elsewhere not a number; None if not."""
    if any(row.got.shape != row.right.shape for row in output.rows):
        return None
    wrong = [(row, _wrong(row, output.dtype)) for row in output.rows]
    if not all((off == (~np.isfinite(row.got) & np.isfinite(row.right))).all() for row, off in wrong):
        return None
    far = all(_largest(row) > FAR for row, off in wrong if off.any())
    why = ": an exponential or a division overflows for large inputs" if far else ""
    return f"is right wherever it is finite, and elsewhere inf or nan{why}"


def only_there(output: Output) -> str | None:
    """Another such clause: wrong for whole numbers or near kinks alone; None if that is not so in every call."""
    return _first(output, (_whole_numbers, _near_kinks))


def nearly_right(output: Output) -> str | None:
    """Another one, which many mistakes have in common: wrong by very little, or for large inputs alone."""
    return _first(output, (_nearly, _large))


def _first(output: Output, finders: Sequence[Callable[[Output], Iterator[str]]]) -> str | None:
    if any(row.got.shape != row.right.shape for row in output.rows):
        return None
    return next((words for find in finders for words in find(output)), None)


def _large(output: Output) -> Iterator[str]:
    wrong = [(row, _wrong(row, output.dtype)) for row in output.rows]
    if all(_largest(row) > FAR for row, off in wrong if off.any()) and any(not off.any() for _, off in wrong):
        yield "is wrong for large inputs only: something overflows there, or is cut off"


def _whole_numbers(output: Output) -> Iterator[str]:
    whole = [any(_kind(value) in "iu" for value in row.arguments.values()) for row in output.rows]
    off = [bool(_wrong(row, output.dtype).any()) for row in output.rows]
    if off == whole and any(off) and not all(off):
        yield "is wrong for whole numbers only: is something rounded down, or stored in an array of integers"


def _near_kinks(output: Output) -> Iterator[str]:
    for name in output.rows[0].arguments:
        if not all(is_like(row.arguments.get(name), row.right) for row in output.rows):
            continue
        values = [np.asarray(row.arguments[name], float) for row in output.rows]
        distance = [np.minimum(np.abs(value), np.abs(np.abs(value) - 1)) for value in values]
        if all((gap[_wrong(row, output.dtype)] < NEAR).all() for gap, row in zip(distance, output.rows, strict=True)):
            yield f"is wrong only where {name} lies close to a kink: is there a threshold that is not exact"


def _nearly(output: Output) -> Iterator[str]:
    errors = [
        np.abs(row.got - row.right).max(initial=0.0) / (np.abs(row.right).max(initial=0.0) or 1.0)
        for row in output.rows
    ]
    if (
        output.dtype == "float64"
        and max(errors) < NUMERIC_TO
        and all(error > NUMERIC_FROM for error in errors if error)
    ):
        yield NUMERIC


def _wrong(row: Row, dtype: str) -> np.ndarray:
    if agrees(row.got, row.right, dtype):
        return np.zeros(row.right.shape, bool)
    scale = np.abs(row.right[np.isfinite(row.right)]).max(initial=0.0)
    got, right = np.broadcast_arrays(np.asarray(row.got, float), np.asarray(row.right, float))
    with np.errstate(all="ignore"):
        near: np.ndarray = np.abs(got - right) < RELATIVE * scale
    off: np.ndarray = ~(near | each_agrees(got, right, dtype))
    return off


def _largest(row: Row) -> float:
    arrays = [np.asarray(value) for value in row.arguments.values() if _kind(value) in "iuf"]
    return max((float(np.abs(array).max(initial=0.0)) for array in arrays), default=0.0)


def _kind(value: object) -> str:
    return np.asarray(value).dtype.kind if isinstance(value, (np.ndarray, float, int)) else "O"
