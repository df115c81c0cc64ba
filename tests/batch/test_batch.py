"""A whole batch by its command: every submission is graded, none hurts another, and the tables say so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from autograder.assignment import Assignment
from autograder.gradescope.contract import validate
from tests.batch.conftest import CLASS, HALF, RIGHT, Run, canvas, gradescope, write
from tests.batch.looking import files, rows


def test_a_class_is_graded_and_written_down(assignment: Assignment, classroom: Path, tmp_path: Path, run: Run) -> None:
    done = run(assignment.folder, classroom, "-o", tmp_path / "out", "-j", 2)
    assert done.returncode == 1, done.stderr
    assert "Found a folder with 4 folders, a submission each: a class of 4." in done.stderr
    assert "graded" in done.stdout
    assert "4 of 4" in done.stdout
    assert "lowest 0, median 8, mean 6.5, highest 10 of 10" in done.stdout
    graded = rows(tmp_path / "out")
    assert list(graded) == sorted(CLASS)
    assert [row["score"] for row in graded.values()] == ["10", "6", "10", "0"]
    assert graded["bela"]["1 test_double"] == "0"
    assert graded["bela"]["2 test_half"] == "6"
    for name in CLASS:
        data = json.loads((tmp_path / "out" / name / "results.json").read_text())
        assert validate(data) == []
        assert len(data["tests"]) == 2


def test_one_submission_is_graded_as_ever(assignment: Assignment, tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "ada", {"double.py": RIGHT, "helper.py": HALF})
    done = run(assignment.folder, folder, "-o", tmp_path / "out")
    assert done.returncode == 0
    assert "10 of 10 points · 2 of 2 checks passed" in done.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["results.json"]


def test_one_process_and_two_write_the_same_bytes(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run
) -> None:
    run(assignment.folder, classroom, "-o", tmp_path / "one", "-j", 1)
    run(assignment.folder, classroom, "-o", tmp_path / "two", "-j", 2)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 5


def test_a_hostile_class_is_graded_to_the_end(assignment: Assignment, tmp_path: Path, run: Run) -> None:
    hostile = {
        "exits": "import os\nos._exit(0)\n",
        "kills": "import os\ndef double(x):\n    os.kill(os.getppid(), 9)\ndef half(x): return x / 2\n",
        "crashes": "import ctypes\ndef double(x):\n    ctypes.string_at(0)\ndef half(x): return x / 2\n",
        "right": RIGHT,
    }
    classroom = write(tmp_path / "class", {f"{name}/double.py": text for name, text in hostile.items()})
    (classroom / "empty").mkdir()
    (classroom / "linked").symlink_to("/etc")
    done = run(assignment.folder, classroom, "-o", tmp_path / "out", "-j", 2)
    assert done.returncode == 1
    scores = {name: row["score"] for name, row in rows(tmp_path / "out").items()}
    assert scores == {"crashes": "6", "empty": "0", "exits": "0", "kills": "6", "right": "10"}


def test_a_gradescope_export_goes_in_and_grades_come_out(assignment: Assignment, tmp_path: Path, run: Run) -> None:
    with (assignment.folder / "assignment.toml").open("a") as file:
        file.write("\n[late]\nper_day = 0.1\n")
    export = gradescope(tmp_path / "export")
    due = "2026-03-01 23:59:00 Z"
    options = ("--due", due, "--for", "gradescope", "--for", "canvas", "--for", "moodle")
    done = run(assignment.folder, export, "-o", tmp_path / "out", *options)
    assert done.returncode == 3, done.stderr  # one has no folder
    assert "Found a Gradescope export of 4." in done.stderr
    graded = rows(tmp_path / "out")
    assert graded["submission_101"]["name"] == "Ada Lovelace; Chloé D'Arc"
    assert graded["submission_101"]["score"] == "10"
    assert (graded["submission_102"]["score"], graded["submission_102"]["lost_by_lateness"]) == ("4.8", "0.2")
    assert graded["submission_103"]["name"].startswith("'=HYPERLINK")
    assert graded["submission_103"]["score"] == ""
    assert (tmp_path / "out" / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfsubmission,")
    people = (tmp_path / "out" / "grades-for-gradescope.csv").read_text().splitlines()
    assert people[1].startswith("Ada,Lovelace,007,ada@example.org,,10,10,Graded,101,")
    assert people[2].startswith("Chloé,D'Arc,,chloe@example.org,,10,")
    assert "HYPERLINK" not in "".join(people)


def test_a_canvas_download_is_graded_under_the_names_that_students_gave(
    assignment: Assignment, tmp_path: Path, run: Run
) -> None:
    done = run(assignment.folder, canvas(tmp_path / "submissions"), "--for", "canvas", "--column", "Double (77)")
    assert done.returncode == 1, done.stderr
    out = tmp_path / "results-double"
    graded = rows(out)
    assert graded["harabela_12"]["late"] == "late"
    assert graded["lovelaceada_11"]["score"] == "10"
    assert (out / "grades-for-canvas.csv").read_text().splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Double (77)",
        "    Points Possible,,,,,10",
        "harabela,12,,,,6",
        "lovelaceada,11,,,,10",
    ]


def test_what_cannot_be_done_is_a_sentence_and_2(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run
) -> None:
    broken = tmp_path / "course" / "assignments" / "broken"
    shutil.copytree(assignment.folder, broken)
    (broken / "test_public.py").write_text("import nothing_there\n")
    alone = classroom / "ada" / "double.py"
    for arguments, phrase in (
        ([assignment.folder, classroom, "--json"], "are for one submission"),
        ([assignment.folder, classroom, "--due", "tomorrow"], "--due is a time"),
        ([assignment.folder, classroom, "-q", "nothing"], "No check is called nothing"),
        ([assignment.folder, classroom, classroom, "--one"], "there are 2 paths"),
        ([assignment.folder, alone, "--force"], "are for many submissions"),
        ([broken, classroom], "nothing_there"),
    ):
        done = run(*arguments)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert phrase in done.stderr
        assert "Traceback (most" not in done.stderr.replace("ImportError while", "")
