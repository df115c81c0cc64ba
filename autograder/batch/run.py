"""Grade many submissions: those that are not graded already, in parallel, each written down as soon as it is done."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from autograder.assignment import Assignment
from autograder.batch import fingerprint
from autograder.batch.crew import Answer, Crew, CrewGone
from autograder.batch.handover import order
from autograder.batch.identity import HandedIn
from autograder.batch.rate import beyond
from autograder.batch.store import Record, Store
from autograder.gradescope.metadata import read_date
from autograder.outcome import Check, Report, Status
from autograder.policy import Lateness

if TYPE_CHECKING:
    from autograder.batch.cluster import Cluster

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # the next submission would meet the same
GRADED, FAILED, WAITING = "graded", "failed", "waiting"
STOPPED = "Stopped."  # by Ctrl-C


@dataclass(frozen=True)
class Options:
    """What a TA may ask for. seconds: of each submission. weak: take a weak sandbox. due: for the late policy.

    scheduler: of a Dask cluster that grades in this machine's place; then jobs says nothing.
    """

    jobs: int = 1
    seconds: float | None = None
    question: tuple[str, ...] = ()
    weak: bool = False
    force: bool = False
    due: datetime | None = None
    scheduler: str = ""

    def of_grades(self) -> dict[str, Any]:
        """Those that a grade depends on. log: wrong answers that nothing explains are noted for the author."""
        return {"seconds": self.seconds, "question": list(self.question), "weak": self.weak, "log": True}


@dataclass(frozen=True)
class Row:
    """One submission in the grades. status: graded, failed (it could not be graded), or waiting. why: for staff.

    scores: by check, before lateness takes its share. kept: it was graded in an earlier run.
    """

    handed: HandedIn
    status: str = WAITING
    score: float = 0.0
    max_score: float = 0.0
    scores: dict[str, float] = field(default_factory=dict)
    passed: bool = False
    lost: float = 0.0
    why: str = ""
    kept: bool = False


@dataclass
class Grades:
    """All rows, in the order of their labels. stopped: why the batch ended before all were graded."""

    rows: dict[str, Row]
    checks: tuple[Check, ...] = ()
    stopped: str = ""

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows.values())


class Watcher(Protocol):
    """Is told how a batch goes on."""

    def begin(self, total: int, kept: int) -> None: ...

    def found(self, row: Row) -> None: ...

    def told(self, words: str) -> None:
        """Of something that the TA should know at once."""


@dataclass(frozen=True)
class Plan:
    """What is to be done. grades: the rows of what is graded already; the others wait. keys: of each, its hash."""

    assignment: Assignment
    handed: Sequence[HandedIn]
    options: Options
    keys: dict[str, str]
    grades: Grades


def plan(assignment: Assignment, handed: Sequence[HandedIn], store: Store, options: Options) -> Plan:
    """Look which submissions are graded already, and forget the results of those that have changed since."""
    keys, handed = _keys(assignment, handed, options)
    grades = Grades({})
    for one in handed:
        record = store.find(one, keys[one.folder]) if keys[one.folder] and not options.force else None
        if record is None:
            grades.rows[one.folder] = Row(one)
            store.forget(one)
        else:
            _enter(grades, replace(_row(record), kept=True), record)
    return Plan(assignment, handed, options, keys, grades)


def carry_out(plan: Plan, store: Store, watcher: Watcher) -> Grades:
    """Grade those that wait; ``stopped`` says why some still do: Ctrl-C, or a disk that takes no more.

    Raises AutograderError where the assignment or this machine refuses every submission.
    """
    grades, keys = plan.grades, plan.keys
    watcher.begin(len(plan.handed), grades.count(GRADED))
    waiting = {one.folder: one for one in plan.handed if grades.rows[one.folder].status == WAITING}
    try:
        for one in [one for one in waiting.values() if one.problem or not keys[one.folder]]:
            del waiting[one.folder]
            _take(grades, store, Record(one, keys[one.folder], why=one.problem), watcher)
        orders = [(name, _order(plan.assignment, one, plan.options)) for name, one in waiting.items()]
        with closing(_crew(plan, watcher) if orders else Crew({}, 0)) as crew:
            for answer in crew.work(orders):
                _take(grades, store, _record(answer, waiting[answer.key], keys[answer.key]), watcher)
            if crew.declared is not None and not grades.checks:
                grades.checks = tuple(outcome.check for outcome in Report.from_dict(crew.declared).outcomes)
    except CrewGone as error:
        grades.stopped = str(error)
    except KeyboardInterrupt:
        grades.stopped = STOPPED
    except OSError as error:
        grades.stopped = f"{error.strerror or error}: {error.filename or store.folder}."
    return grades


def _crew(plan: Plan, watcher: Watcher) -> Crew | Cluster:
    """Who grades: this machine's bays, or a cluster's."""
    options = plan.options.of_grades()
    if not plan.options.scheduler:
        return Crew({"assignment": str(plan.assignment.folder), "options": options}, plan.options.jobs)
    from autograder.batch.cluster import Cluster

    return Cluster(plan.options.scheduler, plan.assignment, options, watcher.told)


def _keys(
    assignment: Assignment, handed: Sequence[HandedIn], options: Options
) -> tuple[dict[str, str], tuple[HandedIn, ...]]:
    """Of each submission the hash of what its grade depends on; empty where it cannot be read, which is its problem."""
    grader = fingerprint.of_grader(assignment, options.of_grades())
    keys, found = {}, []
    for one in handed:
        late = _lateness(assignment, one, options)
        try:
            keys[one.folder] = fingerprint.of_submission(one, grader, repr(late))
        except OSError as error:
            keys[one.folder] = ""
            words = f"It cannot be read: {error.strerror or error}: {error.filename or one.label}."
            one = replace(one, problem=one.problem or words)
        found.append(replace(one, beyond=beyond(one, assignment.rate_limit)))
    return keys, tuple(found)


def _order(assignment: Assignment, one: HandedIn, options: Options) -> dict[str, Any]:
    late = _lateness(assignment, one, options)
    return {"submission": order(one), "lateness": [late.lost, late.words] if late is not None else None}


def _lateness(assignment: Assignment, one: HandedIn, options: Options) -> Lateness | None:
    """What lateness costs, from when it was handed in, as the export has it, and never from the clock."""
    at = read_date(one.created_at)
    return assignment.late.lateness(at, options.due) if assignment.late is not None and at is not None else None


def _record(answer: Answer, one: HandedIn, key: str) -> Record:
    if answer.report is None:
        return Record(one, key, why=answer.failed or "No words came from the grader.")
    return Record(one, key, Report.from_dict(answer.report))


def _take(grades: Grades, store: Store, record: Record, watcher: Watcher) -> None:
    """Write it down first, then count it. OSError where nothing more can be written at all."""
    try:
        record = store.keep(record)
    except OSError as error:
        if error.errno in FULL:
            raise
        record = replace(record, report=None, why=f"Its results cannot be written: {error}")
    row = _row(record)
    _enter(grades, row, record)
    watcher.found(row)


def _enter(grades: Grades, row: Row, record: Record) -> None:
    grades.rows[row.handed.folder] = row
    if record.report is not None and not grades.checks:
        grades.checks = tuple(outcome.check for outcome in record.report.outcomes)


def _row(record: Record) -> Row:
    report = record.report
    if report is None:
        return Row(record.handed, FAILED, why=record.why)
    broken = [outcome.check.name for outcome in report.outcomes if outcome.status is Status.BROKEN]
    return Row(
        record.handed,
        GRADED,
        score=report.score,
        max_score=report.max_score,
        scores={outcome.check.name: outcome.score for outcome in report.outcomes},
        passed=report.all_passed,
        lost=report.lost,
        why=f"Broken checks, which is our fault: {', '.join(broken)}." if broken else "",
    )
