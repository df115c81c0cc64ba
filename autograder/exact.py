"""Values as JSON that gives them back exactly: every bit of a number, the type of every container.

    null true 7 "text"                     themselves
    {"float": hex}  {"complex": [hex, hex]}    {"scalar": [dtype, base64]}  {"array": [dtype, shape, base64]}
    {"list": [..]}  {"tuple": [..]}  {"dict": [[key, value], ..]}  {"named": [name, [field, ..], [..]]}

What has no such form is left to whoever writes, and comes back through whoever reads: {"other": whatever they say}.
"""

from __future__ import annotations

import base64
import collections
from collections.abc import Callable
from typing import Any

import numpy as np


def encoded(value: Any, other: Callable[[Any], Any]) -> Any:
    """The value as JSON. other: what to write for an object that has no form here."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return {"float": value.hex()}
    if type(value) is complex:
        return {"complex": [value.real.hex(), value.imag.hex()]}
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        data = base64.b64encode(np.asarray(value).tobytes()).decode("ascii")
        if isinstance(value, np.generic):
            return {"scalar": [value.dtype.str, data]}
        return {"array": [value.dtype.str, list(value.shape), data]}
    if type(value) in (list, tuple):
        return {type(value).__name__: [encoded(item, other) for item in value]}
    if type(value) is dict:
        return {"dict": [[encoded(key, other), encoded(item, other)] for key, item in value.items()]}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {"named": [type(value).__name__, list(value._fields), [encoded(item, other) for item in value]]}
    return {"other": other(value)}


def decoded(data: Any, other: Callable[[Any], Any]) -> Any:
    """The value again. other: what an object that had no form is now. ValueError where this is no such JSON."""
    if not isinstance(data, dict):
        return data
    if len(data) != 1:
        raise ValueError(f"not a value: {data!r:.80}")
    ((kind, content),) = data.items()
    if kind == "other":
        return other(content)
    if kind not in _READERS:
        raise ValueError(f"not a kind of value: {kind!r:.80}")
    return _READERS[kind](content, lambda part: decoded(part, other))


def alike(one: Any, two: Any, rtol: float) -> bool:
    """The same structure and, but for rtol of the largest number in an array, the same numbers."""
    if isinstance(one, (np.ndarray, np.generic, float, complex)) or isinstance(two, (np.ndarray, np.generic)):
        return _same_numbers(one, two, rtol)
    if isinstance(one, (list, tuple)):
        is_sequence = isinstance(two, (list, tuple)) and len(one) == len(two)
        return is_sequence and all(alike(a, b, rtol) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict):
        return isinstance(two, dict) and list(one) == list(two) and all(alike(one[key], two[key], rtol) for key in one)
    return bool(one == two)


def _same_numbers(one: Any, two: Any, rtol: float) -> bool:
    try:
        a, b = np.asarray(one), np.asarray(two)
    except ValueError:
        return False
    if a.shape != b.shape or a.dtype.kind not in "biufc" or b.dtype.kind not in "biufc":
        return False
    if rtol == 0 or a.dtype.kind not in "fc" or b.dtype.kind not in "fc":
        return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc"))
    size = float(np.max(np.abs(a[np.isfinite(a)]), initial=0.0))
    return bool(np.allclose(a, b, rtol=rtol, atol=rtol * size, equal_nan=True))


def _buffer(dtype: str, text: str) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind not in "biufc":
        raise ValueError(f"not a kind of number: {dtype!r}")
    return np.frombuffer(base64.b64decode(text, validate=True), kind)


_READERS: dict[str, Callable[[Any, Callable[[Any], Any]], Any]] = {
    "float": lambda text, _: float.fromhex(text),
    "complex": lambda texts, _: complex(*map(float.fromhex, texts)),
    "scalar": lambda parts, _: _buffer(*parts)[0],
    "array": lambda parts, _: _buffer(parts[0], parts[2]).reshape(parts[1]).copy(),
    "list": lambda items, read: [read(item) for item in items],
    "tuple": lambda items, read: tuple(read(item) for item in items),
    "dict": lambda items, read: {read(key): read(item) for key, item in items},
    "named": lambda parts, read: collections.namedtuple(parts[0], parts[1])(*map(read, parts[2])),
}
