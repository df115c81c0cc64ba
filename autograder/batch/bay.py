"""A bay: a process that keeps an assignment warm, and forks a grader for each submission that it is given.

On its socket, each message as JSON with its length in front:

    the batch: {"assignment": folder, "options": {...}, "scratch": folder}
    the bay:   {"ready": a report with every check declared} or {"refused": sentence}
    the batch: {"submission": {...}, "lateness": [...] or null}
    the bay:   {"report": {...}} or {"failed": words}

It ends when the socket closes; a grader ends with its bay.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment, load_assignment
from autograder.batch.handover import given, is_closed, receive, send
from autograder.batch.zygotes import LastingZygote
from autograder.bench import Safety
from autograder.chosen import chosen
from autograder.errors import AutograderError, SandboxError
from autograder.grade import grade
from autograder.gradescope.descendants import adopt_orphans, die_with, kill_descendants
from autograder.outcome import Report, declared
from autograder.policy import Lateness
from autograder.sandbox.levels import Level
from autograder.sandbox.session import Sandbox

STOPPED = "The batch was stopped."
PREPARED = 3  # workers: nothing has to load here while more are made, and what cannot be loaded needs two
LATE_SECONDS = 60.0  # a grader keeps its own limit; so long after it, it hangs by a fault of ours


def main(descriptor: int, parent: int) -> None:
    """Serve until the batch hangs up."""
    die_with(parent)
    adopt_orphans()
    with contextlib.closing(socket.socket(fileno=descriptor)) as batch:
        order = receive(batch)
        if order is not None:
            try:
                _serve_assignment(batch, order)
            except (AutograderError, OSError) as error:
                with contextlib.suppress(OSError):  # nobody is there any more
                    send(batch, {"refused": str(error)})
    kill_descendants()
    os._exit(0)


def _serve_assignment(batch: socket.socket, order: dict[str, Any]) -> None:
    options = order["options"]
    tempfile.tempdir = tempfile.mkdtemp(dir=order["scratch"])  # what a killed grader leaves is removed with it
    os.chmod(tempfile.tempdir, 0o711)
    assignment = load_assignment(Path(order["assignment"]))
    only = chosen(tuple(options["question"]))
    log = assignment.unexplained if options["log"] else None
    zygote = LastingZygote()
    try:
        from autograder.batch.warm import Collected, collect  # here: pytest loads while the zygote starts

        def serve(collected: Collected) -> None:
            bay = Bay(batch, assignment, collected, options, zygote)
            bay.prove_machine()
            if not any(map(only, collected.checks)):
                raise AutograderError(f"No check is called {' or '.join(options['question'])}.")
            send(batch, {"ready": declared("", "", collected.checks, "").to_dict()})
            try:
                bay.serve()
            except SandboxError:  # it could not go on after a submission: another bay takes its place
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
            finally:
                bay.zygote.end()

        collect(assignment, only, log, serve)
    finally:
        zygote.end()


@dataclass
class Bay:
    """What a bay has at hand. collected: the checks, warm. options: as batch.run has them."""

    batch: socket.socket
    assignment: Assignment
    collected: Any
    options: dict[str, Any]
    zygote: LastingZygote

    @property
    def safety(self) -> Safety:
        return Safety(minimum=Level.WEAK) if self.options["weak"] else Safety()

    @property
    def seconds(self) -> float:
        return float(self.options["seconds"] or self.assignment.limits.submission_seconds)

    def prove_machine(self) -> None:
        """SandboxError if nothing can run safely here: then there is no need to begin."""
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            secrets = (self.assignment.folder, self.assignment.root / "reference")
            memory = int(self.assignment.limits.memory_mb)
            sandbox = Sandbox(self.zygote, Path(folder), memory, 10, secrets=secrets, minimum=self.safety.minimum)
            os.chmod(folder, 0o755)
            try:
                sandbox.prove_machine()
            finally:
                sandbox.close()
                self.zygote.close()

    def serve(self) -> None:
        while (message := receive(self.batch)) is not None:
            send(self.batch, self.grade(message))

    def grade(self, message: dict[str, Any]) -> dict[str, Any]:
        """Grade one submission in a fork, and see to it that nothing of it is left."""
        reading, writing = os.pipe()
        bay = os.getpid()
        grader = os.fork()
        if grader == 0:
            os.close(reading)
            _in_fork(self, message, writing, bay)
        os.close(writing)
        answer, why = self._answer(reading, time.monotonic() + self.seconds + LATE_SECONDS)
        os.close(reading)
        if why:
            with contextlib.suppress(ProcessLookupError):
                os.kill(grader, signal.SIGKILL)
        _, status = os.waitpid(grader, 0)
        code = os.waitstatus_to_exitcode(status)
        if not why and code != 0:
            why = f"The grader was ended by signal {-code}." if code < 0 else f"The grader ended with exit code {code}."
        try:
            found = json.loads(answer) if not why else {}
        except ValueError:
            found, why = {}, "The grader ended before it had said everything."
        self.collected.learn(found.pop("learnt", {}))
        if not _is_clean(found) and why != STOPPED:
            self._renew()
        return found if not why else {"failed": why}

    def _answer(self, reading: int, deadline: float) -> tuple[bytes, str]:
        """All that the grader says, and why there is no more to be waited for, if it did not end by itself."""
        parts: list[bytes] = []
        while True:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([reading, self.batch.fileno()], [], [], max(0.0, left))
            if reading in ready:
                part = os.read(reading, 1 << 20)
                if not part:
                    return b"".join(parts), ""
                parts.append(part)
            elif self.batch.fileno() in ready and is_closed(self.batch):
                return b"", STOPPED
            elif left <= 0:
                return b"", "The grader did not keep its own time limit, and was killed."

    def _renew(self) -> None:
        """Another zygote: of this one's workers one may be alive, or may have reached it."""
        self.zygote.end()
        kill_descendants()
        for left in Path(tempfile.gettempdir()).iterdir():
            shutil.rmtree(left, ignore_errors=True)
        self.zygote = LastingZygote()
        self.zygote.wait()


def _is_clean(found: dict[str, Any]) -> bool:
    """Whether the grading came to its end, with every worker confined so that it can have reached no other process."""
    level = found.get("report", {}).get("sandbox", {}).get("level")
    return level in (Level.STANDARD.value, Level.STRONG.value)


def _in_fork(bay: Bay, message: dict[str, Any], writing: int, parent: int) -> None:
    """Grade, say the report, and end. Never returns: what follows in the stack is the bay's."""
    try:
        die_with(parent)
        bay.batch.close()
        answer = _graded(bay, message)
        data = json.dumps(answer, default=_plain).encode()
        with open(writing, "wb") as pipe:
            pipe.write(data)
        os._exit(0)
    finally:
        os._exit(1)


def _graded(bay: Bay, message: dict[str, Any]) -> dict[str, Any]:
    lateness = Lateness(*message["lateness"]) if message["lateness"] else None
    try:
        with given(message["submission"]) as path:
            report = grade(
                bay.assignment,
                path,
                seconds=bay.seconds,
                only=chosen(tuple(bay.options["question"])),
                safety=bay.safety,
                zygote=bay.zygote,
                lateness=lateness,
                log=bay.assignment.unexplained if bay.options["log"] else None,
                run=bay.collected.run,
                prepared=PREPARED,
            )
    except Exception:  # a fault of ours costs this submission, and is said
        return {"failed": traceback.format_exc(limit=-5)}
    asked = _asked(replace(report, submission=message["submission"]["label"]), bay)
    return {"report": asked.to_dict(), "learnt": bay.collected.learnt}


def _asked(report: Report, bay: Bay) -> Report:
    """The report with nothing but what was asked for, as `autograder grade -q` shows it."""
    only = chosen(tuple(bay.options["question"]))
    return replace(report, outcomes=tuple(outcome for outcome in report.outcomes if only(outcome.check)))


def _plain(value: Any) -> Any:
    """numpy's numbers are no JSON: the number itself; anything else by its text."""
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)
