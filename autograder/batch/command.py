"""`autograder grade` with many submissions that were found: grades them, writes and shows what came of it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType

from rich.console import Console

from autograder.assignment import Assignment
from autograder.batch.discovery import Found
from autograder.batch.grades import write_for, write_grades
from autograder.batch.run import FAILED, WAITING, Grades, Options, carry_out, plan
from autograder.batch.store import opened
from autograder.batch.summary import Bar, show
from autograder.clean import clean_line
from autograder.errors import AutograderError
from autograder.gradescope.metadata import read_date

PASSED, NOT_PASSED, NOT_GRADED = 0, 1, 3


def cores() -> int:
    """Those that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def due_date(text: str | None) -> datetime | None:
    """When the submissions were due. AutograderError for what is no time."""
    date = read_date(text)
    if text is not None and date is None:
        raise AutograderError(f"--due is a time as '2026-03-01 23:59 +0100', not {text!r}.")
    return date


def grade_found(
    assignment: Assignment,
    submissions: Found,
    options: Options,
    results: Path,
    platforms: Sequence[str] = (),
    column: str = "",
) -> int:
    """Grade them all into the folder ``results``, and return the exit code. platforms, column: as in grades.py."""
    errors = Console(stderr=True)
    for words in submissions.what:
        errors.print(f"Found {clean_line(words)}.", highlight=False, markup=False)
    for note in submissions.notes:
        errors.print(f"  note: {clean_line(note, 400)}", style="cyan", highlight=False, markup=False)
    with opened(results) as store, _terminated_as_by_ctrl_c():
        planned = plan(assignment, submissions.handed, store, options)
        beyond = sum(bool(one.beyond) for one in planned.handed)
        if beyond:
            words = f"Beyond the rate limit: {beyond} of them. All are graded; grades.csv says what counts."
            errors.print(f"  note: {words}", style="cyan", highlight=False, markup=False)
        write_grades(planned.grades, results)  # so that no old grade stands in it while the new ones come
        with Bar() as bar:
            grades = carry_out(planned, store, bar)
        files: list[Path] = []
        try:
            files.append(write_grades(grades, results))
            files += [write_for(name, grades, results, assignment, column) for name in platforms]
        except OSError as error:
            grades.stopped = grades.stopped or f"{error.strerror or error}: {error.filename or results}."
    show(grades, results, files)
    if grades.stopped:
        waiting = grades.count(WAITING)
        tables = "" if files else " grades.csv is not up to date."
        words = (
            f"{grades.stopped}{tables} {waiting} of {len(grades.rows)} still wait: the same command goes on with them."
        )
        errors.print(words, style="bold", highlight=False, markup=False)
    return exit_code(grades)


def exit_code(grades: Grades) -> int:
    if grades.count(FAILED) or grades.count(WAITING) or grades.stopped:
        return NOT_GRADED
    return PASSED if all(row.passed for row in grades.rows.values()) else NOT_PASSED


@contextlib.contextmanager
def _terminated_as_by_ctrl_c() -> Iterator[None]:
    """SIGTERM, by which a machine is shut down, ends a batch in the same order as Ctrl-C."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
