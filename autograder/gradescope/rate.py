"""The rate limit on Gradescope: a submission beyond it is not graded, and keeps the results of the one before.

Each results.json carries the times of all submissions that were graded so far in its extra_data, since Gradescope hands
on the results of the newest one only. Runs that failed by the autograder's own fault do not count.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.gradescope.atomic import replace_file
from autograder.gradescope.contract import validate
from autograder.gradescope.metadata import Metadata, read_date
from autograder.policy import RateLimit

KEY = "graded"  # in extra_data: ISO times
NOT_GRADED = "This submission was not graded:"


def graded_before(metadata: Metadata) -> list[datetime]:
    """When this student's earlier submissions were handed in that were graded."""
    results = _last_results(metadata)
    extra = results.get("extra_data") if results else None
    kept = extra.get(KEY) if isinstance(extra, dict) else None
    if isinstance(kept, list):
        return [time for time in map(read_date, kept) if time is not None]
    times = [one.submission_time for one in metadata.previous_submissions if not one.autograder_error]
    return [time for time in times if time is not None]


def results_to_keep(metadata: Metadata, limit: RateLimit) -> dict[str, Any] | None:
    """The results of the last graded submission, with a sentence in front, if this one is beyond the limit.

    None if this one is to be graded: also where it cannot be told when it was handed in, or what came before.
    """
    last = _last_results(metadata)
    if metadata.created_at is None or last is None or validate(last):
        return None
    free = limit.free_again(metadata.created_at, graded_before(metadata))
    if free is None:
        return None
    when = free.astimezone(metadata.created_at.tzinfo).strftime("%Y-%m-%d %H:%M %Z")
    words = (
        f"{NOT_GRADED} only {limit.submissions} in {limit.hours:g} hours are. The next one is graded from {when} on. "
        "What follows are the results of your last graded submission."
    )
    earlier = str(last.get("output", ""))
    if earlier.startswith(NOT_GRADED):
        earlier = earlier.partition("\n\n")[2]
    return {**last, "output": f"{words}\n\n{earlier}".strip(), "output_format": "text"}


def keep_count(results: Path, metadata: Metadata) -> None:
    """Add to a results.json that was just written that this submission was graded."""
    if metadata.created_at is None:
        return
    data = json.loads(results.read_bytes())
    times = [time.isoformat() for time in [*graded_before(metadata), metadata.created_at]]
    data["extra_data"] = {**data.get("extra_data", {}), KEY: times}
    replace_file(results, json.dumps(data, allow_nan=False, indent=1).encode("ascii"))


def _last_results(metadata: Metadata) -> dict[str, Any] | None:
    known = [one for one in metadata.previous_submissions if one.results is not None and not one.autograder_error]
    return known[-1].results if known else None
