"""Grading from pytest's own command line, ``pytest assignments/NAME --submission FILE``: for -k, -x and a debugger."""

from __future__ import annotations

import contextlib
import math
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.assignment import load_assignment
from autograder.bench import open_bench
from autograder.errors import AutograderError
from autograder.pytest_plugin import NAME, Grading


class Direct:
    """Sets up a Grading for pytest's own command line."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        if not path.exists():
            raise pytest.UsageError(f"--submission: there is no {path}.")
        folders = {_assignment_folder(Path(arg.partition("::")[0])) for arg in config.args}
        if len(folders) != 1:
            raise pytest.UsageError("--submission goes with the folder, or the tests, of one assignment.")
        self.stack = contextlib.ExitStack()
        try:
            assignment = load_assignment(folders.pop())
            if config.getoption("usepdb"):  # a person thinks for longer than a check may take
                patient = replace(assignment.limits, check_seconds=math.inf, call_seconds=math.inf)
                assignment = replace(assignment, limits=patient)
            bench = self.stack.enter_context(open_bench(assignment, path))
        except AutograderError as error:
            raise pytest.UsageError(str(error)) from error
        grading = Grading(assignment, bench, lambda checks: None, lambda outcome: None)
        config.pluginmanager.register(grading, NAME)

    def pytest_unconfigure(self) -> None:
        self.stack.close()


def _assignment_folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent
