"""One submission from the file to the Report: every bad input loses what it must, says why, and harms nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.bench import Safety
from autograder.errors import AssignmentError, SandboxError
from autograder.grade import grade
from autograder.outcome import Outcome, Report, Status
from autograder.sandbox import interpreter
from autograder.sandbox.levels import Level

Graded = Callable[..., Report]

HALF = "def half(x):\n    return x / 2\n"


def statuses(report: Report) -> list[str]:
    return [outcome.status.value for outcome in report.outcomes]


def test_a_right_submission_gets_every_point(graded: Graded) -> None:
    report = graded()
    assert statuses(report) == ["passed", "passed"]
    assert report.score == report.max_score == 10
    assert report.all_passed
    assert report.sandbox["level"] in ("standard", "strong")


def test_a_wrong_value_names_the_place_both_values_and_the_extent(graded: Graded) -> None:
    report = graded("def double(x):\n    y = 2 * x\n    y[1] += 1\n    return y\n" + HALF)
    assert statuses(report) == ["failed", "passed"]
    assert report.score == 6
    message = report.outcomes[0].message
    assert "y[1] should be 4, not 5 (1 of 3 entries differ)." in message
    assert "double([1, 2, 5])" in message


def test_a_package_that_is_not_installed_costs_nothing_where_it_does_not_matter(graded: Graded) -> None:
    report = graded("import not_installed_anywhere as plt\ndef double(x):\n    plt.plot(x)\n" + HALF)
    assert statuses(report) == ["crashed", "passed"]
    assert "not_installed_anywhere" in report.outcomes[0].message
    assert any("not_installed_anywhere" in remark for remark in report.remarks)


def test_a_folder_without_anything_to_grade_gets_a_sentence(assignment: Assignment, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    report = grade(assignment, empty)
    assert statuses(report) == ["crashed", "crashed"]
    assert report.outcomes[0].message == "empty is empty."


def test_a_notebook_that_is_no_json_gets_a_sentence(graded: Graded) -> None:
    report = graded("{nope", name="double.ipynb")
    assert statuses(report) == ["crashed", "crashed"]
    assert "double.ipynb" in report.outcomes[0].message


CELLS = [
    "%matplotlib inline\nimport numpy as np",
    "this does not parse",
    "factor = slow_training()",
    "def double(x):\n    return factor_of_two() * x",
    "def factor_of_two():\n    return np.float64(made)",
    "made = 2",
    "raise ValueError('a cell that fails')",
    "def half(x):\n    return x / 2\nhalf = ran(half)",
]


@pytest.mark.parametrize(("mode", "expected"), [("definitions", ["passed", "passed"]), ("run", ["passed", "passed"])])
def test_a_notebook_is_graded_by_what_it_defines(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path], mode: str, expected: list[str]
) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": c} for c in CELLS]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
    assignment = replace(make_assignment(), notebook=mode)
    report = grade(assignment, submit(text, "double.ipynb"))
    assert statuses(report) == expected, report.outcomes
    said = " ".join(report.remarks)
    assert "code cell 2" in said
    assert ("code cell 7" in said) == (mode == "run")
    assert "Magics" in said


def test_no_check_sees_what_another_one_left_behind(graded: Graded) -> None:
    report = graded("def double(x):\n    globals()['half'] = None\n    return 2 * x\n" + HALF)
    assert statuses(report) == ["passed", "passed"]


def test_a_slow_import_is_run_once_and_said(graded: Graded) -> None:
    report = graded("import time\ntime.sleep(0.7)\ndef double(x):\n    return 2 * x\n" + HALF)
    assert statuses(report) == ["passed", "passed"]
    assert any("share one copy" in remark for remark in report.remarks)


def test_matplotlib_is_there_for_who_draws_and_costs_no_check_a_copy_of_its_own(graded: Graded) -> None:
    pytest.importorskip("matplotlib")
    draws = "import matplotlib.pyplot as plt\ndef double(x):\n    plt.close(plt.figure())\n    return 2 * x\n"
    report = graded(draws + HALF)
    assert statuses(report) == ["passed", "passed"]
    assert report.remarks == ()


def test_the_time_of_the_submission_is_a_limit_of_its_own(assignment: Assignment, submit: Callable[..., Path]) -> None:
    path = submit("import time\ndef double(x):\n    time.sleep(60)\n" + HALF)
    report = grade(assignment, path, seconds=2.5)
    assert statuses(report) == ["crashed", "crashed"]
    assert "The time for the whole submission was used up" in report.outcomes[1].message


def test_a_forged_answer_is_only_a_wrong_one(graded: Graded) -> None:
    source = """
    import os
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"BPAG" * 100)
        except OSError:
            pass
    """
    report = graded(source)
    assert statuses(report) == ["crashed", "crashed"]
    assert any("protocol" in line for line in report.staff)


def test_listeners_hear_of_every_check_before_the_code_is_touched(
    assignment: Assignment, submit: Callable[..., Path]
) -> None:
    heard: list[tuple[str, int]] = []

    class Ear:
        def declared(self, report: Report) -> None:
            heard.append(("declared", len(report.outcomes)))

        def found(self, report: Report, outcome: Outcome) -> None:
            heard.append((outcome.check.number, sum(o.status is Status.PASSED for o in report.outcomes)))

        def finished(self, report: Report) -> None:
            heard.append(("finished", 0))

    grade(assignment, submit(), listeners=(Ear(),))
    assert heard == [("declared", 2), ("1", 1), ("2", 2), ("finished", 0)]


def test_only_what_was_asked_for_is_run(assignment: Assignment, submit: Callable[..., Path]) -> None:
    report = grade(assignment, submit(), only=lambda check: check.number == "2")
    assert statuses(report) == ["skipped", "passed"]


def test_a_machine_that_cannot_confine_runs_nothing(assignment: Assignment, submit: Callable[..., Path]) -> None:
    safety = Safety(without=("seccomp", "landlock"))
    with pytest.raises(SandboxError, match="--allow-weak-sandbox"):
        grade(assignment, submit(), safety=safety)
    report = grade(assignment, submit(), safety=Safety(Level.WEAK, without=("seccomp", "landlock")))
    assert report.all_passed
    assert report.sandbox["level"] == "weak"


def test_a_reference_that_a_submission_could_read_is_refused(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = make_assignment()
    paths = (*interpreter.interpreter_paths(), str(assignment.root))
    monkeypatch.setattr(interpreter, "interpreter_paths", lambda: paths)
    with pytest.raises(SandboxError, match="must stay hidden"):
        grade(assignment, submit())


def test_a_broken_test_is_our_fault_and_says_so_to_the_student(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path]
) -> None:
    broken = """
    from autograder import weight

    @weight(1)
    def test_ours(student):
        '''A check of ours.'''
        student.half(2.0)
        {}["secret"]
    """
    report = grade(make_assignment(test_public=broken), submit())
    outcome = report.outcomes[0]
    assert outcome.status is Status.BROKEN
    assert "not in your code" in outcome.message
    assert "secret" not in outcome.message
    assert "KeyError" in outcome.staff


@pytest.mark.parametrize(
    ("source", "phrase"),
    [
        ("import nothing_there\n", "nothing_there"),
        ("x = 1\n", "has no checks"),
        (
            "from autograder import after, weight\n@after('test_b')\n@weight(1)\ndef test_a(student): pass\n",
            "no earlier check",
        ),
        ("from autograder import weight\n@weight('ten')\ndef test_a(student): pass\n", "not a number of points"),
        ("from autograder import visibility\n@visibility('secret')\ndef test_a(student): pass\n", "visibility"),
    ],
)
def test_an_assignment_that_cannot_be_run_is_refused(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path], source: str, phrase: str
) -> None:
    with pytest.raises(AssignmentError, match=phrase):
        grade(make_assignment(test_public=source), submit())


def test_times_are_the_graders_own(graded: Graded) -> None:
    report = graded()
    assert all(0 < outcome.seconds < math.inf for outcome in report.outcomes)
    assert report.seconds >= sum(outcome.seconds for outcome in report.outcomes)
