"""How values cross the boundary: None, numbers, texts, lists, tuples, dicts and arrays; nothing that runs.

A value becomes a JSON tree in a frame's header and raw C-order buffers in its body. Whatever cannot travel stays
where it is and a handle travels instead: a ``Ref`` for an object that stays inside the worker, a ``Callback`` for a
function that stays with the grader. The decoder trusts nothing: every type, shape, length and count is checked before
memory is taken.

    null true 7              themselves (integers of at most 64 bits)
    ["f", hex]               float           ["c", hex, hex]        complex
    ["i", hex]               larger integer  ["s", text]            str
    ["l", [..]] ["t", [..]]  list, tuple     ["d", [[k, v], ..]]    dict
    ["a", i, dtype, shape]   array: buffer i of the body
    ["n", dtype, hex, ...]   numpy scalar    ["p", kind, array]     long list of plain numbers, packed as an array
    ["r", id, type]          Ref             ["cb", id]  ["g", n]   Callback, seed of a Generator
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_DIMS = 8
MAX_DEPTH = 20  # of nested lists and dicts; honest caches have 3
MAX_ITEMS = 20_000  # elements of lists and dicts in one frame
MAX_TEXT = 20_000  # characters of one str
MAX_INTEGER_HEX = 400
PACK_FROM = 16  # a list of at least so many plain numbers travels as one buffer

DTYPES = frozenset(
    ["|b1", "|i1", "|u1"]
    + [order + kind for order in "<>" for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "f16")]
    + [order + kind for order in "<>" for kind in ("c8", "c16", "c32")]
)


class CannotTravel(Exception):
    """The value has no form on the wire (or too large a one); the text says why, in words."""


class ProtocolError(Exception):
    """What came is not what the protocol says."""


@dataclass(frozen=True)
class Ref:
    """An object that stayed inside the worker. ``type_name`` is what the worker says its class is."""

    id: int
    type_name: str


@dataclass(frozen=True)
class Callback:
    """A function that stayed with the grader."""

    id: int


@dataclass(frozen=True)
class Seed:
    """``numpy.random.default_rng(seed)``, made afresh on the other side."""

    seed: int
