"""The speed checks: whose time is counted, and what a busy or stalling machine can do to a verdict, told by counts."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assignments.vectorization import clock
from autograder.assignment import Assignment
from autograder.bench import open_bench
from autograder.sandbox import meter
from autograder.student import Student

SOURCE = """
import time

def double(x):
    until = time.process_time() + x
    while time.process_time() < until:
        pass
    return 2 * x

def half(x):
    time.sleep(x)
    return x / 2
"""


@pytest.fixture
def student(assignment: Assignment, submit: Callable[..., Path]) -> Iterator[Student]:
    with open_bench(assignment, submit(SOURCE)) as bench:
        assert bench.workers is not None
        bench.workers.begin()
        yield Student(bench.workers)
        bench.workers.end()


linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel's own count is Linux's")


@linux
def test_work_is_counted_and_sleep_is_not(student: Student) -> None:
    (doubled, worked), (halved, slept) = student.double.timed(0.2), student.half.timed(0.2)
    assert (doubled, halved) == (0.4, 0.1)
    assert worked > 0.2 > 10 * slept > 0


@linux
def test_the_kernel_says_which_process_the_worker_is_before_anything_of_the_students_ran(student: Student) -> None:
    process = student._workers.process()
    assert process is not None
    assert process != os.getpid()
    while process not in (0, os.getpid()):
        (process,) = map(int, re.findall(r"PPid:\t(\d+)", Path(f"/proc/{process}/status").read_text()))
    assert process == os.getpid(), "it descends from us"


@linux
def test_both_take_turns_on_one_processor_and_are_let_go_again(student: Student) -> None:
    process = student._workers.process()
    assert process is not None
    before = os.sched_getaffinity(0), os.sched_getaffinity(process)
    with student.double.beside_us():
        assert len(os.sched_getaffinity(0) | os.sched_getaffinity(process)) == 1
        assert student.double(0.0) == 0.0
    assert (os.sched_getaffinity(0), os.sched_getaffinity(process)) == before


def test_where_the_kernel_does_not_say_who_it_is_the_walls_clock_has_to_do() -> None:
    with meter.one_processor(None):
        before = meter.seconds_used(None)
        assert meter.seconds_used(None) >= before


class Machine:
    """A function and a loop of ours whose times are given: theirs and ours in each turn, over and over."""

    def __init__(self, theirs: Sequence[float], ours: Sequence[float]) -> None:
        self.theirs, self.ours, self.calls, self.loops = theirs, ours, 0, 0

    def allowing(self, **_: Any) -> Machine:
        return self

    @contextlib.contextmanager
    def beside_us(self) -> Iterator[None]:
        yield

    def timed(self, *_: Any) -> tuple[Any, float]:
        self.calls += 1
        return np.zeros(2), self.theirs[(self.calls - 1) % len(self.theirs)]

    def loop(self) -> float:
        self.loops += 1
        return self.ours[(self.loops - 1) // 2 % len(self.ours)]


STALL = 0.05  # seconds: what a stalled turn takes longer
MATRIX, LOOP, OURS = 0.002, 0.010, 0.010  # seconds: 5 times as fast as our loop, and just as fast


def is_fast(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(clock, "seconds_of_a_loop", machine.loop)
    monkeypatch.setattr(clock, "PAUSE", 0.0)
    told: list[float] = []
    words = ""
    try:
        clock.assert_fast(machine, [((), np.zeros(2))] * clock.MOST, clock.ROUNDS, told.append)
    except AssertionError as error:
        words = str(error)
    assert len(told) == 1
    assert ("still a loop over the examples" in words) == (told[0] < clock.FASTER)
    return not words


@pytest.mark.parametrize("stalled", range(clock.FAST_AFTER))
def test_a_stall_moves_no_verdict(stalled: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for side in ("theirs", "ours"):
        for quiet, verdict in ((MATRIX, True), (LOOP, False)):
            times = {"theirs": [quiet] * 5, "ours": [OURS] * 5}
            times[side][stalled] += STALL
            assert is_fast(Machine(**times), monkeypatch) is verdict


@pytest.mark.parametrize("side", ["theirs", "ours"])
def test_nor_do_stalls_in_all_turns_but_one_in_five(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for quiet, verdict in ((MATRIX, True), (LOOP, False)):
        times = {"theirs": [quiet] * 5, "ours": [OURS] * 5}
        times[side] = [one + STALL * (at != 3) for at, one in enumerate(times[side])]
        assert is_fast(Machine(**times), monkeypatch) is verdict


def test_a_machine_that_is_twice_as_slow_for_one_side_all_the_time_moves_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert is_fast(Machine([2 * MATRIX], [OURS]), monkeypatch)
    assert not is_fast(Machine([LOOP], [2 * OURS]), monkeypatch)


def test_a_function_is_found_too_slow_only_after_more_turns_and_never_after_all_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fast, slow, torn = Machine([MATRIX], [OURS]), Machine([LOOP], [OURS]), Machine([MATRIX, LOOP, LOOP], [OURS])
    assert [is_fast(machine, monkeypatch) for machine in (fast, slow, torn)] == [True, False, True]
    assert [machine.calls for machine in (fast, slow, torn)] == [clock.FAST_AFTER, clock.SLOW_AFTER, clock.MOST]


def test_a_wrong_answer_to_a_large_input_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine([MATRIX], [OURS])
    monkeypatch.setattr(clock, "seconds_of_a_loop", machine.loop)
    with pytest.raises(AssertionError, match="answer to a large input is wrong"):
        clock.assert_fast(machine, [((), np.ones(2))], clock.ROUNDS, lambda ratio: None)
