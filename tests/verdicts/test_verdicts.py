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
from tests.verdicts.honest_types import narrow
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


# Called with numbers alone, which nobody narrows.
ONLY_NUMBERS = {"cyclical", "exponential", "inverse", "lecture_example", "shop", "step_factor"}
# A right formula that cancels, 2 m - 1 for a small m: in single precision it is off by a thousandth.
LOST_IN_SINGLE = ("inverse_sigmoid_bias", "arctanh")


@pytest.mark.parametrize("entry", [pytest.param(e, id=str(e)) for f in FUNCTIONS for e in entries.in_honest_types(f)])
def test_every_honest_type_is_right(entry: Entry) -> None:
    assert not misjudged(entry)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_right_answers_in_single_precision_throughout_are_right(function: str) -> None:
    """Of those that stay in it: an array of np.zeros, or a Python number, makes a result double again."""
    found = [entry for entry in entries.of(function) if entry.right and (function, entry.label) != LOST_IN_SINGLE]
    judged = in_single(entries.problems()[function].subject.function, function)
    judged += sum(in_single(entry.submission, function) for entry in found)
    assert judged or function in ONLY_NUMBERS


@pytest.mark.xfail(strict=True, raises=WrongAnswer, reason="the calibration sees the reference's formula only")
def test_a_right_formula_that_cancels_is_right_in_single_precision_too() -> None:
    (entry,) = (entry for entry in RIGHT if (entry.function, entry.label) == LOST_IN_SINGLE)
    in_single(entry.submission, entry.function)


def in_single(submission: Callable[..., Any], function: str) -> int:
    """On how many cases this was judged in single precision. Raises WrongAnswer where it is found wrong."""
    judged = 0
    for case in cases_of(function):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = submission(*narrow(copy.deepcopy(case.arguments)))
        if precision(got) == "float32":
            judged += 1
            check(got, case)
    return judged
