"""An assignment's checks without a sandbox, again and again, on code that we trust: the reference, and edits of it.

One pytest session collects the checks. Then each performance puts another module in the student's place: it answers in
this process what a worker would answer, so a check takes a millisecond, and ends with the first point that is lost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.outcome import Outcome, Status
from autograder.pytest_plugin import Grading
from autograder.pytest_run import arguments, importable, plugins, without_other_plugins
from autograder.replay import Exchange, answer, quietly
from autograder.sandbox.link import Call, Result
from autograder.sandbox.values import Ref


@dataclass
class Actor:
    """Stands in for the workers of a submission: a module of ours that answers in this process."""

    module: ModuleType
    file: str
    exchanges: list[Exchange] = field(default_factory=list)  # of the check under way, or of the last one
    remarks: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    unasked: tuple[str, ...] = ()
    steady: dict[str, bool] = field(default_factory=dict)
    _objects: dict[int, Any] = field(default_factory=dict)

    @property
    def submission(self) -> Any:
        return SimpleNamespace(file=self.file, pieces=(), folder=Path(os.devnull))

    def begin(self) -> None:
        self.exchanges = []
        self._objects.clear()

    def process(self) -> int:
        return os.getpid()

    def end(self) -> str:
        return ""

    def call(
        self, calls: list[Call], seconds: float | None = None, max_reply: int | None = None, silent: bool = False
    ) -> list[Result]:
        """The answers, each kept with its call; silent: not kept."""
        before = len(self.exchanges)
        results = [self._result(call) for call in calls]
        if silent:
            del self.exchanges[before:]
        return results

    def _result(self, call: Call) -> Result:
        given = tuple(value.copy() if isinstance(value, np.ndarray) else value for value in call.args)
        with quietly():
            try:
                value = answer(
                    self.module, Call(call.name, given, call.kwargs, call.on, call.read), self._objects, given
                )
            except Exception as error:  # a wrong formula may raise anything
                return Result(error={"type": type(error).__name__, "message": str(error)})
        value = self._kept(value)
        self.exchanges.append(Exchange(call, value))
        return Result(value, changed=tuple(at for at, old in enumerate(call.args) if _changed(old, given[at])))

    def _kept(self, value: Any) -> Any:
        """What travels, as a copy; an object stays here, and a Ref goes."""
        if isinstance(value, (tuple, list)):
            return type(value)(self._kept(item) for item in value)
        if isinstance(value, dict):
            return {key: self._kept(item) for key, item in value.items()}
        if isinstance(value, np.ndarray):
            return value.copy()
        if value is None or isinstance(value, (np.generic, bool, int, float, complex, str)):
            return value
        self._objects[len(self._objects)] = value
        return Ref(len(self._objects) - 1, type(value).__name__)


@dataclass(frozen=True)
class Played:
    """One check in one performance: its outcome, and what was asked."""

    outcome: Outcome
    exchanges: list[Exchange]

    @property
    def lost(self) -> bool:
        return self.outcome.score < self.outcome.check.max_score


class Stage:
    """The checks of one assignment, ready to be run on one module after another."""

    def __init__(self, assignment: Assignment, grading: Grading, items: Sequence[pytest.Item]) -> None:
        self.assignment = assignment
        self.grading = grading
        self.items = tuple(items)
        self._found: list[Outcome] = []
        grading.found = self._found.append
        grading.conventions.first_only = True  # what the reference does: an edit of it may not change over

    def perform(self, module: ModuleType, only: Sequence[int] | None = None, to_the_end: bool = True) -> list[Played]:
        """The checks of these numbers, all for None, in order. to_the_end: else no more once points are lost."""
        played: list[Played] = []
        for one in self.performing(module, only):
            played.append(one)
            if one.lost and not to_the_end:
                break
        return played

    def performing(self, module: ModuleType, only: Sequence[int] | None = None) -> Iterator[Played]:
        """The same one after the other, so that whoever has seen enough can stop; to be done with before another."""
        return self._acting(Actor(module, self.assignment.file), only)

    def act(self, actor: Actor | None, only: Iterable[int] | None = None) -> list[Played]:
        """The same with whoever answers for the student; None where nothing can be loaded, see the bench's problem."""
        return list(self._acting(actor, only))

    def _acting(self, actor: Actor | None, only: Iterable[int] | None) -> Iterator[Played]:
        self.grading.bench.workers = cast(Any, actor)
        self.grading.statuses.clear()
        self.grading.riddles.clear()
        for at in range(len(self.items)) if only is None else only:
            item = self.items[at]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            played = Played(self._found.pop(), actor.exchanges if actor is not None else [])
            if played.outcome.status is Status.BROKEN:
                self.grading.statuses.clear()
            yield played


def rehearse(assignment: Assignment, play: Callable[[Stage], None], *others: object) -> None:
    """Collect the checks of an assignment and call play with them. AssignmentError where they cannot be loaded.

    others: plugins of pytest, beside ours. Where the folder holds a record of the reference, the checks run by it.
    """
    bench: Any = SimpleNamespace(workers=None, problem=None)  # no sandbox, and Windows has none: no Bench of its own
    grading = Grading(assignment, bench, lambda checks: None, lambda outcome: None)
    loop = _Loop(assignment, grading, play)
    with without_other_plugins(), importable(assignment.root):
        pytest.main(arguments(assignment), plugins=plugins(assignment, grading, loop, *others))
    if grading.errors:
        raise AssignmentError("The assignment's own tests cannot be loaded.\n" + "\n".join(grading.errors))
    if loop.stopped is not None:
        raise loop.stopped
    if grading.stopped is not None:
        raise grading.stopped


class _Loop:
    """Runs the checks as often as play asks, in the place of pytest's own loop."""

    def __init__(self, assignment: Assignment, grading: Grading, play: Callable[[Stage], None]) -> None:
        self.assignment, self.grading, self.play = assignment, grading, play
        self.stopped: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self.grading.errors:
            try:
                self.play(Stage(self.assignment, self.grading, session.items))
            except BaseException as error:  # raised again by rehearse: pytest would make text of it
                self.stopped = error
        return True


def _changed(old: Any, new: Any) -> bool:
    return isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.tobytes() != new.tobytes()
