"""A wrong output as the right one, changed in one simple way: a factor, a sign, an order, an axis, a lost term.

Each fit holds for every number of the output in every call, or it is none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder.replay import agrees

FACTORS = {
    -1.0: "the sign is flipped", 2.0: "it is twice as large as it should be", 0.5: "it is half of what it should be",
    -2.0: "it is -2 times what it should be", -0.5: "it is -1/2 times what it should be",
    1 / math.log(10): "a logarithm to base 10 stands where the natural one belongs: 0.4343 is 1 / ln(10)",
    1 / math.log(2): "a logarithm to base 2 stands where the natural one belongs: 1.4427 is 1 / ln(2)",
    math.log(10): "it is ln(10) times what it should be",
}  # fmt: skip
FEWEST = 4  # different right numbers that a factor without a name has to explain
CLOSE = 1e-9  # of two factors that are the same
NEARLY_ONE = 1e-5  # a factor that would be told as 1: there is a small number too much somewhere


@dataclass(frozen=True)
class Row:
    """One call, for one output: the arguments by name, what came, what is right."""

    arguments: dict[str, Any]
    got: np.ndarray
    right: np.ndarray
    slack: Any = 0.0  # what an honest entry may differ by, beyond a share of its size


@dataclass(frozen=True)
class Output:
    """One output in all calls. name: "dx"; upstream: the name of the upstream gradient, if there is one.

    others: the right values of the function's other outputs, by name, a list with one for each call.
    """

    name: str
    rows: tuple[Row, ...]
    dtype: str
    upstream: str = ""
    others: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def is_in_all(self, formula: Callable[[Row], Any]) -> bool:
        """Whether the output is what this formula gives, in every call."""
        with np.errstate(all="ignore"):
            return all(agrees(row.got, formula(row), self.dtype, row.slack) for row in self.rows)


def fit(output: Output) -> str | None:
    """What is wrong with this output, in words; None if no simple change makes it of the right one."""
    if not any(np.any(row.right != 0) for row in output.rows):
        return None
    return next((words for finder in _FINDERS for words in finder(output)), None)


def is_like(value: Any, right: np.ndarray) -> bool:
    """Whether an argument holds numbers, one for each of this output."""
    is_number = isinstance(value, (np.ndarray, float, int)) and np.asarray(value).dtype.kind in "iuf"
    return is_number and np.shape(value) == right.shape


def _zero(output: Output) -> Iterator[str]:
    if output.is_in_all(lambda row: np.zeros(row.right.shape)):
        yield "it is 0 everywhere"


def _shape(output: Output) -> Iterator[str]:
    if all(row.got.shape == row.right.shape for row in output.rows):
        return
    for axis in (0, 1, -1, None):
        many = all(np.ndim(row.got) > np.ndim(row.right) and _has(row.got, axis) for row in output.rows)
        where = "everything" if axis is None else f"axis {axis}"
        if many and all(row.got.size == row.right.size for row in output.rows):
            if output.is_in_all(lambda row: row.right.reshape(row.got.shape)):
                yield "its numbers are right, but an axis of length 1 is left in its shape"
        elif many and _reduced(output, partial(np.sum, axis=axis)):
            yield f"it is not summed over {where}: every contribution stands alone"
        elif many and _reduced(output, partial(np.mean, axis=axis)):
            yield f"it is not averaged over {where}: every contribution stands alone"
    if all(row.got.T.shape == row.right.shape for row in output.rows) and output.is_in_all(lambda row: row.right.T):
        yield "it is transposed"


def _reduced(output: Output, reduce: Callable[..., Any]) -> bool:
    return all(agrees(np.asarray(reduce(row.got)), row.right, output.dtype) for row in output.rows)


def _has(array: np.ndarray, axis: int | None) -> bool:
    return axis is None or -array.ndim <= axis < array.ndim


def named_factor(output: Output) -> Iterator[str]:
    """The factor between what came and what is right, where it is a common one or a quantity among the arguments."""
    factors = [_ratio(row.got, row.right) for row in output.rows]
    if not output.is_in_all(lambda row: _ratio(row.got, row.right) * row.right):
        return
    known = [(row, factor) for row, factor in zip(output.rows, factors, strict=True) if np.any(row.right != 0)]
    rows, values = [row for row, _ in known], [factor for _, factor in known]
    if any(not math.isfinite(value) for value in values) or all(abs(value - 1) <= NEARLY_ONE for value in values):
        return
    for constant, words in FACTORS.items():
        if _all_close(values, [constant] * len(values)):
            yield words
    for words, quantities in _quantities(rows):
        if words in rows[0].arguments and _all_close(values, [1 / q if q else math.nan for q in quantities]):
            once = f"{words} is missing as a factor, or is divided by once too often"
            yield f"it is 1 / {words} times what it should be: {once}"
        if words in rows[0].arguments and _all_close(values, quantities):
            once = f"{words} is a factor too many, or a division by it is missing"
            yield f"it is {words} times what it should be: {once}"
        for form, make in _FORMS.items():
            if _all_close(values, [make(quantity) for quantity in quantities]):
                yield f"it is {form.format(words)} what it should be"


def _factor(output: Output) -> Iterator[str]:
    yield from named_factor(output)
    values = [_ratio(row.got, row.right) for row in output.rows if np.any(row.right != 0)]
    is_one = output.is_in_all(lambda row: _ratio(row.got, row.right) * row.right)
    is_same = _all_close(values, values[:1] * len(values)) and abs(values[0] - 1) > NEARLY_ONE
    if is_one and is_same and _tells_nothing_else(output):
        yield f"it is {values[0]:.6g} times what it should be"


def _tells_nothing_else(output: Output) -> bool:
    """Whether a number of ours may be quoted. Of a few right numbers a made-up answer could learn what they are."""
    numbers = np.concatenate([np.unique(row.right) for row in output.rows])
    return len(np.unique(numbers[numbers != 0])) >= FEWEST


_FORMS: dict[str, Callable[[float], float]] = {
    "{0} times": lambda q: q,
    "1 / ({0}) times": lambda q: 1 / q if q else math.nan,
    "1 - {0} times": lambda q: 1 - q,
    "1 / (1 - {0}) times": lambda q: 1 / (1 - q) if q != 1 else math.nan,
    "2 * {0} times": lambda q: 2 * q,
    "1 / (2 * {0}) times": lambda q: 1 / (2 * q) if q else math.nan,
    "2 / ({0}) times": lambda q: 2 / q if q else math.nan,
    "minus {0} times": lambda q: -q,
    "the square of {0} times": lambda q: q * q,
    "the square root of {0} times": lambda q: math.sqrt(q) if q > 0 else math.nan,
    "1 / (the square root of {0}) times": lambda q: 1 / math.sqrt(q) if q > 0 else math.nan,
    "(with N - 1 in the place of N, N being {0}) sqrt(1 - 1/N) times": lambda q: (
        math.sqrt(1 - 1 / q) if q > 1 else math.nan
    ),
    "(with N - 1 in the place of N, N being {0}) N / (N - 1) times": lambda q: q / (q - 1) if q > 1 else math.nan,
}


def _quantities(rows: Sequence[Row]) -> Iterator[tuple[str, list[float]]]:
    """Sizes and single numbers among the arguments, each with its value in every call."""
    if not rows:
        return
    for name, first in rows[0].arguments.items():
        values = [row.arguments.get(name) for row in rows]
        if isinstance(first, (int, float)) and not isinstance(first, bool):
            if all(isinstance(value, (int, float)) for value in values):
                yield name, [float(value) for value in values if value is not None]
        elif isinstance(first, np.ndarray):
            shapes = [value.shape for value in values if isinstance(value, np.ndarray) and value.ndim == first.ndim]
            if len(shapes) == len(values):
                yield from _sizes(shapes, f"of {name}")

    if all(row.right.ndim == rows[0].right.ndim for row in rows):
        yield from _sizes([row.right.shape for row in rows], "in it")


def _sizes(shapes: Sequence[tuple[int, ...]], where: str) -> Iterator[tuple[str, list[float]]]:
    called = {1: ("entries",), 2: ("rows", "columns")}.get(len(shapes[0]), ())
    for axis, word in enumerate(called):
        yield f"the number of {word} {where}", [float(shape[axis]) for shape in shapes]
    if len(shapes[0]) > 1:
        yield f"the number of entries {where}", [float(np.prod(shape)) for shape in shapes]


def _order(output: Output) -> Iterator[str]:
    right = [row.right for row in output.rows]
    if all(array.ndim == 0 for array in right):
        return
    if output.is_in_all(lambda row: row.right.T):
        yield "it is transposed"
    if all(array.ndim == 2 for array in right):
        if output.is_in_all(lambda row: row.right.T.reshape(row.right.shape)):
            yield "the numbers are right but stand in other places: it is reshaped where it should be transposed"
        if output.is_in_all(lambda row: row.right.reshape(row.right.shape[::-1]).T):
            yield "the numbers are right but stand in other places: it is reshaped where it should be transposed"
    if output.is_in_all(lambda row: row.right[::-1]):
        yield "its rows stand in reverse order"
    for name, others in output.others:
        of = {id(row): other for row, other in zip(output.rows, others, strict=True)}
        if output.is_in_all(lambda row, of=of: of[id(row)]):  # type: ignore[misc]  # mypy knows no default of a lambda
            yield f"it is {name}"


def _elementwise(output: Output) -> Iterator[str]:
    for words, function in _FUNCTIONS.items():
        if output.is_in_all(lambda row, f=function: f(row.right)):  # type: ignore[misc]  # as above
            yield words
    offsets = {float(np.round(np.mean(row.got - row.right), 9)) for row in output.rows if _same_shape(row)}
    if len(offsets) == 1 and all(map(_same_shape, output.rows)):
        (offset,) = offsets
        if offset and _tells_nothing_else(output) and output.is_in_all(lambda row: row.right + offset):
            yield f"it is too {'large' if offset > 0 else 'small'} by exactly {abs(offset):g} everywhere"


_FUNCTIONS: dict[str, Callable[[np.ndarray], Any]] = {
    "its sign is lost: every number is positive": np.abs,
    "it is squared": np.square,
    "a square root is taken that does not belong there": np.sqrt,
    "it is 1 divided by what it should be": lambda right: 1 / right,
    "it is 1 minus what it should be": lambda right: 1 - right,
    "a logarithm is taken that does not belong there": np.log,
    "an exponential is taken that does not belong there": np.exp,
    "its negative numbers are cut off, as a relu does": lambda right: np.maximum(right, 0),
}


def _with_argument(output: Output) -> Iterator[str]:
    """An argument of the output's shape that is a factor too few or too many, a term too many, or all there is."""
    for name in output.rows[0].arguments:
        if not all(is_like(row.arguments.get(name), row.right) for row in output.rows):
            continue

        def value(row: Row, name: str = name) -> np.ndarray:
            return np.asarray(row.arguments[name], float)

        called = f"the upstream gradient {name}" if name == output.upstream else name
        if output.is_in_all(value):
            yield f"it is {called} itself, unchanged"
        nonzero = [row for row in output.rows if np.all(value(row) != 0)]
        alike = all(row.got.shape == row.right.shape for row in output.rows)
        if not alike:
            continue
        if nonzero and all(agrees(row.got * value(row), row.right, output.dtype) for row in nonzero):
            yield f"{called} is missing as a factor"
        if output.is_in_all(lambda row: row.right * value(row)):
            yield f"{called} is a factor that does not belong there"
        if output.is_in_all(lambda row: row.right * (value(row) > 0)):
            yield f"it is cut off where {called} is negative"
        if output.is_in_all(lambda row: row.right * np.sign(value(row))):
            yield f"it has the sign of {called} as a factor that does not belong there"
        yield from _extra_term(output, name, value)


def _extra_term(output: Output, name: str, value: Callable[[Row], np.ndarray]) -> Iterator[str]:
    shares = [_ratio(row.got - row.right, value(row)) for row in output.rows]
    if not all(math.isfinite(share) for share in shares) or not any(shares):
        return
    if not output.is_in_all(lambda row: row.right + _ratio(row.got - row.right, value(row)) * value(row)):
        return
    constant = _all_close(shares, shares[:1] * len(shares))
    named = [q for q in _quantities(output.rows) if _is_multiple(shares, q[1])]
    if constant or named:
        times = f" times {named[0][0]}" if named and not constant else ""
        yield f"it differs from the right one by a multiple of {name}{times}: a term in {name} is too much or missing"


def _is_multiple(shares: Sequence[float], quantities: Sequence[float]) -> bool:
    if len(set(quantities)) < 2 or not all(quantities):
        return False
    multiples = [share / quantity for share, quantity in zip(shares, quantities, strict=True)]
    return _all_close(multiples, multiples[:1] * len(multiples))


def _ratio(top: np.ndarray, bottom: np.ndarray) -> float:
    """top / bottom at the largest entry of bottom: the factor between them, if there is one."""
    if np.shape(top) != np.shape(bottom) or np.size(bottom) == 0:
        return math.nan
    with np.errstate(all="ignore"):
        finite = np.where(np.isfinite(bottom), np.abs(bottom), 0.0)
        place = np.unravel_index(int(np.argmax(finite)), finite.shape)
        if finite[place] == 0:
            return 1.0
        return float(np.real(np.asarray(top)[place] / np.asarray(bottom)[place]))


def _same_shape(row: Row) -> bool:
    return row.got.shape == row.right.shape and bool(np.isfinite(row.got).all())


def _all_close(values: Sequence[float], others: Sequence[float]) -> bool:
    return bool(values) and all(
        abs(value - other) <= CLOSE * abs(other) for value, other in zip(values, others, strict=True)
    )


_FINDERS = (_zero, _shape, _factor, _order, _with_argument, _elementwise)
