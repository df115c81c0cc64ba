"""The types in which a right answer may come, whoever wrote it: each turns the reference into one more style."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _strided(array: np.ndarray) -> np.ndarray:
    """The same entries, every second one of a larger array."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


def _fortran(array: np.ndarray) -> np.ndarray:
    return np.asfortranarray(array) if array.ndim else array


# What becomes of every result that has fractions.
RESULTS: dict[str, Callable[[np.ndarray], Any]] = {
    "lists and Python numbers": np.ndarray.tolist,
    "Fortran order": _fortran,
    "entries apart in memory": _strided,
    "big-endian": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "arrays without axes for numbers": lambda array: array if array.ndim else np.array(array[()]),
    "read-only": lambda array: np.broadcast_to(array, array.shape),
    "single precision at the end": lambda array: array.astype(np.float32),
    "long double": lambda array: array.astype(np.longdouble),
}
SINGLE = "single precision throughout"
STORED_IN_SINGLE = "inputs stored in single precision"
HONEST_TYPES = (*RESULTS, SINGLE, STORED_IN_SINGLE)


def in_type(submission: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The submission, its results in another type; in single precision throughout its arguments are narrowed as well.

    (Whole numbers make single precision double again, so the results are narrowed too.)
    """
    if name == STORED_IN_SINGLE:
        return lambda *arguments: submission(*rounded_to_single(arguments))
    if name == SINGLE:
        return lambda *arguments: mapped(submission(*narrow(arguments)), RESULTS["single precision at the end"])
    return lambda *arguments: mapped(submission(*arguments), RESULTS[name])


def mapped(value: Any, change: Callable[[np.ndarray], Any]) -> Any:
    """Every array and number in a value changed; whole numbers, such as t, are left alone."""
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(mapped(item, change) for item in value)
    return change(np.asarray(value)) if np.asarray(value).dtype.kind == "f" else value


def narrow(value: Any) -> Any:
    """Arrays of numbers; learning rates and the like are no data, and nobody narrows them."""
    if isinstance(value, dict):
        return {key: narrow(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(map(narrow, value))
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def rounded_to_single(value: Any) -> Any:
    """Arrays of numbers rounded to single precision, and then doubles again."""
    with np.errstate(over="ignore"):
        return widened(narrow(value))


def widened(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(widened, value))
    if isinstance(value, dict):
        return {key: widened(item) for key, item in value.items()}
    return value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype == np.float32 else value
