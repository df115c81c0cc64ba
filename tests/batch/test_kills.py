"""kill -9 at ten random moments, of a batch and of whatever belongs to it: what is on disk in the end is the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from tests.batch.conftest import HALF, RIGHT, Run, write
from tests.batch.looking import all_gone, below, files, stamps, wait_for

MOMENTS, SUBMISSIONS = 10, 10
SLOW = "import time\ntime.sleep(0.1)\n"


def test_ten_kills_at_random_moments_change_nothing_in_the_end(
    assignment: Assignment, tmp_path: Path, run: Run, started: Callable[..., subprocess.Popen[str]]
) -> None:
    """Every second moment hits the batch itself; the others a bay, a zygote, a grader or a worker, by chance."""
    rng = random.Random(6)
    texts = (RIGHT, HALF, "def double(x:\n")
    sources = {f"s{number}/double.py": SLOW + texts[number % 3] for number in range(SUBMISSIONS)}
    classroom, out = write(tmp_path / "class", sources), tmp_path / "out"
    arguments = (assignment.folder, classroom, "-o", out, "-j", 2)
    kept: dict[str, tuple[int, int]] = {}
    process = started(*arguments)
    killed = []
    for moment in range(MOMENTS):
        if process.poll() is not None:
            process = started(*arguments)
        time.sleep(rng.uniform(0.05, 0.9))
        family = below(process.pid)
        is_batch = moment % 2 == 0 or not family
        victim = process.pid if is_batch else rng.choice(family)
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(victim, signal.SIGKILL)
        killed.append(is_batch)
        if is_batch:
            process.wait()
            wait_for(lambda family=family: all_gone(family))  # type: ignore[misc]
        now = {name: stamp for name, stamp in stamps(out).items() if is_graded(out / name)}
        assert kept.items() <= now.items(), "what was graded is there still, and was not graded again"
        kept = now
    assert len(killed) == MOMENTS
    process.kill()
    process.wait()
    wait_for(lambda: run(*arguments).returncode == 1, tries=5)
    assert kept.items() <= stamps(out).items()
    run(assignment.folder, classroom, "-o", tmp_path / "undisturbed", "-j", 2)
    assert files(out) == files(tmp_path / "undisturbed")
    assert records(out) == records(tmp_path / "undisturbed")


def is_graded(place: Path) -> bool:
    """Whether a report stands there, and not that a kill of ours cost one."""
    try:
        return json.loads((place / "graded.json").read_bytes())["report"] is not None
    except (OSError, ValueError):
        return False


def records(out: Path) -> dict[str, dict[str, Any]]:
    """What the store holds of each submission, but for how long it took."""
    found = {}
    for path in out.glob("*/graded.json"):
        data = json.loads(path.read_bytes())
        outcomes = [{**outcome, "seconds": 0} for outcome in data["report"]["outcomes"]]
        found[path.parent.name] = {**data, "report": {**data["report"], "seconds": 0, "outcomes": outcomes}}
    return found
