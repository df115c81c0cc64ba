"""From a wrong array and the right one to a Picture of them that is small, whatever the array is."""

from __future__ import annotations

import math

import numpy as np

from autograder.evidence import Picture

MAX_ROWS = MAX_COLUMNS = 20  # of a matrix: 400 entries at the most
MAX_LENGTH = 60  # of a vector


def picture_of(name: str, got: np.ndarray, right: np.ndarray, wrong: np.ndarray) -> Picture | None:
    """wrong: which entries are, and one is at least. None for what no picture tells better than the words.

    An array of more dimensions is seen as a matrix whose rows are all but the last of them.
    """
    if right.size < 2 or right.shape != got.shape or any(array.dtype.kind not in "biuf" for array in (got, right)):
        return None
    columns = right.shape[-1]
    shown = [array.reshape(-1, columns) for array in (right, got, wrong)]
    place = int(wrong.argmax())  # the first
    row, column = divmod(place, columns)
    wide = MAX_LENGTH if shown[0].shape[0] == 1 else MAX_COLUMNS
    top, left = _start(row, shown[0].shape[0], MAX_ROWS), _start(column, columns, wide)
    parts = [array[top : top + MAX_ROWS, left : left + wide] for array in shown]
    with np.errstate(all="ignore"):
        error = parts[1].astype(float) - parts[0].astype(float)
    return Picture(
        name=name,
        shape=right.shape,
        rows=parts[0].shape[0],
        columns=parts[0].shape[1],
        origin=(top, left),
        right=_numbers(parts[0], 6),
        got=_numbers(parts[1], 6),
        error=_numbers(error, 3),
        wrong="".join("1" if one else "0" for one in parts[2].reshape(-1).tolist()),
        first=tuple(int(index) for index in np.unravel_index(place, wrong.shape)),
    )


def _start(place: int, length: int, most: int) -> int:
    """Where a part of at most so many entries begins that has this place in its middle, as far as there is room."""
    return max(0, min(place - most // 2, length - most))


def _numbers(array: np.ndarray, digits: int) -> str:
    numbers = (array.astype(float) + 0.0).reshape(-1).tolist()  # no -0
    return " ".join(f"{number:.{digits}g}" if math.isfinite(number) else str(number) for number in numbers)
