"""Students check their own work: the public checks of a released assignment, on their own file, in this process.

``autograder check`` in the assignment's folder, or in a notebook ``check(globals())``. There is no sandbox: it is their
own code on their own machine. What they read is what grading says.
"""

from __future__ import annotations

import functools
import hashlib
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.assignment import RECORDED, Assignment, load_assignment
from autograder.chosen import chosen
from autograder.errors import AssignmentError, AutograderError, StudentError, SubmissionError
from autograder.outcome import Check, Outcome, Report
from autograder.own_code import OwnCode, at_home, from_file, from_namespace, own_file
from autograder.recorded import read_record
from autograder.rehearsal import Stage, rehearse

WIDTH = 110  # characters of a line in a notebook

Chosen = Callable[[Check], bool]


class Interrupted(AutograderError):
    """Ctrl-C; the text says at which check."""


def check(namespace: Mapping[str, Any], question: str = "") -> None:
    """Run the public checks on what a notebook has defined, and print what they found: ``check(globals())``.

    question: only these checks, "1.2", "1" for all of 1.1, 1.2 ..., or a part of a name.
    """
    from rich.console import Console

    from autograder.show import show

    text = io.StringIO()
    console = Console(file=text, width=WIDTH, color_system=None, legacy_windows=False, force_jupyter=False)
    try:
        assignment = find_assignment(Path.cwd())
        notebook = str(Path(assignment.file).with_suffix(".ipynb"))
        home = assignment.folder
        make = functools.partial(from_namespace, namespace, notebook, home)
        report = _report(assignment, notebook, make, home, chosen([question] if question else []))
        if report.outcomes:
            show(report, console)
        else:
            text.write(f"No check is called {question}.\n")
    except AutograderError as error:
        text.write(f"{error}\n")
    print(text.getvalue(), end="")


def check_file(file: Path | None, only: Chosen = lambda one: True) -> Report:
    """The Report of the public checks on a file; without one, on the one in this folder that was worked on.

    Raises SubmissionError or AssignmentError where there is nothing to check, Interrupted after Ctrl-C.
    """
    start = Path.cwd() if file is None else file.resolve().parent
    if file is not None and not file.is_file():
        raise SubmissionError(f"There is no file {file}.")
    assignment = find_assignment(start)
    path, remark = (file.resolve(), "") if file is not None else _worked_on(assignment)
    own = own_file(path)

    def make() -> OwnCode:
        return from_file(own, assignment.functions, assignment.notebook)

    report = _report(assignment, path.name, make, own.folder, only)
    return replace(report, remarks=(*([remark] if remark else []), *report.remarks))


def find_assignment(start: Path) -> Assignment:
    """The released assignment in this folder or in one above it."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "assignment.toml").is_file():
            if not (folder / RECORDED).is_file():
                raise AssignmentError(
                    f"{folder} has an assignment.toml, but no {RECORDED}: it is not as it was handed out. Course staff "
                    "use `autograder grade`."
                )
            return load_assignment(folder)
    raise AssignmentError(f"There is no assignment.toml in {start}, nor above it. Go to the assignment's folder.")


def _worked_on(assignment: Assignment) -> tuple[Path, str]:
    """The module or the notebook: the one that is no longer as it was released, of two the one that is newer."""
    module = assignment.folder / assignment.file
    found = [path for path in (module, module.with_suffix(".ipynb")) if path.is_file()]
    if not found:
        raise SubmissionError(f"There is no {module.name} (nor {module.stem}.ipynb) in {assignment.folder}.")
    starters = read_record(assignment.folder).starters
    changed = [path for path in found if hashlib.sha256(path.read_bytes()).hexdigest() != starters.get(path.name)]
    if len(changed) < 2:
        return (changed or found)[0], ""
    newer, older = sorted(changed, key=lambda path: path.stat().st_mtime, reverse=True)
    remark = f"{newer.name} was checked, not {older.name}, which is older. To check that: autograder check {older.name}"
    return newer, remark


def _report(assignment: Assignment, name: str, make: Callable[[], OwnCode], home: Path, only: Chosen) -> Report:
    """Run the checks. make: gives the student's code, or raises StudentError."""
    started = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    remarks: list[str] = []
    under_way: list[Check] = []  # those that are not done yet

    def in_turn(found: Mapping[int, Check]) -> Iterator[int]:
        for at, one in found.items():
            if only(one):
                under_way[:] = [one]
                yield at

    def play(stage: Stage) -> None:
        grading = stage.grading
        grading.conventions.first_only = False
        grading.known = _KnowsNothing()  # type: ignore[assignment]  # the known mistakes are not handed out
        found = {at: grading.checks[item.nodeid] for at, item in enumerate(stage.items)}
        code: OwnCode | None = None
        try:
            code = make()
        except StudentError as problem:
            grading.bench.problem = problem
        for played in stage.act(code, in_turn(found)):
            outcomes[played.outcome.check.name] = played.outcome
        for settled in grading.conventions.settle(grading.outcomes):
            outcomes[settled.check.name] = settled
        remarks.extend(code.remarks if code is not None else ())

    with at_home(home):
        try:
            rehearse(assignment, play)
        except KeyboardInterrupt:
            raise Interrupted(_stopped_at(under_way)) from None
    return Report(
        assignment.title,
        name,
        tuple(outcomes.values()),
        remarks=tuple(remarks),
        sandbox={"level": "none, your own code"},
        seconds=time.monotonic() - started,
    )


class _KnowsNothing:
    """In the place of the known mistakes."""

    def explain(self, *_: Any) -> None:
        return None

    def own_forward(self, *_: Any) -> None:
        return None


def _stopped_at(under_way: list[Check]) -> str:
    if not under_way:
        return "Stopped while your file was being loaded. Is there a loop that never ends?"
    (check,) = under_way
    number = f"check {check.number}" if check.number else "the check"
    return f"Stopped at {number}, “{check.title}” Is there a loop that never ends?"
