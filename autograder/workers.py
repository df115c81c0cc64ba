"""Which worker a check talks to: a fresh one each, so that no check can change what the next one sees.

The next check's worker is started while this check is under way. Where loading the submission is slow (a training loop
at import), one worker serves the checks that follow each other, which the report says. After two failed loads there is
no third: every check gets the same message.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from autograder.assignment import Assignment, Limits
from autograder.clean import clean_line
from autograder.errors import SandboxError, StudentError
from autograder.sandbox.link import Call, Link, Result, TimeUp, WorkerDied
from autograder.sandbox.session import Ending, Sandbox
from autograder.sandbox.values import ProtocolError
from autograder.submission import Submission
from autograder.words import ended, load_failed, not_an_answer, out_of_time

SLOW_LOAD = 0.5  # seconds: beyond it, loading anew for each check would cost more than it protects
SPARES = 2  # workers that load the submission for the next checks meanwhile: on two cores a third gains nothing
MAX_FAILED_LOADS = 2
MAX_REMARKS = 20


@dataclass
class Workers:
    """Hands out the submission, loaded, to one check after another."""

    sandbox: Sandbox
    assignment: Assignment
    submission: Submission
    deadline: float  # time.monotonic() at which the whole submission's time is up
    remarks: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    unasked: tuple[str, ...] = ()  # names that the submission defines, and the assignment did not ask for
    steady: dict[str, bool] = field(default_factory=dict)  # whether a function answers the same question the same way
    _to_come: int = sys.maxsize  # checks after the one under way
    _failures: list[StudentError] = field(default_factory=list)
    _shared: Link | None = None
    _spares: list[Link] = field(default_factory=list)  # for the next checks, started already
    _link: Link | None = None
    _check_deadline: float = 0.0
    _said: bytearray = field(default_factory=bytearray)
    _compiled: bytes = b""

    @property
    def limits(self) -> Limits:
        return self.assignment.limits

    def expect(self, checks: int) -> None:
        """So many checks will begin, and no more."""
        self._to_come = checks

    def begin(self) -> None:
        """A check starts: its clock runs from here."""
        self._to_come -= 1
        self._check_deadline = time.monotonic() + self.limits.check_seconds
        self._link = None

    def call(
        self, calls: list[Call], seconds: float | None = None, max_reply: int | None = None, *, silent: bool = False
    ) -> list[Result]:
        """These calls in this check's worker; silent: what they print is dropped. StudentError when no answer comes."""
        link = self._loaded()
        printed = len(link.printed)
        wanted = self.limits.call_seconds if seconds is None else seconds
        left = self._left(wanted)
        try:
            results = link.call(calls, left, **({} if max_reply is None else {"max_reply": max_reply}))
            if silent:
                del link.printed[printed:]
            return results
        except TimeUp:
            self._drop(link)
            raise out_of_time(calls, left, shortened=left < wanted) from None
        except WorkerDied:
            raise ended(calls, self._drop(link)) from None
        except ProtocolError as error:
            self._drop(link)
            self.staff.append(f"The worker broke the protocol ({error}): the submission may be writing to its wire.")
            raise not_an_answer(calls) from None

    def process(self) -> int | None:
        """This check's worker, as the kernel numbers processes; None where it does not say."""
        return self._loaded().process

    def end(self) -> str:
        """The check is over: what the student's code printed, and its worker gone."""
        link, self._link = self._link, None
        if link is not None and link is not self._shared:
            self.sandbox.retire(link)
        if link is not None:
            self._said += link.printed
            link.printed.clear()
        said, self._said = self._said, bytearray()
        return said.decode("utf-8", errors="replace")

    def close(self) -> None:
        """No more checks."""
        for link in [*self._spares, *([self._shared] if self._shared else [])]:
            self._drop(link)
        self._spares.clear()

    def _loaded(self) -> Link:
        """This check's worker, with the submission loaded."""
        if self._link is None:
            self._link = self._shared if self._shared is not None else self._load()
        return self._link

    def _load(self) -> Link:
        if len(self._failures) >= MAX_FAILED_LOADS:
            raise self._failures[-1].again()
        left = self._left(self.limits.load_seconds)
        link = self._spares.pop(0) if self._spares else self._launch()
        self.sandbox.prove(link)
        started = time.monotonic()
        try:
            report = link.end_load(left)
        except TimeUp:
            self._drop(link)
            raise self._failed(out_of_time([], left, shortened=left < self.limits.load_seconds)) from None
        except WorkerDied:
            raise self._failed(ended([], self._drop(link))) from None
        except ProtocolError as error:
            self._drop(link)
            self.staff.append(f"The worker broke the protocol while loading ({error}).")
            raise self._failed(not_an_answer([])) from None
        problem = load_failed(report, self.submission)
        if problem is not None:
            self._drop(link)
            raise self._failed(problem)
        self._note(report)
        self._compiled = self._compiled or link.compiled
        if time.monotonic() - started > SLOW_LOAD:
            self._shared = link
            self._remark("Loading your file takes long, so several checks share one copy of it, loaded once.")
        else:
            self._spares += [self._launch() for _ in range(min(SPARES, self._to_come) - len(self._spares))]
        return link

    def _launch(self) -> Link:
        """A worker that locks itself down and loads the submission while this check, or the one before, goes on."""
        link = self.sandbox.launch()
        try:
            link.begin_load(self._header(), self._pieces(), self.limits.load_seconds, self._compiled)
        except (TimeUp, WorkerDied) as error:
            self.sandbox.prove(link)  # says why, if it could not be locked down
            self._drop(link)
            raise SandboxError("A worker took nothing to load.") from error
        return link

    def _header(self) -> dict[str, Any]:
        folder = self.submission.folder
        return {
            "kind": self.submission.kind,
            "mode": self.assignment.notebook,
            "file": self.submission.file,
            "wanted": sorted(self.assignment.functions),
            "search_path": [str(folder / entry) for entry in self.submission.search_path],
        }

    def _pieces(self) -> bytes:
        return json.dumps([[piece.name, piece.source] for piece in self.submission.pieces]).encode()

    def _left(self, wanted: float) -> float:
        now = time.monotonic()
        if now >= self.deadline:
            raise StudentError("The time for the whole submission was used up before this check.")
        return max(0.0, min(wanted, self._check_deadline - now, self.deadline - now))

    def _failed(self, error: StudentError) -> StudentError:
        self._failures.append(error)
        return error

    def _note(self, report: dict[str, Any]) -> None:
        defined = report.get("defined")
        names = [name for name in defined if isinstance(name, str)] if isinstance(defined, list) else []
        self.unasked = tuple(name for name in names if name not in self.assignment.functions)
        remarks = report.get("remarks")
        for remark in remarks[:MAX_REMARKS] if isinstance(remarks, list) else ():
            self._remark(clean_line(str(remark), 400))

    def _remark(self, text: str) -> None:
        if text not in self.remarks:
            self.remarks.append(text)

    def _drop(self, link: Link) -> Ending:
        """End a worker that is of no more use; what it printed stays with the check."""
        ending = self.sandbox.end(link)
        self._said += link.printed
        self._shared = None if link is self._shared else self._shared
        self._link = None
        return ending
