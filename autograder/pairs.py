"""Which call of a check gives a gradient, of which function, with respect to what: read off the calls themselves.

Four forms are known, whatever the component is called. The names of the arguments are the reference's own.

    f_backward(dz, *inputs)            beside f(*inputs) or f_forward(*inputs), the arguments told by their names
    f_backward(dz, cache, ...)         beside f_forward(*inputs), whose call before this one returned the cache
    object.backward(dz)                beside object.forward(*inputs), called before it on the same object
    f(*inputs) -> value, gradients     beside its own value

An upstream gradient that is not handed in is 1. Inputs may be arrays, or lists and dicts of arrays: the gradients have
the same form.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from autograder.lines import Way
from autograder.replay import Exchange, Nothing, leading_to, replay
from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref

SUFFIX, FORWARD, BACKWARD = "_backward", "forward", "backward"
UPSTREAM = 1.0


@dataclass(frozen=True)
class Pair:
    """A forward call, and what a backward said of its gradient.

    own: whose gradient it is, in a sentence after "your own". forward: the call; its arguments are what moves.
    output: where in its value that stands, of which this is the gradient. before: the exchanges that lead to the
    call, itself the last if it was made. gradients: one for each input that has any, in their order. count: how many
    the reference gives, None where it cannot be asked.
    """

    own: str
    forward: Call
    upstream: Any
    gradients: tuple[Any, ...]
    output: Way = ()
    before: tuple[Exchange, ...] = ()
    count: int | None = None
    is_plain: bool = False  # two functions that share nothing but their arguments

    def claims(self) -> dict[Way, Any] | None:
        """The gradient for each array among the inputs; None where their number or form does not fit.

        Single numbers are among them if there are so many gradients; the last inputs are not if there are fewer.
        """
        holders = [at for at, value in enumerate(self.forward.args) if _holds_arrays(value)]
        floats = [at for at, value in enumerate(self.forward.args) if at in holders or _is_float(value)]
        given: Sequence[Any] = self.gradients
        if len(given) != (len(holders) if self.count is None else self.count) and len(given) != len(floats):
            if len(floats) != 1:
                return None
            given = [list(given)]  # of a single list of parameters
        places = holders[: len(given)] if len(given) <= len(holders) else floats
        found: dict[Way, Any] = {}
        fits = [_mirrored(self.forward.args[at], g, (at,), found) for at, g in zip(places, given, strict=True)]
        return found if fits and all(fits) else None

    @property
    def size(self) -> int:
        """How many numbers the inputs hold."""
        return sum(map(_numbers, self.forward.args))


def pairs_of_last(exchanges: Sequence[Exchange], module: ModuleType) -> list[Pair]:
    """The pairs of the function or method that a check asked last, in the order in which it was asked.

    module: the reference's, for the names of the arguments.
    """
    if not exchanges:
        return []
    last = exchanges[-1].call
    same = [
        at
        for at, item in enumerate(exchanges)
        if item.call.title == last.title and item.call.name == last.name and not item.call.read
    ]
    return [
        replace(pair, count=_count(exchanges, at, module, pair)) for at in same for pair in _pair(exchanges, at, module)
    ]


def _pair(exchanges: Sequence[Exchange], at: int, module: ModuleType) -> Iterator[Pair]:
    call = exchanges[at].call
    if call.on is not None:
        yield from _of_object(exchanges, at) if call.name == BACKWARD else ()
    elif call.name.endswith(SUFFIX):
        yield from _of_function(exchanges, at, module)
    elif not call.kwargs:
        value = exchanges[at].value
        if isinstance(value, (tuple, list)) and len(value) > 1 and _is_float(_entry(value[0])):
            yield Pair(f"value of {call.name}", call, UPSTREAM, tuple(value[1:]), output=(0,), before=(exchanges[at],))


def _count(exchanges: Sequence[Exchange], at: int, module: ModuleType, pair: Pair) -> int | None:
    """How many gradients the reference gives in the same place."""
    right = replay(module, [exchanges[place] for place in leading_to(exchanges, at)])[-1]
    if isinstance(right, Nothing):  # a cache of the student's own form
        return None
    return len(_listed(right)) - len(pair.output) * (pair.forward is exchanges[at].call)


def _of_object(exchanges: Sequence[Exchange], at: int) -> Iterator[Pair]:
    backward = exchanges[at].call
    for earlier in range(at - 1, -1, -1):
        call = exchanges[earlier].call
        if call.on == backward.on and call.name == FORWARD and not call.read:
            if not call.kwargs and not backward.kwargs and len(backward.args) < 2:
                upstream = backward.args[0] if backward.args else UPSTREAM
                before = tuple(exchanges[place] for place in leading_to(exchanges, earlier))
                yield Pair(call.title, call, upstream, _listed(exchanges[at].value), before=before)
            return


def _of_function(exchanges: Sequence[Exchange], at: int, module: ModuleType) -> Iterator[Pair]:
    backward = exchanges[at].call
    stem = backward.name.removesuffix(SUFFIX)
    name = next((name for name in (stem, f"{stem}_{FORWARD}") if hasattr(module, name)), None)
    if name is None or not hasattr(module, backward.name):
        return
    try:
        wanted = inspect.signature(getattr(module, name)).parameters
        given = inspect.signature(getattr(module, backward.name)).bind(*backward.args, **dict(backward.kwargs))
    except (TypeError, ValueError):
        return
    first = next(iter(given.arguments), None)
    upstream = given.arguments[first] if first is not None and first not in wanted else UPSTREAM
    gradients = _listed(exchanges[at].value)
    inputs = [given.arguments[key] for key in wanted if key in given.arguments]
    missing = [key for key, one in wanted.items() if key not in given.arguments and one.default is one.empty]
    if not missing:
        yield Pair(name, Call(name, tuple(inputs), title=name), upstream, gradients, is_plain=True)
        return
    for item in reversed(exchanges[:at]):
        if item.call.name == name and item.call.on is None and _returned(item, backward.args[1:]):
            yield Pair(name, item.call, upstream, gradients, output=(0,), before=(item,))
            return


def _returned(forward: Exchange, arguments: Sequence[Any]) -> bool:
    """Whether this call returned, beside its value, something that is among these arguments: its cache."""
    if forward.call.kwargs or not isinstance(forward.value, (tuple, list)):
        return False
    return any(_is_same(part, argument) for part in forward.value[1:] for argument in arguments)


def with_inputs(pair: Pair, inputs: Sequence[Any]) -> Call:
    """The forward call at other inputs; a single number goes as numpy's own kind, as it came."""
    bare = (value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value for value in inputs)
    return replace(pair.forward, args=tuple(bare))


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _holds_arrays(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_arrays, value.values()))
    if isinstance(value, (tuple, list)):
        return any(map(_holds_arrays, value))
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _mirrored(value: Any, gradient: Any, way: Way, found: dict[Way, Any]) -> bool:
    """Note the gradient of every array in an input; False where the gradients have another form than the input."""
    if isinstance(value, dict):
        if not isinstance(gradient, dict):
            return False
        keys = [key for key in value if _holds_arrays(value[key])]
        return all(key in gradient and _mirrored(value[key], gradient[key], (*way, key), found) for key in keys)
    if isinstance(value, (tuple, list)):
        if not isinstance(gradient, (tuple, list)) or len(gradient) != len(value):
            return False
        return all(_mirrored(one, gradient[at], (*way, at), found) for at, one in enumerate(value))
    if _holds_arrays(value) or _is_float(value):
        found[way] = gradient
    return True


def _is_float(value: Any) -> bool:
    return isinstance(value, (float, np.floating))


def _entry(value: Any) -> Any:
    """A single number out of an array of no dimensions."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _numbers(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_numbers, value.values()))
    if isinstance(value, (tuple, list)):
        return sum(map(_numbers, value))
    return value.size if isinstance(value, np.ndarray) else 0


def _is_same(one: Any, other: Any) -> bool:
    """Whether a part of an answer is what was handed on: an object by its number, values by what they hold."""
    if isinstance(one, Ref) or isinstance(other, Ref):
        return isinstance(one, Ref) and isinstance(other, Ref) and one.id == other.id
    if isinstance(one, (tuple, list)):
        return type(one) is type(other) and len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(_is_same(one[k], other[k]) for k in one)
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return type(one) is type(other) and bool(one == other)
