"""Looks at what a batch wrote, and at the processes that it started."""

from __future__ import annotations

import contextlib
import csv
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def rows(results: Path) -> dict[str, dict[str, str]]:
    with (results / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


def files(results: Path) -> dict[str, bytes]:
    """Everything that stands there, but for how long it took."""
    found = {}
    for path in sorted(results.rglob("*")):
        if path.is_file() and path.name not in (".lock", "graded.json"):
            found[str(path.relative_to(results))] = path.read_bytes()
    return found


def stamps(results: Path) -> dict[str, tuple[int, int]]:
    """Of each finished submission, which file holds it: a second grading would be another one."""
    found = {}
    for path in results.glob("*/graded.json"):
        status = path.stat()
        found[path.parent.name] = (status.st_ino, status.st_mtime_ns)
    return found


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str] | None = None, tries: int = 3000) -> None:
    for _ in range(tries):
        if condition():
            return
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


def below(pid: int) -> list[int]:
    """Every process that came from this one, whichever of its threads started it."""
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended
            children += map(int, task.read_text().split())
    return children + [deeper for child in children for deeper in below(child)]


def all_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)
