"""The grader's hold on its workers: deadlines that hold, kills that leave nothing, a zygote that may die."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.bench import Bench, open_bench
from autograder.errors import SandboxError, StudentError
from autograder.grade import grade
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.session import Sandbox
from autograder.student import Student


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
        os.chmod(folder, 0o755)  # pytest's own folders are shut to other users, as a worker may be one
        yield Sandbox(zygote=zygote, folder=Path(folder), memory_mb=512, cpu_seconds=30)


@pytest.fixture
def bench(assignment: Assignment, submit: Callable[..., Path]) -> Iterator[Callable[[str], Student]]:
    """A student whose file is this text."""
    with contextlib.ExitStack() as stack:

        def opened(source: str) -> Student:
            bench: Bench = stack.enter_context(open_bench(assignment, submit(source)))
            assert bench.workers is not None
            bench.workers.begin()
            stack.callback(bench.workers.end)
            return Student(bench.workers)

        yield opened


def workers_of(sandbox: Sandbox) -> list[int]:
    """The children of the stem: the zygote's child, or where it entered namespaces, the child of its child that did."""
    (below,) = children_of(sandbox.zygote._process.pid)
    (stem,) = children_of(below) if sandbox.layers.get("namespaces") == "on" else [below]
    return children_of(stem)


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_is_locked_down_before_it_is_handed_out(sandbox: Sandbox) -> None:
    link = sandbox.launch()
    sandbox.prove(link)
    assert sandbox.level >= Level.STANDARD
    assert sandbox.layers["seccomp"] == "on"
    (pid,) = workers_of(sandbox)
    sandbox.end(link)
    assert not alive(pid)


def test_each_worker_is_gone_when_it_was_ended(sandbox: Sandbox) -> None:
    links = [sandbox.launch() for _ in range(8)]
    for link in links:
        sandbox.prove(link)
    assert len(workers_of(sandbox)) == 8
    endings = [sandbox.end(link) for link in links]
    assert all(ending.signal == signal.SIGKILL for ending in endings)
    assert not workers_of(sandbox)


def test_a_retired_worker_is_gone_before_the_next_answer(sandbox: Sandbox) -> None:
    for _ in range(200):  # more than a socket holds of answers that nobody fetched
        sandbox.retire(sandbox.launch())
    link = sandbox.launch()
    sandbox.prove(link)
    sandbox.end(link)
    assert not workers_of(sandbox)


def test_closing_the_zygote_ends_the_workers_too(sandbox: Sandbox) -> None:
    link = sandbox.launch()
    sandbox.prove(link)
    (pid,) = workers_of(sandbox)
    sandbox.zygote.close()
    assert not alive(pid)
    link.close()


def test_a_killed_zygote_takes_its_workers_along_and_is_reported(sandbox: Sandbox) -> None:
    link = sandbox.launch()
    sandbox.prove(link)
    (pid,) = workers_of(sandbox)
    sandbox.zygote._process.kill()
    for _ in range(1000):
        if not alive(pid):
            break
        time.sleep(0.01)
    assert not alive(pid)
    with pytest.raises(SandboxError, match="does not answer"):  # not before: each death is told to the next process
        sandbox.end(link)


def test_a_layer_left_out_is_a_level_lost(sandbox: Sandbox) -> None:
    sandbox.without = ("seccomp",)
    with pytest.raises(SandboxError, match="'weak' only"):
        sandbox.prove(sandbox.launch())


def test_a_folder_that_is_not_there_kills_the_worker_and_says_why(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.folder = tmp_path / "nowhere"
    with pytest.raises(SandboxError, match="could not be locked down"):
        sandbox.prove(sandbox.launch())


def test_descriptors_do_not_pile_up(sandbox: Sandbox) -> None:
    def cycle() -> None:
        link = sandbox.launch()
        sandbox.prove(link)
        sandbox.end(link)

    cycle()
    before = os.listdir("/proc/self/fd"), os.listdir(f"/proc/{sandbox.zygote._process.pid}/fd")
    for _ in range(20):
        cycle()
    after = os.listdir("/proc/self/fd"), os.listdir(f"/proc/{sandbox.zygote._process.pid}/fd")
    assert list(map(len, after)) == list(map(len, before))


# What the student's code tries, and what of it must come true.
FORBIDDEN = {
    "reads a file of the machine": "open('/etc/passwd').read()",
    "reads another process's environment": "open('/proc/1/environ', 'rb').read()",
    "lists the temporary folder": "__import__('os').listdir('/tmp')",
    "writes a file": "open('/tmp/autograder-test', 'w')",
    "writes beside itself": "open('here.txt', 'w')",
    "opens a socket": "__import__('socket').socket()",
    "forks": "__import__('os').fork()",
    "starts a program": "__import__('subprocess').run(['true'])",
    "kills the grader": "__import__('os').kill(__import__('os').getppid(), 0)",
    "changes a mode": "__import__('os').chmod('double.py', 0o777)",
    "imports the reference": "__import__('reference.gates')",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_forbidden_fails_inside(bench: Callable[[str], Student], name: str) -> None:
    student = bench(f"def double(x):\n    return {FORBIDDEN[name]}\n")
    with pytest.raises(StudentError):
        student.double(1)


def test_what_is_honest_works_inside(bench: Callable[[str], Student]) -> None:
    student = bench(
        """
        import threading, time, tempfile, json, random, math, collections, functools, itertools, dataclasses
        import numpy as np

        def double(x):
            found = []
            thread = threading.Thread(target=lambda: found.append(np.linalg.norm(np.ones(4))))
            thread.start(); thread.join()
            time.sleep(0.001)
            open("double.py").read(); open("/dev/null", "w").write("x")
            return found[0] * x
        """
    )
    assert student.double(2.0) == 4.0


def test_prints_are_kept_up_to_a_bound_and_the_rest_is_counted(bench: Callable[[str], Student]) -> None:
    student = bench("def double(x):\n    print('y' * x)\n    return x\n")
    student.double(3_000_000)
    link = student._workers._link
    assert link is not None
    assert len(link.printed) == 64 * 1024
    assert link.output_dropped > 2_900_000


def test_a_worker_that_writes_to_its_wire_is_cut_off(bench: Callable[[str], Student]) -> None:
    student = bench(
        """
        import os, threading
        def double(x):
            for descriptor in range(3, 30):
                try: os.write(descriptor, b"x" * 100)
                except OSError: pass
            return x
        """
    )
    with pytest.raises(StudentError, match="not an answer"):
        student.double(1)
    assert student._workers.staff


def test_a_slow_drip_of_an_answer_meets_the_deadline(bench: Callable[[str], Student]) -> None:
    student = bench(
        """
        import os, struct, time
        def double(x):
            head = struct.pack("!4sBBHIII", b"BPAG", 1, 5, 0, 2, 1000, 0)
            wire = next(fd for fd in range(3, 64) if is_open(fd))
            os.write(wire, head)
            while True:
                os.write(wire, b" ")
                time.sleep(0.05)

        def is_open(fd):
            try: os.fstat(fd)
            except OSError: return False
            return True
        """
    )
    with pytest.raises(StudentError, match="did not finish within 3 s"):
        student.double(1)


def test_questions_without_end_meet_the_deadline(bench: Callable[[str], Student]) -> None:
    student = bench("def double(f):\n    while True: f(1.0)\n")
    with pytest.raises(StudentError, match="did not finish within 3 s"):
        student.double(lambda x: x)


def test_too_many_threads_end_in_an_exception(bench: Callable[[str], Student]) -> None:
    student = bench(
        """
        import threading, time
        def double(x):
            for _ in range(x):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        """
    )
    with pytest.raises(StudentError):
        student.double(100_000)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root shuts the assignment to others")
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_an_assignment_that_nobody_can_write_is_graded_as_far_as_other_layers_hold(
    assignment: Assignment, submit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    chmod = Path.chmod
    assignment.folder.chmod(mode)

    def on_a_read_only_medium(path: Path, mode: int) -> None:
        if path == assignment.folder:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", on_a_read_only_medium)
    report = grade(assignment, submit())
    assert report.all_passed
    assert report.sandbox["level"] in (Level.STANDARD.value, Level.STRONG.value)
