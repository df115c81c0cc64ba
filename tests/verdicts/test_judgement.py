"""Every rule in the order of judgement is needed: where one of them accepts, a wrong submission passes."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import compare, student, verdict
from autograder.errors import StudentError, WrongAnswer
from autograder.outcome import Report, Status

ONE, PAIR, ROW = np.array(1.0), (np.ones(2), np.ones(3)), np.array([1.0, 2.0])

# What a student's call gave, and what is right. Each is refused by another rule.
WRONG: dict[str, tuple[Any, Any]] = {
    "an array for a dict": (ROW, {"W": ROW}),
    "another key": ({"b": ROW}, {"W": ROW}),
    "one value for two": (1.0, PAIR),
    "one of two": ((np.ones(2),), PAIR),
    "complex numbers": (ROW + 0j, ROW),
    "two values for one": ((ROW, ROW), ROW),
    "an array for a number": (np.ones(3), ONE),
    "a kept axis": (np.ones((2, 1)), np.ones(2)),
    "nan": (np.array([1.0, np.nan]), ROW),
    "another number": (np.array([1.0, 2.1]), ROW),
    "nothing returned": (None, ROW),
    "a text": ("1", ONE),
    "a ragged list": ([[1.0], [1.0, 2.0]], ROW),
    "a list of texts": (["1", "2"], ROW),
}


class _Accepted(Exception):
    """A rule that would refuse has let it pass."""


def refusals() -> list[int]:
    """The lines of compare.py that refuse a value."""
    raises = [node for node in ast.walk(ast.parse(inspect.getsource(compare))) if isinstance(node, ast.Raise)]
    return sorted(node.lineno for node in raises)


def comparison_without(line: int) -> Callable[[Any, Any], None]:
    """assert_matches, but that what the rule at this line refuses is accepted."""
    tree = ast.parse(inspect.getsource(compare))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.lineno == line:
            node.exc, node.cause = ast.Name("_Accepted", ast.Load()), None
    module = types.ModuleType(compare.__name__)
    module.__dict__["_Accepted"] = _Accepted
    exec(compile(ast.fix_missing_locations(tree), "compare.py", "exec"), module.__dict__)

    def assert_matches(got: Any, expected: Any) -> None:
        try:
            module.assert_matches(got, expected)
        except _Accepted:
            return

    return assert_matches


def passes(assert_matches: Callable[[Any, Any], None], got: Any, expected: Any) -> bool:
    try:
        assert_matches(got, expected)
    except WrongAnswer:
        return False
    return True


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused(name: str) -> None:
    assert not passes(compare.assert_matches, *WRONG[name])


@pytest.mark.parametrize("line", refusals())
def test_where_a_rule_of_the_comparison_accepts_one_wrong_value_passes(line: int) -> None:
    without = comparison_without(line)
    assert len([name for name, pair in WRONG.items() if passes(without, *pair)]) == 1


def _accept_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = verdict._judged

    def accepting(check: Any, excinfo: Any, call: str) -> Any:
        accepted = excinfo is not None and isinstance(excinfo.value, StudentError)
        return judged(check, None if accepted else excinfo, call)

    monkeypatch.setattr(verdict, "_judged", accepting)


def _accept_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student, "_real_arguments", lambda call, changed: [])


def _accept_stale_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student, "_equal", lambda one, other: True)


HALF = "\ndef half(x):\n    return x / 2\n"
OF_CALLS = {
    "an exception": (_accept_exceptions, "def double(x):\n    return 2 * y\n"),
    "arguments changed in place": (_accept_changes, "def double(x):\n    x *= 2\n    return x\n"),
    "right on the first call only": (
        _accept_stale_state,
        "calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x if len(calls) == 1 else x\n",
    ),
}


@pytest.mark.parametrize("rule", OF_CALLS)
def test_where_a_rule_of_calls_accepts_a_wrong_submission_passes(
    rule: str, graded: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, wrong = OF_CALLS[rule]
    assert graded(wrong + HALF).outcomes[0].status is not Status.PASSED
    accept(monkeypatch)
    assert graded(wrong + HALF).all_passed
