"""A warm grading says what a cold one says, word for word, in whatever order submissions come."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from tests.batch.conftest import RIGHT, Run, write

ROOT = Path(__file__).resolve().parents[2]
ACTIVATIONS = ROOT / "assignments" / "activations"

# A check that remembers what it saw: it would tell the second submission something else than the first.
REMEMBERS = """
from autograder import weight

seen = []

@weight(1)
def test_first(student):
    '''The first submission passes.'''
    seen.append(student.double(1.0))
    assert len(seen) == 1
"""


def without_times(report: dict[str, Any]) -> dict[str, Any]:
    outcomes = [{**outcome, "seconds": 0.0} for outcome in report["outcomes"]]
    return {**report, "outcomes": outcomes, "seconds": 0.0}


def test_warm_and_cold_say_the_same(run: Run, tmp_path: Path) -> None:
    examples = [ROOT / "examples" / "activations" / name for name in ("four_mistakes", "lists")]
    examples.append(Path(shutil.copytree(examples[0], tmp_path / "the_same_mistakes")))
    run(ACTIVATIONS, *reversed(examples), "-o", tmp_path / "out", "-j", 1)
    found = []
    for example in examples:
        kept = json.loads((tmp_path / "out" / example.name / "graded.json").read_text())
        cold = json.loads(run(ACTIVATIONS, example, "--one", "--json").stdout)
        assert without_times(kept["report"]) == without_times(cold)
        found += [outcome["status"] for outcome in cold["outcomes"]]
    assert {"passed", "failed"} <= set(found)


def test_every_submission_finds_the_checks_as_they_were_collected(
    make_assignment: Callable[..., Assignment], tmp_path: Path, run: Run
) -> None:
    folder = make_assignment(test_public=REMEMBERS).folder
    classroom = write(tmp_path / "class", {f"s{number}/double.py": RIGHT for number in range(3)})
    done = run(folder, classroom, "-o", tmp_path / "out", "-j", 1)
    assert done.returncode == 0, done.stdout
