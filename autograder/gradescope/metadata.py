"""What Gradescope tells about a submission in submission_metadata.json, read so that nothing in it can stop a grading.

The file is absent in a local run of the image, and its keys have changed over the years: whatever is missing or not
what it should be is None. Lateness and rates are computed from ``created_at``, never from the clock, so that a
regrade gives the same answer.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

# ISO 8601 as services write it; Python 3.10's fromisoformat knows neither Z, nor +0200, nor two digits of a second.
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?", re.ASCII)


@dataclass(frozen=True)
class User:
    """One of the submitters. The dates are this student's own, where an extension was given."""

    id: str | None
    name: str | None
    email: str | None
    sid: str | None
    due_date: datetime | None
    late_due_date: datetime | None


@dataclass(frozen=True)
class PreviousSubmission:
    """An earlier run. results: its results.json, which stands only on the newest one."""

    submission_time: datetime | None
    score: float | None
    autograder_error: bool
    results: dict[str, Any] | None


@dataclass(frozen=True)
class Metadata:
    """One submission. Dates have a time zone (UTC where the file names none); points are numbers."""

    id: str | None
    created_at: datetime | None
    title: str | None
    total_points: float | None
    release_date: datetime | None
    due_date: datetime | None
    late_due_date: datetime | None
    group_submission: bool
    users: tuple[User, ...]
    previous_submissions: tuple[PreviousSubmission, ...]


def due_date(metadata: Metadata) -> datetime | None:
    """When this submission was due: of a group the latest date that one of its members has."""
    dates = [user.due_date or metadata.due_date for user in metadata.users] or [metadata.due_date]
    return max((date for date in dates if date is not None), default=None)


def read_metadata(path: Path) -> Metadata | None:
    """The metadata, or None where there is no file, an empty one, or one that holds no JSON object."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig", errors="replace"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    assignment = _object(data.get("assignment"))
    return Metadata(
        id=_text(data.get("id")),
        created_at=read_date(data.get("created_at")),
        title=_text(assignment.get("title")),
        total_points=_number(assignment.get("total_points")),
        release_date=read_date(assignment.get("release_date")),
        due_date=read_date(assignment.get("due_date")),
        late_due_date=read_date(assignment.get("late_due_date")),
        group_submission=assignment.get("group_submission") is True,
        users=tuple(_user(entry) for entry in _objects(data.get("users"))),
        previous_submissions=tuple(_previous(entry) for entry in _objects(data.get("previous_submissions"))),
    )


def _user(data: dict[str, Any]) -> User:
    own = _object(data.get("assignment"))
    words = {key: _text(data.get(key)) for key in ("id", "name", "email", "sid")}
    return User(**words, due_date=read_date(own.get("due_date")), late_due_date=read_date(own.get("late_due_date")))


def _previous(data: dict[str, Any]) -> PreviousSubmission:
    results = data.get("results")
    return PreviousSubmission(
        submission_time=read_date(data.get("submission_time")),
        score=_number(data.get("score")),
        autograder_error=data.get("autograder_error") is True,
        results=results if isinstance(results, dict) else None,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    """A string; identities are numbers in some years."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> float | None:
    """A finite number, or the one that a string spells ("20.0")."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_date(value: Any) -> datetime | None:
    """A time in one of the ways that services write it, None for anything else."""
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    day, minutes, seconds, fraction, hours_off, minutes_off = match.groups()
    zone = f"{hours_off}:{minutes_off}" if hours_off else "+00:00"
    try:
        return datetime.fromisoformat(f"{day}T{minutes}{seconds or ':00'}.{(fraction or '')[:6]:0<6}{zone}")
    except ValueError:  # the 31st of February
        return None
