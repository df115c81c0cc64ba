"""An assignment's checks, collected once and warmed up, ready to be run on one submission in a fork of this process."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest

from autograder.assignment import Assignment
from autograder.bench import Bench
from autograder.diagnosis import Finding
from autograder.errors import AssignmentError
from autograder.mutants import larger_mutants_of, mutants_of
from autograder.outcome import Check, Outcome
from autograder.pytest_plugin import Grading
from autograder.pytest_run import arguments, importable, plugins, without_other_plugins
from autograder.rehearsal import Stage
from autograder.submission import looks_for

WRONG = 2  # known mistakes to explain in advance: the first loads what explains them, the second finds it loaded


def collect(
    assignment: Assignment, only: Callable[[Check], bool], log: Path | None, serve: Callable[[Collected], None]
) -> None:
    """Collect the checks and call serve with them, warm. AssignmentError where they cannot be loaded."""
    grading = Grading(assignment, _no_bench(), lambda checks: None, lambda outcome: None, only, log=log)
    loop = _Loop(grading, serve)
    with without_other_plugins(), importable(assignment.root):
        pytest.main(arguments(assignment), plugins=plugins(assignment, grading, loop))
    if grading.errors:
        raise AssignmentError("The assignment's own tests cannot be loaded.\n" + "\n".join(grading.errors))
    for stopped in (loop.stopped, grading.stopped):
        if stopped is not None:
            raise stopped


class Collected:
    """The checks of one assignment in the order of a grading. ``run`` is a grade.Run, once in each fork."""

    def __init__(self, grading: Grading, items: Sequence[pytest.Item]) -> None:
        self._grading = grading
        self._items = tuple(items)

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them, those that were not asked for included."""
        return tuple(self._grading.checks.values())

    def run(
        self,
        assignment: Assignment,
        bench: Bench,
        declared: Callable[[tuple[Check, ...]], None],
        found: Callable[[Outcome], None],
        only: Callable[[Check], bool],
        calibrating: bool,
        log: Path | None,
    ) -> Grading:
        """Run the checks on this bench. Which of them, and the log, was said when they were collected."""
        self._grading.bench, self._grading.found = bench, found
        declared(self.checks)
        self._grading.expect(len(self._items))
        for item, following in zip(self._items, (*self._items[1:], None), strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        self._grading.pytest_sessionfinish()
        return self._grading

    @property
    def learnt(self) -> dict[str, list[dict[str, Any]]]:
        """What was found of wrong answers since the checks were warmed up, as plain data."""
        fresh = self._grading.known.memory.fresh if "known" in vars(self._grading) else {}
        return {key: [asdict(finding) for finding in findings] for key, findings in fresh.items()}

    def learn(self, learnt: dict[str, list[dict[str, Any]]]) -> None:
        """What a fork of this process has learnt: the next one that meets an equal answer knows it."""
        self._grading.known.memory.learn(
            {
                key: [Finding(**one | {"outputs": tuple(one["outputs"])}) for one in found]
                for key, found in learnt.items()
            }
        )

    def warm_up(self) -> None:
        """Run the checks on the reference, and on a mistake or two, so that all that is loaded late is loaded.

        What fails here fails again, or does not, when a submission is graded: it costs time, never a grade.
        """
        grading = self._grading
        _load_what_comes_late()
        grading.store.read()
        looks_for(tuple(grading.assignment.functions))
        log, grading.log = grading.log, None
        with contextlib.suppress(Exception):
            stage = Stage(grading.assignment, grading, self._items)
            known = grading.known
            for made_by in (mutants_of, larger_mutants_of):
                made_by(known.source, [*known.source.functions])  # which keep them
            stage.perform(known.source.module())
            for misconception in known.misconceptions[:WRONG]:
                stage.perform(misconception.module(known.source))
        for learnt in (grading.statuses, grading.outcomes, grading.riddles):
            learnt.clear()
        vars(grading).pop("conventions", None)
        grading.bench, grading.log = _no_bench(), log
        if "known" in vars(grading):
            grading.known.log = log
            grading.known.memory.fresh.clear()
        gc.collect()
        gc.freeze()  # a collection in a fork would touch, and so copy, every page


def _load_what_comes_late() -> None:
    """What a grading imports when it meets it: a notebook, an answer that is near, one that is wrong."""
    import difflib

    import numpy.ma

    from autograder import facts, montecarlo, narrowed, notebook, picture, questions

    _ = (difflib, facts, montecarlo, narrowed, numpy.ma, picture, questions)
    notebook.code_cells('{"nbformat": 4, "cells": []}', "notebook.ipynb")


class _Loop:
    """Serves submissions in the place of pytest's own loop over the checks."""

    def __init__(self, grading: Grading, serve: Callable[[Collected], None]) -> None:
        self.grading, self.serve = grading, serve
        self.stopped: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not self.grading.errors:
            try:
                collected = Collected(self.grading, session.items)
                collected.warm_up()
                self.serve(collected)
            except BaseException as error:  # raised again by collect: pytest would make text of it
                self.stopped = error
        return True


def _no_bench() -> Bench:
    return Bench(cast(Any, None), None, None, ())
