"""``grade_many``: what `autograder grade` does with many submissions, from Python."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.assignment import Assignment, load_assignment
from autograder.batch.command import cores
from autograder.batch.discovery import find
from autograder.batch.grades import write_grades
from autograder.batch.identity import HandedIn, Person, named
from autograder.batch.run import STOPPED, WAITING, Options, Row, carry_out, plan
from autograder.batch.store import Record, opened
from autograder.errors import AutograderError
from autograder.outcome import Report

StrPath = str | os.PathLike[str]


@dataclass(frozen=True)
class Graded:
    """What became of one submission of many.

    name: as the export, or its folder, calls it; unique. people: who handed it in, where the export says so.
    report: None if it could not be graded, and then ``why`` says why, for staff. kept: it was graded in an earlier run.
    """

    name: str
    people: tuple[Person, ...]
    report: Report | None
    why: str = ""
    kept: bool = False


def grade_many(
    assignment: Assignment | StrPath,
    submissions: StrPath | Iterable[StrPath],
    *,
    results: StrPath | None = None,
    jobs: int | None = None,
    scheduler: str = "",
    seconds: float | None = None,
    question: Iterable[str] = (),
    due: datetime | None = None,
    force: bool = False,
    allow_weak_sandbox: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Graded, ...]:
    """Grade a class: an export, a folder or zip of submissions, or several paths; in the order of their names.

    results: a folder that gets what the command writes there, so that the next call goes on with it and grades only
    what has changed; without it nothing is kept. jobs: so many at a time, else one for each core. scheduler: of a Dask
    cluster that grades in this machine's place. seconds: for each submission. question: only these checks. due: with a
    time zone, for the assignment's late policy. force: grade those again, too, that have not changed. progress: is told
    how many are done, of how many.

    A path alone is taken for a class, whatever is in it; of several each is one submission, if it is no export. Raises
    AutograderError where the assignment, the paths or this machine do not allow for any grading, or where the results
    can no longer be written; KeyboardInterrupt where it is interrupted. What was graded until then is kept in
    ``results``. What is wrong with a single submission is in its report, or its ``why``.
    """
    loaded = assignment if isinstance(assignment, Assignment) else load_assignment(Path(assignment))
    options = Options(jobs or cores(), seconds, tuple(question), allow_weak_sandbox, force, due, scheduler)
    with tempfile.TemporaryDirectory(prefix="autograder-class-", ignore_cleanup_errors=True) as scratch:
        folder = Path(results) if results is not None else Path(scratch, "results")
        with opened(folder) as store:
            planned = plan(loaded, _handed(submissions, loaded, Path(scratch), folder), store, options)
            write_grades(planned.grades, folder)
            grades = carry_out(planned, store, _Progress(progress))
            write_grades(grades, folder)
            if grades.stopped == STOPPED:
                raise KeyboardInterrupt
            if grades.stopped:
                raise AutograderError(f"{grades.stopped} {grades.count(WAITING)} of {len(grades.rows)} still wait.")
            return tuple(_graded(row, store.find(row.handed, planned.keys[name])) for name, row in grades.rows.items())


def _handed(
    submissions: StrPath | Iterable[StrPath], assignment: Assignment, scratch: Path, results: Path
) -> tuple[HandedIn, ...]:
    is_class = isinstance(submissions, (str, os.PathLike))
    paths = [Path(submissions)] if isinstance(submissions, (str, os.PathLike)) else [Path(path) for path in submissions]
    if not paths:
        raise AutograderError("There is no submission: the list of paths is empty.")
    into = scratch / "unpacked"
    into.mkdir()
    found = find(paths, assignment, into, many=is_class, results=results)
    return found.handed if found.one is None else named([HandedIn(found.one.resolve().name, found.one)])


def _graded(row: Row, record: Record | None) -> Graded:
    report = record.report if record is not None else None
    return Graded(row.handed.label, row.handed.people, report, row.why, row.kept)


class _Progress:
    """A Watcher that passes on how many are done."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self._progress = progress or (lambda done, total: None)
        self._done = self._total = 0

    def begin(self, total: int, kept: int) -> None:
        self._done, self._total = kept, total
        self._progress(kept, total)

    def found(self, row: Row) -> None:
        self._done += 1
        self._progress(self._done, self._total)

    def told(self, words: str) -> None:
        warnings.warn(words, stacklevel=2)
