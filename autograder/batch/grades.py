"""grades.csv, and the same in the forms that learning platforms import.

Every text in them may be a student's, and a spreadsheet takes what begins with = + - @ for a formula: such a text gets
an apostrophe in front. grades.csv begins with a byte order mark, without which Excel takes its UTF-8 for Latin-1; so
does Moodle's worksheet, which Moodle writes with one. The others are as their platforms write them, without.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.assignment import Assignment
from autograder.batch.identity import Person
from autograder.batch.run import GRADED, Grades, Row
from autograder.gradescope.atomic import replace_file
from autograder.outcome import Check

GRADES = "grades.csv"
BOM = "\ufeff"
POINTS_POSSIBLE = "    Points Possible"  # Canvas knows its second row by these words, blanks included
PLATFORMS = ("gradescope", "canvas", "moodle")
Cell = str | float | None


def write_grades(grades: Grades, folder: Path) -> Path:
    """One row for each submission, one column for each check."""
    columns = _columns(grades.checks)
    head = ["submission", "name", "sid", "email", "status", "score", "max_score", "lost_by_lateness", "handed_in"]
    rows: list[Sequence[Cell]] = [[*head, "late", "rate_limit", *columns.values(), "for staff"]]
    for row in grades.rows.values():
        handed = row.handed
        who = [_of_all(handed.people, key) for key in ("name", "sid", "email")]
        is_graded = row.status == GRADED
        points: list[Cell] = [row.score, row.max_score, row.lost] if is_graded else [None, None, None]
        scores: list[Cell] = [row.scores.get(name) for name in columns] if is_graded else [None for _ in columns]
        late = "late" if handed.late else ""
        rows.append([handed.label, *who, row.status, *points, handed.created_at, late, handed.beyond, *scores, row.why])
    return _write(folder / GRADES, rows, BOM)


def write_for(platform: str, grades: Grades, folder: Path, assignment: Assignment, column: str = "") -> Path:
    """A file for one of PLATFORMS: a row for each person, and none for what could not be graded.

    column: what the platform calls the assignment there; on Canvas with its number, "Gates (1234)".
    """
    rows = {"gradescope": _gradescope, "canvas": _canvas, "moodle": _moodle}[platform](
        [(row, person) for row in grades.rows.values() if row.status == GRADED for person in _people(row)],
        column or assignment.title,
        _maximum(grades),
    )
    return _write(folder / f"grades-for-{platform}.csv", rows, BOM if platform == "moodle" else "")


def safe(text: str) -> str:
    """A text that no spreadsheet computes with, on one line."""
    text = " ".join(text.replace("\0", " ").split())
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _gradescope(entries: list[tuple[Row, Person]], column: str, maximum: float) -> list[Sequence[Cell]]:
    """The columns of Gradescope's own Download Grades."""
    head = ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status"]
    rows: list[Sequence[Cell]] = [[*head, "Submission ID", "Submission Time"]]
    for row, person in entries:
        first, _, last = person.name.rpartition(" ")
        number = row.handed.label.removeprefix("submission_")
        points: list[Cell] = [row.score, row.max_score, "Graded", number, row.handed.created_at]
        rows.append([first, last, person.sid, person.email, "", *points])
    return rows


def _canvas(entries: list[tuple[Row, Person]], column: str, maximum: float) -> list[Sequence[Cell]]:
    """A gradebook: Canvas finds a student by ID, and the assignment by the column's name with its number."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column]
    points: list[Cell] = [POINTS_POSSIBLE, "", "", "", "", maximum]
    rows: list[Sequence[Cell]] = [head, points]
    rows += [[person.name, person.id, person.sid, person.email, "", row.score] for row, person in entries]
    return rows


def _moodle(entries: list[tuple[Row, Person]], column: str, maximum: float) -> list[Sequence[Cell]]:
    """An offline grading worksheet: Moodle finds a student by Identifier."""
    head = ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Feedback comments"]
    rows: list[Sequence[Cell]] = [head]
    for row, person in entries:
        passed = sum(row.scores[name] > 0 for name in row.scores)
        words = f"{passed} of {len(row.scores)} checks gave points."
        identifier = f"Participant {person.id}" if person.id else ""
        rows.append([identifier, person.name, person.email, row.score, row.max_score, words])
    return rows


def _people(row: Row) -> tuple[Person, ...]:
    return row.handed.people or (Person(name=row.handed.label),)


def _of_all(people: Iterable[Person], key: str) -> str:
    """Of a group all names, all addresses, in the export's order."""
    return "; ".join(getattr(person, key) for person in people if getattr(person, key))


def _maximum(grades: Grades) -> float:
    return sum(check.max_score for check in grades.checks)


def _columns(checks: Sequence[Check]) -> dict[str, str]:
    """By each check's name the head of its column: its number and its test, with the file where two are alike."""
    short = {check.name: f"{check.number} {check.name.partition('::')[2]}".strip() for check in checks}
    times = Counter(short.values())
    return {name: head if times[head] == 1 else f"{head} {name}" for name, head in short.items()}


def _write(path: Path, rows: Sequence[Sequence[Cell]], start: str) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180, and what all of these write themselves
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    replace_file(path, (start + text.getvalue()).encode("utf-8", "replace"))
    return path


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if cell == POINTS_POSSIBLE else safe(cell)
    number = round(float(cell), 6)
    return str(int(number)) if number.is_integer() else str(number)
