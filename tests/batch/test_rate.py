"""The rate limit, from an export's history: who is beyond it is graded, and the TA is told which submission counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.export_yaml import read_export
from autograder.batch.identity import Earlier, HandedIn
from autograder.batch.rate import beyond
from autograder.policy import RateLimit
from tests.batch.conftest import RIGHT, Run, write
from tests.batch.looking import rows
from tests.conftest import TOML

HISTORY = """---
submission_1:
  :submitters:
  - :name: Ada
    :email: ada@example.org
  :created_at: 2026-03-01 12:00:00 Z
  :score: 4.0
  :history:
  - :id: 7
    :created_at: 2026-03-01 09:00:00 Z
    :score: 6.0
    :status: processed
    :results:
      tests:
      - :created_at: 1999-01-01 00:00:00 Z
        output: |
          - :created_at: 1999-01-02 00:00:00 Z
      :created_at: 1999-01-03 00:00:00 Z
  - :created_at: 2026-03-01 10:00:00 Z
    :score: 7.5
    :status: processed
  - :created_at: 2026-03-01 11:00:00 Z
    :status: failed
submission_2:
  :submitters:
  - :name: Bela
  :created_at: 2026-03-01 12:00:00 Z
  :history: []
"""


def test_an_exports_history_is_read_and_nothing_below_it(tmp_path: Path) -> None:
    path = tmp_path / "submission_metadata.yml"
    path.write_text(HISTORY)
    found = read_export(path)
    assert found["submission_1"].history == (
        Earlier("2026-03-01 09:00:00 Z", "6.0", "processed"),
        Earlier("2026-03-01 10:00:00 Z", "7.5", "processed"),
        Earlier("2026-03-01 11:00:00 Z", "", "failed"),
    )
    assert found["submission_1"].created_at == "2026-03-01 12:00:00 Z"
    assert found["submission_1"].people[0].email == "ada@example.org"
    assert found["submission_2"].history == ()


HOURS = tuple(Earlier(f"2026-03-01 {hour:02}:00:00 Z", f"{hour}") for hour in (11, 9, 10))


@pytest.mark.parametrize(
    ("limit", "earlier", "at", "counts"),
    [
        (RateLimit(3, 24), HOURS, "2026-03-01 12:00:00 Z", "2026-03-01 11:00:00 Z counts, with 11 points"),
        (RateLimit(2, 24), HOURS, "2026-03-01 12:00:00 Z", "2026-03-01 10:00:00 Z counts, with 10 points"),
        (RateLimit(1, 1.5), HOURS, "2026-03-01 12:00:00 Z", "2026-03-01 11:00:00 Z"),  # the one of 10:00 was not graded
        (RateLimit(4, 24), HOURS, "2026-03-01 12:00:00 Z", ""),
        (RateLimit(3, 2), HOURS, "2026-03-01 12:00:00 Z", ""),
        (RateLimit(3, 24), HOURS, "2026-03-03 12:00:00 Z", ""),
        (RateLimit(0, 24), HOURS, "2026-03-01 12:00:00 Z", ""),
        (None, HOURS, "2026-03-01 12:00:00 Z", ""),
        (RateLimit(3, 24), HOURS, "", ""),
        (RateLimit(1, 24), (Earlier("yesterday"), Earlier("")), "2026-03-01 12:00:00 Z", ""),
        (RateLimit(1, 24), (Earlier(HOURS[0].created_at, status="failed"),), "2026-03-01 12:00:00 Z", ""),
        (RateLimit(1, 24), (Earlier("2026-03-01 13:00:00 Z"),), "2026-03-01 12:00:00 Z", ""),  # a later one
    ],
)
def test_the_limit_is_kept_by_the_times_that_were_graded(
    limit: RateLimit | None, earlier: tuple[Earlier, ...], at: str, counts: str
) -> None:
    words = beyond(HandedIn("ada", created_at=at, earlier=earlier), limit)
    assert counts in words
    assert bool(words) == bool(counts)


def test_who_is_beyond_it_is_graded_and_named(
    make_assignment: Callable[..., Assignment], tmp_path: Path, run: Run
) -> None:
    folder = make_assignment(toml=f"{TOML}\n[rate_limit]\nsubmissions = 2\nhours = 24.0\n").folder
    files = {f"submission_{number}/double.py": RIGHT for number in (1, 2)}
    export = write(tmp_path / "export", {**files, "submission_metadata.yml": HISTORY})
    done = run(folder, export, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Beyond the rate limit: 1 of them." in done.stderr
    found = rows(tmp_path / "out")
    words = "more than 2 in 24 hours: on Gradescope the one of 2026-03-01 10:00:00 Z counts, with 7.5 points there"
    assert found["submission_1"]["rate_limit"] == words
    assert found["submission_2"]["rate_limit"] == ""
    assert [row["score"] for row in found.values()] == ["10", "10"]
