"""The trusted side's hold on the zygote: start it, have it fork locked-down workers, leave nothing behind."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox import levels, lockdown
from autograder.sandbox.hatch import Zygote
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

    def __post_init__(self) -> None:
        self._readable = lockdown.interpreter_paths()
        try:
            levels.refuse_exposed([str(path) for path in self.secrets], self._readable)
        except levels.ExposedError as error:
            raise SandboxError(f"{error}. Nothing was run.") from error
        self._canaries = [canary for folder in self.secrets for canary in _shut(folder)]

    @property
    def level(self) -> Level:
        """The level of the layers that the last worker had."""
        return levels.level(self.layers)

    def launch(self) -> Link:
        """Fork a worker and return at once, while it locks itself down. ``prove`` it before its answers count."""
        ours, theirs = socket.socketpair()
        output_read, output_write = os.pipe()
        try:
            pid = self.zygote.request({"fork": self._confinement()}, (theirs.fileno(), output_write))["pid"]
        except BaseException:
            ours.close()
            os.close(output_read)
            raise
        finally:
            theirs.close()
            os.close(output_write)
        return Link(ours, output_read, pid)

    def prove(self, link: Link) -> None:
        """Wait until the worker is locked down. SandboxError, and the worker ended, below the minimum level."""
        try:
            self.layers = link.ready(READY_SECONDS)
            if self.level < self.minimum:
                raise SandboxError(_too_weak(self.layers, self.level))
        except (TimeUp, WorkerDied, ProtocolError) as error:
            ending = self.end(link)
            said = bytes(link.printed).decode(errors="replace")
            raise SandboxError(f"A worker could not be locked down ({error!r}, {ending}). {said}") from error
        except SandboxError:
            self.end(link)
            raise

    def retire(self, link: Link) -> None:
        """Kill a worker that did nothing wrong, without waiting until it is gone."""
        self.zygote.post({"reap": link.pid})
        link.close()

    def end(self, link: Link) -> Ending:
        """Kill the worker, wait for it, and say how it ended (by itself, if it had ended before)."""
        status = self.zygote.request({"reap": link.pid})
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
