"""submission_metadata.json is read whatever state it is in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope.metadata import Metadata, PreviousSubmission, User, read_metadata

WHOLE: dict[str, Any] = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2018-07-31T23:00:00.000000-07:00",
        "late_due_date": None,
        "release_date": "2018-07-02T00:00:00Z",
        "title": "Gates",
        "total_points": "20.0",
        "group_submission": True,
        "group_size": None,
        "outline": [{"id": 1}],
    },
    "users": [
        {
            "email": "a@example.edu",
            "id": 1234,
            "name": "Ada",
            "sid": "77",
            "assignment": {"due_date": "2018-08-01T00:00:00+02:00"},
        },
        {"email": "b@example.edu", "id": "5"},
    ],
    "previous_submissions": [
        {"submission_time": "2017-04-06T14:24:48-07:00", "score": "7", "autograder_error": True},
        {"submission_time": "2017-04-07T14:24:48-07:00", "score": 0.5, "results": {"score": 0.5, "tests": []}},
    ],
    "submission_method": "upload",
}

NOTHING = Metadata(None, None, None, None, None, None, None, False, (), ())


def written(tmp_path: Path, content: Any) -> Metadata | None:
    path = tmp_path / "submission_metadata.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_metadata(path)


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    pacific, berlin = timezone(timedelta(hours=-7)), timezone(timedelta(hours=2))
    assert written(tmp_path, WHOLE) == Metadata(
        id="123456",
        created_at=datetime(2018, 7, 1, 14, 22, 32, 365935, pacific),
        title="Gates",
        total_points=20.0,
        release_date=datetime(2018, 7, 2, tzinfo=timezone.utc),
        due_date=datetime(2018, 7, 31, 23, tzinfo=pacific),
        late_due_date=None,
        group_submission=True,
        users=(
            User("1234", "Ada", "a@example.edu", "77", datetime(2018, 8, 1, tzinfo=berlin), None),
            User("5", None, "b@example.edu", None, None, None),
        ),
        previous_submissions=(
            PreviousSubmission(datetime(2017, 4, 6, 14, 24, 48, tzinfo=pacific), 7.0, True, None),
            PreviousSubmission(
                datetime(2017, 4, 7, 14, 24, 48, tzinfo=pacific), 0.5, False, {"score": 0.5, "tests": []}
            ),
        ),
    )


def test_an_absent_file_is_none(tmp_path: Path) -> None:
    assert read_metadata(tmp_path / "submission_metadata.json") is None
    assert read_metadata(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"  \n", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"null", b'"id"'])
def test_a_file_without_an_object_is_none(content: bytes, tmp_path: Path) -> None:
    assert written(tmp_path, content) is None


def test_an_empty_object_has_nothing(tmp_path: Path) -> None:
    assert written(tmp_path, {}) == NOTHING
    assert written(tmp_path, b"\xef\xbb\xbf{}") == NOTHING


@pytest.mark.parametrize("value", [None, True, 1.5, "", "word", [], [None, "x"], {}, {"assignment": 3}])
def test_a_key_of_another_type_stops_nothing(value: Any, tmp_path: Path) -> None:
    metadata = written(tmp_path, dict.fromkeys(WHOLE, value))
    assert metadata is not None
    assert (metadata.created_at, metadata.users, metadata.previous_submissions) == (None, (), ())
    inner = written(tmp_path, {"assignment": dict.fromkeys(WHOLE["assignment"], value), "users": [value, {}]})
    assert inner is not None
    assert (inner.due_date, inner.users[-1]) == (None, User(None, None, None, None, None, None))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("20", 20.0),
        (" 7.5 ", 7.5),
        (3, 3.0),
        ("twenty", None),
        ("nan", None),
        ("1e999", None),
        (True, None),
        ("", None),
    ],
)
def test_total_points_may_be_a_string(text: Any, points: float | None, tmp_path: Path) -> None:
    metadata = written(tmp_path, {"assignment": {"total_points": text}})
    assert metadata is not None
    assert metadata.total_points == points


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-02-29T10:20:30", datetime(2024, 2, 29, 10, 20, 30, tzinfo=timezone.utc)),
        ("2024-02-29 10:20:30 UTC", datetime(2024, 2, 29, 10, 20, 30, tzinfo=timezone.utc)),
        ("2024-02-29T10:20Z", datetime(2024, 2, 29, 10, 20, tzinfo=timezone.utc)),
        ("2024-02-29T10:20:30.5+0530", datetime(2024, 2, 29, 4, 50, 30, 500000, tzinfo=timezone.utc)),
        ("2024-02-29T10:20:30.123456789Z", datetime(2024, 2, 29, 10, 20, 30, 123456, tzinfo=timezone.utc)),
        ("2023-02-29T10:20:30Z", None),
        ("yesterday", None),
        (1709202030, None),
    ],
)
def test_dates_always_have_a_time_zone(text: Any, date: datetime | None, tmp_path: Path) -> None:
    metadata = written(tmp_path, {"created_at": text})
    assert metadata is not None
    assert metadata.created_at == date
    assert metadata.created_at is None or metadata.created_at.tzinfo is not None
