"""The Python API: what the command does, as values."""

from __future__ import annotations

from pathlib import Path

import pytest

import autograder
from autograder.assignment import Assignment
from autograder.batch.identity import Person
from autograder.errors import AutograderError
from tests.batch.conftest import CLASS, HALF, RIGHT, Run, gradescope, write
from tests.batch.looking import files, stamps


def test_a_class_comes_back_as_reports_in_order(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run
) -> None:
    seen: list[tuple[int, int]] = []
    out = tmp_path / "out"
    graded = autograder.grade_many(
        str(assignment.folder), classroom, results=out, jobs=2, progress=lambda *done: seen.append(done)
    )
    assert [one.name for one in graded] == sorted(CLASS)
    assert [one.report.score for one in graded if one.report is not None] == [10, 6, 10, 0]
    assert seen == [(done, 4) for done in range(5)]
    assert not any(one.kept or one.why for one in graded)
    run(assignment.folder, classroom, "-o", tmp_path / "command")
    assert files(out) == files(tmp_path / "command")

    before = stamps(out)
    again = autograder.grade_many(assignment.folder, classroom, results=out)
    assert all(one.kept for one in again)
    assert [one.report for one in again] == [one.report for one in graded]
    assert stamps(out) == before


def test_several_paths_are_a_submission_each_and_one_says_what_grade_says(
    assignment: Assignment, tmp_path: Path
) -> None:
    ada = write(tmp_path / "ada", {"double.py": HALF})
    bela = write(tmp_path / "bela", {"double.py": RIGHT})
    first, second = autograder.grade_many(assignment, [bela, str(ada)], jobs=1)
    assert (first.name, second.name) == ("ada", "bela")
    assert isinstance(first.report, autograder.Report)
    alone = autograder.grade(str(assignment.folder), str(ada))
    found = [(one.check.name, one.status, one.score, one.message) for one in alone.outcomes]
    assert [(one.check.name, one.status, one.score, one.message) for one in first.report.outcomes] == found
    [only] = autograder.grade_many(assignment, [ada / "double.py"], question=["2"], jobs=1)
    assert only.report is not None
    assert (only.name, only.report.score) == ("double.py", 6)
    assert not list(Path().glob("results*")), "nothing is kept where nothing was named"


def test_who_cannot_be_graded_is_there_and_says_why(assignment: Assignment, tmp_path: Path) -> None:
    graded = autograder.grade_many(assignment, gradescope(tmp_path / "export"), jobs=2)
    assert [one.name for one in graded] == [f"submission_{number}" for number in (101, 102, 103, 104)]
    assert graded[0].people[0] == Person("Ada Lovelace", "ada@example.org", "007")
    assert graded[2].report is None
    assert "has no folder of it" in graded[2].why


@pytest.mark.parametrize(("submissions", "words"), [([], "is empty"), ("nowhere", "There is no submission")])
def test_what_cannot_be_done_at_all_raises(assignment: Assignment, submissions: object, words: str) -> None:
    with pytest.raises(AutograderError, match=words):
        autograder.grade_many(assignment, submissions)  # type: ignore[arg-type]


def test_every_public_name_is_there() -> None:
    for name in autograder.__all__:
        assert callable(getattr(autograder, name)), name


def test_grade_is_the_function_whatever_was_loaded_before() -> None:
    """A module has the same name, and loading it would stand in its place."""
    import autograder.grade
    from autograder import grade

    assert grade is autograder.grade
    assert callable(grade)
