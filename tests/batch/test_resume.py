"""A batch that is stopped, killed or started again: what is graded is kept, and nothing is done twice."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.command import exit_code
from autograder.batch.identity import HandedIn
from autograder.batch.run import Options, carry_out, plan
from autograder.batch.store import Record, Store
from autograder.batch.summary import Bar
from autograder.gradescope.contract import validate
from tests.batch.conftest import CLASS, RIGHT, Run, write
from tests.batch.looking import all_gone, below, files, rows, stamps, wait_for
from tests.conftest import PUBLIC

Start = Callable[..., "subprocess.Popen[str]"]

# A check of ours that kills its grader, or even the bay, when a certain answer comes: as a fault of ours would.
DEADLY = PUBLIC.replace(
    "def test_double(student):",
    '''def test_double(student):
    """double(x) is 2 x."""
    import os, signal
    answer = float(student.double(np.array([1.0]))[0])
    if answer in (13.0, 14.0):
        os.kill(os.getpid() if answer == 13.0 else os.getppid(), signal.SIGKILL)
    assert_matches(student.double(np.array([1.0])), np.array([2.0]), "y")


def not_a_test(student):''',
)
SLOW = "import time\ndef double(x):\n    time.sleep(0.1)\n    return 2 * x\ndef half(x):\n    return x / 2\n"


def test_only_what_changed_is_graded_again(assignment: Assignment, classroom: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    run(assignment.folder, classroom, "-o", out)
    first, before = stamps(out), files(out)
    done = run(assignment.folder, classroom, "-o", out)
    assert "4 of 4 are graded already, and unchanged." in done.stderr
    assert (stamps(out), files(out)) == (first, before)

    (classroom / "bela" / "double.py").write_text(RIGHT)
    run(assignment.folder, classroom, "-o", out)
    second = stamps(out)
    assert {name for name in CLASS if first[name] != second[name]} == {"bela"}
    assert rows(out)["bela"]["score"] == "10"

    (out / "ada" / "results.json").write_text("{}")  # a file that a kill, or a person, has spoiled
    run(assignment.folder, classroom, "-o", out)
    assert rows(out)["ada"]["score"] == "10"
    assert json.loads((out / "ada" / "results.json").read_text())["score"] == 10

    test = assignment.folder / "test_public.py"
    test.write_text(test.read_text().replace("@weight(4)", "@weight(5)"))
    run(assignment.folder, classroom, "-o", out)
    assert rows(out)["ada"]["score"] == "11"

    third = stamps(out)
    run(assignment.folder, classroom, "-o", out, "--force")
    assert not set(third.values()) & set(stamps(out).values())


def test_a_grader_that_dies_costs_its_own_submission_and_shows_no_old_grade(
    make_assignment: Callable[..., Assignment], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_assignment(test_public=DEADLY).folder
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    names = {f"s{number}/double.py": RIGHT for number in range(5)}
    classroom, out = write(tmp_path / "class", names), tmp_path / "out"
    assert run(folder, classroom, "-o", out, "-j", 2).returncode == 0
    for name, answer in (("s1", 13), ("s3", 14)):
        (classroom / name / "double.py").write_text(f"def double(x):\n    return x + {answer - 1}\n")
    done = run(folder, classroom, "-o", out, "-j", 2)
    assert done.returncode == 3
    assert "s1: The grader was ended by signal 9." in done.stdout
    assert "s3: The grading process ended" in done.stdout
    graded = rows(out)
    assert [row["status"] for row in graded.values()] == ["graded", "failed", "graded", "failed", "graded"]
    assert [row["score"] for row in graded.values()] == ["10", "", "10", "", "10"]
    data = json.loads((out / "s1" / "results.json").read_text())
    assert validate(data) == []
    assert data["score"] == 0
    assert "could not be graded" in data["output"]
    assert not list(tmp_path.glob("autograder-*")), "what a dead grader leaves is removed"

    (classroom / "s1" / "double.py").write_text(RIGHT)
    run(folder, classroom, "-o", out)
    assert [row["status"] for row in rows(out).values()] == ["graded", "graded", "graded", "failed", "graded"]


def test_ctrl_c_ends_in_order_and_says_how_to_go_on(assignment: Assignment, tmp_path: Path, started: Start) -> None:
    classroom = write(tmp_path / "class", {f"s{number}/double.py": SLOW for number in range(9)})
    out = tmp_path / "out"
    process = started(assignment.folder, classroom, "-o", out, "-j", 2)
    wait_for(lambda: len(stamps(out)) >= 1, process)
    family = below(process.pid)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate()
    assert process.returncode == 3
    assert "still wait: the same command goes on with them" in errors
    assert "Traceback" not in said + errors
    status = [row["status"] for row in rows(out).values()]
    assert status.count("graded") == len(stamps(out)) >= 1
    assert status.count("waiting") == 9 - len(stamps(out))
    wait_for(lambda: all_gone(family))


def test_results_that_cannot_be_written_cost_one_submission_and_a_full_disk_stops(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run
) -> None:
    out = write(tmp_path / "out", {"bela": "a file where a folder is needed"})
    done = run(assignment.folder, classroom, "-o", out)
    assert done.returncode == 3
    assert "bela: Its results cannot be written" in done.stdout
    assert [row["status"] for row in rows(out).values()] == ["graded", "failed", "graded", "graded"]

    one = HandedIn("ada", classroom / "ada", folder="ada")
    store = FullStore(tmp_path / "full")
    planned = plan(assignment, [one], store, Options(jobs=1))
    grades = carry_out(planned, store, Bar())
    assert grades.stopped.startswith("No space left on device")
    assert grades.count("waiting") == 1
    assert exit_code(grades) == 3


class FullStore(Store):
    """On a disk that takes no more."""

    def keep(self, record: Record) -> Record:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.folder))


def test_two_batches_do_not_write_to_one_folder(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run, started: Start
) -> None:
    (classroom / "ada" / "double.py").write_text(SLOW.replace("0.1", "2"))
    out = tmp_path / "out"
    process = started(assignment.folder, classroom, "-o", out, "-j", 1)
    wait_for(lambda: (out / "grades.csv").exists(), process)
    done = run(assignment.folder, classroom, "-o", out)
    assert done.returncode == 2
    assert "Another batch is writing" in done.stderr
    os.kill(process.pid, signal.SIGINT)
    process.communicate()
