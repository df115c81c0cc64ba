"""The trusted side's hold on one submission's workers: have them forked and locked down, and leave nothing behind."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import interpreter, levels, meter, namespaces
from autograder.sandbox.confinement import Confinement
from autograder.sandbox.hatch import Stem, Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.link import Link, TimeUp, WorkerDied
from autograder.sandbox.memory import MIB, worker_memory
from autograder.sandbox.values import ProtocolError

READY_SECONDS = 20.0  # lock-down and its probes take 3 ms
LOWEST_UID, HIGHEST_UID = 0x4000_0000, 0x7FFF_FFF0  # above what systems and container managers hand out


@dataclass(frozen=True)
class Ending:
    """How a worker ended. Exactly one of signal and code is set; peak is its memory at most, in bytes."""

    signal: int | None
    code: int | None
    peak: int


@dataclass
class Sandbox:
    """The workers for one submission. ``folder`` is its private copy.

    minimum: below this level no worker is handed out (SandboxError). without: layers left out on purpose.
    secrets: folders that a submission must never read: SandboxError if a worker could.
    """

    zygote: Zygote
    folder: Path
    memory_mb: int
    cpu_seconds: int
    secrets: Sequence[Path] = ()
    minimum: Level = Level.STANDARD
    without: tuple[str, ...] = ()
    layers: dict[str, str] = field(default_factory=dict)
    _stem: Stem | None = None
    _waiting: list[Link] = field(default_factory=list)
    _proved: set[int] = field(default_factory=set)
    _forked: int = 0

    def __post_init__(self) -> None:
        self._readable = interpreter.interpreter_paths()
        self._own_uid = os.geteuid() == 0 and interpreter.uid_can_import(self._readable)
        try:
            levels.refuse_exposed([str(path) for path in self.secrets], self._readable)
        except levels.ExposedError as error:
            raise SandboxError(f"{error}. Nothing was run.") from error
        self._canaries = [canary for folder in self.secrets for canary in _shut(folder)]

    @property
    def level(self) -> Level:
        """The level of the layers that the last worker had."""
        return levels.level(self.layers)

    def prepare(self, count: int) -> None:
        """Have so many workers forked in advance, which lock themselves down meanwhile."""
        self._waiting += [self._fork() for _ in range(count)]

    def prove_machine(self) -> None:
        """SandboxError if this machine cannot lock a worker down; before anything of the student's is run."""
        self.prepare(not self._waiting)
        self.prove(self._waiting[0])

    def launch(self) -> Link:
        """A worker that is, or is about to be, locked down. ``prove`` it before its answers count."""
        return self._waiting.pop(0) if self._waiting else self._fork()

    def close(self) -> None:
        """End all workers. Closing twice is allowed."""
        for link in self._waiting:
            link.close()
        self._waiting.clear()
        if self._stem is not None:
            self.zygote.end_stem(self._stem)
            self._stem = None

    def _fork(self) -> Link:
        if self._stem is None:
            self._stem = self.zygote.stem(self._confinement())
        ours, theirs = socket.socketpair()
        meter.ask_for_sender(ours)
        output_read, output_write = os.pipe()
        self._forked += 1
        try:
            self._stem.post({"fork": None, "name": self._forked}, (theirs.fileno(), output_write))
        except BaseException:
            ours.close()
            os.close(output_read)
            raise
        finally:
            theirs.close()
            os.close(output_write)
        return Link(ours, output_read, self._forked)

    def prove(self, link: Link) -> None:
        """Wait until the worker is locked down. SandboxError, and the worker ended, below the minimum level."""
        if link.name in self._proved:
            return
        try:
            self.layers = link.ready(READY_SECONDS)
            self._proved.add(link.name)
            if self.level < self.minimum:
                raise SandboxError(_too_weak(self.layers, self.level))
        except (TimeUp, WorkerDied, ProtocolError, SandboxError) as error:
            self._waiting = [other for other in self._waiting if other is not link]
            how = self._ended(link)
            if isinstance(error, SandboxError):
                raise
            said = bytes(link.printed).decode(errors="replace")
            raise SandboxError(f"A worker could not be locked down ({error!r}, {how}). {said}") from error

    def _ended(self, link: Link) -> Ending | SandboxError:
        """End a worker; how it had ended, or why nobody knows: its stem may have gone before it."""
        try:
            return self.end(link)
        except SandboxError as error:
            return error

    def retire(self, link: Link) -> None:
        """Kill a worker that did nothing wrong, without waiting until it is gone."""
        if self._stem is not None:
            self._stem.post({"reap": link.name})
        link.close()

    def end(self, link: Link) -> Ending:
        """Kill the worker, wait for it, and say how it ended (by itself, if it had ended before)."""
        try:
            status = self._stem.request({"reap": link.name}) if self._stem is not None else {}
        finally:
            link.close()
        if "status" not in status:
            raise SandboxError(f"There is no worker {link.name} any more.")
        code = status["status"]
        return Ending(
            signal=os.WTERMSIG(code) if os.WIFSIGNALED(code) else None,
            code=os.WEXITSTATUS(code) if os.WIFEXITED(code) else None,
            peak=status["peak"],
        )

    def _confinement(self) -> dict[str, Any]:
        """What every worker of this submission is ordered."""
        uid = None
        if self._own_uid:
            uid = LOWEST_UID + int.from_bytes(os.urandom(8), "big") % (HIGHEST_UID - LOWEST_UID)
        return Confinement(
            folder=str(self.folder),
            uid=uid,
            memory_bytes=worker_memory(self.memory_mb * MIB),
            cpu_seconds=self.cpu_seconds,
            readable=self._readable,
            without=self.without,
            canaries=tuple(self._canaries) if self._own_uid else (),
            outside=namespaces.outside(),
        ).to_dict()


def _shut(folder: Path) -> list[str]:
    """Shut a folder of root's to every other user; a file in it that a worker must then fail to open."""
    if os.geteuid() != 0 or not folder.is_dir() or folder.stat().st_uid != 0:
        return []
    if folder.stat().st_mode & 0o077:
        try:
            folder.chmod(0o700)
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            return []  # nobody can shut it: that a worker cannot read it is up to the other layers
    return [str(path) for path in sorted(folder.resolve().glob("*.*"))[:1]]


def _too_weak(layers: dict[str, str], level: Level) -> str:
    missing = "; ".join(f"{name}: {state}" for name, state in layers.items() if state != "on")
    return (
        f"This machine confines a submission at the level '{level.value}' only ({missing}). "
        "Nothing was run. --allow-weak-sandbox grades all the same, for submissions that you trust."
    )
