"""The command line as a TA uses it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.gradescope.contract import validate

ROOT = Path(__file__).resolve().parent.parent
WRONG = "def double(x):\n    print('\\x1b[31mlook\\x1b[0m')\n    return x\n\ndef half(x):\n    return x / 2\n"


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_a_right_submission_ends_with_0(assignment: Assignment, submit: Callable[..., Path]) -> None:
    done = run("grade", assignment.folder, submit())
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points · 2 of 2 checks passed" in done.stdout


def test_a_wrong_one_ends_with_1_and_shows_the_sentence(assignment: Assignment, submit: Callable[..., Path]) -> None:
    done = run("grade", assignment.folder, submit(WRONG), "-v")
    assert done.returncode == 1
    assert "y[0] should be 2, not 1 (3 of 3 entries differ)." in done.stdout
    assert "look" in done.stdout
    assert "\x1b[31m" not in done.stdout


def test_results_are_written_where_they_were_asked_for(
    assignment: Assignment, submit: Callable[..., Path], tmp_path: Path
) -> None:
    done = run("grade", assignment.folder, submit(WRONG), "-o", tmp_path / "new" / "out")
    assert done.returncode == 1
    data = json.loads((tmp_path / "new" / "out" / "results.json").read_text())
    assert validate(data) == []
    assert data["score"] == 6


def test_a_killed_grader_leaves_a_valid_file_with_what_it_had_found(
    assignment: Assignment, submit: Callable[..., Path], tmp_path: Path
) -> None:
    path = submit("def double(x):\n    return 2 * x\n\ndef half(x):\n    while True:\n        pass\n")
    command = [sys.executable, "-m", "autograder", "grade", str(assignment.folder), str(path), "-o", str(tmp_path)]
    results = tmp_path / "results.json"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not results.exists() or json.loads(results.read_text())["score"] == 0:
                assert process.poll() is None
                time.sleep(0.01)
            workers = children_of(process.pid)
        finally:
            process.kill()
    data = json.loads(results.read_text())
    assert validate(data) == []
    assert [test["status"] for test in data["tests"]] == ["passed", "failed"]
    assert workers
    for _ in range(1000):
        if not any(Path(f"/proc/{pid}").exists() for pid in workers):
            break
        time.sleep(0.01)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers), "the zygote and its workers end with the grader"


def children_of(pid: int) -> list[int]:
    """The processes below this one, theirs included."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [below for child in found for below in children_of(child)]


def test_json_is_all_that_is_printed(assignment: Assignment, submit: Callable[..., Path]) -> None:
    data = json.loads(run("grade", assignment.folder, submit(WRONG), "--json").stdout)
    assert [outcome["status"] for outcome in data["outcomes"]] == ["failed", "passed"]


def test_one_question_can_be_asked(assignment: Assignment, submit: Callable[..., Path]) -> None:
    done = run("grade", assignment.folder, submit(WRONG), "-q", "2")
    assert done.returncode == 0, done.stdout
    done = run("grade", assignment.folder, submit(WRONG), "-q", "nothing")
    assert done.returncode == 2
    assert "No check is called nothing" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["grade", "nowhere", "double.py"], "There is no assignment folder"),
        (["grade", ".", "double.py"], "it has no assignment.toml"),
        (["grade", "{folder}", "nowhere.py"], "There is no submission nowhere.py"),
        (["grade", "{folder}"], "Missing argument"),
        (["grade", "{folder}", "double.py", "--timeout", "0"], "--timeout"),
        (["grade", "{folder}", "double.py", "-o", "double.py"], "double.py"),
        (["build", "{folder}", "-o", "out.zip"], "is not a checkout"),
        (["calibrate", "{folder}"], "has no reference"),
        (["handout", "{folder}", "-o", "page.html"], "has no handout.md"),
        (["nonsense"], "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_2(
    assignment: Assignment, submit: Callable[..., Path], arguments: list[str], phrase: str
) -> None:
    submitted = submit()
    filled = [argument.format(folder=assignment.folder) for argument in arguments]
    done = run(*filled, cwd=submitted.parent)
    assert done.returncode == 2, done.stdout + done.stderr
    assert phrase in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("folder", sorted(ROOT.glob("assignments/*/handout.md")), ids=lambda path: path.parent.name)
def test_a_handout_becomes_a_page_with_its_formulas(folder: Path, tmp_path: Path) -> None:
    done = run("handout", folder.parent, "-o", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<table>" in page
    formulas = re.findall(r"\$([^$\n]*\\[a-z]+[^$\n]*)\$", folder.read_text(encoding="utf-8"))
    assert formulas
    assert [formula for formula in formulas if html.escape(formula, quote=False) not in page] == []
    assert "MathJax" in page


def test_a_mistake_in_the_settings_names_the_key_that_was_meant(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path]
) -> None:
    folder = make_assignment().folder
    with (folder / "assignment.toml").open("a") as file:
        file.write("\n[limits]\ncall_second = 3\n")
    done = run("grade", folder, submit())
    assert done.returncode == 2
    assert "unknown key 'call_second'. Did you mean 'call_seconds'?" in done.stderr


def test_a_wrong_answer_that_nothing_explains_is_logged_for_the_author(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for name in ("reference", "assignments/activations"):
        shutil.copytree(ROOT / name, course / name)
    odd = tmp_path / "activations.py"
    odd.write_text("import numpy as np\n\n\ndef tanh(z):\n    return np.tanh(z) + np.sin(5 * z) ** 3 * np.cos(z)\n")
    run("grade", str(course / "assignments/activations"), str(odd), "-q", "2.1")
    line = (course / "assignments/activations/unexplained.jsonl").read_text(encoding="utf-8")
    assert '"function": "tanh"' in line
    assert "sin" not in line
