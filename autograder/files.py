"""Where a grading is written while it goes on: the journal, and Gradescope's results.json after each check."""

from __future__ import annotations

import queue
import threading
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


class ResultsFile:
    """Writes results.json whole, before the student's code is touched and after each check.

    After a check a thread writes, the newest report each time, while the next check waits for its answers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._newest: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_drafts, daemon=True)
        self._error: OSError | None = None

    def declared(self, report: Report) -> None:
        write(report, self.path)
        self._thread.start()

    def found(self, report: Report, outcome: Outcome) -> None:
        if self._error is not None:
            raise self._error
        self._newest.put(report)

    def finished(self, report: Report) -> None:
        self._newest.put(None)
        self._thread.join()
        write(report, self.path)

    def _write_drafts(self) -> None:
        report = self._newest.get()
        while report is not None:
            while not self._newest.empty():
                newer = self._newest.get()
                if newer is None:
                    return
                report = newer
            try:
                write(report, self.path, draft=True)
            except OSError as error:
                self._error = error
                return
            report = self._newest.get()
