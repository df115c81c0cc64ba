"""Values to frames: see values.py for what travels and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.sandbox.values import (
    DTYPES,
    MAX_DEPTH,
    MAX_DIMS,
    MAX_INTEGER_HEX,
    MAX_ITEMS,
    MAX_TEXT,
    PACK_FROM,
    Callback,
    CannotTravel,
    Ref,
    Seed,
)


@dataclass
class Encoder:
    """Collects the buffers of one frame while its values are encoded.

    handle: asked for what cannot travel; returns a Ref or Callback to send instead, or raises CannotTravel.
    """

    handle: Callable[[Any], Ref | Callback | Seed]
    max_bytes: int
    max_arrays: int
    buffers: list[memoryview] = field(default_factory=list)
    size: int = 0
    items: int = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else ["i", self._hex(value)]
        if kind is float:
            return ["f", value.hex()]
        if kind is complex:
            return ["c", value.real.hex(), value.imag.hex()]
        if kind is str:
            if len(value) > MAX_TEXT:
                raise CannotTravel(f"a text of {len(value)} characters")
            return ["s", value]
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, np.generic):
            return self._scalar(value)
        if isinstance(value, (Ref, Callback, Seed)):
            return self._handle(value)
        if isinstance(value, (list, tuple, dict)):
            return self._container(value, depth)
        return self._handle(self.handle(value))

    def _container(self, value: Any, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise CannotTravel(f"lists nested more than {MAX_DEPTH} deep")
        if isinstance(value, dict):
            self._count(len(value))
            return ["d", [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()]]
        letter = "t" if isinstance(value, tuple) else "l"
        packed = _packed(value) if len(value) >= PACK_FROM else None
        if packed is not None:
            return ["p", letter, self._array(packed)]
        self._count(len(value))
        return [letter, [self.encode(item, depth + 1) for item in value]]

    def _array(self, value: np.ndarray) -> Any:
        plain = np.asarray(value).view(np.ndarray)  # a subclass (np.matrix, ...) travels as what it holds
        dtype = _dtype_name(plain.dtype)
        if dtype is None:
            return self._handle(self.handle(value))
        if plain.ndim > MAX_DIMS:
            raise CannotTravel(f"an array with {plain.ndim} dimensions")
        self.size += plain.nbytes
        if self.size > self.max_bytes:
            raise CannotTravel(f"more than {self.max_bytes} bytes")
        if len(self.buffers) >= self.max_arrays:
            raise CannotTravel(f"more than {self.max_arrays} arrays")
        shape = list(plain.shape)
        self.buffers.append(memoryview(plain.tobytes()))
        return ["a", len(self.buffers) - 1, dtype, shape]

    def _scalar(self, value: np.generic) -> Any:
        dtype = _dtype_name(value.dtype)
        if dtype is None:
            return self._handle(self.handle(value))
        return ["n", dtype, np.asarray(value).tobytes().hex()]

    def _handle(self, handle: Ref | Callback | Seed) -> Any:
        if isinstance(handle, Ref):
            return ["r", handle.id, handle.type_name[:100]]
        if isinstance(handle, Callback):
            return ["cb", handle.id]
        return ["g", self._hex(handle.seed)]

    def _count(self, more: int) -> None:
        self.items += more
        if self.items > MAX_ITEMS:
            raise CannotTravel(f"more than {MAX_ITEMS} elements in lists")

    @staticmethod
    def _hex(value: int) -> str:
        text = hex(value)
        if len(text) > MAX_INTEGER_HEX:
            raise CannotTravel(f"an integer of {value.bit_length()} bits")
        return text


def _dtype_name(dtype: np.dtype[Any]) -> str | None:
    return dtype.str if dtype.str in DTYPES and dtype.names is None else None


def _packed(value: Any) -> np.ndarray | None:
    """A list (of lists ...) of equal lengths that holds floats only, or ints only, as an array; else None."""
    first, depth = value, 0
    while isinstance(first, list) and first and depth < MAX_DIMS:
        first, depth = first[0], depth + 1
    leaf = type(first if isinstance(value, list) else value[0])
    if leaf not in (float, int) or not _all_leaves(value, leaf, max(depth, 1)):
        return None
    try:
        return np.array(value, np.float64 if leaf is float else np.int64)
    except (ValueError, OverflowError):
        return None


def _all_leaves(value: Any, leaf: type, depth: int) -> bool:
    if depth == 1:
        return all(type(item) is leaf for item in value)
    return all(type(item) is list and _all_leaves(item, leaf, depth - 1) for item in value)
