"""What is known of a grading so far, kept on disk line by line, so that no death of the grader loses it.

JSON lines: first the report with every check declared, then each outcome and remark as it is found, last the report
as the grader finished it. A line is one write; what a kill tears is the last line, and only that one is lost. There
is no fsync: a write that returned outlives its process, and after a crash of the whole machine one grades again.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder.outcome import Outcome, Report


@dataclass(frozen=True)
class Record:
    """What a journal says. unjudged: the names of the declared checks without an outcome. finished: by the grader."""

    report: Report
    unjudged: tuple[str, ...]
    finished: bool


class Journal:
    """An open journal; only ``start`` makes one."""

    def __init__(self, descriptor: int, declared: tuple[str, ...]) -> None:
        self._descriptor = descriptor
        self._declared = declared

    @staticmethod
    def start(path: Path, report: Report) -> Journal:
        """A new journal in the place of an old one, with every check of this report declared."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        journal = Journal(descriptor, _names(report))
        journal._append({"declared": report.to_dict()})
        return journal

    def add(self, outcome: Outcome) -> None:
        """A check was judged. ValueError if it was never declared."""
        if outcome.check.name not in self._declared:
            raise ValueError(f"The check {outcome.check.name} was never declared.")
        self._append({"outcome": asdict(outcome)})

    def remark(self, text: str, *, staff: bool = False) -> None:
        """A sentence about the submission as a whole, for the student or for staff."""
        self._append({"staff" if staff else "remark": text})

    def finish(self, report: Report) -> None:
        """The grader is done: this report is the whole truth. ValueError if its checks are not the declared ones."""
        if _names(report) != self._declared:
            raise ValueError(f"The report holds the checks {_names(report)}, but declared were {self._declared}.")
        self._append({"finished": report.to_dict()})
        self.close()

    def close(self) -> None:
        """No more lines. Closing twice is allowed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _append(self, line: dict[str, Any]) -> None:
        # Pure ASCII: a torn line can be cut inside a number or a word, never inside a character.
        rest = json.dumps(line, ensure_ascii=True, default=_plain).encode("ascii") + b"\n"
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def replay(path: Path) -> Report | None:
    """The report as far as the journal knows it; None where there is no journal, or none that declares its checks."""
    record = read_journal(path)
    return None if record is None else record.report


def read_journal(path: Path) -> Record | None:
    """Everything the journal says, with what is torn left out; None as in ``replay``."""
    try:
        lines = [entry for entry in map(_parsed, path.read_bytes().split(b"\n")) if entry is not None]
    except OSError:
        return None
    if not lines or "declared" not in lines[0]:
        return None
    report = Report.from_dict(lines[0]["declared"])
    unjudged = list(_names(report))
    for line in lines[1:]:
        if "finished" in line:
            return Record(Report.from_dict(line["finished"]), (), finished=True)
        if "outcome" in line:
            outcome = _outcome(line["outcome"], lines[0]["declared"])
            report = report.with_outcome(outcome)
            unjudged = [name for name in unjudged if name != outcome.check.name]
        elif "remark" in line:
            report = replace(report, remarks=(*report.remarks, line["remark"]))
        elif "staff" in line:
            report = replace(report, staff=(*report.staff, line["staff"]))
    return Record(report, tuple(unjudged), finished=False)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:  # the torn one, or the empty rest after the last newline
        return None
    return entry if isinstance(entry, dict) else None


def _outcome(entry: dict[str, Any], declared: dict[str, Any]) -> Outcome:
    return Report.from_dict({**declared, "outcomes": [entry]}).outcomes[0]


def _names(report: Report) -> tuple[str, ...]:
    return tuple(outcome.check.name for outcome in report.outcomes)


def _plain(value: Any) -> Any:
    """numpy's numbers are no JSON: the number itself; anything else by its text."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)
