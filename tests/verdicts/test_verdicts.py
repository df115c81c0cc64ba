"""No right answer fails and no wrong one passes, whatever its style: on every entry of the corpus."""

from __future__ import annotations

import copy
import functools
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.errors import WrongAnswer
from autograder.tolerance import precision
from tests.verdicts import entries
from tests.verdicts.entries import Entry
from tests.verdicts.judge import Judged, battery, called, check, failure

FUNCTIONS = sorted(entries.problems())
RIGHT = [entry for entry in entries.entries() if entry.right]
WRONG = [entry for entry in entries.entries() if not entry.right]


@functools.cache
def cases_of(function: str) -> list[Judged]:
    return battery(entries.problems()[function].subject)


def misjudged(entry: Entry) -> str:
    """What the grader says where it is mistaken, "" where it is right."""
    why = failure(entry.submission, cases_of(entry.function))
    if entry.right:
        return why
    return "" if why else "nothing found wrong"


def parameters(chosen: list[Entry]) -> list[Any]:
    """A known failure is expected to fail, and the day on which it does not is noticed."""
    known = pytest.mark.xfail
    return [
        pytest.param(entry, id=str(entry), marks=[known(strict=True, reason=entry.known)] if entry.known else [])
        for entry in chosen
    ]


@pytest.mark.parametrize("entry", parameters(RIGHT))
def test_a_right_answer_passes(entry: Entry) -> None:
    assert not misjudged(entry)


@pytest.mark.parametrize("entry", parameters(WRONG))
def test_a_wrong_answer_does_not_pass(entry: Entry) -> None:
    assert not misjudged(entry)


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(FUNCTIONS) >= 30
    assert len(RIGHT) >= 200
    assert len(WRONG) >= 500
    for chosen in (RIGHT, WRONG):
        assert sum(entry.late for entry in chosen) >= len(chosen) / 4
        names = [(entry.function, entry.label) for entry in chosen]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_right_and_wrong_answers(function: str) -> None:
    found = entries.of(function)
    assert sum(entry.right for entry in found) >= 2
    assert sum(not entry.right for entry in found) >= 8


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_right_answer_in_the_place_of_a_wrong_one_is_noticed_and_the_other_way_round(function: str) -> None:
    for entry in entries.of(function):
        if not entry.known:
            assert misjudged(replace(entry, right=not entry.right))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_mistake_stands_twice(function: str) -> None:
    seen: dict[Any, str] = {}
    for entry in entries.of(function):
        if not entry.right:
            outcome = tuple(_outcome(entry, case) for case in cases_of(function))
            assert outcome not in seen, f"{entry.label} gives what {seen[outcome]} gives"
            seen[outcome] = entry.label


def _outcome(entry: Entry, case: Judged) -> Any:
    try:
        return _rounded(called(entry.submission, case))
    except WrongAnswer as wrong:
        return str(wrong)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _rounded(value[key])) for key in sorted(value))
    if isinstance(value, (tuple, list)):
        return tuple(map(_rounded, value))
    array = np.asarray(value)
    return array.shape, array.dtype.kind, tuple(np.char.mod("%.6e", array.astype(float)).ravel())


def mapped(value: Any, change: Callable[[np.ndarray], Any]) -> Any:
    """Every array and number in a value changed; whole numbers, such as t, are left alone."""
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(mapped(item, change) for item in value)
    return change(np.asarray(value)) if np.asarray(value).dtype.kind == "f" else value


def strided(array: np.ndarray) -> np.ndarray:
    """The same entries, every second one of a larger array."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


# Called with numbers alone, which nobody narrows.
EXACT_OR_DOUBLE: set[str] = set()
HONEST_TYPES: dict[str, Callable[[np.ndarray], Any]] = {
    "lists and Python numbers": np.ndarray.tolist,
    "Fortran order": lambda array: np.asfortranarray(array) if array.ndim else array,
    "entries apart in memory": strided,
    "big-endian": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "numpy numbers or arrays without axes": lambda array: array if array.ndim else np.array(array[()]),
    "read-only": lambda array: np.broadcast_to(array, array.shape),
    "single precision at the end": lambda array: array.astype(np.float32),
    "long double": lambda array: array.astype(np.longdouble),
}


@pytest.mark.parametrize("style", HONEST_TYPES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_honest_type_is_right(function: str, style: str) -> None:
    assert not failure(in_type(function, style), cases_of(function))


def in_type(function: str, style: str) -> Callable[..., Any]:
    """The reference, with its results in another type."""
    reference = entries.problems()[function].subject.function
    with np.errstate(all="ignore"):
        return lambda *arguments: mapped(reference(*arguments), HONEST_TYPES[style])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_right_answers_in_single_precision_throughout_are_right(function: str) -> None:
    """Of those that stay in it: an array of np.zeros, or a Python number, makes a result double again."""
    judged = 0
    submissions = [entry.submission for entry in entries.of(function) if entry.right]
    for case in cases_of(function):
        for submission in (entries.problems()[function].subject.function, *submissions):
            narrow = _narrow(copy.deepcopy(case.arguments))
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                got = submission(*narrow)
            if precision(got) == "float32":
                judged += 1
                check(got, case)
    assert judged or function in EXACT_OR_DOUBLE


def _narrow(value: Any) -> Any:
    """Arrays of numbers; learning rates and the like are no data, and nobody narrows them."""
    if isinstance(value, dict):
        return {key: _narrow(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(map(_narrow, value))
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
