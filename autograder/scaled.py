"""Two mistakes in one output: a wrong part of the formula, and a factor that has a name."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.fits import Output, named_factor
from autograder.replay import Nothing

FEWEST = 3  # numbers, all with the same factor, that are worth a second look
CLOSE = 1e-9


def is_scaled(got: Any, other: Any) -> bool:
    """Whether one is a multiple of the other, as far as the numbers of one call tell."""
    if isinstance(got, Nothing) or isinstance(other, Nothing) or np.shape(got) != np.shape(other):
        return False
    if np.asarray(got).dtype.kind not in "iuf" or np.asarray(other).dtype.kind not in "iuf":
        return False
    got, other = np.asarray(got, float), np.asarray(other, float)
    nonzero = other != 0
    if np.count_nonzero(nonzero) < FEWEST or np.any(got[~nonzero] != 0):
        return False
    with np.errstate(all="ignore"):
        factors = got[nonzero] / other[nonzero]
    first = float(factors[0])
    return math.isfinite(first) and first != 0 and bool(np.all(np.abs(factors - first) <= CLOSE * abs(first)))


def scaled(output: Output) -> str | None:
    """The factor in words; None if there is none with a name that holds in every call."""
    if any(isinstance(row.right, Nothing) for row in output.rows):
        return None
    return next(named_factor(output), None)
