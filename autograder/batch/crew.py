"""The bays of this machine: starts them, gives each the next submission, and replaces one that dies."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from autograder.batch.handover import receive, send
from autograder.errors import AutograderError
from autograder.gradescope.entry import ONE_THREAD

# Nothing of the working folder on the path; the same hash seed everywhere, so that a message comes out the same.
_BOOT = (
    "import sys; sys.path[:] = [entry for entry in sys.path if entry]; "
    "from autograder.batch.bay import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)
MAX_DEATHS = 3  # of bays before they were ready, with nothing graded in between: then nothing will be
LEAVE_SECONDS = 10.0  # for a bay to end what it started


class CrewGone(AutograderError):
    """Nobody is there any more who could grade; what was graded is kept, and the batch can be gone on with."""


@dataclass
class Answer:
    """What a bay said of one submission. key: whose it is. Exactly one of report and failed is set."""

    key: str
    report: dict[str, Any] | None = None
    failed: str = ""


@dataclass
class _Bay:
    process: subprocess.Popen[bytes]
    socket: socket.socket
    errors: IO[bytes]
    is_ready: bool = False
    key: str | None = None  # of the submission under way

    def last_words(self) -> str:
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode(errors="replace").strip()

    def hang_up(self) -> None:
        """It ends by itself now, with its grader and its zygote."""
        self.socket.close()

    def close(self) -> None:
        self.hang_up()
        try:
            self.process.wait(LEAVE_SECONDS if self.is_ready else 0)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)  # what it started ends with it
            self.process.wait()
        self.errors.close()


@dataclass
class Crew:
    """So many bays for one assignment. begin: their first message. ``close`` ends them, whatever they are at."""

    begin: dict[str, Any]
    jobs: int
    declared: dict[str, Any] | None = None  # a report with every check of the assignment, once a bay is ready
    _bays: list[_Bay] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _deaths: int = 0
    _scratch: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="autograder-batch-", ignore_cleanup_errors=True)
    )

    def __post_init__(self) -> None:
        os.chmod(self._scratch.name, 0o711)  # a worker of another uid goes through it

    def work(self, orders: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Answer]:
        """The answer to each of these messages, each with its key, as they come. The bays stay warm for the next call.

        AutograderError, with the bay's sentence, where the assignment or the machine refuses altogether.
        """
        waiting = list(reversed(list(orders)))
        for _ in range(min(self.jobs, len(waiting)) - len(self._bays)):
            self._start()
        while waiting or any(bay.key is not None for bay in self._bays):
            for bay in self._bays:
                if bay.is_ready and bay.key is None and waiting:
                    bay.key, message = waiting.pop()
                    with contextlib.suppress(OSError):  # it has just died: the next look at it says so
                        send(bay.socket, message)
            for key, _ in self._selector.select():
                bay = key.data
                answer = self._hear(bay, receive(bay.socket))
                if answer is not None:
                    yield answer

    def close(self) -> None:
        for bay in self._bays:
            bay.hang_up()
        for bay in self._bays:
            bay.close()
        self._bays.clear()
        self._selector.close()
        self._scratch.cleanup()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the bay lives
        process = subprocess.Popen(
            [sys.executable, "-s", "-c", _BOOT, str(theirs.fileno()), str(os.getpid())],
            env={**os.environ, **ONE_THREAD, "PYTHONHASHSEED": "0", "PYTHONSAFEPATH": "1"},
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for the batch, which then ends everything in order
        )
        theirs.close()
        bay = _Bay(process, ours, errors)
        self._bays.append(bay)
        self._selector.register(ours, selectors.EVENT_READ, bay)
        with contextlib.suppress(OSError):
            send(ours, {**self.begin, "scratch": self._scratch.name})

    def _hear(self, bay: _Bay, message: dict[str, Any] | None) -> Answer | None:
        if message is None:
            return self._bury(bay)
        if "refused" in message:
            raise AutograderError(message["refused"])
        if "ready" in message:
            bay.is_ready, self.declared = True, message["ready"]
            return None
        self._deaths = 0
        key, bay.key = bay.key, None
        return Answer(str(key), message.get("report"), message.get("failed", ""))

    def _bury(self, bay: _Bay) -> Answer | None:
        """A bay is dead: what it was at could not be graded, and another one takes its place."""
        self._selector.unregister(bay.socket)
        self._bays.remove(bay)
        words, key = bay.last_words(), bay.key
        bay.close()
        code = bay.process.returncode
        self._deaths += not bay.is_ready
        if self._deaths >= MAX_DEATHS:
            raise AutograderError(f"The grading processes do not start (exit code {code}). {words}")
        self._start()
        return Answer(key, failed=f"The grading process ended (exit code {code}). {words}".strip()) if key else None
