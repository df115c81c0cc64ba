"""The trusted side's hold on the zygote: start it, have it fork locked-down workers, leave nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import levels, lockdown
from autograder.sandbox.levels import Level
from autograder.sandbox.link import Link, TimeUp, WorkerDied
from autograder.sandbox.memory import MIB, worker_memory
from autograder.sandbox.values import ProtocolError

START_SECONDS = 60.0  # python and numpy from a cold disk in half a CPU: measured 3 s at worst
FORK_SECONDS = 20.0  # measured 4 ms; a stalled container takes a hundred times that
LOWEST_UID, HIGHEST_UID = 0x4000_0000, 0x7FFF_FFF0  # above what systems and container managers hand out

# numpy's BLAS would size its threads by the host's cores; the hash seed makes sets come out the same in every run.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "LANG": "C.UTF-8",
}
# As `python -I -m autograder.sandbox.zygote`, but with a hash seed: nothing of the working folder is on the path.
_BOOT = (
    "import sys; sys.path[:] = [entry for entry in sys.path if entry]; "
    "from autograder.sandbox.zygote import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)


@dataclass(frozen=True)
class Ending:
    """How a worker ended. Exactly one of signal and code is set; peak is its memory at most, in bytes."""

    signal: int | None
    code: int | None
    peak: int


@dataclass
class Sandbox:
    """One zygote. Use as a context manager; ``folder`` is the private copy of the submission.

    minimum: below this level no worker is handed out (SandboxError). without: layers left out on purpose.
    secrets: folders that a submission must never read; refused if a worker could.
    """

    folder: Path
    memory_mb: int
    cpu_seconds: int
    secrets: Sequence[Path] = ()
    minimum: Level = Level.STANDARD
    without: tuple[str, ...] = ()
    layers: dict[str, str] = field(default_factory=dict)
    _zygote: subprocess.Popen[bytes] | None = None
    _control: socket.socket | None = None
    _ready: bool = False

    def __enter__(self) -> Sandbox:
        """Start the zygote and return at once: it loads numpy while the grader does other things."""
        self._readable = lockdown.interpreter_paths()
        try:
            levels.refuse_exposed([str(path) for path in self.secrets], self._readable)
        except levels.ExposedError as error:
            raise SandboxError(f"{error}. Nothing was run.") from error
        self._canaries = [canary for folder in self.secrets for canary in _shut(folder)]
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()
        command = [sys.executable, "-s", "-c", _BOOT, str(theirs.fileno()), str(os.getpid())]
        self._zygote = subprocess.Popen(
            command,
            env=ENVIRONMENT,
            cwd="/",
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C is for the grader, which then ends everything in order
        )
        theirs.close()
        self._control = ours
        return self

    def __exit__(self, *_: object) -> None:
        """End the zygote and, by it, every worker."""
        assert self._control is not None
        assert self._zygote is not None
        self._control.close()
        try:
            self._zygote.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)  # workers die with it: pdeathsig
            self._zygote.wait()
        self._errors.close()

    @property
    def level(self) -> Level:
        """The level of the layers that the last worker had."""
        return levels.level(self.layers)

    def fork(self) -> Link:
        """A fresh worker, locked down and proved so, with nothing loaded. SandboxError below the minimum level."""
        ours, theirs = socket.socketpair()
        output_read, output_write = os.pipe()
        try:
            pid = self._request({"fork": self._confinement()}, (theirs.fileno(), output_write))["pid"]
        except BaseException:
            ours.close()
            os.close(output_read)
            raise
        finally:
            theirs.close()
            os.close(output_write)
        link = Link(ours, output_read, pid)
        try:
            self.layers = link.ready(FORK_SECONDS)
            if self.level < self.minimum:
                raise SandboxError(_too_weak(self.layers, self.level))
        except (TimeUp, WorkerDied, ProtocolError) as error:
            ending = self.end(link)
            said = bytes(link.printed).decode(errors="replace")
            raise SandboxError(f"A worker could not be locked down ({error!r}, {ending}). {said}") from error
        except SandboxError:
            self.end(link)
            raise
        return link

    def prove(self) -> None:
        """Lock one worker down and let it go: SandboxError if this machine cannot."""
        self.end(self.fork())

    def end(self, link: Link) -> Ending:
        """Kill the worker, wait for it, and say how it ended (by itself, if it had ended before)."""
        status = self._request({"reap": link.pid})
        link.close()
        code = status["status"]
        return Ending(
            signal=os.WTERMSIG(code) if os.WIFSIGNALED(code) else None,
            code=os.WEXITSTATUS(code) if os.WIFEXITED(code) else None,
            peak=status["peak"],
        )

    def _confinement(self) -> dict[str, Any]:
        uid = None
        if os.geteuid() == 0 and lockdown.uid_can_import(self._readable):
            uid = LOWEST_UID + secrets.randbelow(HIGHEST_UID - LOWEST_UID)
        return lockdown.Confinement(
            folder=str(self.folder),
            uid=uid,
            memory_bytes=worker_memory(self.memory_mb * MIB),
            cpu_seconds=self.cpu_seconds,
            readable=self._readable,
            without=self.without,
            canaries=tuple(self._canaries) if uid is not None else (),
        ).to_dict()

    def _request(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        assert self._control is not None
        try:
            if not self._ready:
                self._control.settimeout(START_SECONDS)
                json.loads(self._control.recv(4096))
                self._ready = True
            self._control.settimeout(FORK_SECONDS)
            socket.send_fds(self._control, [json.dumps(message).encode()], list(descriptors))
            answer = json.loads(self._control.recv(4096))
        except (OSError, ValueError) as error:
            raise SandboxError(f"The zygote does not answer: {error!r}. {self._last_words()}") from error
        if "error" in answer:
            raise SandboxError(f"The zygote could not do it: {answer['error']}")
        return dict(answer)

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-4000:].decode(errors="replace")


def _shut(folder: Path) -> list[str]:
    """Shut a folder of root's to every other user; a file in it that a worker must then fail to open."""
    if os.geteuid() != 0 or not folder.is_dir() or folder.stat().st_uid != 0:
        return []
    folder.chmod(0o700)
    return [str(path) for path in sorted(folder.resolve().glob("*.*"))[:1]]


def _too_weak(layers: dict[str, str], level: Level) -> str:
    missing = "; ".join(f"{name}: {state}" for name, state in layers.items() if state != "on")
    return (
        f"This machine confines a submission at the level '{level.value}' only ({missing}). "
        "Nothing was run. --allow-weak-sandbox grades all the same, for submissions that you trust."
    )
