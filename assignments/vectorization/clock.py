"""How much faster than a loop of ours a student's function is, by our clock, on the same machine at the same time.

Our loop makes as many rounds, each with one small product of numpy's, as a loop over the examples needs at the least,
and runs before and after every call. The clock is the processor time that the kernel counts for the process in
which the student's code runs: neither a stall nor a busy neighbour shows on it, sleeping gains nothing, and what runs
there cannot turn it back. It counts whole calls, with the reading and writing of what travels. The median of several
turns decides, and whoever is below the mark gets more turns. Every turn has other numbers: a remembered answer is of no
use.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from assignments.vectorization.processes import used_by, wait_until_quiet

FASTER = 2.5  # times as fast as our loop: where a function is fast enough
LEAST, MOST = 5, 20  # turns
PATIENCE = 0.5  # seconds of processor time for all calls: a loop needs no more turns to be known
QUIET_WITHIN = 4.0  # seconds until the workers of the next checks have loaded, at most
ROUNDS = 1000  # of our loop at a time; more would take in proportion
LARGEST_REPLY = 1 << 24  # bytes

Turn = tuple[tuple[Any, ...], Any]  # the arguments of a call, and the right answer


def assert_fast(function: Any, turns: Sequence[Turn], rounds: int, tell: Callable[[float], None]) -> None:
    """AssertionError unless the function answers FASTER times as fast as a loop of so many rounds, and rightly.

    turns: MOST of them. tell: gets how many times as fast it was, for the leaderboard.
    """
    race = Race()
    for count, (arguments, right) in enumerate(turns, start=1):
        answer = race.turn(function, arguments)
        assert is_near(answer, right), "The answer to a large input is wrong, though a small one is answered rightly."
        theirs, ours = race.typical(rounds)
        if count >= LEAST and ours >= theirs * FASTER:
            break
        if count == LEAST:  # once more, without the workers of the next checks, which may have been loading
            wait_until_quiet(QUIET_WITHIN)
            race = Race()
        elif count >= 2 * LEAST and theirs * len(race.used) > PATIENCE:
            break
    tell(round(ours / theirs, 1))
    assert ours >= theirs * FASTER, (
        f"A large input takes {1000 * theirs:.3g} ms of processor time, and a Python loop of {rounds:,} small steps "
        f"{1000 * ours:.3g} ms on the same machine. So yours is {ours / theirs:.2g} times as fast as a loop; {FASTER} "
        "times is asked for. Is there still a loop over the examples in it?"
    )


class Race:
    """What each turn took: of every process the seconds that it used, and those of our loop beside it."""

    def __init__(self) -> None:
        self.used: list[dict[int, float]] = []
        self.loops: list[float] = []

    def turn(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        before = seconds_of_a_loop()
        answer, used = used_by(lambda: function.allowing(max_reply=LARGEST_REPLY)(*arguments))
        self.used.append(used)
        self.loops.append((before + seconds_of_a_loop()) / 2)
        return answer

    def typical(self, rounds: int) -> tuple[float, float]:
        """The seconds of a call, and of so many rounds of our loop beside it, in the turn with the median ratio.

        The student's code runs in the process that never rests. Others load it for the next checks, and rest sooner or
        later.
        """
        busiest = max(self.used[0], key=lambda process: min(used.get(process, 0.0) for used in self.used))
        pairs = [
            (used[busiest], loop * rounds / ROUNDS)
            for used, loop in zip(self.used, self.loops, strict=True)
            if busiest in used
        ]
        middle = statistics.median_low(ours / theirs for theirs, ours in pairs)
        return next(pair for pair in pairs if pair[1] / pair[0] == middle)


def seconds_of_a_loop() -> float:
    """What ROUNDS rounds take us, each with one small matrix-vector product."""
    W, x = np.ones((2, 3)), np.ones(3)
    started = time.process_time()
    for _ in range(ROUNDS):
        W @ x
    return time.process_time() - started


def is_near(answer: Any, right: Any) -> bool:
    """Whether the work was done: the same shapes, and the same numbers but for the rounding of single precision."""
    if isinstance(right, tuple):
        is_pair = isinstance(answer, (tuple, list)) and len(answer) == len(right)
        return is_pair and all(map(is_near, answer, right))
    value, right = np.asarray(answer), np.asarray(right)
    if value.shape != right.shape or value.dtype.kind not in "iuf":
        return False
    return bool(np.allclose(value, right, rtol=1e-3, atol=1e-3 * np.abs(right).max(initial=0.0)))
