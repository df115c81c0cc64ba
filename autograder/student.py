"""The ``student`` of a check: the submission's functions and objects, as if they were here.

Calls go through the sandbox; what comes back are values. ``student.f(x)`` calls, ``student.f.batch([(x,), (y,)])``
calls many times in one exchange, ``student.Gate()`` gives an object whose methods can be called, ``gate.read("x")``
reads an attribute.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.clean import clean_line
from autograder.errors import WrongAnswer
from autograder.right import Right
from autograder.sandbox import meter
from autograder.sandbox.link import Call, Result
from autograder.sandbox.values import Ref
from autograder.words import call_failed

if TYPE_CHECKING:
    from autograder.workers import Workers

REPEATED = 1e-6  # relative: what two answers to one question may differ by; random numbers differ by far more
BATCH = 200  # calls in one exchange: their results' headers fit the wire's 64 kB with room


@dataclass(repr=False)
class Student:
    """What one check may ask of the submission.

    ``calls`` remembers what was asked, for the message, ``exchanges`` also what came back, as it came, to find the
    mistake; ``unsteady`` the functions among them that answered the same question twice in different ways.
    """

    _workers: Workers
    _calls: list[Call] = field(default_factory=list)
    _exchanges: list[tuple[Call, Any]] = field(default_factory=list)
    _unsteady: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> RemoteFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteFunction(self, name)

    def _ask(self, calls: Sequence[Call], options: Options, *, repeat: bool = True) -> list[Any]:
        values = []
        for start in range(0, len(calls), BATCH):
            part = list(calls[start : start + BATCH])
            for call, result in zip(part, self._workers.call(part, options.seconds, options.max_reply), strict=True):
                self._calls.append(call)
                if result.error is None:
                    self._exchanges.append((call, result.value))
                values.append(self._value(call, result, options))
        if len(calls) == 1 and repeat:
            self._repeat(calls[0], result, options)
        return values

    def _repeat(self, call: Call, result: Result, options: Options) -> None:
        """Ask the first question to each function once more: right on the first call only is not right."""
        if call.on is not None or options != Options():
            return
        steady = self._workers.steady
        if call.name not in steady:
            if any(map(callable, call.args)) or _has_handle(result.value):
                return  # a function of ours may count its calls; an object is another one each time
            again = self._workers.call([call], None, None, silent=True)[0]
            steady[call.name] = again.error is None and _equal(again.value, result.value)
        if not steady[call.name]:
            self._unsteady.append(call.title)

    def _value(self, call: Call, result: Result, options: Options) -> Any:
        if result.error is not None:
            raise call_failed(result.error, call, self._workers.submission, self._workers.unasked)
        changed = _real_arguments(call, result.changed)
        if changed and not options.may_change:
            raise _changed(call, changed)
        return _alive(result.value, self, call.name)

    def __repr__(self) -> str:
        return f"<student's {self._workers.submission.file}>"


@dataclass(frozen=True)
class Options:
    """How a call is made. seconds: None for the assignment's limit. max_reply: bytes, None for the wire's 1 MB."""

    seconds: float | None = None
    max_reply: int | None = None
    may_change: bool = False


@dataclass(frozen=True)
class RemoteFunction:
    """A function of the submission, or a method of one of its objects."""

    _student: Student
    _name: str
    _owner: RemoteObject | None = None
    _options: Options = field(default_factory=Options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._student._ask([self._call(args, kwargs)], self._options)[0]

    def batch(self, arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The values for many argument lists, in few exchanges."""
        return self._student._ask([self._call(tuple(args), {}) for args in arguments], self._options)

    def timed(self, *args: Any) -> tuple[Any, float]:
        """The value, and the processor time that the submission's process used for this call, in seconds.

        By the kernel's count, with the reading and writing of what travels; waiting and sleeping are no part of it.
        """
        process = self._student._workers.process()
        before = meter.seconds_used(process)
        value = self._student._ask([self._call(args, {})], self._options, repeat=False)[0]
        return value, meter.seconds_used(process) - before

    @contextlib.contextmanager
    def beside_us(self) -> Iterator[None]:
        """Meanwhile the submission's process and this one take turns on one processor, to be compared fairly."""
        with meter.one_processor(self._student._workers.process()):
            yield

    def allowing(
        self, *, seconds: float | None = None, max_reply: int | None = None, may_change: bool = False
    ) -> RemoteFunction:
        """The same function with its own time limit, a larger reply, or leave to change its arguments in place."""
        return RemoteFunction(self._student, self._name, self._owner, Options(seconds, max_reply, may_change))

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        on = None if self._owner is None else self._owner._ref.id
        title = self._name if self._owner is None else f"{self._owner._title}.{self._name}"
        return Call(
            self._name, tuple(map(_still, args)), tuple((k, _still(v)) for k, v in kwargs.items()), on, title=title
        )


class RemoteObject:
    """An object that stayed inside the worker: a gate, a cache, a graph. It lives as long as the check.

    title: what messages call it: the function or class of the handout's that returned it.
    """

    def __init__(self, student: Student, ref: Ref, title: str) -> None:
        self._student = student
        self._ref = ref
        self._title = title

    def __getattr__(self, name: str) -> RemoteFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return RemoteFunction(self._student, name, self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return RemoteFunction(self._student, "__call__", self)(*args, **kwargs)

    def read(self, name: str) -> Any:
        """The value of an attribute."""
        call = Call(name, on=self._ref.id, read=True, title=f"{self._title}.{name}")
        return self._student._ask([call], Options())[0]

    def __repr__(self) -> str:
        return f"<{clean_line(self._ref.type_name, 60)} object>"


def _alive(value: Any, student: Student, title: str) -> Any:
    """Handles become objects that can be used."""
    if isinstance(value, Ref):
        return RemoteObject(student, value, title)
    if isinstance(value, (list, tuple)):
        return type(value)(_alive(item, student, title) for item in value)
    if isinstance(value, dict):
        return {key: _alive(item, student, title) for key, item in value.items()}
    return value


def _still(value: Any) -> Any:
    """The other way round, before a value goes back."""
    if isinstance(value, RemoteObject):
        return value._ref
    if isinstance(value, Right):
        return value.value
    if type(value) in (list, tuple):
        return type(value)(_still(item) for item in value)
    if type(value) is dict:
        return {key: _still(item) for key, item in value.items()}
    return value


def _has_handle(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_handle, value))
    if isinstance(value, dict):
        return any(map(_has_handle, value.values()))
    return isinstance(value, Ref)


def _equal(one: Any, other: Any) -> bool:
    """The same type, shape and, but for rounding in another order, numbers; nan equals nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, (np.ndarray, np.generic)):
        scale = float(np.max(np.abs(one[np.isfinite(one)]), initial=0.0)) if isinstance(one, np.ndarray) else 0.0
        same_kind = one.dtype == other.dtype and one.shape == other.shape
        return same_kind and bool(np.allclose(one, other, rtol=REPEATED, atol=REPEATED * scale, equal_nan=True))
    return bool(one == other or one != one or (isinstance(one, float) and math.isclose(one, other, rel_tol=REPEATED)))


def _real_arguments(call: Call, changed: tuple[int | str, ...]) -> list[int | str]:
    """The arguments that the worker names, if this call had them: a made-up name could carry a hidden input."""
    names = [*range(len(call.args)), *(name for name, _ in call.kwargs)]
    return [name for name in names if name in changed]


def _changed(call: Call, changed: list[int | str]) -> WrongAnswer:
    which = [_ordinal(name) if isinstance(name, int) else name for name in changed]
    sealed = (
        f"{call.title} changed its {' and '.join(which)} argument in place. "
        "Whoever called it still needs the old values: work on a copy."
    )
    return WrongAnswer(sealed, sealed)


def _ordinal(position: int) -> str:
    names = ("first", "second", "third", "fourth", "fifth", "sixth")
    return names[position] if 0 <= position < len(names) else "last"
