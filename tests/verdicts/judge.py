"""The grader's verdict on a trusted submission, in this process: the same comparison, without the sandbox."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.calibrated import Right
from autograder.compare import assert_matches
from autograder.errors import WrongAnswer
from autograder.narrowed import narrowings
from autograder.tolerance import LIMITS, precision, ratio, tolerance
from tests.tolerance.subjects import Subject


@dataclass(frozen=True)
class Judged:
    """One case of a battery: the call, and its right value with the tolerances by precision."""

    name: str
    arguments: tuple[Any, ...]
    right: Right


def battery(subject: Subject) -> list[Judged]:
    """The cases of a function; their tolerances are computed when they are asked for, and kept."""
    return [_judged(subject.function, *call) for call in subject.calls()]


def failure(submission: Callable[..., Any], cases: list[Judged]) -> str:
    """Why the first case fails, "" if none does; at the end the first call is made again, for what it may keep."""
    for case in [*cases, cases[0]]:
        try:
            check(called(submission, case), case)
        except WrongAnswer as wrong:
            return f"{case.name}: {wrong}"
    return ""


def called(submission: Callable[..., Any], case: Judged) -> Any:
    """What a submission returns. Raises WrongAnswer where it raises anything, or changes an argument in place."""
    given = copy.deepcopy(case.arguments)
    try:
        with np.errstate(all="ignore"):
            got = submission(*given)
    except Exception as error:
        raise _wrong(f"{type(error).__name__}: {error}") from error
    if _bytes(given) != _bytes(case.arguments):
        raise _wrong("an argument was changed in place")
    return got


def check(got: Any, case: Judged) -> None:
    """Raises WrongAnswer unless a call of this case may return this."""
    _match(got, case.right)


def part_of_limit(got: Any, case: Judged) -> float:
    """The largest |got - right| / t of a result as a part of what is allowed, inf for another structure."""
    dtype = precision(got)
    try:
        return ratio(got, case.right.value, case.right.tolerance(dtype)) / LIMITS[dtype]
    except (TypeError, ValueError):
        return np.inf


def _judged(function: Callable[..., Any], name: str, arguments: tuple[Any, ...], exact_kink: bool) -> Judged:
    known: dict[str, Any] = {}

    def t(dtype: str) -> Any:
        if dtype not in known:
            known[dtype] = tolerance(function, arguments, seed=1, dtype=dtype, exact_kink=exact_kink)
        return known[dtype]

    with np.errstate(all="ignore"):
        right = function(*copy.deepcopy(arguments))
    elsewhere = lambda: (function(*inputs) for inputs in narrowings(arguments))  # noqa: E731 - shorter than its def
    return Judged(name, arguments, Right(right, t, elsewhere))


def _match(got: Any, right: Right) -> None:
    """All that a call returned is compared together; a dict among several results is laid out flat with them."""
    if isinstance(right.value, tuple) and any(isinstance(part, dict) for part in right.value):
        elsewhere = lambda: map(_flat, right.elsewhere())  # noqa: E731 - shorter than its def
        assert_matches(_flat(got), Right(_flat(right.value), lambda dtype: _flat(right.tolerance(dtype)), elsewhere))
    else:
        assert_matches(got, right)


def _flat(value: Any, name: str = "result") -> Any:
    """{"result 0": ..., "result 1 v": ...}"""
    if isinstance(value, dict):
        return {f"{name} {key}": item for key, item in value.items()}
    if isinstance(value, (tuple, list)) and name == "result":
        flat: dict[str, Any] = {}
        for place, part in enumerate(value):
            inner = _flat(part, f"{name} {place}")
            flat |= inner if isinstance(part, dict) else {f"{name} {place}": part}
        return flat
    return value


def _bytes(value: Any) -> Any:
    """What a call could change of its arguments, for ==; a Generator among them goes on, as it should."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, dict):
        return {key: _bytes(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_bytes(item) for item in value]
    return None


def _wrong(message: str) -> WrongAnswer:
    return WrongAnswer(message, message)
