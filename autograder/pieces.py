"""Right on one side of a kink and wrong on the other: what stands on the wrong side, if it is simple."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.fits import CLOSE, Output, Row, is_like
from autograder.replay import agrees

FEWEST = 6  # numbers on the wrong side: fewer fit too many formulas by chance

_SIDES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "{} is not positive": lambda x: x <= 0,
    "{} is negative": lambda x: x < 0,
    "{} is positive": lambda x: x > 0,
    "{} lies outside of -1 and 1": lambda x: np.abs(x) > 1,
    "{} lies between -1 and 1": lambda x: np.abs(x) <= 1,
    "{} is above 1": lambda x: x > 1,
    "{} is below -1": lambda x: x < -1,
}


def one_sided(output: Output) -> str | None:
    """What is wrong on one side, in words; None unless the output has a number for each number of an argument."""
    return next(_one_sided(output), None)


def _one_sided(output: Output) -> Iterator[str]:
    for name in output.rows[0].arguments:
        if not all(is_like(row.arguments.get(name), row.right) and row.right.ndim for row in output.rows):
            continue
        for words, side in _SIDES.items():
            wrong = [side(np.asarray(row.arguments[name], float)) for row in output.rows]
            if _right_elsewhere(output, wrong):
                yield from (f"where {words.format(name)} {form}" for form in _forms(output, wrong))


def _is_one_or_like(value: Any, right: np.ndarray) -> bool:
    array = np.asarray(value)
    return array.dtype.kind in "iuf" and array.shape in ((), right.shape)


def _right_elsewhere(output: Output, wrong: list[np.ndarray]) -> bool:
    if sum(int(side.sum()) for side in wrong) < FEWEST or all(side.all() for side in wrong):
        return False
    if all(agrees(row.got, row.right, output.dtype) for row in output.rows):
        return False
    return all(
        row.got.shape == row.right.shape and agrees(row.got[~side], row.right[~side], output.dtype)
        for row, side in zip(output.rows, wrong, strict=True)
    )


def _forms(output: Output, wrong: list[np.ndarray]) -> Iterator[str]:
    def is_there(formula: Callable[[Row], Any]) -> bool:
        with np.errstate(all="ignore"):
            return all(
                agrees(row.got[side], np.broadcast_to(formula(row), row.right.shape)[side], output.dtype)
                for row, side in zip(output.rows, wrong, strict=True)
            )

    for constant in (0.0, 1.0, -1.0):
        if is_there(lambda row, c=constant: np.asarray(c)):  # type: ignore[misc]  # mypy knows no default of a lambda
            yield f"it is {constant:g}"
    if is_there(lambda row: -row.right):
        yield "the sign is flipped"
    names = [
        name
        for name in output.rows[0].arguments
        if all(_is_one_or_like(row.arguments.get(name), row.right) for row in output.rows)
    ]
    for form, of in _FORMS.items():
        for name in names:
            if is_there(lambda row, n=name, f=of: f(np.asarray(row.arguments[n], float), row.right)):  # type: ignore[misc]  # as above
                yield f"it is {form.format(name)}"
    for name in names:
        factor = _factor(output, wrong, name)
        if factor is not None and is_there(lambda row, n=name, f=factor: f * np.asarray(row.arguments[n], float)):  # type: ignore[misc]  # as above
            yield f"it is {factor:.6g} times {name}"


_FORMS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "{0}": lambda x, right: x,
    "minus {0}": lambda x, right: -x,
    "the sign of {0}": lambda x, right: np.sign(x),
    "multiplied by {0}, which does not belong there": lambda x, right: right * x,
    "divided by {0}, which does not belong there": lambda x, right: right / x,
    "divided by the square of {0}, where a multiplication belongs": lambda x, right: right / (x * x),
}


def _factor(output: Output, wrong: list[np.ndarray], name: str) -> float | None:
    """got / argument on the wrong side, if it is one number there; of alike numbers it would tell what they are."""
    got, values = [], []
    for row, side in zip(output.rows, wrong, strict=True):
        value = np.broadcast_to(np.asarray(row.arguments[name], float), row.right.shape)
        got.append(row.got[side & (value != 0)])
        values.append(value[side & (value != 0)])
    numbers = np.concatenate(values)
    if len(np.unique(numbers)) < FEWEST:
        return None
    with np.errstate(all="ignore"):
        found = np.concatenate(got) / numbers
    is_one = np.isfinite(found).all() and np.all(np.abs(found - found[0]) <= CLOSE * abs(found[0]))
    return float(found[0]) if is_one else None
