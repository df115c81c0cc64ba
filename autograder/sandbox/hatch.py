"""Starts the zygote and talks to it. Light to import, so that numpy loads over there while the grader starts here."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import control, linux

START_SECONDS = 60.0  # python and numpy from a cold disk in half a CPU take a few seconds
MAX_WAITING = 50  # answers that nobody fetched: some 200 fill a socket
ANSWER_SECONDS = 20.0  # a fork takes 4 ms; a stalled container takes a hundred times that

# numpy's BLAS would size its threads by the host's cores; the hash seed makes sets come out the same in every run.
# matplotlib does not load without a folder that looks as if one could write there; that it then cannot, it survives.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLCONFIGDIR": "/tmp",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "LANG": "C.UTF-8",
}
# As `python -I -m autograder.sandbox.zygote`, but with a hash seed: nothing of the working folder is on the path.
_BOOT = (
    "import sys; sys.path[:] = [entry for entry in sys.path if entry]; "
    "from autograder.sandbox.zygote import main; main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == 'isolated')"
)


class Zygote:
    """The zygote's process and its control socket. Starting it returns at once; ``close`` ends all its workers.

    isolated: in namespaces of its own, where this machine grants them.
    """

    def __init__(self, isolated: bool = True) -> None:
        with contextlib.suppress(OSError):  # what this process holds is not for others of the same user to read
            linux.prctl(linux.PR_SET_DUMPABLE, 0)
        ours, theirs = control.pair()
        self._control = ours
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the zygote lives
        self._ready = False
        self._asked = self._answered = 0
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-s",
                "-c",
                _BOOT,
                *map(str, (theirs.fileno(), os.getpid(), "isolated" if isolated else "shared")),
            ],
            env=ENVIRONMENT,
            cwd="/",
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is for the grader, which then ends everything in order
        )
        theirs.close()

    def request(self, message: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer, as zygote.py describes them. SandboxError when none comes."""
        return self.answer(self.post(message))

    def post(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> int:
        """Ask without waiting; the number with which to fetch the answer, if anybody wants it."""
        self.answer(self._asked - MAX_WAITING)  # the zygote would block on a full socket
        try:
            control.send(self._control, message, descriptors)
        except OSError as error:
            raise self._silent(error) from error
        self._asked += 1
        return self._asked

    def answer(self, number: int) -> dict[str, Any]:
        """The answer to question ``number``; earlier ones are passed over. Empty if it was passed over itself."""
        answer: dict[str, Any] = {}
        while self._answered < number:
            answer = self._receive()
            self._answered += 1
        return answer

    def _receive(self) -> dict[str, Any]:
        try:
            if not self._ready:
                self._control.settimeout(START_SECONDS)
                control.receive(self._control)
                self._control.settimeout(ANSWER_SECONDS)
                self._ready = True
            return control.receive(self._control)[0]
        except (OSError, ValueError, EOFError) as error:
            raise self._silent(error) from error

    def close(self) -> None:
        """End the zygote and, by it, every worker. Closing twice is allowed."""
        if self._errors.closed:
            return
        self._control.close()
        if not _ended(self._process, seconds=5):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # workers die with it: pdeathsig
        self._process.wait()
        self._errors.close()

    def _silent(self, error: Exception) -> SandboxError:
        self._errors.seek(0)
        last_words = self._errors.read()[-4000:].decode(errors="replace")
        return SandboxError(f"The zygote does not answer: {error!r}. {last_words}")


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ends within so many seconds. subprocess by itself looks only every few milliseconds."""
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not Linux, or an old one
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.returncode is not None
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)
