"""What is lost by handing in late, and how often one may: computed from the submission's own time, never the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Lateness:
    """What lateness costs one submission: a share of its points. words: for the student."""

    lost: float
    words: str


@dataclass(frozen=True)
class Late:
    """[late] in assignment.toml. Without it nothing is lost here, whatever Gradescope itself takes.

    per_day: the share of the earned points that each started day costs. grace_minutes: cost nothing. at_most: the
    largest share that is ever lost.
    """

    per_day: float = 0.0
    grace_minutes: float = 0.0
    at_most: float = 1.0

    def lateness(self, handed_in: datetime, due: datetime | None) -> Lateness | None:
        """What handing in at this time costs; None in time, or where nothing says when it was due."""
        if due is None or not self.per_day:
            return None
        days = math.ceil((handed_in - due - timedelta(minutes=self.grace_minutes)) / timedelta(days=1))
        if days <= 0:
            return None
        lost = min(self.at_most, days * self.per_day)
        started = "1 day" if days == 1 else f"{days} days"
        words = f"Handed in late, {started} begun after the due date: {100 * lost:.3g} % of the points are lost."
        return Lateness(lost, words)


@dataclass(frozen=True)
class RateLimit:
    """[rate_limit] in assignment.toml: so many graded submissions in so many hours. 0 submissions: no limit."""

    submissions: int = 0
    hours: float = 24.0

    def free_again(self, handed_in: datetime, graded: Sequence[datetime]) -> datetime | None:
        """When the next submission would be graded; None if this one is. graded: the times of those that were."""
        window = timedelta(hours=self.hours)
        recent = sorted(time for time in graded if handed_in - window < time <= handed_in)
        if not self.submissions or len(recent) < self.submissions:
            return None
        return recent[-self.submissions] + window
