"""A TA's own pytest on an assignment: -k, -x, and what an author's decorators do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.grade import grade
from autograder.outcome import Report, Status

from_source = Callable[..., Assignment]

DECORATED = """
import pytest
from autograder import *

@number("1")
@weight(2)
@tags("easy", "forward")
def test_plain(student):
    '''Half of 2 is 1.'''
    assert student.half(2.0) == 1.0, "half of 2 is 1"

@partial_credit(4)
@number("2")
def test_partly(student, set_score):
    '''Some of it.'''
    set_score(3)

@number("3")
@weight(1)
@hide_errors("Look at the handout again.")
def test_quiet(student):
    '''A quiet one.'''
    assert student.half(2.0) == 7, "seven"

@leaderboard("speed", "asc")
@number("4")
@weight(1)
def test_fast(student, set_leaderboard_value):
    '''How fast.'''
    set_leaderboard_value(1.5)

@number("5")
@weight(1)
@visibility("after_due_date")
@after("test_quiet")
def test_later(student):
    '''Comes after.'''

@number("6")
@weight(1)
@pytest.mark.parametrize("n", [1, 2])
def test_many(student, n):
    '''Several of a kind.'''
    assert student.half(2.0 * n) == n

@partial_credit(2)
@number("7")
def test_nonsense(student, set_score):
    '''Our own mistake.'''
    set_score(float("nan"))
"""


@pytest.fixture
def report(make_assignment: from_source, submit: Callable[..., Path]) -> Report:
    return grade(make_assignment(test_public=DECORATED), submit())


def test_the_decorators_of_gradescope_utils_are_the_vocabulary(report: Report) -> None:
    checks = {outcome.check.number: outcome.check for outcome in report.outcomes}
    assert checks["1"].tags == ("easy", "forward")
    assert checks["4"].leaderboard == ("speed", "asc")
    assert checks["5"].visibility == "after_due_date"
    assert [outcome.check.title for outcome in report.outcomes if outcome.check.number == "6"] == [
        "1: Several of a kind.",
        "2: Several of a kind.",
    ]


def test_each_check_ends_as_its_decorators_say(report: Report) -> None:
    found = [(o.check.number, o.status.value, o.score) for o in report.outcomes]
    assert found == [
        ("1", "passed", 2),
        ("2", "failed", 3),
        ("3", "failed", 0),
        ("4", "passed", 1),
        ("5", "skipped", 0),
        ("6", "passed", 1),
        ("6", "passed", 1),
        ("7", "broken", 0),
    ]
    messages = {outcome.check.number: outcome.message for outcome in report.outcomes}
    assert messages["2"] == "Part of this is right: 3 of 4 points."
    assert messages["3"] == "Look at the handout again."
    assert "A quiet one." in messages["5"]
    assert next(o.leaderboard for o in report.outcomes if o.check.number == "4") == 1.5


def test_a_score_does_not_outlive_its_check(make_assignment: from_source, submit: Callable[..., Path]) -> None:
    source = """
    from autograder import partial_credit

    @partial_credit(4)
    def test_partly(student, set_score):
        if student.half(2.0) == 1.0:
            set_score(3)
    """
    assignment = make_assignment(test_public=source)
    assert grade(assignment, submit()).score == 3
    report = grade(assignment, submit("def half(x):\n    return 0\n"))
    assert report.outcomes[0].status is Status.PASSED


def test_an_authors_words_stay_out_of_a_hidden_check(make_assignment: from_source, submit: Callable[..., Path]) -> None:
    source = "from autograder import weight\n\n@weight(1)\ndef test_a(student):\n    assert False, 'input 4711'\n"
    report = grade(make_assignment(test_public=source, test_hidden=source), submit())
    public, hidden = report.outcomes
    assert "4711" in public.message
    assert "4711" not in hidden.message
    assert "4711" in hidden.staff
    assert hidden.check.visibility == "after_published"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
    )


def test_pytest_by_itself_grades_a_submission(assignment: Assignment, submit: Callable[..., Path]) -> None:
    path = submit("def double(x):\n    return x\n\ndef half(x):\n    return x / 2\n")
    done = run(assignment.root, str(assignment.folder), "--submission", str(path))
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "y[0] should be 2, not 1" in done.stdout
    done = run(assignment.root, str(assignment.folder), "--submission", str(path), "-k", "half")
    assert "1 passed, 1 deselected" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        ([], "name one with --submission"),
        (["--submission", "nowhere.py"], "there is no nowhere.py"),
        (["..", "--submission", "assignment.toml"], "goes with the folder, or the tests, of one assignment"),
    ],
)
def test_pytest_by_itself_says_what_it_needs(assignment: Assignment, arguments: list[str], phrase: str) -> None:
    done = run(assignment.folder, "test_public.py", *arguments)
    assert done.returncode != 0
    assert phrase in done.stdout + done.stderr
