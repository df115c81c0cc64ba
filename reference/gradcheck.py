"""Gradient checking: the slope of f by moving each number of x a little, to test a gradient got by calculus.

Conventions (CS224n lecture 4, "Gradient checking", and notes part III, section 2.1):
- f takes one array and returns one number; x is an array of any shape. The result has the shape of x.
- Every index of x moves in turn and is put back before the next one moves. x itself is never changed: f sees a copy.
- Cost: the centred difference evaluates f exactly twice per number in x, which is why it can only check.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], float]

# The noise of a difference quotient is that of f itself, a few units in the last place, divided by the step; 10 leaves
# room for an f that sums many terms.
ROUNDING = 10 * np.finfo(float).eps
NEARER = 8  # a slope on one side is taken a second time, with so much smaller a step
SLOPE_ROUNDING = 2 * NEARER * ROUNDING  # the same for the difference of two such slopes


def forward_difference(f: Function, x: np.ndarray, h: float = 1e-7) -> np.ndarray:
    """The gradient by (f(x + h) - f(x)) / h at each index; its error is O(h).

    f is evaluated once at x, and once per index.
    """
    x = np.array(x, dtype=float)
    f_x = f(x)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        gradient[index] = (f(x) - f_x) / h
        x[index] = old
    return gradient


def numeric_gradient(f: Function, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """The gradient by the centred difference (f(x + h) - f(x - h)) / 2h at each index; its error is O(h**2).

    f is evaluated exactly twice per index. Of h: the lecture takes 1e-4, the notes 1e-5.
    """
    # Taylor: f(x +- h) = f(x) +- h f' + h**2/2 f'' +- h**3/6 f''' ..., so the even terms cancel in the difference, and
    # what is left of the error is h**2/6 f'''. Rounding adds about eps |f| / h: a smaller h is not always a better one.
    x = np.array(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        f_right = f(x)
        x[index] = old - h
        f_left = f(x)
        x[index] = old
        gradient[index] = (f_right - f_left) / (2 * h)
    return gradient


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """The largest |a - b| / max(|a|, |b|) over the elements, where an element that is 0 in both counts as 0.

    Raises ValueError unless a and b have the same shape: broadcasting is not equality.
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"the shapes differ: {np.shape(a)} and {np.shape(b)}")
    size = np.maximum(np.abs(a), np.abs(b))
    error = np.abs(a - b) / np.where(size == 0, 1, size)
    return float(np.max(error, initial=0))


def check_gradient(
    f: Function, x: np.ndarray, gradient: np.ndarray, h: float = 1e-5, tolerance: float = 1e-5
) -> list[tuple[int, ...]]:
    """The indices where ``gradient`` is not the gradient of f at x, in order; an empty list says that it is right.

    An element is right if it differs from the centred difference by at most tolerance, relative to the larger of
    the two, plus what rounding explains. At a kink of f every value between the slopes on its two sides is right.
    Raises ValueError unless gradient has the shape of x.
    """
    x = np.array(x, dtype=float)
    if np.shape(gradient) != x.shape:
        raise ValueError(f"the gradient has shape {np.shape(gradient)}, x has {x.shape}")
    numeric = numeric_gradient(f, x, h)
    noise = ROUNDING * abs(f(x)) / h
    allowed = tolerance * np.maximum(np.abs(gradient), np.abs(numeric)) + noise
    suspects = np.argwhere(~(np.abs(gradient - numeric) <= allowed))  # a NaN is not <= anything, so it is a suspect
    indices = [tuple(int(i) for i in suspect) for suspect in suspects]
    return [index for index in indices if not _is_subgradient(f, x, index, float(np.asarray(gradient)[index]), h)]


def _is_subgradient(f: Function, x: np.ndarray, index: tuple[int, ...], slope: float, h: float) -> bool:
    """Whether f has a kink along this index and the slope lies between those on its two sides."""
    left, right = _one_sided_slopes(f, x, index, h)
    left_near, right_near = _one_sided_slopes(f, x, index, h / NEARER)
    noise = SLOPE_ROUNDING * abs(f(x)) / h
    # For a smooth f the gap between the two slopes is h f'', so it shrinks with h; at a kink it stays.
    is_kink = abs(right_near - left_near) > 0.5 * abs(right - left) + noise
    low, high = min(left_near, right_near), max(left_near, right_near)
    return bool(is_kink and low - noise <= slope <= high + noise)


def _one_sided_slopes(f: Function, x: np.ndarray, index: tuple[int, ...], h: float) -> tuple[float, float]:
    step = np.zeros(x.shape)
    step[index] = h
    f_x = f(x)
    return (f_x - f(x - step)) / h, (f(x + step) - f_x) / h
