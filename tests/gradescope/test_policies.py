"""Late policy and rate limit: by the metadata alone, so that a regrade gives the same answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.errors import AssignmentError
from autograder.grade import grade
from autograder.gradescope.contract import validate
from autograder.gradescope.metadata import Metadata, due_date, read_metadata
from autograder.gradescope.rate import KEY, graded_before, keep_count, results_to_keep
from autograder.gradescope.results import results_json, write
from autograder.outcome import Report
from autograder.policy import Late, RateLimit
from tests.conftest import TOML

DUE = datetime(2026, 3, 1, 18, 0, tzinfo=timezone.utc)
LIMIT = RateLimit(submissions=2, hours=24)


@pytest.mark.parametrize(
    ("hours", "lost"),
    [(-1, 0), (0, 0), (0.4, 0), (1, 0.1), (24.4, 0.1), (24.6, 0.2), (48, 0.2), (24 * 30, 0.5)],
)
def test_each_started_day_costs_its_share(hours: float, lost: float) -> None:
    lateness = Late(per_day=0.1, grace_minutes=30, at_most=0.5).lateness(DUE + timedelta(hours=hours), DUE)
    assert (lateness.lost if lateness else 0) == pytest.approx(lost)


def test_the_report_loses_the_share_and_says_why(assignment: Assignment, submit: Callable[..., Path]) -> None:
    late = Late(per_day=0.1).lateness(DUE + timedelta(days=1, hours=2), DUE)
    report = grade(assignment, submit(), lateness=late)
    assert report.score == pytest.approx(8)
    assert results_json(report)["score"] == pytest.approx(8)
    assert report.remarks[0] == "Handed in late, 2 days begun after the due date: 20 % of the points are lost."
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report


def metadata(tmp_path: Path, created: datetime, previous: list[dict[str, Any]], **more: Any) -> Metadata:
    data = {"created_at": created.isoformat(), "previous_submissions": previous, **more}
    path = tmp_path / "metadata.json"
    path.write_text(json.dumps(data))
    read = read_metadata(path)
    assert read is not None
    return read


def test_a_students_own_extension_counts_and_in_a_group_the_latest(tmp_path: Path) -> None:
    extended = (DUE + timedelta(days=2)).isoformat()
    users: list[dict[str, Any]] = [{"id": 1}, {"id": 2, "assignment": {"due_date": extended}}]
    read = metadata(tmp_path, DUE, [], assignment={"due_date": DUE.isoformat()}, users=users)
    assert due_date(read) == DUE + timedelta(days=2)
    assert due_date(metadata(tmp_path, DUE, [], assignment={"due_date": DUE.isoformat()})) == DUE
    assert due_date(metadata(tmp_path, DUE, [])) is None


class Gradescope:
    """Keeps what Gradescope keeps between the submissions of one student."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder, report
        self.previous: list[dict[str, Any]] = []

    def submit(self, hours: float, *, error: bool = False) -> tuple[bool, dict[str, Any]]:
        """Whether a submission at this time is graded, and its results.json."""
        read = metadata(self.folder, DUE + timedelta(hours=hours), self.previous)
        results = self.folder / "results.json"
        kept = results_to_keep(read, LIMIT)
        if kept is None:
            write(self.report, results)
            keep_count(results, read)
        else:
            results.write_text(json.dumps(kept))
        data = json.loads(results.read_text())
        assert validate(data) == []
        for one in self.previous:
            one.pop("results", None)  # only the newest has them
        time = (DUE + timedelta(hours=hours)).isoformat()
        self.previous.append({"submission_time": time, "score": 1.0, "autograder_error": error, "results": data})
        return kept is None, data


@pytest.fixture
def gradescope(tmp_path: Path, assignment: Assignment, submit: Callable[..., Path]) -> Gradescope:
    return Gradescope(tmp_path, grade(assignment, submit()))


def test_one_submission_too_many_keeps_the_last_results_and_is_told_when_the_next_counts(
    gradescope: Gradescope,
) -> None:
    assert gradescope.submit(0)[0]
    assert gradescope.submit(1)[0]
    for hours in (2, 3):  # the second of them has the results of the first
        graded, data = gradescope.submit(hours)
        assert not graded
        assert data["score"] == 10
        assert data["output"].count("This submission was not graded") == 1
        assert "only 2 in 24 hours are. The next one is graded from 2026-03-02 18:00 UTC on." in data["output"]
    assert gradescope.submit(24)[0], "the first one lies a day back, and those that were not graded do not count"


def test_a_regrade_gives_the_same_answer(gradescope: Gradescope) -> None:
    answers = [gradescope.submit(hours)[0] for hours in (0, 1, 2)]
    all_of_them, gradescope.previous = gradescope.previous, []
    assert [gradescope.submit(hours)[0] for hours in (0, 1, 2)] == answers
    assert [one["submission_time"] for one in gradescope.previous] == [one["submission_time"] for one in all_of_them]


def test_a_run_that_failed_by_our_own_fault_does_not_count(tmp_path: Path) -> None:
    previous = [{"submission_time": DUE.isoformat(), "score": 0, "autograder_error": error} for error in (True, False)]
    assert graded_before(metadata(tmp_path, DUE, previous)) == [DUE]


def test_without_results_to_keep_a_submission_is_graded(tmp_path: Path) -> None:
    previous = [{"submission_time": DUE.isoformat(), "score": 1.0} for _ in range(9)]
    assert results_to_keep(metadata(tmp_path, DUE, previous), LIMIT) is None
    broken = {"extra_data": {KEY: [DUE.isoformat()] * 9}, "tests": "nonsense"}
    previous = [{"submission_time": DUE.isoformat(), "score": 1.0, "results": broken}]
    assert results_to_keep(metadata(tmp_path, DUE, previous), LIMIT) is None


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("[late]\nper_day = 10", "share of the points"),
        ("[late]\nper_week = 0.1", "unknown key 'per_week'"),
        ("[rate_limit]\nsubmissions = 2.5", "whole number"),
        ("[rate_limit]\nsubmissions = 0", "must be positive"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(tmp_path: Path, table: str, words: str) -> None:
    folder = tmp_path / "assignments" / "double"
    folder.mkdir(parents=True)
    (folder / "test_public.py").write_text("")
    (folder / "assignment.toml").write_text(f"{TOML}\n{table}\n")
    with pytest.raises(AssignmentError, match=words):
        load_assignment(folder)
