"""Grade one submission: every check of the assignment is declared first, and each stands in the Report once."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from autograder.assignment import Assignment, load_assignment
from autograder.bench import PREPARED, Bench, Safety, open_bench
from autograder.errors import AssignmentError
from autograder.outcome import Check, Outcome, Report, Status, declared
from autograder.sandbox.hatch import Zygote

if TYPE_CHECKING:
    from autograder.policy import Lateness
    from autograder.pytest_plugin import Grading

NOT_YET = "This check has not been run."
NOT_CHOSEN = "This check was not asked for."


class Run(Protocol):
    """Runs an assignment's checks on a bench, as pytest_run.run, which says what the arguments are."""

    def __call__(
        self,
        assignment: Assignment,
        bench: Bench,
        declared: Callable[[tuple[Check, ...]], None],
        found: Callable[[Outcome], None],
        only: Callable[[Check], bool],
        calibrating: bool,
        log: Path | None,
        /,
    ) -> Grading: ...


class Listener(Protocol):
    """Is told of a grading while it goes on: a journal, a results file, a progress bar."""

    def declared(self, report: Report) -> None:
        """Every check is known; the student's code has not been touched."""

    def found(self, report: Report, outcome: Outcome) -> None:
        """One more check has its Outcome, which stands in the report already."""

    def finished(self, report: Report) -> None:
        """The report is complete."""


def grade(
    assignment: Assignment | Path | str,
    submission: Path | str,
    *,
    seconds: float | None = None,
    only: Callable[[Check], bool] = lambda check: True,
    safety: Safety | None = None,
    listeners: tuple[Listener, ...] = (),
    zygote: Zygote | None = None,
    calibrating: bool = False,
    lateness: Lateness | None = None,
    log: Path | None = None,
    run: Run | None = None,
    prepared: int = PREPARED,
) -> Report:
    """The Report of one submission: a .py file, a notebook, a folder or a zip.

    seconds: for all checks together, else the assignment's limit. only: which checks to run; the others are reported as
    skipped. zygote: one that was started already, to save its start; it is closed. calibrating: write the assignment's
    tolerances, computed along the way. lateness: what it costs, if anything. log: a file to which wrong answers are
    added that nothing explains. run: runs checks that are collected already, else pytest_run.run. prepared: how many
    workers to have made in advance, while something else takes its time. Raises
    AssignmentError when the assignment itself is wrong, SandboxError when this machine cannot run a submission safely.
    Whatever is wrong with the submission is in the Report.
    """
    if not isinstance(assignment, Assignment):
        assignment = load_assignment(Path(assignment))
    submission = Path(submission)
    started = time.monotonic()
    limit = assignment.limits.submission_seconds if seconds is None else seconds
    with open_bench(assignment, submission, seconds=limit, safety=safety, zygote=zygote, prepared=prepared) as bench:
        if run is None:
            from autograder import pytest_run  # here: while pytest loads, the first workers lock themselves down

            run = pytest_run.run
        record = _Record(assignment, submission.name, bench, listeners, lateness)
        grading = run(assignment, bench, record.declare, record.find, only, calibrating, log)
    if grading.errors:
        raise AssignmentError("The assignment's own tests cannot be loaded.\n" + "\n".join(grading.errors))
    if grading.stopped is not None:
        raise grading.stopped
    report = replace(_mark_unchosen(record.report, only), seconds=time.monotonic() - started)
    for listener in listeners:
        listener.finished(report)
    return report


@dataclass
class _Record:
    """The Report as it grows, and everyone who is told."""

    assignment: Assignment
    submission: str
    bench: Bench
    listeners: tuple[Listener, ...]
    lateness: Lateness | None = None
    report: Report = field(init=False)

    def declare(self, checks: tuple[Check, ...]) -> None:
        self.report = declared(self.assignment.title, self.submission, checks, NOT_YET)
        if self.lateness is not None:
            self.report = replace(self.report, lost=self.lateness.lost, remarks=(self.lateness.words,))
        for listener in self.listeners:
            listener.declared(self.report)
        self.bench.sandbox.prove_machine()

    def find(self, outcome: Outcome) -> None:
        workers = self.bench.workers
        late = () if self.lateness is None else (self.lateness.words,)
        self.report = replace(
            self.report.with_outcome(outcome),
            remarks=(*late, *self.bench.remarks, *(workers.remarks if workers else ())),
            staff=tuple(workers.staff) if workers else (),
            sandbox={"level": self.bench.sandbox.level.value, "layers": dict(self.bench.sandbox.layers)},
        )
        for listener in self.listeners:
            listener.found(self.report, outcome)


def _mark_unchosen(report: Report, only: Callable[[Check], bool]) -> Report:
    """The checks that were not asked for, said so."""
    outcomes = tuple(
        outcome if only(outcome.check) else replace(outcome, status=Status.SKIPPED, message=NOT_CHOSEN)
        for outcome in report.outcomes
    )
    return replace(report, outcomes=outcomes)


def calibrate(assignment: Assignment) -> Report:
    """Compute the tolerances that grading reads, and keep them with the assignment; the reference's own Report."""
    from autograder.model import write_model

    with tempfile.TemporaryDirectory() as folder:
        return grade(assignment, write_model(assignment, Path(folder)), calibrating=True)
