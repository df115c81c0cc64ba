"""pytest over an assignment's tests, with nothing of the machine's: no ini file, no conftest, no other plugins."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import pytest

from autograder import pytest_plugin
from autograder.assignment import RECORDED, Assignment
from autograder.outcome import Check, Outcome
from autograder.pytest_plugin import NAME, Grading

if TYPE_CHECKING:
    from autograder.bench import Bench

# pytest's own plugins that a check has no use for: each costs a millisecond or two of every grading.
UNUSED = (
    *("cacheprovider", "capture", "debugging", "doctest", "faulthandler", "freeze_support", "junitxml", "legacypath"),
    *("logging", "pastebin", "setuponly", "setupplan", "stepwise", "subtests", "terminal", "threadexception"),
    *("unittest", "unraisableexception", "warnings"),
)


def run(
    assignment: Assignment,
    bench: Bench,
    declared: Callable[[tuple[Check, ...]], None],
    found: Callable[[Outcome], None],
    only: Callable[[Check], bool],
    calibrating: bool = False,
    log: Path | None = None,
) -> Grading:
    """Run the tests and return the Grading, which knows what went wrong outside of any check."""
    grading = Grading(assignment, bench, declared, found, only, calibrating, log)
    with without_other_plugins(), importable(assignment.root):
        pytest.main(arguments(assignment), plugins=plugins(assignment, grading))
    if calibrating:
        grading.store.save(only_asked=True)
    return grading


def plugins(assignment: Assignment, grading: Grading, *others: object) -> list[object]:
    """What runs with the tests. As objects: for a name, pytest would look through everything that is installed."""
    return [pytest_plugin, Named(grading), *by_record(assignment), *others]


def by_record(assignment: Assignment) -> list[object]:
    """The plugin by which the checks of a released folder do without the reference; none where it is at hand."""
    if not (assignment.folder / RECORDED).is_file():
        return []
    from autograder.released import ByRecord

    return [ByRecord(assignment.folder)]


def arguments(assignment: Assignment) -> list[str]:
    """pytest's command line over an assignment's tests."""
    return [
        *map(str, assignment.test_files),
        f"--rootdir={assignment.root}",
        f"--confcutdir={assignment.folder}",  # else pytest looks through every folder above, all of /tmp
        f"--config-file={os.devnull}",
        "--import-mode=importlib",
        "--noconftest",
        "--assert=plain",  # an assertion's text is then the author's own words
        *(part for plugin in UNUSED for part in ("-p", f"no:{plugin}")),
    ]


class Named:
    """Registers the Grading, after itself, under the name by which the fixtures find it."""

    def __init__(self, grading: Grading) -> None:
        self.grading = grading

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """pytest's own report, without the traceback that it would draw and nobody would read."""
        assert call.when != "collect"
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self.grading, NAME)


@contextlib.contextmanager
def importable(root: Path) -> Iterator[None]:
    """The assignment's tests import ``reference`` from the folder that holds it; it is never installed.

    Another course's modules of that name are put aside meanwhile. The tests' own are forgotten afterwards, as pytest
    would take them for those of another course.
    """
    aside = _taken_out("reference", keep=root)
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        _taken_out("assignments")
        if aside:
            _taken_out("reference")
            sys.modules.update(aside)


def _taken_out(package: str, keep: Path | None = None) -> dict[str, ModuleType]:
    """A package's modules, but for those from ``keep``, out of sys.modules."""
    taken = {}
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        file = getattr(sys.modules[name], "__file__", None)
        if keep is None or file is None or not Path(file).is_relative_to(keep):
            taken[name] = sys.modules.pop(name)
    return taken


@contextlib.contextmanager
def without_other_plugins() -> Iterator[None]:
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
