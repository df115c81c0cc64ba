"""Frames to values, trusting nothing: see values.py for what travels and how."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox.values import (
    DTYPES,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_INTEGER_HEX,
    MAX_TEXT,
    Callback,
    ProtocolError,
    Ref,
    Seed,
)

MAX_SIZE = 2**40  # of one dimension
MAX_HOLLOW = 2**20  # rows of an array without entries: they fill no bytes, but whoever walks them makes them


@dataclass
class Decoder:
    """Rebuilds the values of one frame. Anything that is not exactly as described above is a ProtocolError.

    resolve: what to put in the place of a Ref, Callback or Seed (the trusted side keeps Refs as they are and refuses
    the rest; the worker finds the object).
    """

    body: bytes
    lengths: list[int]
    resolve: Callable[[Ref | Callback | Seed], Any]
    used: int = 0

    def __post_init__(self) -> None:
        if sum(self.lengths) != len(self.body):
            raise ProtocolError("the buffers do not fill the body")
        self._starts = [0]
        for length in self.lengths:
            self._starts.append(self._starts[-1] + length)

    def finish(self) -> None:
        """Every buffer was used, each once and in order."""
        if self.used != len(self.lengths):
            raise ProtocolError("a buffer that nothing refers to")

    def decode(self, tree: Any, depth: int = 0) -> Any:
        if tree is None or isinstance(tree, (bool, int)):
            return tree
        if depth > 2 * MAX_DEPTH or not isinstance(tree, list) or len(tree) < 2:
            raise ProtocolError("not a value")
        tag, *rest = tree
        if not isinstance(tag, str) or tag not in _ARITY or len(rest) != _ARITY[tag]:
            raise ProtocolError("not a value")
        return getattr(self, f"_decode_{tag}")(*rest, depth=depth)

    def _decode_f(self, text: Any, depth: int) -> float:
        return _float(text)

    def _decode_c(self, real: Any, imag: Any, depth: int) -> complex:
        return complex(_float(real), _float(imag))

    def _decode_i(self, text: Any, depth: int) -> int:
        return _integer(text)

    def _decode_s(self, text: Any, depth: int) -> str:
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            raise ProtocolError("not a text")
        return text

    def _decode_l(self, items: Any, depth: int) -> list[Any]:
        if not isinstance(items, list):
            raise ProtocolError("not a list")
        return [self.decode(item, depth + 1) for item in items]

    def _decode_t(self, items: Any, depth: int) -> tuple[Any, ...]:
        return tuple(self._decode_l(items, depth))

    def _decode_d(self, pairs: Any, depth: int) -> dict[Any, Any]:
        if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise ProtocolError("not a dict")
        decoded = [(self.decode(k, depth + 1), self.decode(v, depth + 1)) for k, v in pairs]
        try:
            result = dict(decoded)
        except TypeError as error:
            raise ProtocolError("a dict key that cannot be one") from error
        if len(result) != len(pairs):
            raise ProtocolError("a dict key that stands twice")
        return result

    def _decode_a(self, index: Any, name: Any, shape: Any, depth: int) -> np.ndarray:
        dtype = _dtype(name)
        if type(index) is not int or index != self.used or index >= len(self.lengths):
            raise ProtocolError("buffers out of order")
        if not isinstance(shape, list) or len(shape) > MAX_DIMS or not all(map(_is_size, shape)):
            raise ProtocolError("not a shape")
        count, hollow = math.prod(shape), math.prod(n for n in shape if n)
        if not count and hollow > MAX_HOLLOW:
            raise ProtocolError("an array of nothing that is too large")
        if count * dtype.itemsize != self.lengths[self.used]:
            raise ProtocolError("a buffer that does not fit its shape")
        start = self._starts[self.used]
        self.used += 1
        flat = _from_bytes(self.body[start : start + count * dtype.itemsize], dtype)
        try:
            return flat.reshape(shape)
        except ValueError as error:  # an empty array whose other dimensions overflow
            raise ProtocolError("not a shape") from error

    def _decode_n(self, name: Any, text: Any, depth: int) -> Any:
        dtype = _dtype(name)
        try:
            raw = bytes.fromhex(text)
        except (TypeError, ValueError) as error:
            raise ProtocolError("not a number") from error
        if len(raw) != dtype.itemsize:
            raise ProtocolError("a number of the wrong size")
        return _from_bytes(raw, dtype)[0]

    def _decode_p(self, letter: Any, tree: Any, depth: int) -> Any:
        if letter not in ("l", "t") or not isinstance(tree, list) or len(tree) != 4 or tree[0] != "a":
            raise ProtocolError("not a packed list")
        array = self._decode_a(tree[1], tree[2], tree[3], depth=depth)
        if (
            array.ndim == 0 or array.size == 0
        ):  # what has no numbers in it is never packed; its rows could be a trillion empty lists
            raise ProtocolError("not a packed list")
        return array.tolist() if letter == "l" else tuple(array.tolist())

    def _decode_r(self, number: Any, type_name: Any, depth: int) -> Any:
        if type(number) is not int or number < 0 or not isinstance(type_name, str) or len(type_name) > 100:
            raise ProtocolError("not a handle")
        return self.resolve(Ref(number, type_name))

    def _decode_cb(self, number: Any, depth: int) -> Any:
        if type(number) is not int or number < 0:
            raise ProtocolError("not a callback")
        return self.resolve(Callback(number))

    def _decode_g(self, seed: Any, depth: int) -> Any:
        return self.resolve(Seed(_integer(seed)))


# How many fields follow each tag.
_ARITY = {
    "f": 1,
    "c": 2,
    "i": 1,
    "s": 1,
    "l": 1,
    "t": 1,
    "d": 1,
    "a": 3,
    "n": 2,
    "p": 2,
    "r": 2,
    "cb": 1,
    "g": 1,
}


def _is_size(n: Any) -> bool:
    return type(n) is int and 0 <= n <= MAX_SIZE


def _dtype(name: Any) -> np.dtype[Any]:
    if not isinstance(name, str) or name not in DTYPES:
        raise ProtocolError("a type of number that does not travel")
    try:
        return np.dtype(name)
    except TypeError as error:  # a long double of another machine
        raise ProtocolError("a type of number that does not travel") from error


def _from_bytes(raw: bytes, dtype: np.dtype[Any]) -> np.ndarray:
    if dtype.kind == "b":  # a byte that is neither 0 nor 1 would be a bool of no value
        return np.frombuffer(raw, np.uint8).astype(bool)
    return np.frombuffer(raw, dtype).copy()


def _float(text: Any) -> float:
    try:
        return float.fromhex(text)
    except (TypeError, ValueError, OverflowError) as error:
        raise ProtocolError("not a float") from error


def _integer(text: Any) -> int:
    if not isinstance(text, str) or len(text) > MAX_INTEGER_HEX:
        raise ProtocolError("not an integer")
    try:
        return int(text, 16)
    except ValueError as error:
        raise ProtocolError("not an integer") from error
