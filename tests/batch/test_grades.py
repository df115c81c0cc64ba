"""The tables: nothing in them is computed by a spreadsheet, and each platform finds its own people."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from autograder.batch.grades import PLATFORMS, safe, write_for, write_grades
from autograder.batch.identity import HandedIn, Person
from autograder.batch.run import FAILED, GRADED, Grades, Row
from autograder.batch.summary import distribution
from autograder.outcome import Check
from tests.conftest import make_assignment  # noqa: F401 - a fixture that `assignment` needs

CHECKS = (Check("test_public.py::test_a", "A.", 4, "1"), Check("test_hidden.py::test_a", "A.", 6, "1"))
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=cmd|' /C calc'!A0", " =1"]


def grades(*names: str) -> Grades:
    rows = {}
    for number, name in enumerate(names):
        people = (Person(name, f"{name}@example.org", name, str(number)),)
        scores = {CHECKS[0].name: 4.0, CHECKS[1].name: number / 3}
        handed = HandedIn(f"submission_{number}", people=people, folder=f"submission_{number}")
        rows[handed.folder] = Row(handed, GRADED, 4 + number / 3, 10.0, scores)
    failed = HandedIn("x", folder="x")
    return Grades({**rows, "x": Row(failed, FAILED, why="=1+1")}, CHECKS)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text(text: str) -> None:
    assert safe(text).startswith("'")
    assert "\n" not in safe(text)


@pytest.mark.parametrize("text", ["Ada", "O'Hara", "a@b.org", "x=1", "Zoë-Ann", ""])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_no_cell_of_any_table_begins_as_a_formula(tmp_path: Path, assignment: object) -> None:
    table = grades(*FORMULAS)
    paths = [write_grades(table, tmp_path)]
    paths += [write_for(name, table, tmp_path, assignment, "=column") for name in PLATFORMS]  # type: ignore[arg-type]
    assert len(paths) == 4
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert len(cells) > 20
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


def test_a_row_for_each_submission_and_a_column_for_each_check(tmp_path: Path) -> None:
    with write_grades(grades("Ada", "Béla"), tmp_path).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[-3:] == ["1 test_a test_public.py::test_a", "1 test_a test_hidden.py::test_a", "for staff"]
    assert [row[0] for row in rows] == ["submission_0", "submission_1", "x"]
    assert rows[1][5] == "4.333333"
    assert rows[2][5:7] == ["", ""]  # no grade is not a grade of none
    assert rows[2][4] == "failed"


def test_moodle_and_canvas_know_people_by_their_own_numbers(tmp_path: Path, assignment: object) -> None:
    table = grades("Ada", "Béla")
    moodle = write_for("moodle", table, tmp_path, assignment).read_bytes()  # type: ignore[arg-type]
    assert moodle.startswith(b"\xef\xbb\xbfIdentifier,Full name,Email address,Grade,")
    assert b"Participant 1," in moodle
    canvas = write_for("canvas", table, tmp_path, assignment, "Gates (12)").read_text()  # type: ignore[arg-type]
    assert canvas.splitlines()[1] == "    Points Possible,,,,,10"
    assert len(canvas.splitlines()) == 4  # nobody who could not be graded


@pytest.mark.parametrize(
    ("scores", "bars"),
    [
        ([0.0], "█         "),
        ([10.0], "         █"),
        ([0.0, 5.0, 5.0, 10.0], "▄    █   ▄"),
        ([12.0, -1.0], "█        █"),
    ],
)
def test_the_distribution_is_a_line(scores: list[float], bars: str) -> None:
    assert distribution(scores, 10)[0] == f"0 |{bars}| 10"
