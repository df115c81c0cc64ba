"""Grade one submission: every check of the assignment is declared first, and each stands in the Report once."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pytest

from autograder import pytest_plugin
from autograder.assignment import Assignment, load_assignment
from autograder.bench import Bench, Safety, open_bench
from autograder.errors import AssignmentError
from autograder.outcome import Check, Outcome, Report, Status, declared
from autograder.sandbox.hatch import Zygote

# pytest's own plugins that a check has no use for: each costs a millisecond or two of every grading.
UNUSED = (
    *("cacheprovider", "debugging", "doctest", "faulthandler", "freeze_support", "junitxml", "legacypath", "logging"),
    *("pastebin", "setuponly", "setupplan", "stepwise", "subtests", "terminal", "threadexception", "unittest"),
    *("unraisableexception", "warnings"),
)
NOT_YET = "This check has not been run."
NOT_CHOSEN = "This check was not asked for."


class Listener(Protocol):
    """Is told of a grading while it goes on: a journal, a results file, a progress bar."""

    def declared(self, report: Report) -> None:
        """Every check is known; the student's code has not been touched."""

    def found(self, report: Report, outcome: Outcome) -> None:
        """One more check has its Outcome, which stands in the report already."""

    def finished(self, report: Report) -> None:
        """The report is complete."""


def grade(
    assignment: Assignment | Path,
    submission: Path,
    *,
    seconds: float | None = None,
    only: Callable[[Check], bool] = lambda check: True,
    safety: Safety | None = None,
    listeners: tuple[Listener, ...] = (),
    zygote: Zygote | None = None,
) -> Report:
    """The Report of one submission: a .py file, a notebook, a folder or a zip.

    seconds: for all checks together, else the assignment's limit. only: which checks to run; the others are reported as
    skipped. zygote: one that was started already, to save its start; it is closed. Raises AssignmentError when the
    assignment itself is wrong, SandboxError when this machine cannot run a submission safely. Whatever is wrong with
    the submission is in the Report.
    """
    if isinstance(assignment, Path):
        assignment = load_assignment(assignment)
    started = time.monotonic()
    limit = assignment.limits.submission_seconds if seconds is None else seconds
    with open_bench(assignment, submission, seconds=limit, safety=safety, zygote=zygote) as bench:
        record = _Record(assignment, submission.name, bench, listeners)
        grading = pytest_plugin.Grading(assignment, bench, record.declare, record.find, only)
        _run_pytest(assignment, grading)
    if grading.errors:
        raise AssignmentError("The assignment's own tests cannot be loaded.\n" + "\n".join(grading.errors))
    if grading.stopped is not None:
        raise grading.stopped
    report = replace(_mark_unchosen(record.report, only), seconds=time.monotonic() - started)
    for listener in listeners:
        listener.finished(report)
    return report


@dataclass
class _Record:
    """The Report as it grows, and everyone who is told."""

    assignment: Assignment
    submission: str
    bench: Bench
    listeners: tuple[Listener, ...]
    report: Report = field(init=False)

    def declare(self, checks: tuple[Check, ...]) -> None:
        self.report = declared(self.assignment.title, self.submission, checks, NOT_YET)
        for listener in self.listeners:
            listener.declared(self.report)
        sandbox = self.bench.sandbox
        worker = sandbox.launch()
        sandbox.prove(worker)  # a machine that cannot confine is told before anything of the student's is run
        sandbox.end(worker)

    def find(self, outcome: Outcome) -> None:
        workers = self.bench.workers
        self.report = replace(
            self.report.with_outcome(outcome),
            remarks=(*self.bench.remarks, *(workers.remarks if workers else ())),
            staff=tuple(workers.staff) if workers else (),
            sandbox={"level": self.bench.sandbox.level.value, "layers": dict(self.bench.sandbox.layers)},
        )
        for listener in self.listeners:
            listener.found(self.report, outcome)


def _run_pytest(assignment: Assignment, grading: pytest_plugin.Grading) -> None:
    """pytest over the assignment's tests, with nothing of the machine's: no ini file, no conftest, no other plugins."""
    args = [
        *map(str, assignment.test_files),
        f"--rootdir={assignment.root}",
        f"--config-file={os.devnull}",
        "--import-mode=importlib",
        "--noconftest",
        "--assert=plain",  # an assertion's text is then the author's own words
        "--capture=no",
        "-p",
        "autograder.pytest_plugin",
    ]
    for plugin in UNUSED:
        args += ["-p", f"no:{plugin}"]
    with _without_other_plugins(), _importable(assignment.root):
        pytest.main(args, plugins=[_Named(grading)])


class _Named:
    """Registers the Grading under the name by which the fixtures find it."""

    def __init__(self, grading: pytest_plugin.Grading) -> None:
        self.grading = grading

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self.grading, pytest_plugin.NAME)


@contextlib.contextmanager
def _importable(root: Path) -> Iterator[None]:
    """The assignment's tests import ``reference`` from the folder that holds it; it is never installed.

    The tests' own modules are forgotten afterwards: pytest would take another course's of the same name for them.
    """
    _forget("reference", keep=root)
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        _forget("assignments")


def _forget(package: str, keep: Path | None = None) -> None:
    """Take a package's modules out of sys.modules, unless they are from ``keep``."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        file = getattr(sys.modules[name], "__file__", None)
        if keep is None or file is None or not Path(file).is_relative_to(keep):
            del sys.modules[name]


@contextlib.contextmanager
def _without_other_plugins() -> Iterator[None]:
    """What else is installed (hypothesis, xdist ...) is no part of a grade, and costs its import."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _mark_unchosen(report: Report, only: Callable[[Check], bool]) -> Report:
    """The checks that were not asked for, said so."""
    outcomes = tuple(
        outcome if only(outcome.check) else replace(outcome, status=Status.SKIPPED, message=NOT_CHOSEN)
        for outcome in report.outcomes
    )
    return replace(report, outcomes=outcomes)
