"""The command line: composes what the other modules do, and decides nothing but the exit code.

Exit codes: 0 all checks passed, 1 some did not, 2 the command cannot be carried out as it was given.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.grade import Listener
    from autograder.policy import Lateness

PASSED, NOT_PASSED, USAGE = 0, 1, 2
PATH = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backprop-autograder", prog_name="autograder")
def cli() -> None:
    """Grade numpy backpropagation assignments: fairly, in a sandbox, with words that help."""


@cli.command()
@click.argument("assignment", type=PATH)
@click.argument("submission", type=PATH)
@click.option("-o", "--output", type=PATH, help="Folder to write results.json to, Gradescope's format.")
@click.option(
    "-q", "--question", multiple=True, metavar="CHECK", help="Only these checks: a number, or part of a name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of a table.")
@click.option("-v", "--verbose", is_flag=True, help="Also what the code printed, times, and details for staff.")
@click.option("--timeout", "--deadline", type=click.FloatRange(min=1), help="Seconds for all checks together.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Run on a machine that cannot confine. Only code you trust.")
@click.option("--metadata", type=PATH, help="Gradescope's submission_metadata.json: what lateness costs.")
@click.option("--journal", type=PATH, hidden=True)
@click.option("--results", type=PATH, hidden=True)
def grade(
    assignment: Path,
    submission: Path,
    output: Path | None,
    question: tuple[str, ...],
    as_json: bool,
    verbose: bool,
    timeout: float | None,
    allow_weak_sandbox: bool,
    metadata: Path | None,
    journal: Path | None,
    results: Path | None,
) -> None:
    """Grade SUBMISSION (a .py file, a notebook, a folder or a zip) with ASSIGNMENT (a folder)."""
    from autograder.assignment import load_assignment
    from autograder.sandbox.hatch import Zygote

    if not submission.exists():
        raise AutograderError(f"There is no submission {submission}.")
    loaded = load_assignment(assignment)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        results = output / "results.json"
    with contextlib.closing(Zygote()) as zygote:  # before the imports below: it loads numpy at the same time
        from autograder.bench import Safety
        from autograder.files import JournalFile, ResultsFile
        from autograder.grade import grade as grade_one
        from autograder.sandbox.levels import Level

        listeners: list[Listener] = [JournalFile(journal)] if journal else []
        listeners += [ResultsFile(results)] if results else []
        with _spinner(listeners):
            report = grade_one(
                loaded,
                submission,
                seconds=timeout,
                only=_chosen(question),
                safety=Safety(minimum=Level.WEAK) if allow_weak_sandbox else None,
                listeners=tuple(listeners),
                zygote=zygote,
                lateness=_lateness(loaded, metadata),
                log=None if journal else loaded.unexplained,  # Gradescope keeps no files
            )
    asked = [outcome for outcome in report.outcomes if _chosen(question)(outcome.check)]
    if not asked:
        raise AutograderError(f"No check is called {' or '.join(question)}. `--json` lists their names.")
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=2))
    else:
        from autograder.show import show

        show(replace(report, outcomes=tuple(asked)), verbose=verbose)
    sys.exit(PASSED if all(outcome.status.value == "passed" for outcome in asked) else NOT_PASSED)


def _lateness(assignment: Assignment, metadata: Path | None) -> Lateness | None:
    """How late a submission was, by its own metadata."""
    if metadata is None or assignment.late is None:
        return None
    from autograder.gradescope.metadata import due_date, read_metadata

    read = read_metadata(metadata)
    if read is None or read.created_at is None:
        return None
    return assignment.late.lateness(read.created_at, due_date(read))


@cli.command()
@click.argument("assignment", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, metavar="FILE.zip", help="The zip to write.")
def build(assignment: Path, output: Path) -> None:
    """Write the zip that Gradescope takes, with what ASSIGNMENT needs and nothing else."""
    from autograder.gradescope.upload import build as build_zip

    names = build_zip(assignment, output)
    click.echo(f"{output}: {len(names)} files. On Gradescope: Configure Autograder, Zip file upload.")


@cli.command()
@click.argument("assignment", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, metavar="FILE.html", help="The page to write.")
def handout(assignment: Path, output: Path) -> None:
    """Write ASSIGNMENT's handout as an HTML page, formulas included."""
    from autograder.assignment import load_assignment
    from autograder.handout import render_handout

    render_handout(load_assignment(assignment), output)
    click.echo(f"{output}: open it in a browser.")


@cli.command()
@click.argument("assignment", type=PATH)
def calibrate(assignment: Path) -> None:
    """Compute the tolerances of ASSIGNMENT's checks from the reference and keep them in its folder.

    Needed once, and after each change of checks or reference: what is missing is computed while grading, which is slow.
    """
    from autograder.assignment import load_assignment
    from autograder.grade import calibrate as calibrate_one
    from autograder.show import show

    report = calibrate_one(load_assignment(assignment))
    if not report.all_passed:
        show(report)
        raise AutograderError("The reference itself does not pass every check.")
    click.echo(f"{assignment}: the reference passes all {len(report.outcomes)} checks; its tolerances are kept.")


@cli.command()
@click.argument("assignment", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="Print the certificate as JSON instead of tables.")
def validate(assignment: Path, as_json: bool) -> None:
    """Prove ASSIGNMENT: the reference gets all, the starter nothing, and every known mistake costs points."""
    from rich.console import Console
    from rich.progress import Progress

    from autograder import certificate
    from autograder.assignment import load_assignment
    from autograder.validate import validate as prove

    loaded = load_assignment(assignment)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Validating ...", total=None)
        proof = prove(loaded, lambda done, total, what: bar.update(task, completed=done, total=total, description=what))
    if as_json:
        click.echo(json.dumps(proof.to_dict(), indent=2))
    else:
        certificate.show(proof, Console())
    sys.exit(PASSED if proof.holds else NOT_PASSED)


@cli.command(hidden=True)
@click.option("--root", type=PATH, required=True)
def gradescope(root: Path) -> None:
    """What run_autograder runs on Gradescope."""
    from autograder.gradescope.entry import run

    sys.exit(run(root))


def main() -> None:
    """The console command: our own errors are a sentence and exit code 2, never a traceback."""
    try:
        cli()
    except AutograderError as error:
        click.echo(f"autograder: {error}", err=True)
        sys.exit(USAGE)
    except OSError as error:
        click.echo(f"autograder: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        sys.exit(USAGE)


@contextlib.contextmanager
def _spinner(listeners: list[Listener]) -> Iterator[None]:
    """How far the grading is, where somebody looks on."""
    if not sys.stderr.isatty():
        yield
        return
    from autograder.show import Spinner

    with Spinner() as spinner:
        listeners.append(spinner)
        yield


def _chosen(question: tuple[str, ...]) -> Callable[[Any], bool]:
    """Whether a check was asked for with -q: by its number, "2" for all of 2.1, 2.2 ..., or by a part of its name."""

    def chosen(check: Any) -> bool:
        return not question or any(_is_meant(wanted, check) for wanted in question)

    return chosen


def _is_meant(wanted: str, check: Any) -> bool:
    if wanted.replace(".", "").isdigit():
        return bool(f"{check.number}.".startswith(f"{wanted}."))
    return wanted in check.name or wanted in check.title
