"""The right function of wrong arguments: an upstream gradient that is ignored, p taken for 1 - p, the other axis.

A variation changes one argument of every call, and what the reference then returns may be what the student returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.replay import Exchange
from autograder.sandbox.link import Call
from autograder.snippets import EPSILONS

Arguments = dict[str, Any]
FEW = 12  # calls that are looked at for a number that may have been taken for all


@dataclass(frozen=True)
class Variation:
    """label: in words. title: the function whose calls it changes. change: the new arguments by name."""

    label: str
    title: str
    change: Callable[[Arguments], Arguments]
    transposed: bool = False  # what comes back is transposed too

    def calls(self, exchanges: Sequence[Exchange], names: Mapping[str, Sequence[str]]) -> list[Exchange]:
        """The exchanges with the changed calls. names: the parameters of each function by its title."""
        own = names[self.title]
        return [
            replace(item, call=self._changed(item.call, own)) if titled(item.call) == self.title else item
            for item in exchanges
        ]

    def _changed(self, call: Call, names: Sequence[str]) -> Call:
        arguments = self.change(arguments_of(call, names))
        # By name from the first that is left out on; those before stand where they stood.
        given = []
        for name in names:
            if name not in arguments:
                break
            given.append(arguments.pop(name))
        return replace(call, args=tuple(given), kwargs=tuple(arguments.items()))


def titled(call: Call) -> str:
    return call.title or call.name


def arguments_of(call: Call, names: Sequence[str]) -> Arguments:
    """The arguments of a call by the names of the reference's parameters."""
    return {**dict(zip(names, call.args, strict=False)), **dict(call.kwargs)}


def fixed_variations(title: str, calls: Sequence[Call], names: Sequence[str]) -> Iterator[Variation]:
    """A number of the first calls that is used in all of them."""
    first = [arguments_of(call, names) for call in calls[:FEW]]
    for name in names:
        values = [arguments[name] for arguments in first if type(arguments.get(name)) is float]
        for value in dict.fromkeys(values):
            yield Variation(f"one fixed number is used where {name} belongs", title, _one(name, lambda v, w=value: w))  # type: ignore[misc]  # mypy knows no default of a lambda


def unlikely_variations(title: str, call: Call, names: Sequence[str]) -> Iterator[Variation]:
    """Those that an edit of the formula explains better, if there is one."""
    for label, change in _OF_ALL.items():
        yield Variation(label, title, _each(lambda v, c=change: c(v) if v.dtype.kind == "f" and v.size else v))  # type: ignore[misc]  # as above
    for name, value in arguments_of(call, names).items():
        for label, change in _unlikely(name, value):
            yield Variation(label, title, _one(name, change))


def variations(title: str, call: Call, names: Sequence[str], switches: Mapping[str, bool]) -> Iterator[Variation]:
    """The variations of one function, by an example call. switches: parameters with a truth value as their default."""
    arguments = arguments_of(call, names)
    for place, (name, value) in enumerate(arguments.items()):
        is_upstream = place == 0 and name.startswith("d") and "backward" in title
        for label, change in _of_value(name, value, is_upstream):
            yield Variation(label, title, _one(name, change))
    for name, value in switches.items():
        yield Variation(f"it does what it should do with {name} = {not value}", title, _set(name, value))
    for name in list(arguments)[1:]:
        yield Variation(f"{name} is ignored, and its usual value taken", title, _without(name))
    yield from _of_pairs(title, arguments)
    yield from _of_rows(title, arguments)


def _of_value(name: str, value: Any, is_upstream: bool) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    if isinstance(value, bool):
        yield f"it does the opposite of what {name} says", lambda v: not v
    elif isinstance(value, float):
        yield f"{name} is taken half as large as it should be", lambda v: v / 2
        yield f"{name} is taken twice as large as it should be", lambda v: 2 * v
        yield f"{name} and 1 - {name} are mixed up", lambda v: 1 - v
        yield f"{name} is left out", lambda v: 0.0
        yield f"{name} is taken as 1", lambda v: 1.0
        yield f"the sign of {name} is flipped", lambda v: -v
        yield f"1 / {name} stands in the place of {name}", lambda v: 1 / v if v else v
        yield f"{name} is squared", lambda v: v * v
    elif isinstance(value, int):
        yield f"{name} is one too large", lambda v: v + 1
        yield f"{name} is one too small", lambda v: v - 1
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        ignored = f"the upstream gradient {name} is ignored" if is_upstream else f"{name} is taken as 1 everywhere"
        yield ignored, np.ones_like
        yield f"{name} is left out", np.zeros_like
        yield f"{name} is taken twice as large as it should be", lambda v: 2 * v
        yield f"{name} is taken half as large as it should be", lambda v: v / 2
        if value.ndim == 1:
            yield f"only the last entry of {name} counts", lambda v: np.full_like(v, v[-1])
            yield f"only the first entry of {name} counts", lambda v: np.full_like(v, v[0])
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        yield f"1 - {name} stands in the place of {name}", lambda v: 1 - v
        yield f"{name} is taken from the next example", lambda v: np.roll(v, -1)
        yield f"{name} is taken from the example before", lambda v: np.roll(v, 1)
        yield f"{name} is one too large", lambda v: v + 1
        yield f"the first of {name} is used for all", lambda v: np.full_like(v, v[0] if v.size else 0)
        yield f"{name} is one too large, the largest being the smallest again", lambda v: (v + 1) % (v.max() + 1)


_OF_ALL: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "only the size of every argument counts, not its sign": np.abs,
    "one number stands for each whole argument, its maximum": lambda v: np.full_like(v, v.max()),
    "one number stands for each whole argument, its mean": lambda v: np.full_like(v, v.mean()),
    "every argument is rounded down to whole numbers": np.trunc,
}


def _unlikely(name: str, value: Any) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        yield f"the sign of {name} is flipped", np.negative
        yield f"only the size of {name} counts, not its sign", np.abs
        yield f"{name} counts as 1 minus {name}", lambda v: 1 - v
        for epsilon in EPSILONS:
            yield f"a small number, {epsilon:g}, is added to {name}", lambda v, e=epsilon: v + e  # type: ignore[misc]  # mypy knows no default of a lambda


def _of_pairs(title: str, arguments: Arguments) -> Iterator[Variation]:
    names = list(arguments)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            if _alike(arguments[first], arguments[second]):
                yield Variation(f"{first} and {second} are mixed up", title, _swapped(first, second))


def _of_rows(title: str, arguments: Arguments) -> Iterator[Variation]:
    arrays = [value for value in arguments.values() if isinstance(value, np.ndarray) and value.ndim]
    if any(value.ndim == 2 for value in arrays):
        yield Variation("it works along the wrong axis", title, _each(lambda v: v.T if v.ndim == 2 else v), True)
    if arrays:
        yield Variation("only the last example counts", title, _rows(slice(-1, None)))
        yield Variation("only the first example counts", title, _rows(slice(0, 1)))
        yield Variation("the first example is lost", title, _rows(slice(1, None)))
        yield Variation("the last example is lost", title, _rows(slice(0, -1)))


def _one(name: str, change: Callable[[Any], Any]) -> Callable[[Arguments], Arguments]:
    return lambda arguments: {**arguments, name: change(arguments[name])} if name in arguments else dict(arguments)


def _set(name: str, default: bool) -> Callable[[Arguments], Arguments]:
    return lambda arguments: {**arguments, name: not arguments.get(name, default)}


def _without(name: str) -> Callable[[Arguments], Arguments]:
    return lambda arguments: {key: value for key, value in arguments.items() if key != name}


def _swapped(first: str, second: str) -> Callable[[Arguments], Arguments]:
    def swap(arguments: Arguments) -> Arguments:
        if first not in arguments or second not in arguments:
            return dict(arguments)
        return {**arguments, first: arguments[second], second: arguments[first]}

    return swap


def _each(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Arguments], Arguments]:
    def of(arguments: Arguments) -> Arguments:
        return {name: change(value) if isinstance(value, np.ndarray) else value for name, value in arguments.items()}

    return of


def _rows(which: slice) -> Callable[[Arguments], Arguments]:
    """These rows of every array that has as many as the first one."""

    def of(arguments: Arguments) -> Arguments:
        arrays = [value for value in arguments.values() if isinstance(value, np.ndarray) and value.ndim]
        if not arrays:
            return dict(arguments)
        n = len(arrays[0])
        return _each(lambda value: value[which] if value.ndim and len(value) == n else value)(arguments)

    return of


def _alike(first: Any, second: Any) -> bool:
    return (
        type(first) is type(second) and isinstance(first, (float, np.ndarray)) and np.shape(first) == np.shape(second)
    )
