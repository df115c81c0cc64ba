"""What goes wrong around a batch: a disk that fills, folders that are closed, exports that are broken."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.discovery import find
from tests.batch.conftest import HALF, RIGHT, Run, write
from tests.batch.looking import rows

GRADE = [sys.executable, "-m", "autograder", "grade"]

# root reads and writes everything: without these two capabilities it is as others are.
AS_OTHERS = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
os.execv(sys.executable, [sys.executable, "-m", "autograder", "grade", *sys.argv[1:]])
"""


def may_mount() -> bool:
    """Whether a file system of our own can be mounted, where nobody else sees it."""
    with tempfile.TemporaryDirectory() as folder:
        command = f"mount -t tmpfs -o size=1m tmpfs {shlex.quote(folder)}"
        return shutil.which("unshare") is not None and not subprocess.call(
            ["unshare", "--mount", "sh", "-c", command], stderr=subprocess.DEVNULL
        )


def as_others(cwd: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`autograder grade` by somebody whom permissions bind."""
    command = [sys.executable, "-c", AS_OTHERS, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


@pytest.mark.skipif(not may_mount(), reason="needs the right to mount a small file system; FullStore is tried anyway")
def test_a_disk_that_fills_stops_in_order_and_the_rest_is_graded_when_there_is_room(
    assignment: Assignment, tmp_path: Path
) -> None:
    classroom = write(tmp_path / "class", {f"s{number}/double.py": RIGHT for number in range(8)})
    out, kept = tmp_path / "out", tmp_path / "kept"
    out.mkdir()
    grade = shlex.join([*GRADE, str(assignment.folder), str(classroom), "-o", str(out), "-j", "1"])
    script = f"""
        mount -t tmpfs -o size=52k tmpfs {out}
        {grade}; echo "first: $?"
        ls {out}/*/graded.json | wc -l
        mount -o remount,size=8m {out}
        {grade}; echo "second: $?"
        cp -r {out} {kept}
    """
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    said = " ".join(done.stderr.split())  # the words of a line that was too long for the terminal together again
    assert "No space left on device" in said, (done.stdout, done.stderr)
    assert "still wait: the same command goes on with them." in said
    assert "Traceback" not in done.stdout + done.stderr
    assert "grades.csv is not up to date." in said
    assert "first: 3" in done.stdout
    assert "second: 0" in done.stdout
    assert "graded already, and unchanged" in said
    assert {row["score"] for row in rows(kept).values()} == {"10"}
    assert len(rows(kept)) == 8


def test_a_results_folder_that_nothing_can_be_written_to_is_a_sentence_and_2(
    assignment: Assignment, classroom: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    done = as_others(tmp_path, assignment.folder, classroom, "-o", out)
    assert done.returncode == 2, done.stderr
    assert "Permission denied" in done.stderr
    assert str(out) in done.stderr
    assert "Traceback" not in done.stderr
    assert list(out.iterdir()) == []


def test_who_cannot_be_read_is_named_and_everybody_else_is_graded(
    assignment: Assignment, classroom: Path, tmp_path: Path
) -> None:
    (classroom / "ada" / "double.py").chmod(0)
    (classroom / "bela").chmod(0)
    done = as_others(tmp_path, assignment.folder, classroom, "-o", tmp_path / "out", "-j", 2, "--many")
    (classroom / "bela").chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    found = rows(tmp_path / "out")
    assert {name: row["status"] for name, row in found.items()} == {
        "ada": "failed",
        "bela": "failed",
        "chloé": "graded",
        "dinh": "graded",
    }
    for name in ("ada", "bela"):
        assert "It cannot be read: Permission denied" in found[name]["for staff"]
        assert found[name]["score"] == ""
    assert found["chloé"]["score"] == "10"
    assert "Permission denied" in done.stdout


def test_an_export_with_three_broken_entries_grades_the_others(
    assignment: Assignment, tmp_path: Path, run: Run
) -> None:
    entry = (
        "submission_{0}:\n  :submitters:\n  - :name: S{0}\n    :email: s{0}@example.org\n  :created_at: 2026-03-01\n"
    )
    lines = [entry.format(number) for number in (1, 2, 3)]
    lines.append("submission_4:\n  :submitters: {{{ not yaml\n  \t:created_at: [\n")  # nobody can say whose it is
    lines.append("submission_5: !ruby/object:Broken\n\x00\x01\n")  # no entry at all
    lines.append(entry.format(6))  # no folder
    lines.append(entry.format(7))
    files = {f"submission_{number}/double.py": HALF for number in (1, 2, 3, 4, 5, 7)}
    export = write(tmp_path / "export", {**files, "submission_metadata.yml": "---\n" + "".join(lines)})
    done = run(assignment.folder, export, "-o", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert "Found a Gradescope export of 7." in done.stderr
    assert "note:" in done.stderr
    found = rows(tmp_path / "out")
    assert [row["status"] for row in found.values()] == ["graded"] * 5 + ["failed", "graded"]
    assert "has no folder of it" in found["submission_6"]["for staff"]
    assert [row["name"] for row in found.values()] == ["S1", "S2", "S3", "", "", "S6", "S7"]
    assert {row["score"] for name, row in found.items() if name != "submission_6"} == {"6"}


def test_an_export_of_5000_is_found_whole(assignment: Assignment, tmp_path: Path) -> None:
    export = tmp_path / "export"
    lines = ["---"]
    for number in range(5000):
        lines += [f"submission_{number}:", "  :submitters:", f"  - :name: S{number}", "  :results:"]
        lines += ["    tests:", "    - output: |", "        submission_1:", "          :submitters:"] * 5
        os.makedirs(export / f"submission_{number}")
    (export / "submission_metadata.yml").write_text("\n".join(lines))
    (tmp_path / "scratch").mkdir()
    found = find([export], assignment, tmp_path / "scratch")
    assert found.what == ("a Gradescope export of 5000",)
    assert found.notes == ()
    assert [one.people[0].name for one in found.handed] == [f"S{number}" for number in range(5000)]
