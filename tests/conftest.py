"""Small assignments and submissions, written into a scratch folder, for the tests of the engine."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.grade import grade
from autograder.outcome import Report

# A busy machine takes its time: what a property costs is no part of it. The same examples in every run: a change is
# judged by what it changes. HYPOTHESIS_PROFILE=explore draws new ones, and more.
hypothesis.settings.register_profile("patient", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))

# A shell starts what it runs in the background with Ctrl-C ignored, which the commands under test would inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)

TOML = """
title = "Doubling"
file = "double.py"
points = 10

[functions]
double = { x = "N" }
half = { x = "N" }
"""

PUBLIC = """
import numpy as np
from autograder import after, assert_matches, number, weight

@number("1")
@weight(4)
def test_double(student):
    '''double(x) is 2 x.'''
    assert_matches(student.double(np.array([1.0, 2.0, 5.0])), np.array([2.0, 4.0, 10.0]), "y")

@number("2")
@weight(6)
def test_half(student):
    '''half(x) is x / 2.'''
    assert_matches(student.half(np.array([1.0, 2.0, 5.0])), np.array([0.5, 1.0, 2.5]), "y")
"""

RIGHT = """
def double(x):
    return 2 * x

def half(x):
    return x / 2
"""

# Endless code meets its limit soon. 2 s is the least that a stalled machine leaves fair.
QUICK = {"load_seconds": 4.0, "call_seconds": 3.0, "check_seconds": 20.0}


def pytest_configure(config: pytest.Config) -> None:
    """A temporary folder of our own, open to all as /tmp is: what a killed grader leaves goes with it."""
    usual = tempfile.gettempdir()
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", usual)  # where pytest keeps what failed
    ours = tempfile.mkdtemp(prefix="autograder-tests-")
    os.chmod(ours, 0o1777)
    os.environ["TMPDIR"] = tempfile.tempdir = ours
    config.add_cleanup(lambda: shutil.rmtree(ours, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        from tests.turns import longest_first

        items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Ours, unless --dist asks for another."""
    if config.getoption("dist") != "load":
        return None
    from tests.turns import InTurn

    return InTurn(config, log)


@pytest.fixture
def make_assignment(tmp_path: Path) -> Callable[..., Assignment]:
    """An assignment "double" with these files in the place of the usual ones."""

    def make(toml: str = TOML, **files: str) -> Assignment:
        folder = tmp_path / "course" / "assignments" / "double"
        folder.mkdir(parents=True)
        (folder / "assignment.toml").write_text(textwrap.dedent(toml))
        for name, text in {"test_public": PUBLIC, **files}.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(text))
        assignment = load_assignment(folder)
        return replace(assignment, limits=replace(assignment.limits, **QUICK))

    return make


@pytest.fixture
def assignment(make_assignment: Callable[..., Assignment]) -> Assignment:
    return make_assignment()


@pytest.fixture
def submit(tmp_path: Path) -> Callable[..., Path]:
    """A file with this text, as a student would hand it in."""

    def write(text: str | bytes = RIGHT, name: str = "double.py") -> Path:
        path = tmp_path / "handed-in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return path

    return write


@pytest.fixture
def graded(assignment: Assignment, submit: Callable[..., Path]) -> Callable[..., Report]:
    """The report of a submission with this text."""

    def run(text: str | bytes = RIGHT, name: str = "double.py") -> Report:
        return grade(assignment, submit(text, name))

    return run
