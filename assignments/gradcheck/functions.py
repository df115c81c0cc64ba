"""Functions to be differentiated numerically. Each couples all of its inputs: an entry that is not put back shows.

The polynomials are exact: their inputs are multiples of 1/8, their steps powers of two, and no sum or product needs
more digits than a double has. So the right difference quotient is one number, in whatever order it is evaluated, and
the small step in the denominator has no rounding to magnify.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def cubic(x: Any) -> float:
    """s**3 / 64 + s |x|**2 / 8, with s = x_1 + 2 x_2 + 3 x_3 + ..."""
    x = np.asarray(x, float)
    s = np.sum(_counting(x) * x)
    return float(s**3 / 64 + s * np.sum(x * x) / 8)


def cubic_gradient(x: Any) -> np.ndarray:
    """ds = 3 s**2 / 64 + |x|**2 / 8, times the weight of each entry, and 2 x s / 8 from the square."""
    x = np.asarray(x, float)
    s = np.sum(_counting(x) * x)
    return np.asarray(_counting(x) * (3 * s**2 / 64 + np.sum(x * x) / 8) + x * s / 4)


def wave(x: Any) -> float:
    """sin(s) exp(m): not a polynomial, so no difference is exact. s = sum x_i / i, m = mean of x."""
    x = np.asarray(x, float)
    return float(np.sin(np.sum(x / _counting(x))) * np.exp(np.mean(x)))


def wave_gradient(x: Any) -> np.ndarray:
    """Each entry is in the sine and in the exponential."""
    x = np.asarray(x, float)
    s, m = np.sum(x / _counting(x)), np.exp(np.mean(x))
    return np.asarray(np.cos(s) * m / _counting(x) + np.sin(s) * m / x.size)


def bent(x: Any) -> float:
    """|x_1| + 3 max(x_2, 0) + the wave of the others: two kinks at 0."""
    x = np.asarray(x, float)
    return float(abs(x[0]) + 3 * max(x[1], 0.0) + wave(x[2:]))


def marker(x: Any, h: float) -> Any:
    """A function that is 1 where an entry was moved from x by h, -1 where by -h, and 0 elsewhere; within a percent."""

    def marks(point: Any) -> float:
        moved = np.asarray(point, float) - x
        return float(np.sum(np.sign(moved) * (np.abs(np.abs(moved) - h) < 0.01 * h)))

    return marks


def _counting(x: np.ndarray) -> np.ndarray:
    return np.arange(1.0, x.size + 1).reshape(x.shape)
