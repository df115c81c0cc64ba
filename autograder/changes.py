"""What a value may become by mistake: squared, taken for one row only, multiplied by an argument that does not belong.

A Change is made to the value of any part of a formula (probes.py). Likely ones come first: of two that give the same
numbers the first is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.snippets import EPSILONS

Scope = Mapping[str, Any]  # what the formula can see by name: arguments, local names, what the object keeps


@dataclass(frozen=True)
class Change:
    """words: with {} where the part of the formula is named. apply: the new value, of the old one and the scope.

    alone: the scope has no part in it.
    """

    words: str
    apply: Callable[[Any, Scope], Any]
    alone: bool = False

    def of_number(self, number: Any, changed: Any) -> Change:
        """The same in the words for a number that stands in the formula: "2 is used where 1 belongs"."""
        if self.alone and np.size(changed) == 1:
            return replace(self, words=f"{np.asarray(changed).item():g} is used where {number:g} belongs")
        return replace(self, words=self.words.replace("{}", f"the number {number:g}"))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "sign": np.sign,
    "the square": np.square,
    "the cube": lambda x: x**3,
    "the square root": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "the sigmoid's slope": lambda x: sigmoid(x) * (1 - sigmoid(x)),
    "tanh's slope": lambda x: 1 - np.tanh(x) ** 2,
    "the reversed step function": lambda x: 1.0 * (x < 0),
    "relu": lambda x: np.maximum(x, 0),
    "the step function": lambda x: 1.0 * (x > 0),
    "hardtanh": lambda x: np.clip(x, -1, 1),
    "hardtanh's slope": lambda x: 1.0 * (np.abs(x) <= 1),
    "softplus": lambda x: np.logaddexp(0, x),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "softsign's slope": lambda x: 1 / (1 + np.abs(x)) ** 2,
    "softmax": softmax,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "arctan": np.arctan,
    "the reciprocal": lambda x: 1 / x,
    "the one-hot maximum": lambda x: 1.0 * (x == np.max(x)),
    "the one-hot maximum in each row": lambda x: 1.0 * (x == np.max(x, axis=-1, keepdims=True)),
    "tan": np.tan,
    "sin": np.sin,
    "the logarithm to base 2": np.log2,
    "the power of 2": np.exp2,
    "the sigmoid's slope from its output": lambda x: x * (1 - x),
    "tanh's slope from its output": lambda x: 1 - x**2,
}


def changes(value: Any, scope: Scope) -> Iterator[tuple[int, Change]]:
    """The changes that may be made to this value, each with a rank: the lower the more likely."""
    ndim = np.ndim(value)
    truth = np.asarray(value).dtype.kind == "b"
    whole = np.asarray(value).dtype.kind in "iu"
    for words, change in _MASKS.items() if truth else _NUMBERS.items():
        yield 0, _unary(words, change)
    for words, change in _ARRAYS[min(ndim, 2)].items():
        yield 1, _unary(words, change)
    if not truth:
        yield from ((2, change) for change in _with_sizes(value, scope))
    if whole:
        return
    if not truth:
        yield from ((2, change) for change in _with_others(value, scope))
        yield from _of_the_value()
    for name, function in FUNCTIONS.items():
        for other, known in _alike(value, scope):
            if known is not value:
                yield (
                    5,
                    Change(
                        f"{name} of {other} stands in the place of {{}}",
                        lambda v, s, o=other, f=function: f(s[o]),  # type: ignore[misc]  # mypy knows no default of a lambda
                    ),
                )


def _of_the_value() -> Iterator[tuple[int, Change]]:
    for name, function in FUNCTIONS.items():
        yield 3, _unary(f"{name} is taken of {{}}, where that does not belong", function)
    for words, change in _RARE.items():
        yield 4, _unary(words, change)


def formulas(value: Any, scope: Scope) -> Iterator[tuple[int, Change]]:
    """Other formulas altogether, for what a function returns."""
    for name, function in FUNCTIONS.items():
        for other, _ in _alike(value, scope):
            words = f"it is {name} of {other}"
            yield 1, Change(words, lambda v, s, o=other, f=function: f(s[o]))  # type: ignore[misc]  # as below


def sizes(scope: Scope) -> Iterator[tuple[str, Callable[[Scope], float]]]:
    """The lengths of the arrays that a formula can see, in words."""
    for name, value in scope.items():
        if isinstance(value, np.ndarray):
            called = {1: ("entries",), 2: ("rows", "columns")}.get(value.ndim, ())
            for axis, word in enumerate(called):
                yield f"the number of {word} of {name}", lambda s, n=name, a=axis: s[n].shape[a]  # type: ignore[misc]  # as above
            if value.ndim == 2:
                yield f"the number of entries of {name}", lambda s, n=name: s[n].size  # type: ignore[misc]  # as above


def _unary(words: str, change: Callable[[Any], Any]) -> Change:
    return Change(words, lambda value, scope: change(value), alone=True)


_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "the sign of {} is flipped": lambda v: -v,
    "{} is left out, or taken as 0": lambda v: 0.0 * v,
    "{} is taken as 1": lambda v: 0.0 * v + 1.0,
    "{} is taken half as large as it should be": lambda v: 0.5 * v,
    "{} is taken twice as large as it should be": lambda v: 2.0 * v,
    "{} is taken without its sign": np.abs,
    "{} is squared, which does not belong there": np.square,
    "1 - {} stands in the place of {}": lambda v: 1 - v,
    "1 is added to {}": lambda v: 1 + v,
    "1 is subtracted from {}": lambda v: v - 1,
    "1 / {} stands in the place of {}": lambda v: 1 / v,
    "the negative numbers of {} are cut off": lambda v: np.maximum(v, 0),
    "the positive numbers of {} are cut off": lambda v: np.minimum(v, 0),
}
_MASKS: dict[str, Callable[[Any], Any]] = {
    "the mask {} is the wrong way round": np.logical_not,
    "the mask {} is left out": np.ones_like,
    "the mask {} is shut everywhere": np.zeros_like,
    "the mask {} is one for each whole row": lambda v: v.all(axis=-1, keepdims=True),
    "the mask {} is one for each whole row, open if any of it is": lambda v: v.any(axis=-1, keepdims=True),
}


def _rowwise(function: Callable[..., Any], axis: int) -> Callable[[Any], Any]:
    return lambda v: np.broadcast_to(function(v, axis=axis, keepdims=True), np.shape(v))


def _only_row(place: int) -> Callable[[Any], Any]:
    def only(value: Any) -> Any:
        kept = np.zeros_like(value)
        kept[place] = value[place]
        return kept

    return only


def _filled(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda v: np.full(np.shape(v), function(v))


_FLAT: dict[str, Callable[[Any], Any]] = {
    "{} is one number for all: the sum": _filled(np.sum),
    "{} is one number for all: the mean": _filled(np.mean),
    "{} is one number for all: the maximum": _filled(np.max),
    "{} is one number for all: the minimum": _filled(np.min),
    "the median stands where {} belongs": _filled(np.median),
    "only the first entry or row of {} counts": _only_row(0),
    "only the last entry or row of {} counts": _only_row(-1),
    "{} is taken from the next example": lambda v: np.roll(v, -1, axis=0),
    "{} is taken from the example before": lambda v: np.roll(v, 1, axis=0),
    "{} stands in reverse order": lambda v: v[::-1],
    "the first entry or row of {} is used for all": lambda v: np.broadcast_to(v[:1], np.shape(v)),
    "the last entry or row of {} is used for all": lambda v: np.broadcast_to(v[-1:], np.shape(v)),
    "only the largest entry of {} counts": lambda v: np.where(v == np.max(v), v, 0),
}
_REDUCTIONS: dict[str, Callable[..., Any]] = {"mean": np.mean, "sum": np.sum, "maximum": np.max, "minimum": np.min}
_MATRIX: dict[str, Callable[[Any], Any]] = {
    **{f"{{}} is one for all rows: the {word} over axis 0": _rowwise(made, 0) for word, made in _REDUCTIONS.items()},
    **{f"{{}} is one for each row: the {word} over axis 1": _rowwise(made, 1) for word, made in _REDUCTIONS.items()},
    "{} is reshaped where it should be transposed": lambda v: v.T.reshape(v.shape),
    "{} is reshaped where it should not be": lambda v: v.reshape(v.shape[::-1]).T,
    "{} is transposed": lambda v: v.T,
    "the last column of {} is left out": lambda v: np.where(np.arange(v.shape[1]) == v.shape[1] - 1, 0, v),
    "{} is divided by the sum of its row": lambda v: v / v.sum(axis=1, keepdims=True),
    "{} is divided by the sum of its column": lambda v: v / v.sum(axis=0, keepdims=True),
    "{} is divided by the length of its row": lambda v: v / np.linalg.norm(v, axis=1, keepdims=True),
    "the length of its row stands in the place of {}": _rowwise(lambda v, **k: np.sqrt(np.sum(v * v, **k)), 1),
    "only the largest of each row of {} counts": lambda v: np.where(v == v.max(axis=1, keepdims=True), v, 0),
    "{} is sorted": lambda v: np.sort(v, axis=-1),
}
_ARRAYS: tuple[dict[str, Callable[[Any], Any]], ...] = ({}, _FLAT, {**_FLAT, **_MATRIX})


def _each(words: str, change: Callable[[Any, Any], Any], *constants: float) -> dict[str, Callable[[Any], Any]]:
    """One change for each constant; words: with {c} where the constant is told."""

    def of(constant: float) -> Callable[[Any], Any]:
        return lambda value: change(value, constant)

    return {words.replace("{c}", f"{constant:g}"): of(constant) for constant in constants}


_RARE: dict[str, Callable[[Any], Any]] = {
    **_each("{} is cut off at +-{c}", lambda v, c: np.clip(v, -c, c), 1, 2, 3, 5, 6, 10, 20, 30, 50, 100),
    **_each("{} is cut off at {c}", np.minimum, 1, 2, 3, 5, 6, 10),
    **_each("{} is cut off below {c}", np.maximum, *EPSILONS, 1.0),
    **_each("{} is kept {c} away from 0 and 1", lambda v, c: np.clip(v, c, 1 - c), *EPSILONS),
    **_each("a small number, {c}, is added to {}", lambda v, c: v + c, *EPSILONS, 1e-4, 1e-3),
    **_each("{} is rounded to {c} places", lambda v, c: np.round(v, int(c)), 0, 2, 3, 4, 6),
    **_each("{} is taken {c} times as large as it should be", lambda v, c: c * v, 3.0, 4.0, 0.25, 0.1, 10.0, 0.01),
    "the numbers of {} are cut off to whole ones": np.trunc,
}


def _alike(value: Any, scope: Scope) -> Iterator[tuple[str, Any]]:
    for name, other in scope.items():
        if np.shape(other) == np.shape(value):
            yield name, other


def _fitting(value: Any, scope: Scope) -> Iterator[str]:
    """The names of what can stand in one formula with this value, and leaves its shape."""
    for name, other in scope.items():
        shape, whole = np.shape(other), np.shape(value)
        if len(shape) <= len(whole) and all(a in (1, b) for a, b in zip(shape[::-1], whole[::-1], strict=False)):
            yield name


_PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "{name} stands in the place of {{}}": lambda v, o: np.broadcast_to(o, np.shape(v)),
    "{{}} is multiplied by {name}, a factor too many": lambda v, o: v * o,
    "{{}} is divided by {name}, or {name} is missing as a factor": lambda v, o: v / o,
    "{name} is added to {{}}, which does not belong there": lambda v, o: v + o,
    "{name} is subtracted from {{}}, which does not belong there": lambda v, o: v - o,
    "the sign of {name} is a factor of {{}} that does not belong there": lambda v, o: v * np.sign(o),
    "{{}} is cut off where {name} is negative": lambda v, o: v * (o > 0),
    "{{}} is multiplied by 1 - {name}, a factor too many": lambda v, o: v * (1 - o),
    "{{}} is divided by the size of {name}, or that is missing as a factor": lambda v, o: v / np.abs(o),
    "{{}} is multiplied by the square of {name}, a factor too many": lambda v, o: v * o * o,
    "{{}} is divided by the square of {name}, or that is missing as a factor": lambda v, o: v / (o * o),
}


def _with_others(value: Any, scope: Scope) -> Iterator[Change]:
    for name in _fitting(value, scope):
        for words, change in _PAIRS.items():
            yield Change(
                words.format(name=name),
                lambda v, s, n=name, c=change: c(v, s[n]),  # type: ignore[misc]  # as above
            )


def _with_sizes(value: Any, scope: Scope) -> Iterator[Change]:
    for words, size in sizes(scope):
        yield Change(f"{{}} is divided by {words}, which does not belong there", lambda v, s, q=size: v / q(s))  # type: ignore[misc]  # as above
        yield Change(f"{{}} is multiplied by {words}, which does not belong there", lambda v, s, q=size: v * q(s))  # type: ignore[misc]  # as above
        less = f"{{}} has N - 1 in the place of N, N being {words}"
        yield Change(less, lambda v, s, q=size: v * q(s) / (q(s) - 1))  # type: ignore[misc]  # as above
