"""The options of `autograder grade` that are about many submissions. Light: loaded for one submission, too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.assignment import Assignment

F = TypeVar("F", bound=Callable[..., Any])
PLATFORM = click.Choice(["gradescope", "canvas", "moodle"])

_OPTIONS = (
    click.option("--one", "how", flag_value="one", help="SUBMISSION is one, however much it looks like many."),
    click.option("--many", "how", flag_value="many", help="What lies in SUBMISSION is a submission each."),
    click.option("-j", "--jobs", type=click.IntRange(min=1), help="Of many: so many at a time. Default: all cores."),
    click.option(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Of many: grade on a Dask cluster; tcp://HOST:PORT, or a file.",
    ),
    click.option("-f", "--force", is_flag=True, help="Of many: grade those again, too, that have not changed."),
    click.option("--for", "platforms", multiple=True, type=PLATFORM, help="Of many: grades in that platform's form."),
    click.option("--column", default="", help="With --for: the assignment's name there; on Canvas 'Gates (1234)'."),
    click.option("--due", metavar="TIME", help="Of many: '2026-03-01 23:59 +0100', for the assignment's late policy."),
)


def of_many(command: F) -> F:
    """Give a command these options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class Common:
    """What is asked of one submission and of many alike, as the options of those names say."""

    output: Path | None
    timeout: float | None
    question: tuple[str, ...]
    weak: bool
    for_one: bool  # an option was given that makes sense for one submission only


def grade_if_many(assignment: Assignment, paths: Sequence[Path], common: Common, **asked: Any) -> int | None:
    """Grade the submissions at these paths and return the exit code; None if they are one submission, untouched.

    asked: the options that ``of_many`` gave.
    """
    if asked["how"] == "one" and len(paths) > 1:
        raise AutograderError(f"--one means one submission, and there are {len(paths)} paths.")
    if asked["how"] == "one" or (asked["how"] is None and len(paths) == 1 and _is_plainly_one(paths[0])):
        _refuse_for_one(asked)
        return None
    from autograder.batch.discovery import find

    results = common.output or Path(f"results-{assignment.name}")
    with tempfile.TemporaryDirectory(prefix="autograder-class-", ignore_cleanup_errors=True) as scratch:
        found = find(paths, assignment, Path(scratch), many=asked["how"] == "many", results=results)
        if found.one is not None:
            _refuse_for_one(asked)
            return None
        if common.for_one:
            raise AutograderError("--json and --metadata are for one submission. --one says that it is one.")
        from autograder.batch import command  # only here: one submission needs nothing of it
        from autograder.batch.run import Options

        due = command.due_date(asked["due"])
        if asked["jobs"] and asked["scheduler"]:
            raise AutograderError("-j is for this machine. A Dask worker grades as many at a time as it has threads.")
        jobs, scheduler = asked["jobs"] or command.cores(), asked["scheduler"]
        options = Options(jobs, common.timeout, common.question, common.weak, asked["force"], due, scheduler)
        return command.grade_found(assignment, found, options, results, asked["platforms"], asked["column"])


def _is_plainly_one(path: Path) -> bool:
    """A single file that can hold no other submissions: there is nothing to look for."""
    return path.is_file() and path.suffix.lower() != ".zip"


def _refuse_for_one(asked: dict[str, Any]) -> None:
    if asked["platforms"] or asked["due"] or asked["force"] or asked["scheduler"]:
        words = "--for, --due, --force and --scheduler are for many submissions. --many says that these are many."
        raise AutograderError(words)
