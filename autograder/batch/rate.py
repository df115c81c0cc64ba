"""The rate limit in a batch: who handed in oftener than the assignment grades, from the times that an export has."""

from __future__ import annotations

from datetime import datetime

from autograder.batch.identity import HandedIn
from autograder.gradescope.metadata import read_date
from autograder.policy import RateLimit

# Of a run that ended by the autograder's own fault, which does not count; one that went well is "processed".
_FAILED = ("failed", "error", "autograder_error")


def beyond(handed: HandedIn, limit: RateLimit | None) -> str:
    """In words what the limit says of this submission; empty where it keeps it, or where no history says otherwise.

    On Gradescope it would not have been graded, and the last one that was would count. An export holds the files of the
    newest submission alone: so that one is graded here, and who grades is told which counts, and what it had.
    """
    at = read_date(handed.created_at)
    if limit is None or at is None:
        return ""
    graded: list[datetime] = []
    last, score = None, ""
    for time, earlier in sorted(
        ((read_date(one.created_at), one) for one in handed.earlier if one.status not in _FAILED),
        key=lambda pair: pair[0].timestamp() if pair[0] is not None else 0.0,
    ):
        if time is not None and time < at and limit.free_again(time, graded) is None:
            graded.append(time)
            last, score = earlier.created_at, earlier.score
    if last is None or limit.free_again(at, graded) is None:
        return ""
    points = f", with {score} points there" if score else ""
    return f"more than {limit.submissions} in {limit.hours:g} hours: on Gradescope the one of {last} counts{points}"
