"""Small models to try things on, and what is looked at before a comparison."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.errors import WrongAnswer

# Word 5 stands twice in the first window and once more, at the same place, in the second; 0 and 6 stand in none.
IDS = np.array([[2, 5, 3, 5, 4], [1, 5, 4, 3, 7]])
CORRUPT = np.array([[4, 4, 2, 7, 1], [5, 1, 4, 2, 2]])
Y = np.array([1, 0])


def small_model() -> dict[str, np.ndarray]:
    """Eight words of two numbers, three hidden units; numbers that a person can follow."""
    E = np.array(
        [[0.5, -0.25], [1.0, 0.5], [-0.5, 0.75], [0.25, -1.0], [0.75, 0.25], [-0.25, 0.5], [1.5, -1.5], [0, 1]]
    )
    W = np.arange(30.0).reshape(3, 10) % 7 / 8 - 0.375
    return {"E": E, "W": W, "b": np.array([0.25, -0.5, 0.125]), "u": np.array([1.0, -0.75, 0.5])}


def model_of(E: Any, W: Any, b: Any, u: Any) -> dict[str, np.ndarray]:
    """A model of drawn arrays; W, drawn too narrow, is repeated until it fits windows of five words."""
    return {"E": E, "W": np.resize(W, (len(W), 5 * E.shape[1])), "b": b, "u": u}


def two_values(got: Any, name: str) -> tuple[Any, Any]:
    """The loss and the gradients, if that is what came."""
    if isinstance(got, (tuple, list)) and len(got) == 2:
        return got[0], got[1]
    raise told(f"{name} should return two values: the loss, a number, and the gradients, a dict.")


def numbers(got: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """An array of finite numbers of this shape; WrongAnswer, with what it should be, if it is none."""
    try:
        array = np.asarray(got)
    except ValueError:
        array = np.zeros(0)
    if array.shape != shape or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise told(f"{what}: finite numbers of the right shape, please.")
    return array


def check_drawn(got: Any, allowed: np.ndarray, n: int) -> np.ndarray:
    """The n windows that were drawn; WrongAnswer unless each is one of those that are allowed."""
    windows = numbers(got, (n, 5), "corrupt_windows should return n windows of five words")
    known = {tuple(window) for window in allowed.tolist()}
    if not all(tuple(window) in known for window in windows.tolist()):
        raise told("corrupt_windows gave a window that is none of those whose middle word is no location.")
    return windows


def told(message: str) -> WrongAnswer:
    """A wrong answer in words that may be told of a hidden check, too."""
    return WrongAnswer(message, message)
