"""Inputs as a student finds them who stores them in single precision and then computes in double."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np


def narrowings(arguments: Any) -> Iterator[Any]:
    """The arguments with all their arrays rounded to single precision, then with one alone; float64 as before."""
    count = _count(arguments)
    for chosen in [range(count), *([place] for place in range(count))][: count + 1 if count > 1 else count]:
        places = iter(range(count))
        yield _narrowed(arguments, set(chosen), places)


def _narrowed(value: Any, chosen: set[int], places: Iterator[int]) -> Any:
    if _is_array(value):
        with np.errstate(over="ignore"):
            return value.astype(np.float32).astype(np.float64) if next(places) in chosen else value
    if type(value) in (tuple, list):
        return type(value)(_narrowed(item, chosen, places) for item in value)
    if type(value) is dict:
        return {key: _narrowed(item, chosen, places) for key, item in value.items()}
    return copy.deepcopy(value)  # a Generator goes on when it is used


def _count(value: Any) -> int:
    if type(value) in (tuple, list, dict):
        return sum(map(_count, value.values() if type(value) is dict else value))
    return int(_is_array(value))


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64
