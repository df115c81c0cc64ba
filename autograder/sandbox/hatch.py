"""Starts the zygote and its stems, and talks to them.

Light to import, so that numpy loads over there while the grader starts here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import control, linux
from autograder.sandbox.offspring import ends_within

START_SECONDS = 60.0  # python and numpy from a cold disk in half a CPU take a few seconds
MAX_WAITING = 50  # answers that nobody fetched: some 200 fill a socket
CLOSE_SECONDS = 8.0  # a zygote gives its stems 5
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


class Asker:
    """Our end of the control socket of a zygote or of a stem. last_words: what was said on stderr there."""

    def __init__(self, end: socket.socket, last_words: Callable[[], str]) -> None:
        self._control = end
        self._last_words = last_words
        self._ready = False
        self._asked = self._answered = 0

    def request(self, message: dict[str, Any]) -> dict[str, Any]:
        """One question and its answer, as offspring.py describes them. SandboxError when none comes."""
        return self.answer(self.post(message))

    def post(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> int:
        """Ask without waiting; the number with which to fetch the answer, if anybody wants it."""
        self.answer(self._asked - MAX_WAITING)  # the other end would block on a full socket
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

    def _silent(self, error: Exception) -> SandboxError:
        return SandboxError(f"The sandbox does not answer: {error!r}. {self._last_words()}")


class Zygote(Asker):
    """The zygote's process. Starting it returns at once; ``close`` ends all its stems, and by them their workers.

    isolated: in namespaces of its own, where this machine grants them.
    """

    def __init__(self, isolated: bool = True) -> None:
        with contextlib.suppress(OSError):  # what this process holds is not for others of the same user to read
            linux.prctl(linux.PR_SET_DUMPABLE, 0)
        ours, theirs = control.pair()
        super().__init__(ours, self.last_words)
        self._stems: list[Stem] = []
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the zygote lives
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

    def stem(self, confinement: dict[str, Any]) -> Stem:
        """A stem for one submission. Starting it returns at once."""
        ours, theirs = control.pair()
        name = int.from_bytes(os.urandom(6), "big")  # forks of this process ask for stems too, one after the other
        try:
            self.post({"fork": confinement, "name": name}, (theirs.fileno(),))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._stems.append(Stem(self, name, ours))
        return self._stems[-1]

    def end_stem(self, stem: Stem) -> None:
        """Have it kill its workers and end, without waiting; the zygote does nothing else before that is done."""
        if stem in self._stems:
            self._stems.remove(stem)
            stem.hang_up()
            self.post({"reap": stem.name})

    def last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-4000:].decode(errors="replace")

    def close(self) -> None:
        """End the zygote and, by it, every stem and worker. Closing twice is allowed."""
        if self._errors.closed:
            return
        for stem in self._stems:
            stem.hang_up()
        self._control.close()
        if not ends_within(self._process.pid, seconds=CLOSE_SECONDS):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # stems die with it, and workers with them: pdeathsig
        self._process.wait()
        self._errors.close()


class Stem(Asker):
    """One submission's stem, which forks its workers."""

    def __init__(self, zygote: Zygote, name: int, end: socket.socket) -> None:
        super().__init__(end, zygote.last_words)
        self.name = name

    def hang_up(self) -> None:
        self._control.close()
