"""From how a graded test ended to its Outcome: who acts next, how many points, and the words for the student."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.errors import StudentError, WrongAnswer
from autograder.outcome import Check, Outcome, Status

if TYPE_CHECKING:
    from autograder.diagnosis import Explanation
    from autograder.evidence import Evidence, Unknown

OUR_FAULT = (
    "This check could not be carried out because of a mistake in the autograder, not in your code. "
    "The course staff have the details."
)


@dataclass(frozen=True)
class Insight:
    """What is known of a wrong answer. own_forward: the student's own wrong forward that a backward is right for.

    unknown: the outputs that nothing explains.
    """

    explanation: Explanation | None = None
    own_forward: str | None = None
    unknown: tuple[Unknown, ...] = ()


def outcome_of(check: Check, function: Any, excinfo: pytest.ExceptionInfo[BaseException] | None, call: str) -> Outcome:
    """What this check found.

    function: the test's, on which gradescope-utils' decorators leave the score and the leaderboard's value.
    call: a sentence about the last call of the student's code.
    """
    outcome = _judged(check, excinfo, call)
    value = getattr(function, "__leaderboard_value__", None)
    if value is not None and check.leaderboard is not None:
        outcome = replace(outcome, leaderboard=value)
    replacement = hides_errors(function)
    if replacement and outcome.status in (Status.FAILED, Status.CRASHED):
        outcome = replace(outcome, message=str(replacement), staff=outcome.staff or outcome.message)
    score = getattr(function, "__score__", None)
    return outcome if score is None else _with_score(outcome, score)


def with_own_forward(outcome: Outcome, forward: str | None, points: float) -> Outcome:
    """The same with the points for a backward that is right for this forward, the student's own wrong one."""
    if forward is None or outcome.status is not Status.FAILED or points <= outcome.score:
        return outcome
    share = f"{points:g} of the {outcome.check.max_score:g} points"
    words = f"The gradient is right for your own {forward}, which earns {share}."
    return replace(outcome, score=points, message=f"{outcome.message}\n{words}")


def evidence_of(
    outcome: Outcome, function: Any, excinfo: pytest.ExceptionInfo[BaseException] | None, insight: Insight, call: str
) -> Evidence | None:
    """The facts for staff behind what did not pass; the other arguments as of outcome_of."""
    if outcome.status not in (Status.FAILED, Status.CRASHED):
        return None
    from autograder.evidence import Evidence
    from autograder.facts import facts_of

    try:
        return facts_of(outcome.check.sealed or bool(hides_errors(function)), excinfo, insight, call)
    except Exception as error:  # a fault of ours costs the facts, never the grade
        return Evidence(secret=True, full=f"The facts behind this could not be told: {error!r}")


def hides_errors(function: Any) -> Any:
    """What @hide_errors says in the place of any error, if the test has it."""
    return getattr(function, "__hide_errors__", None)


def skipped(title: str) -> str:
    """The message of a check that waits for another."""
    return f"Not run yet: it builds on an earlier check, which comes first: “{title}”"


def _judged(check: Check, excinfo: pytest.ExceptionInfo[BaseException] | None, call: str) -> Outcome:
    if excinfo is None:
        return Outcome(check, Status.PASSED, check.max_score)
    error = excinfo.value
    if isinstance(error, WrongAnswer):
        return Outcome(check, Status.FAILED, message=_message(check, error, call))
    if isinstance(error, StudentError):
        return Outcome(check, Status.CRASHED, message=error.sealed if check.sealed else error.message)
    if isinstance(error, pytest.skip.Exception):
        return Outcome(check, Status.SKIPPED, message=str(error))
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return Outcome(check, Status.FAILED, message=_own_words(check, str(error), call), staff=_trace(excinfo))
    return Outcome(check, Status.BROKEN, message=OUR_FAULT, staff=_trace(excinfo))


def _message(check: Check, error: WrongAnswer, call: str) -> str:
    if check.sealed:
        return error.sealed
    return f"{error.message}\n{call}".rstrip()


def _own_words(check: Check, words: str, call: str) -> str:
    """A plain assert's text is the author's, but it may quote values: a hidden check keeps it to itself."""
    if check.sealed or not words:
        return "The result is not what it should be."
    return f"{words}\n{call}".rstrip()


def _with_score(outcome: Outcome, score: Any) -> Outcome:
    """Partial credit that the test gave itself."""
    check = outcome.check
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not math.isfinite(score):
        staff = f"set_score({score!r}): not a number of points. {outcome.staff}"
        return replace(outcome, status=Status.BROKEN, score=0.0, message=OUR_FAULT, staff=staff)
    if outcome.status is Status.PASSED and score < check.max_score:
        message = f"Part of this is right: {score:g} of {check.max_score:g} points."
        return replace(outcome, status=Status.FAILED, score=score, message=message)
    return replace(outcome, score=0.0 if outcome.status is Status.BROKEN else score)


def _trace(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    return str(excinfo.getrepr(style="short"))
