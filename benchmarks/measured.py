"""What a set of commands costs: wall and CPU seconds, and the memory of all of their processes together."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

Lane = Sequence[Sequence[str]]  # commands, one after the other
LOOK_SECONDS = 2.0  # each look takes some milliseconds of a processor
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Cost:
    """What grading so many submissions took. memory: MB of all processes together, at most and in the middle."""

    submissions: int
    wall: float
    cpu: float
    most_memory: float = 0.0
    memory: float = 0.0

    @property
    def rate(self) -> float:
        """Submissions in a minute."""
        return 60 * self.submissions / self.wall

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.submissions

    def __add__(self, other: Cost) -> Cost:
        most, middle = max(self.most_memory, other.most_memory), max(self.memory, other.memory)
        return Cost(self.submissions + other.submissions, self.wall + other.wall, self.cpu + other.cpu, most, middle)


def measured(lanes: Sequence[Lane], submissions: int, cwd: Path | None = None, codes: Sequence[int] = (0, 1)) -> Cost:
    """Run the lanes beside each other. SystemExit where a command ends with another code."""
    started, before = time.perf_counter(), os.times()
    with _Memory() as memory, ThreadPoolExecutor(len(lanes)) as pool:
        for _ in pool.map(lambda lane: _run(lane, cwd, codes), lanes):
            pass
    wall, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(submissions, wall, cpu, max(memory.seen), statistics.median(memory.seen))


def _run(lane: Lane, cwd: Path | None, codes: Sequence[int]) -> None:
    for command in lane:
        done = subprocess.run(
            command,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **ONE_THREAD},
        )
        if done.returncode not in codes:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout[-2000:]}")


class _Memory:
    """Looks now and then at what all processes below this one have, each shared page counted in parts."""

    def __init__(self) -> None:
        self.seen: list[float] = [0.0]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self.seen.append(sum(map(_memory_of, _below(os.getpid()))))


def _memory_of(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError, StopIteration):  # it has ended
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
    return 0.0


def _below(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):  # it has ended
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children += map(int, task.read_text().split())
    return children + [deeper for child in children for deeper in _below(child)]
