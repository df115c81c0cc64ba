"""Where a grading is written while it goes on: the journal, and Gradescope's results.json after each check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.gradescope.results import write
from autograder.journal import Journal
from autograder.outcome import Outcome, Report


@dataclass
class JournalFile:
    """Keeps the journal from which a supervisor can finish the results."""

    path: Path
    _journal: Journal | None = None
    _remarks: int = 0
    _staff: int = 0

    def declared(self, report: Report) -> None:
        self._journal = Journal.start(self.path, report)

    def found(self, report: Report, outcome: Outcome) -> None:
        assert self._journal is not None
        self._journal.add(outcome)
        for remark in report.remarks[self._remarks :]:
            self._journal.remark(remark)
        for line in report.staff[self._staff :]:
            self._journal.remark(line, staff=True)
        self._remarks, self._staff = len(report.remarks), len(report.staff)

    def finished(self, report: Report) -> None:
        assert self._journal is not None
        self._journal.finish(report)


@dataclass(frozen=True)
class ResultsFile:
    """Writes results.json whole, before the student's code is touched and after each check."""

    path: Path

    def declared(self, report: Report) -> None:
        write(report, self.path)

    def found(self, report: Report, outcome: Outcome) -> None:
        write(report, self.path, draft=True)

    def finished(self, report: Report) -> None:
        write(report, self.path)
