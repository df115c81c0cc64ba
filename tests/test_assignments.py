"""Every assignment: its solution earns all, an untouched starter nothing, and each known mistake costs points."""

from __future__ import annotations

import ast
import functools
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import load_assignment
from autograder.edits import source_from
from autograder.grade import calibrate, grade
from autograder.model import model_of, write_model
from autograder.outcome import Status
from autograder.rehearsal import Played, Stage, rehearse

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = sorted(path.parent for path in (ROOT / "assignments").glob("*/assignment.toml"))
FEWEST = 15  # misconceptions: fewer do not cover what students get wrong
FEWEST_IN_ALL = 200

each_assignment = pytest.mark.parametrize("folder", ASSIGNMENTS, ids=lambda folder: folder.name)


def test_there_are_assignments_to_prove() -> None:
    assert len(ASSIGNMENTS) == 10
    assert sum(len(misconceptions(folder)) for folder in ASSIGNMENTS) >= FEWEST_IN_ALL


@each_assignment
def test_the_reference_gets_full_marks(folder: Path) -> None:
    report = grade(folder, reference(folder))
    assert [outcome for outcome in report.outcomes if outcome.status is not Status.PASSED] == []
    assert report.score == report.max_score == points(folder)


@each_assignment
def test_the_kept_tolerances_are_those_of_this_reference_and_these_checks(folder: Path, tmp_path: Path) -> None:
    """Else each grading computes them: run `autograder calibrate` after a change and commit the file."""
    course = tmp_path / "course"
    shutil.copytree(ROOT / "reference", course / "reference")
    shutil.copytree(folder, course / "assignments" / folder.name)
    copy = course / "assignments" / folder.name / "tolerances.json"
    kept = json.loads(copy.read_text(encoding="utf-8"))["tolerances"]
    calibrate(load_assignment(copy.parent))
    needed = json.loads(copy.read_text(encoding="utf-8"))["tolerances"]
    # Inputs that go through another machine's exp or matrix product may differ in their last bit: a few are new then.
    assert len(needed.keys() & kept.keys()) >= 0.9 * len(needed)
    assert len(kept) <= 1.1 * len(needed)


@each_assignment
def test_every_check_is_numbered_weighed_and_told_apart(folder: Path) -> None:
    checks = [outcome.check for outcome in grade(folder, reference(folder), only=lambda check: False).outcomes]
    assert all(check.number and check.max_score > 0 for check in checks)
    assert len({(check.number, check.title) for check in checks}) == len(checks)
    numbers = [[int(part) for part in check.number.split(".")] for check in checks]
    assert numbers == sorted(numbers), "a student reads the checks in the order of their numbers"
    assert {check.sealed for check in checks} == {True, False}


@each_assignment
def test_a_starter_gets_nothing_and_sees_every_check(folder: Path, tmp_path: Path) -> None:
    starter = tmp_path / reference(folder).name
    starter.write_text(emptied(reference(folder).read_text(encoding="utf-8")), encoding="utf-8")
    report = grade(folder, starter)
    declared = [outcome.check for outcome in grade(folder, reference(folder), only=lambda check: False).outcomes]
    assert report.score == 0
    assert [outcome.check for outcome in report.outcomes] == declared
    assert {outcome.status for outcome in report.outcomes} <= {Status.FAILED, Status.CRASHED, Status.SKIPPED}


ODD = ("None", "'z'", "[None, None]", "[[1.0], [2.0, 3.0]]", "object()")


@each_assignment
def test_an_odd_answer_is_never_our_fault(folder: Path) -> None:
    source, played = model_of(load_assignment(folder)), list[Played]()

    def play(stage: Stage) -> None:
        stage.grading.explaining = False
        for odd in ODD:
            text = emptied(source.text, f"return {odd}")
            played.extend(stage.perform(source_from(text, source.name, source.path).module()))

    rehearse(load_assignment(folder), play)
    assert len(played) >= 5 * 20
    assert [one.outcome.staff for one in played if one.outcome.status is Status.BROKEN] == []
    assert sum(one.outcome.score for one in played) == 0


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_answer_comes_through_the_sandbox(odd: str, tmp_path: Path) -> None:
    folder = ROOT / "assignments" / "activations"
    submission = tmp_path / "activations.py"
    submission.write_text(emptied(reference(folder).read_text(encoding="utf-8"), f"return {odd}"), encoding="utf-8")
    report = grade(folder, submission)
    assert [outcome.staff for outcome in report.outcomes if outcome.status is Status.BROKEN] == []
    assert report.score == 0


@each_assignment
def test_there_are_enough_misconceptions_and_each_gives_a_hint(folder: Path) -> None:
    entries = misconceptions(folder)
    assert len(entries) >= FEWEST
    for entry in entries:
        assert set(entry) == {"function", "replace", "with", "hint"}
        assert entry["with"] not in entry["hint"], "a hint points at the idea, never at the line of code"
    assert len({(entry["function"], entry["with"]) for entry in entries}) == len(entries)


def test_an_emptied_module_keeps_its_signatures_and_docstrings() -> None:
    source = (
        'class G:\n    """A gate."""\n\n    def f(self, x: int = 1) -> int:\n        """Doc."""\n        return x\n'
    )
    assert emptied(source) == (
        'class G:\n    """A gate."""\n\n    def f(self, x: int=1) -> int:\n        """Doc."""\n'
        "        raise NotImplementedError"
    )


@functools.cache
def reference(folder: Path) -> Path:
    """The model solution, as a file to hand in."""
    return write_model(load_assignment(folder), Path(tempfile.mkdtemp(prefix="model-")))


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "assignment.toml").read_text(encoding="utf-8"))


def misconceptions(folder: Path) -> list[dict[str, str]]:
    """Which validate (test_validate.py) tries one by one."""
    text = (folder / "misconceptions.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["misconception"])


def points(folder: Path) -> float:
    return float(settings(folder)["points"])


def emptied(source: str, body: str = "raise NotImplementedError") -> str:
    """The module with nothing but docstrings and this body in its functions, as the starter that students get."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            has_docstring = ast.get_docstring(node) is not None
            node.body = [*node.body[:has_docstring], ast.parse(body).body[0]]
    return ast.unparse(tree)
