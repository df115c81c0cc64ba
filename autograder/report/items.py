"""The checks of a class as a teacher judges them: how many pass, how long they take, whom they tell apart."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.outcome import Check, Status
from autograder.report.classroom import Classroom

FEWEST = 10  # submissions from which a correlation says anything at all
HIGH, LOW = 0.3, 0.1  # the usual marks of item analysis
HARDEST = 3


@dataclass(frozen=True)
class Item:
    """One check in a class. discrimination: the point-biserial correlation; None where it says nothing."""

    check: Check
    asked: int
    passed: int
    failed: int
    crashed: int
    skipped: int
    broken: int
    median_seconds: float
    long_seconds: float
    discrimination: float | None

    @property
    def rate(self) -> float:
        return self.passed / self.asked if self.asked else 0.0

    @property
    def verdict(self) -> str:
        """The discrimination in a word."""
        if self.discrimination is None:
            return ""
        if self.discrimination < -LOW:
            return "look at it"
        return "good" if self.discrimination >= HIGH else "fair" if self.discrimination >= LOW else "weak"


def items(classroom: Classroom) -> list[Item]:
    """Every check, in the assignment's order."""
    totals: dict[int, float] = {}
    for scores in classroom.scores.values():
        for place, score in scores.items():
            totals[place] = totals.get(place, 0.0) + score
    return [_item(classroom, name, check, totals) for name, check in classroom.checks.items()]


def hardest(found: Sequence[Item]) -> list[Item]:
    """The checks that fewest pass, the hardest first."""
    return sorted((item for item in found if item.passed < item.asked), key=lambda item: item.rate)[:HARDEST]


def _item(classroom: Classroom, name: str, check: Check, totals: dict[int, float]) -> Item:
    statuses, seconds = classroom.statuses[name], sorted(classroom.seconds[name])
    found = list(statuses.values())
    passed = [float(status is Status.PASSED) for status in found]
    rest = [totals[place] - classroom.scores[name][place] for place in statuses]
    return Item(
        check=check,
        asked=len(found),
        passed=found.count(Status.PASSED),
        failed=found.count(Status.FAILED),
        crashed=found.count(Status.CRASHED),
        skipped=found.count(Status.SKIPPED),
        broken=found.count(Status.BROKEN),
        median_seconds=statistics.median(seconds),
        long_seconds=seconds[min(len(seconds) - 1, math.ceil(0.95 * len(seconds)) - 1)],
        discrimination=correlation(passed, rest),
    )


def correlation(passed: Sequence[float], rest: Sequence[float]) -> float | None:
    """Pearson's r of two rows of numbers, which is the point-biserial correlation where one of them is 0 or 1.

    With the points of all *other* checks, so that no check is correlated with itself. None for few, or equal ones.
    """
    if len(passed) < FEWEST or min(passed) == max(passed) or min(rest) == max(rest):
        return None
    return statistics.correlation(passed, rest)
