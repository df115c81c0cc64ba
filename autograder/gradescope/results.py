"""A Report as Gradescope's results.json: what students, staff and the gradebook get to see of a grading."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.clean import clean, clean_line
from autograder.errors import AutograderError
from autograder.gradescope.atomic import replace_file
from autograder.gradescope.contract import MAX_OUTPUT, validate
from autograder.outcome import Outcome, Report, Status

# Our five words, said to the student before anything else.
HEADLINES = {
    Status.PASSED: "Passed.",
    Status.FAILED: "Failed: your code gave a value, and it is not the right one.",
    Status.CRASHED: "Crashed: no value came from your code.",
    Status.SKIPPED: "Skipped: an earlier check comes first.",
    Status.BROKEN: "Broken: the grader could not judge this. That is our fault, not yours.",
}

_CUT = MAX_OUTPUT - 100  # leaves room for clean()'s own words on how much was cut


class ResultsError(AutograderError):
    """The report cannot be written as a results.json that Gradescope would show as it was meant; said to staff."""


def write(report: Report, path: Path, *, draft: bool = False) -> None:
    """Write results.json whole or not at all. draft: a better one comes soon, so it need neither be looked over again
    nor be read by people.

    Raises ResultsError when the file would break Gradescope's contract, OSError when the folder cannot be written.
    """
    data = results_json(report)
    problems = [] if draft else validate(data, [_name(outcome) for outcome in report.outcomes])
    if problems:
        raise ResultsError("results.json was not written. " + " ".join(problems))
    text = json.dumps(data, allow_nan=False, indent=None if draft else 1)  # with an indent it takes ten times as long
    replace_file(path, text.encode("ascii"))


def results_json(report: Report) -> dict[str, Any]:
    """The report as results.json has it, every text cleaned and every format said.

    Nothing in it comes from Outcome.staff or Report.staff; of a sealed check only the message and the hint are told.
    """
    outcomes = [_with_a_score(outcome) for outcome in report.outcomes]
    data: dict[str, Any] = {
        "score": _number((1 - report.lost) * sum(outcome.score for outcome in outcomes)),
        "execution_time": _number(report.seconds),
        "output_format": "text",  # the default, simple_format, would drop what looks like a tag: <module>
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "assignment": clean_line(report.assignment),
            "sandbox": _plain(report.sandbox),
            "checks": {_name(outcome): outcome.status.value for outcome in outcomes},
        },
        "tests": [_test(outcome) for outcome in outcomes],
    }
    if report.remarks:
        data["output"] = clean("\n".join(report.remarks), _CUT)
    leaderboard = [_leaderboard(outcome) for outcome in outcomes if outcome.check.leaderboard]
    if leaderboard:
        data["leaderboard"] = leaderboard
    return data


def warnings(report: Report, points: float | None = None) -> list[str]:
    """What Gradescope accepts and staff should know. points: what the assignment is worth, where that is known."""
    sentences = []
    for outcome in report.outcomes:
        check = outcome.check
        if _number_or_none(outcome.score) is None:
            sentences.append(f"{check.name}: the score is no finite number, so the check counts as broken.")
        elif outcome.score > check.max_score:
            sentences.append(f"{check.name}: the score {outcome.score:g} is above the maximum {check.max_score:g}.")
    titles = Counter(outcome.check.title for outcome in report.outcomes)
    sentences += [f"{n} checks have the same name: {title!r}." for title, n in titles.items() if n > 1]
    if points is not None and report.outcomes and not math.isclose(report.max_score, points):
        sentences.append(f"The checks sum to {report.max_score:g} points, but the assignment has {points:g}.")
    return sentences


def _test(outcome: Outcome) -> dict[str, Any]:
    check = outcome.check
    test: dict[str, Any] = {
        "score": _number(outcome.score),
        "max_score": _number(check.max_score),
        "status": "passed" if outcome.status is Status.PASSED else "failed",
        "name": clean_line(check.title or check.name),
        "name_format": "text",
        "output": clean(_text(outcome), _CUT),
        "output_format": "text",
        "tags": [clean_line(tag) for tag in check.tags],
        "visibility": check.visibility,
        "extra_data": {"check": _name(outcome)},
    }
    if check.number:
        test["number"] = clean_line(check.number)
    return test


def _text(outcome: Outcome) -> str:
    parts = [HEADLINES[outcome.status], outcome.message]
    if outcome.hint:
        parts.append(f"Hint: {outcome.hint}")
    if outcome.printed and not outcome.check.sealed:
        parts.append(f"Your code printed:\n{outcome.printed}")
    return "\n\n".join(part for part in parts if part)


def _with_a_score(outcome: Outcome) -> Outcome:
    """A partial score may be computed from what the student returned; one that is no number must not cost the file."""
    if _number_or_none(outcome.score) is not None:
        return outcome
    return replace(outcome, status=Status.BROKEN, score=0.0, message="The score of this check was not a number.")


def _leaderboard(outcome: Outcome) -> dict[str, Any]:
    assert outcome.check.leaderboard is not None  # the caller has looked
    column, order = outcome.check.leaderboard
    value = outcome.leaderboard
    shown = clean_line(value) if isinstance(value, str) else _number_or_none(value)
    # Every submission has its place in every column, with a dash where there is no value.
    return {"name": clean_line(column), "value": "-" if shown is None else shown, "order": order}


def _name(outcome: Outcome) -> str:
    return clean_line(outcome.check.name)


def _number(value: float) -> float:
    """A plain number: numpy's own are no JSON, and 3 reads better than 3.0."""
    number = float(value)
    return int(number) if number.is_integer() else number


def _number_or_none(value: Any) -> float | None:
    """The same, or None for what is no finite number."""
    try:
        return _number(value) if math.isfinite(value) else None
    except (TypeError, OverflowError):  # no number at all, or an integer that no double holds
        return None


def _plain(value: Any) -> Any:
    """The same as JSON has it; what JSON has no word for becomes its text."""
    if isinstance(value, dict):
        return {clean_line(str(key)): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)) and _number_or_none(value) is not None:
        return value
    return clean_line(str(value), MAX_OUTPUT)
