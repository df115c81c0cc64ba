"""When 768 MB are all there is, the worker is what the kernel ends, and never the grader, be it the larger one.

A control group stands in for the container's memory. The limits that a worker sets itself are left out, so that it is
the kernel that has to choose.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

MEGABYTES = 768
V1, V2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")

GRADER = """
import contextlib, json, os, sys, tempfile
from pathlib import Path
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.link import Call, WorkerDied
from autograder.sandbox.session import Sandbox

group, without = sys.argv[1:]
Path(group, "cgroup.procs").write_text(str(os.getpid()))
large = bytearray(b"x") * (450 << 20)  # more than is left for the worker
SOURCE = '''
def hog():
    kept = []
    while len(kept) < 40:
        kept.append(bytearray(b"x") * (64 << 20))
def one():
    return 1
'''
HEADER = {"kind": "module", "mode": "definitions", "file": "hog.py", "wanted": [], "search_path": []}

def loaded(sandbox):
    link = sandbox.launch()
    sandbox.prove(link)
    link.begin_load(HEADER, json.dumps([["hog.py", SOURCE]]).encode(), 60)
    link.end_load(60)
    return link

with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
    os.chmod(folder, 0o755)
    sandbox = Sandbox(zygote, Path(folder), 4096, 60, minimum=Level.WEAK, without=tuple(without.split()))
    link = loaded(sandbox)
    died = False
    try:
        link.call([Call("hog")], 60)
    except WorkerDied:
        died = True
    ending = sandbox.end(link)
    after = loaded(sandbox)  # by the same zygote
    (result,) = after.call([Call("one")], 60)
    sandbox.end(after)
    print(json.dumps({"died": died, "signal": ending.signal, "value": result.value}))
"""


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group of 768 MB, which is removed with all that is in it."""
    v1 = (V1 / "memory.limit_in_bytes").exists()
    path = (V1 if v1 else V2) / f"autograder-test-{secrets.token_hex(4)}"
    try:
        path.mkdir()
        (path / ("memory.limit_in_bytes" if v1 else "memory.max")).write_text(str(MEGABYTES << 20))
        for swap in ("memory.memsw.limit_in_bytes", "memory.swap.max"):
            if (path / swap).exists():
                (path / swap).write_text(str(MEGABYTES << 20) if v1 else "0")
    except OSError as error:
        if path.is_dir():
            path.rmdir()
        pytest.skip(f"no control group for memory can be made here: {error.strerror}")
    try:
        yield path
    finally:
        for _ in range(100):
            left = (path / "cgroup.procs").read_text().split()
            for pid in left:
                os.kill(int(pid), signal.SIGKILL)
            try:
                path.rmdir()
                break
            except OSError:
                time.sleep(0.05)


def grade(group: Path, without: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", GRADER, str(group), without]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_kernel_ends_the_worker_and_never_the_grader(group: Path) -> None:
    run = grade(group, "rlimits")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"died": True, "signal": signal.SIGKILL, "value": 1}


def test_without_its_place_in_the_queue_it_would_be_the_grader(group: Path) -> None:
    assert grade(group, "rlimits oom_score").returncode == -signal.SIGKILL
