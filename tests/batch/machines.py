"""A Dask scheduler and workers, each a process of its own on this machine, as they would be on others."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.batch.looking import wait_for

DASK = Path(sys.executable).with_name("dask")


class Machines:
    """file: by which the scheduler is found. Started by ``machines``, which ends all of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0")
        wait_for(self.file.exists)

    def worker(self, path: Path | None = None, core: int | None = None) -> subprocess.Popen[bytes]:
        """One more, with one thread, once it has joined.

        path: another place to find the autograder in. core: the only one that it and all it starts may use.
        """
        environment = {**os.environ, "TMPDIR": str(self.folder)}  # where a killed one leaves what it had
        environment |= {"PYTHONPATH": str(path)} if path is not None else {}
        arguments = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(self.folder))
        process = self._start("worker", *arguments, environment=environment)
        if core is not None:
            os.sched_setaffinity(process.pid, {core})  # python has hardly begun: whatever it starts inherits this
        log = self._log(len(self.processes) - 1)
        wait_for(lambda: b"established connection" in log.read_bytes())
        return process

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        command = [str(DASK), what, *arguments, "--no-dashboard", "--scheduler-file", str(self.file)]
        with self._log(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def _log(self, number: int) -> Path:
        return self.folder / f"{number}.log"


@contextlib.contextmanager
def machines(folder: Path) -> Iterator[Machines]:
    folder.mkdir()
    started = Machines(folder)
    try:
        yield started
    finally:
        started.close()
