"""How much faster than a loop of ours a student's function is, by our clock, on the same processor at the same time.

Our loop makes as many rounds, each with one small product of numpy's, as a loop over the examples needs at the least,
and runs before and after every call. Counted is the processor time of whole calls, as the kernel keeps it for the one
process in which the student's code runs: a machine that is busy with others shows on it only in so far as caches and
cores are shared, and that, as a stall of the machine itself, passes. So there are two estimates: the shortest time of
each side, which a stall cannot lengthen as long as one turn is spared, and the median of the turns' ratios, which no
single turn can move. What both say is the verdict; as long as they differ there are more turns, and at the end the
shortest times decide. A function is found too slow only after more turns, with pauses between them. Every turn has
other numbers: a remembered answer is of no use.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

FASTER = 2.5  # times as fast as our loop: where a function is fast enough
FAST_AFTER, SLOW_AFTER, MOST = 5, 10, 20  # turns until a function is found fast enough, or too slow, and in all
PAUSE = 0.02  # seconds between later turns, so that all of them together outlast a stall
ROUNDS = 3000  # of our loop at a time: 2 ms, so that caches are warm for most of it; more would take in proportion
LARGEST_REPLY = 1 << 24  # bytes

Turn = tuple[tuple[Any, ...], Any]  # the arguments of a call, and the right answer


def assert_fast(function: Any, turns: Sequence[Turn], rounds: int, tell: Callable[[float], None]) -> None:
    """AssertionError unless the function answers FASTER times as fast as a loop of so many rounds, and rightly.

    turns: MOST of them. tell: gets how many times as fast it was, for the leaderboard.
    """
    race = Race(rounds)
    with function.beside_us():
        for arguments, right in turns:
            answer = race.turn(function, arguments)
            assert is_near(answer, right), "The answer to a large input is wrong, though a small one is right."
            if race.is_over():
                break
            if len(race.theirs) >= FAST_AFTER:
                time.sleep(PAUSE)
    ours, theirs = min(race.ours), min(race.theirs)
    tell(round(race.shortest, 1))
    assert race.shortest >= FASTER, (
        f"A large input takes {1000 * theirs:.3g} ms of processor time, and a Python loop of {rounds:,} small steps "
        f"{1000 * ours:.3g} ms on the same machine. So yours is {race.shortest:.2g} times as fast as a loop; {FASTER} "
        "times is asked for. Is there still a loop over the examples in it?"
    )


class Race:
    """What each turn took: the student's call, and so many rounds of our loop beside it, in seconds."""

    def __init__(self, rounds: int) -> None:
        self.part = rounds / ROUNDS
        self.theirs: list[float] = []
        self.ours: list[float] = []

    def turn(self, function: Any, arguments: tuple[Any, ...]) -> Any:
        before = seconds_of_a_loop()
        answer, seconds = function.allowing(max_reply=LARGEST_REPLY).timed(*arguments)
        self.theirs.append(seconds)
        self.ours.append(self.part * min(before, seconds_of_a_loop()))
        return answer

    @property
    def shortest(self) -> float:
        """How many times as fast, by the shortest time of each side."""
        return min(self.ours) / min(self.theirs)

    @property
    def typical(self) -> float:
        """How many times as fast, by the median of the turns."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))

    def is_over(self) -> bool:
        """Whether both estimates say the same, after turns enough for it."""
        lower, upper = sorted((self.shortest, self.typical))
        turns = len(self.theirs)
        return (turns >= FAST_AFTER and lower >= FASTER) or (turns >= SLOW_AFTER and upper < FASTER)


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
