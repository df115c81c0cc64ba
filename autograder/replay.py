"""What a check asked, asked again of another module: of the reference, or of the reference with a mistake in it.

An Exchange is a call and what came back. Objects stayed where they were made, and stand as Ref in the values; a module
that answers the same calls makes objects of its own, and each call goes to the one that stands in the same place.
"""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, TypeVar

import numpy as np

from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref
from autograder.tolerance import LIMITS, TINY

T = TypeVar("T")
Path = tuple[Any, ...]  # the way to one array of a value: (1,) is dW of "dX, dW, db", () a value that is one array


_SHARES = {dtype: limit * (float(np.finfo(dtype).eps) / 2) for dtype, limit in LIMITS.items()}


@dataclass(frozen=True)
class Exchange:
    """One call, and what came back, as it came: an object is a Ref."""

    call: Call
    value: Any


@dataclass(frozen=True)
class Nothing:
    """No value: the call raised an exception, or the value has no such part. Nothing agrees with it."""


NOTHING = Nothing()


def replay(module: ModuleType, exchanges: Sequence[Exchange]) -> list[Any]:
    """What this module answers to the same calls."""
    return list(replaying(module, exchanges))


def replaying(module: ModuleType, exchanges: Sequence[Exchange]) -> Generator[Any, None, None]:
    """The same, one answer after the other, so that whoever has seen enough can stop."""
    objects: dict[int, Any] = {}
    for exchange in exchanges:
        with quietly():
            try:
                value = answer(module, exchange.call, objects)
            except Exception:  # a wrong formula may raise anything, which is then its answer
                value = NOTHING
        _remember(exchange.value, value, objects)
        yield _still(value)


class Kept(Generic[T]):
    """What an iterator gives, computed as far as somebody looks and then kept: two replays often differ at once."""

    def __init__(self, coming: Iterable[T]) -> None:
        self._coming = iter(coming)
        self._kept: list[T] = []

    def __iter__(self) -> Iterator[T]:
        at = 0
        while True:
            if at == len(self._kept):
                try:
                    self._kept.append(next(self._coming))
                except StopIteration:
                    return
            yield self._kept[at]
            at += 1


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Without a word about overflow: a wrong formula may do anything."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def answer(target: Any, call: Call, objects: dict[int, Any], args: Sequence[Any] | None = None) -> Any:
    """What a module answers to one call. objects: by the ids of their Refs. args: instead of copies of the call's."""
    found = getattr(target if call.on is None else objects[call.on], call.name)
    if call.read:
        return found
    given = [_alive(value, objects, copied=args is None) for value in (call.args if args is None else args)]
    return found(*given, **{name: _alive(value, objects) for name, value in call.kwargs})


def subject_of(exchanges: Sequence[Exchange]) -> list[str]:
    """For each exchange the function or class of the assignment that it is about."""
    made: dict[int, str] = {}
    subjects = []
    for exchange in exchanges:
        name = exchange.call.name if exchange.call.on is None else made.get(exchange.call.on, exchange.call.name)
        subjects.append(name)
        for ref in _refs(exchange.value):
            made.setdefault(ref.id, name)
    return subjects


def about(subject: str, exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges of one subject, and those that made the objects that these use."""
    subjects = subject_of(exchanges)
    chosen: list[Exchange] = []
    needed: set[int] = set()
    for exchange, name in zip(reversed(exchanges), reversed(subjects), strict=True):
        if name == subject or needed & {ref.id for ref in _refs(exchange.value)}:
            chosen.append(exchange)
            needed |= {ref.id for ref in _needs(exchange.call)}
    return chosen[::-1]


def leading_to(exchanges: Sequence[Exchange], at: int) -> list[int]:
    """The places of one exchange and of those that made, or used before, the objects that it uses."""
    places, needed = [at], {ref.id for ref in _needs(exchanges[at].call)}
    for place in range(at - 1, -1, -1):
        item = exchanges[place]
        if item.call.on in needed or needed & {ref.id for ref in _refs(item.value)}:
            places.append(place)
            needed |= {ref.id for ref in _needs(item.call)}
    return places[::-1]


def parts(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every array or number of a value, with the way to it."""
    if isinstance(value, (tuple, list)):
        for place, item in enumerate(value):
            yield from parts(item, (*path, place))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from parts(item, (*path, key))
    elif isinstance(value, (np.ndarray, np.generic, bool, int, float, complex)):
        yield path, value


def pick(value: Any, path: Path, of: Any) -> Any:
    """The part of a value that stands where ``path`` leads in the value ``of``; NOTHING where there is none."""
    for step in path:
        if isinstance(of, (tuple, list)) and len(of) == 1 and not isinstance(value, (tuple, list)):
            value = [value]  # a single gradient need not come in a list
        if isinstance(of, dict) != isinstance(value, dict):
            return NOTHING
        try:
            if not isinstance(of, dict) and len(value) != len(of):
                return NOTHING
            value, of = value[step], of[step]
        except (TypeError, LookupError):
            return NOTHING
    try:
        array = np.asarray(value)
    except ValueError:
        return NOTHING
    return array if array.dtype.kind in "biufc" else NOTHING


def agrees(got: Any, other: Any, dtype: str = "float64", slack: Any = 0.0) -> bool:
    """Whether two parts are the same numbers, as near as the rounding of an honest formula allows.

    dtype: the precision that ``got`` was computed in. The limit is that of a right answer, of the sizes of the entry
    and of the largest one. slack: what an entry may differ by beyond that, where the shapes are the same.
    """
    if isinstance(got, Nothing) or isinstance(other, Nothing) or np.shape(got) != np.shape(other):
        return False
    got, other = np.asarray(got), np.asarray(other)
    if got.size == 0:
        return True
    wide = np.complex128 if "c" in (got.dtype.kind, other.dtype.kind) else np.float64
    got, other = got.astype(wide, copy=False), other.astype(wide, copy=False)
    with np.errstate(all="ignore"):
        size = np.abs(other)
        largest, finite = size.max(), None
        if not largest < np.inf:  # some entry is infinite or nan
            finite = np.isfinite(other)
            size = np.where(finite, size, 0.0)
            largest = size.max()
        allowed = _SHARES[dtype] * size + (_SHARES[dtype] * largest + TINY)  # no sum of two sizes: it may overflow
        allowed = allowed + (slack if np.shape(slack) in ((), allowed.shape) else 0.0)
        near = np.abs(got - other) <= allowed
        if finite is not None:
            near = (np.isnan(got) & np.isnan(other)) | (finite & near)
        return bool(near.all()) or bool(((got == other) | near).all())


def each_agrees(got: np.ndarray, other: np.ndarray, dtype: str = "float64") -> np.ndarray:
    """The same for each entry by itself, whatever the others are. got, other: real numbers, of one shape."""
    with np.errstate(all="ignore"):
        finite = np.isfinite(other)
        size = np.where(finite, np.abs(other), 0.0)
        near = finite & (np.abs(got - other) <= 2 * _SHARES[dtype] * size + TINY)
        agreeing: np.ndarray = near | (got == other) | (np.isnan(got) & np.isnan(other))
    return agreeing


def first_difference(first: Iterable[Any], second: Iterable[Any]) -> int | None:
    """The first place at which two replays differ; None if they agree. Nothing behind that place is asked for."""
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        if isinstance(one, Nothing) != isinstance(other, Nothing):
            return place
        of_one, of_other = dict(parts(one)), dict(parts(other))
        if set(of_one) != set(of_other) or not all(agrees(of_one[path], of_other[path]) for path in of_one):
            return place
    return None


def _alive(value: Any, objects: dict[int, Any], copied: bool = True) -> Any:
    """An argument for one call: a copy, with an object for every Ref."""
    if isinstance(value, Ref):
        return objects[value.id]
    if type(value) in (tuple, list):
        return type(value)(_alive(item, objects) for item in value)
    if type(value) is dict:
        return {key: _alive(item, objects) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.copy() if copied else value
    return copy.deepcopy(value)


def _remember(came: Any, value: Any, objects: dict[int, Any]) -> None:
    """Keep every object under the id that it has in the exchange."""
    if isinstance(came, Ref):
        objects[came.id] = value
    elif isinstance(came, (tuple, list)) and isinstance(value, (tuple, list)):
        for one, other in zip(came, value, strict=False):
            _remember(one, other, objects)
    elif isinstance(came, dict) and isinstance(value, dict):
        for key in came.keys() & value.keys():
            _remember(came[key], value[key], objects)


def _still(value: Any) -> Any:
    """A value that later calls cannot change."""
    if isinstance(value, (tuple, list)):
        return [_still(item) for item in value]
    if isinstance(value, dict):
        return {key: _still(item) for key, item in value.items()}
    return value.copy() if isinstance(value, np.ndarray) else value


def _refs(value: Any) -> Iterator[Ref]:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _refs(item)


def _needs(call: Call) -> Iterator[Ref]:
    if call.on is not None:
        yield Ref(call.on, "")
    yield from _refs([*call.args, *(value for _, value in call.kwargs)])
