"""Graded tests are pytest tests: the fixtures ``student`` and ``cases``, and an Outcome from each test's end.

``autograder grade`` runs pytest with a Grading of its own. ``pytest assignments/NAME --submission FILE`` makes one
here, so that a TA can use -k, -x and a debugger.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.assignment import Assignment, is_sealed
from autograder.checks import check_of, needs, points_for_own_forward, refuse_disorder, test_function
from autograder.clean import clean
from autograder.errors import AssignmentError, WrongAnswer
from autograder.outcome import Check, Outcome, Status
from autograder.sandbox.link import Call
from autograder.student import Student
from autograder.verdict import Insight, evidence_of, hides_errors, outcome_of, skipped, with_own_forward
from autograder.words import calls_text, unsteady

if TYPE_CHECKING:
    from autograder.battery import Case
    from autograder.bench import Bench
    from autograder.conventions import Conventions
    from autograder.evidence import Unknown
    from autograder.known import Known
    from autograder.tolerance_store import Store

NAME = "autograder-grading"
TOLERANCES = "tolerances.json"
DIAGNOSIS_SECONDS = 2.0  # of the student's code, to be sure of a mistake: it must not use up other checks' time
RIDDLES = 4  # functions of one submission to guess at, two seconds each: beyond, only what is known is tried
OWN_FORWARD_SECONDS = 10.0  # for what decides points, and takes 0.1: a busy machine must not cost any


class Grading:
    """Follows one pytest run over one assignment's tests and says what each check found.

    declared: called once with all checks, before anything runs. found: called with each Outcome. only: whether a check
    is to be run at all. calibrating: compute every tolerance that any student may need. log: a file for wrong answers
    that nothing explains.
    """

    def __init__(
        self,
        assignment: Assignment,
        bench: Bench,
        declared: Callable[[tuple[Check, ...]], None],
        found: Callable[[Outcome], None],
        only: Callable[[Check], bool] = lambda check: True,
        calibrating: bool = False,
        log: Path | None = None,
    ) -> None:
        self.assignment = assignment
        self.bench = bench
        self.declared = declared
        self.found = found
        self.only = only
        self.calibrating = calibrating
        self.log = log
        self.explaining = True  # which mistake a wrong answer shows
        self.sharing = True  # whether a backward that is right for the own forward earns its share: never all points
        self.riddles: set[str] = set()  # functions of this submission whose answers nothing explained
        self.errors: list[str] = []  # of collection: the assignment's own fault
        self.stopped: BaseException | None = None  # Ctrl-C, or a fault of ours outside of any check
        self.statuses: dict[str, Status] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.calls: list[Call] = []  # of the check under way
        self.exchanges: list[tuple[Call, Any]] = []  # the same, with what came back
        self.unsteady: list[str] = []  # functions that answered the same question in two ways
        self.case: Case | None = None  # of the battery, which the check under way is at
        self.excinfo: pytest.ExceptionInfo[BaseException] | None = None

    @functools.cached_property
    def store(self) -> Store:
        """The tolerances that are kept with the assignment."""
        from autograder.tolerance_store import Store

        return Store(self.assignment.folder / TOLERANCES)

    @functools.cached_property
    def conventions(self) -> Conventions:
        """Which of those that the handout allows the submission follows."""
        from autograder.conventions import Conventions

        return Conventions()

    def tolerance(self, *call: Any, **options: Any) -> Any:
        """One of them; the store is opened for the first that is asked for."""
        return self.store.tolerance(*call, **options)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: is_sealed(Path(item.path)))  # stable: public checks first, else as written
        try:
            self.checks = {item.nodeid: check_of(item, self.assignment) for item in items}
            refuse_disorder(items)
        except AssignmentError as error:
            self.errors.append(str(error))
            items.clear()
            return
        if not items:
            self.errors.append(f"{self.assignment.folder} has no checks.")
        items[:] = [item for item in items if self.only(self.checks[item.nodeid])]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"{report.nodeid}:\n{report.longreprtext}")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.stopped = excinfo.value
        return True  # whoever runs pytest raises it again

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.stopped = excinfo.value

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if not self.errors:
            self.declared(tuple(self.checks.values()))
            self.expect(len(session.items))

    def expect(self, checks: int) -> None:
        """So many checks are to be run: no worker is made for one more."""
        if self.bench.workers is not None:
            self.bench.workers.expect(checks)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        for name in needs(item):
            for earlier, status in self.statuses.items():
                if name in (earlier, earlier.partition("[")[0]) and status is not Status.PASSED:
                    pytest.skip(skipped(self.titles[earlier]))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self.excinfo = self.case = None
        self.calls.clear()
        self.exchanges.clear()
        self.unsteady.clear()
        function = test_function(item)
        for leftover in ("__score__", "__leaderboard_value__"):  # of an earlier run in this process
            if hasattr(function, leftover):
                delattr(function, leftover)
        if self.bench.workers is not None:
            self.bench.workers.begin()
        started = time.monotonic()
        result = yield
        seconds = time.monotonic() - started
        insight = self._insight(function)
        printed = self.bench.workers.end() if self.bench.workers is not None else ""
        self._finish(item, seconds, printed, insight)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        self.excinfo = self.excinfo or call.excinfo

    def _insight(self, function: Any) -> Insight:
        """Which mistake a wrong answer shows, if that is certain, and what the student's own forward earns."""
        workers = self.bench.workers
        wrong = self.excinfo is not None and isinstance(self.excinfo.value, WrongAnswer)
        if not wrong or workers is None:
            return Insight()
        from autograder.questions import Questions
        from autograder.replay import Exchange

        exchanges = [Exchange(call, value) for call, value in self.exchanges]
        unknown: list[Unknown] = []
        own_forward = None
        try:
            if self.sharing and exchanges and points_for_own_forward(function):
                ask = Questions(workers, time.monotonic() + OWN_FORWARD_SECONDS)
                own_forward = self.known.own_forward(exchanges, ask)
            if not self.explaining:
                return Insight(own_forward=own_forward)
            ask = Questions(workers, time.monotonic() + DIAGNOSIS_SECONDS)
            asked = exchanges[-1].call.title if exchanges else ""
            guess = asked not in self.riddles and len(self.riddles) < RIDDLES
            explanation = self.known.explain(exchanges, ask, unknown.append, guess)
            if explanation is None:
                self.riddles.add(asked)
            return Insight(explanation, own_forward, tuple(unknown))
        except Exception as error:  # a fault of ours costs the explanation, never the grade
            workers.staff.append(f"The diagnosis failed: {error!r}")
            return Insight(own_forward=own_forward)

    @functools.cached_property
    def known(self) -> Known:
        """The assignment's known wrong answers."""
        from autograder.known import Known

        return Known(self.assignment, self.log)

    def _finish(self, item: pytest.Item, seconds: float, printed: str, insight: Insight) -> None:
        check = self.checks[item.nodeid]
        outcome = outcome_of(check, test_function(item), self.excinfo, calls_text(self.calls))
        if outcome.status is Status.PASSED and self.unsteady:
            outcome = Outcome(check, Status.FAILED, message=unsteady(self.unsteady[0]))
        explanation = insight.explanation
        if explanation is not None and outcome.status is Status.FAILED and not hides_errors(test_function(item)):
            outcome = replace(outcome, message=f"{outcome.message}\n{explanation.message}", hint=explanation.hint)
        outcome = with_own_forward(outcome, insight.own_forward, points_for_own_forward(test_function(item)))
        shown = "" if check.sealed or outcome.status is Status.PASSED else clean(printed)
        evidence = evidence_of(outcome, test_function(item), self.excinfo, insight, calls_text(self.calls))
        self.statuses[item.name] = outcome.status
        self.outcomes[item.name] = replace(outcome, seconds=seconds, printed=shown, evidence=evidence)
        self.found(self.outcomes[item.name])

    def pytest_sessionfinish(self) -> None:
        if "conventions" in vars(self):
            for outcome in self.conventions.settle(self.outcomes):
                self.found(outcome)

    @property
    def titles(self) -> dict[str, str]:
        return {nodeid.rpartition("::")[2]: check.title for nodeid, check in self.checks.items()}


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """The submission's functions and objects, in a worker of this check's own."""
    grading = _grading(request.config)
    if grading.bench.workers is None:
        assert grading.bench.problem is not None
        raise grading.bench.problem.again()
    return Student(grading.bench.workers, grading.calls, grading.exchanges, grading.unsteady)


@pytest.fixture
def ref(request: pytest.FixtureRequest) -> Any:
    """The assignment's part of the reference; its values know how far a right answer may lie from them."""
    from autograder.calibrated import Calibrated
    from autograder.reference import Reference

    grading = _grading(request.config)
    at_kink = lambda: grading.case is not None and grading.case.exact_kink  # noqa: E731 - shorter than its def
    return Calibrated(Reference(grading.assignment), grading, at_kink, at_once=grading.calibrating)


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> Callable[..., Iterator[Case]]:
    """``cases(X="N,D", W="H,D")``: the fixed battery of inputs, smallest first; see battery.py for the options."""
    from autograder import battery  # only here: numpy.random takes its time to load

    grading = _grading(request.config)

    def watched(*args: Any, **options: Any) -> Iterator[Case]:
        for case in battery.cases(*args, **options):
            grading.case = case
            yield case

    return watched


@pytest.fixture
def assert_one_convention(request: pytest.FixtureRequest) -> Callable[..., None]:
    """``assert_one_convention(got, {name: right, ...}, "J")``, where the handout allows several: conventions.py."""
    conventions = _grading(request.config).conventions
    conventions.begin(request.node.name)
    return conventions.assert_one


@pytest.fixture
def set_score() -> None:
    """Named here so that pytest knows the argument; @partial_credit puts its own function in its place."""


@pytest.fixture
def set_leaderboard_value() -> None:
    """The same for @leaderboard."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograder")
    group.addoption("--submission", metavar="PATH", help="grade this submission with the assignment's tests")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--submission")
    if path is not None:
        from autograder.direct import Direct

        config.pluginmanager.register(Direct(config, Path(path)), "autograder-direct")


def _grading(config: pytest.Config) -> Grading:
    grading = config.pluginmanager.get_plugin(NAME)
    if not isinstance(grading, Grading):
        raise pytest.UsageError("These tests grade a submission: name one with --submission PATH.")
    return grading
