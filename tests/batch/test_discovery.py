"""Which submissions are meant: one student's folder is never taken for a class, nor a class for one student's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.discovery import Found, find
from autograder.errors import AutograderError
from tests.batch.conftest import HALF, RIGHT, canvas, gradescope, moodle, write, zipped

DOUBLE, OTHER = "def double(x): return 2 * x\n", "def half(x): return x / 2\n"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": ["import numpy\n", "def double(x):\n", " return x"]}]})


def look(assignment: Assignment, *paths: Path, **options: object) -> Found:
    scratch = paths[0].parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return find(paths, assignment, scratch, **options)  # type: ignore[arg-type]


def labels(found: Found) -> list[str]:
    return [one.label for one in found.handed]


@pytest.mark.parametrize(
    "files",
    [
        {"double.py": RIGHT},
        {"double.py": RIGHT, "helper.py": DOUBLE, "old/double.py": RIGHT, "older/double.py": RIGHT},
        {"double.ipynb": NOTEBOOK, "attempt.py": DOUBLE, "another.py": DOUBLE},
        {"work/double.py": RIGHT, "work/helper.py": "x = 1\n"},
        {"a/b/double.py": RIGHT, "a/b/old.py": DOUBLE},
        {"forward.py": DOUBLE, "backward.py": OTHER},
        {"mine.py": RIGHT, "plots.py": "x = 1\n", "data.csv": ""},
        {"src/double.py": RIGHT, "tests/double.py": DOUBLE, "readme.md": ""},
        {"v1/double.py": HALF, "v2/double.py": RIGHT},
        {"double/double.py": RIGHT, "notes/thoughts.txt": ""},
        {"hw_2_3_main.py": "x = 1\n", "double.py": RIGHT},
        {"code.zip": "", "report.pdf": ""},
        {"readme.txt": "nothing here"},
        {"broken.py": "def dou"},
    ],
    ids=lambda files: "+".join(files),
)
def test_one_students_folder_is_one_submission(assignment: Assignment, tmp_path: Path, files: dict[str, str]) -> None:
    folder = write(tmp_path / "ada", files)
    assert look(assignment, folder).one == folder
    path = zipped(folder, tmp_path / "ada.zip")
    assert look(assignment, path).one == path
    path = zipped(folder, tmp_path / "wrapped.zip", "ada/")
    assert look(assignment, path).one == path


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"ada/double.py": RIGHT, "bela/double.py": HALF}, ["ada", "bela"]),
        ({"ada/double.py": RIGHT, "bela/mine.py": DOUBLE, "carl/notes.txt": ""}, ["ada", "bela", "carl"]),
        ({"ada.py": RIGHT, "bela.py": HALF, "roster.csv": ""}, ["ada.py", "bela.py"]),
        ({"ada.py": RIGHT, "bela.ipynb": NOTEBOOK, "carl.zip": ""}, ["ada.py", "bela.ipynb", "carl.zip"]),
        ({"ada.zip": "", "bela.tar.gz": ""}, ["ada.zip", "bela.tar.gz"]),
        ({"ada/homework/double.py": RIGHT, "bela/hw.zip": ""}, ["ada", "bela"]),
        ({"s10/double.py": RIGHT, "s9/double.py": RIGHT}, ["s9", "s10"]),
        ({"term/ada/double.py": RIGHT, "term/bela/double.py": RIGHT}, ["ada", "bela"]),
        ({"ada.py": RIGHT, "bela.py": DOUBLE, "empty.py": ""}, ["ada.py", "bela.py", "empty.py"]),
    ],
    ids=lambda value: "+".join(value),
)
def test_a_class_is_many_submissions(
    assignment: Assignment, tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    folder = write(tmp_path / "class", files)
    found = look(assignment, folder)
    assert labels(found) == expected
    assert "a class" in found.what[0]
    assert labels(look(assignment, zipped(folder, tmp_path / "class.zip"))) == expected
    assert labels(look(assignment, zipped(folder, tmp_path / "around.zip", "week 3/"))) == expected


def test_who_knows_better_is_believed(assignment: Assignment, tmp_path: Path) -> None:
    folder = write(tmp_path / "ada", {"double.py": RIGHT, "helper.py": "x = 1\n"})
    assert labels(look(assignment, folder, many=True)) == ["double.py", "helper.py"]
    folder = write(tmp_path / "class", {"ada/double.py": RIGHT})
    assert look(assignment, folder).one == folder
    assert labels(look(assignment, folder, many=True)) == ["ada"]


def test_several_paths_are_many_and_named_by_what_tells_them_apart(assignment: Assignment, tmp_path: Path) -> None:
    write(tmp_path, {"ada/double.py": RIGHT, "bela/double.py": HALF, "carl.py": RIGHT})
    found = look(assignment, tmp_path / "ada" / "double.py", tmp_path / "bela" / "double.py", tmp_path / "carl.py")
    assert labels(found) == ["ada", "bela", "carl.py"]
    again = look(assignment, tmp_path / "carl.py", tmp_path / "carl.py")
    assert len({one.folder for one in again.handed}) == 2


def test_a_student_among_several_paths_is_not_taken_apart_but_an_export_is(
    assignment: Assignment, tmp_path: Path
) -> None:
    write(tmp_path, {"ada/mine.py": RIGHT, "ada/mine_too.py": RIGHT, "bela/double.py": RIGHT})
    assert labels(look(assignment, tmp_path / "ada")) == ["mine.py", "mine_too.py"]
    export = moodle(tmp_path / "moodle")
    found = look(assignment, tmp_path / "ada", tmp_path / "bela", export)
    assert labels(found) == ["ada", "Ada Lovelace_657737", "bela", "Bela O'Hara_657738"]


def test_the_results_are_no_submission(assignment: Assignment, tmp_path: Path) -> None:
    folder = write(tmp_path / "class", {"ada/double.py": RIGHT, "bela/double.py": RIGHT, "out/ada/double.py": RIGHT})
    assert labels(look(assignment, folder, results=folder / "out")) == ["ada", "bela"]


def test_what_is_not_there_is_one_sentence(assignment: Assignment, tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="There is no submission"):
        look(assignment, tmp_path / "nowhere")


@pytest.mark.parametrize("around", ["", "assignment_5_export/"])
def test_a_gradescope_export_keeps_who_and_when(assignment: Assignment, tmp_path: Path, around: str) -> None:
    folder = gradescope(tmp_path / "export")
    for path in (folder, zipped(folder, tmp_path / "export.zip", around)):
        found = look(assignment, path)
        assert found.what == ("a Gradescope export of 4",)
        assert labels(found) == ["submission_101", "submission_102", "submission_103", "submission_104"]
        group, bela, dinh, stranger = found.handed
        assert [person.name for person in group.people] == ["Ada Lovelace", "Chloé D'Arc"]
        assert [person.sid for person in group.people] == ["007", ""]
        assert group.created_at == "2026-03-01 22:30:00.123456000 Z"
        assert (bela.people[0].name, bela.created_at) == ("Bela O'Hara", "2026-03-03 01:00:00.000000000 Z")
        assert "has no folder of it" in dinh.problem
        assert stranger.people == ()
        assert "1 of 3 submissions stand without a name" in found.notes[0]


@pytest.mark.parametrize("around", ["", "submissions/"])
def test_a_canvas_download_is_taken_apart_by_student(assignment: Assignment, tmp_path: Path, around: str) -> None:
    folder = canvas(tmp_path / "submissions")
    for path in (folder, zipped(folder, tmp_path / "submissions.zip", around)):
        found = look(assignment, path)
        assert found.what == ("a Canvas download of 2",)
        bela, ada = found.handed
        assert (bela.late, ada.late) == (True, False)
        assert [name for name, _ in bela.files] == ["double.py", "notes.py"]
        assert (ada.label, ada.people[0].id) == ("lovelaceada_11", "11")


@pytest.mark.parametrize("around", ["", "CS-HW1-8123/"])
def test_a_moodle_download_is_recognised(assignment: Assignment, tmp_path: Path, around: str) -> None:
    folder = moodle(tmp_path / "moodle")
    for path in (folder, zipped(folder, tmp_path / "moodle.zip", around)):
        found = look(assignment, path)
        assert found.what == ("a Moodle download of 2",)
        assert [(one.people[0].name, one.people[0].id) for one in found.handed] == [
            ("Ada Lovelace", "657737"),
            ("Bela O'Hara", "657738"),
        ]
        assert all("assignsubmission_file" in str(one.path) for one in found.handed)


def test_moodles_flat_files_are_recognised_too(assignment: Assignment, tmp_path: Path) -> None:
    folder = write(tmp_path / "flat", {"Ada Lovelace_7_assignsubmission_file_double.py": RIGHT})
    found = look(assignment, folder)
    assert [name for name, _ in found.handed[0].files] == ["double.py"]
