"""The command line: composes what the other modules do, and decides nothing but the exit code.

Exit codes: 0 all checks passed, 1 some did not, 2 the command cannot be carried out as it was given, 3 some of many
submissions could not be graded.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from autograder.batch.options import Common, grade_if_many, of_many
from autograder.clean import clean
from autograder.errors import AutograderError
from autograder.report.command import report

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.grade import Listener
    from autograder.policy import Lateness
    from autograder.sandbox.hatch import Zygote

PASSED, NOT_PASSED, USAGE = 0, 1, 2
PATH = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backprop-autograder", prog_name="autograder")
def cli() -> None:
    """Grade numpy backpropagation assignments: fairly, in a sandbox, with words that help."""


@cli.command()
@click.argument("assignment", type=PATH)
@click.argument("submissions", type=PATH, nargs=-1, required=True, metavar="SUBMISSION...")
@click.option("-o", "--output", type=PATH, help="Folder for results.json, Gradescope's format; for all of many.")
@click.option(
    "-q", "--question", multiple=True, metavar="CHECK", help="Only these checks: a number, or part of a name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of a table.")
@click.option("-v", "--verbose", is_flag=True, help="Also what the code printed, times, and details for staff.")
@click.option("--timeout", "--deadline", type=click.FloatRange(min=1), help="Seconds for all checks together.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Run on a machine that cannot confine. Only code you trust.")
@click.option("--metadata", type=PATH, help="Gradescope's submission_metadata.json: what lateness costs.")
@of_many
@click.option("--journal", type=PATH, hidden=True)
@click.option("--results", type=PATH, hidden=True)
@click.pass_obj
def grade(
    started: Zygote | None,
    /,
    assignment: Path,
    submissions: tuple[Path, ...],
    output: Path | None,
    question: tuple[str, ...],
    as_json: bool,
    verbose: bool,
    timeout: float | None,
    allow_weak_sandbox: bool,
    metadata: Path | None,
    journal: Path | None,
    results: Path | None,
    **many: Any,
) -> None:
    """Grade SUBMISSION (a .py file, a notebook, a folder or a zip) with ASSIGNMENT (a folder).

    Several of them, a folder or zip of a whole class, or what Gradescope, Canvas or Moodle exports, are graded in
    parallel; the same command again goes on where it was stopped, and grades what has changed.
    """
    from autograder.assignment import load_assignment
    from autograder.chosen import chosen
    from autograder.sandbox.hatch import Zygote

    for path in submissions:
        if not path.exists():
            raise AutograderError(f"There is no submission {path}.")
    loaded = load_assignment(assignment)
    if journal is None:  # Gradescope hands over one
        for_one = as_json or metadata is not None
        common = Common(output, timeout, question, allow_weak_sandbox, for_one)
        code = grade_if_many(loaded, submissions, common, **many)
        if code is not None:
            sys.exit(code)
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        results = output / "results.json"
    with contextlib.closing(started or Zygote()) as zygote:  # before the imports below: it loads at the same time
        from autograder.bench import Safety
        from autograder.files import JournalFile, ResultsFile
        from autograder.grade import grade as grade_one
        from autograder.sandbox.levels import Level

        listeners: list[Listener] = [JournalFile(journal)] if journal else []
        listeners += [ResultsFile(results)] if results else []
        with _spinner(listeners):
            report = grade_one(
                loaded,
                submissions[0],
                seconds=timeout,
                only=chosen(question),
                safety=Safety(minimum=Level.WEAK) if allow_weak_sandbox else None,
                listeners=tuple(listeners),
                zygote=zygote,
                lateness=_lateness(loaded, metadata),
                log=None if journal else loaded.unexplained,  # Gradescope keeps no files
            )
    asked = [outcome for outcome in report.outcomes if chosen(question)(outcome.check)]
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
@click.option("-o", "--output", type=PATH, required=True, metavar="DIR", help="The folder to write to; it is made.")
@click.option("--force", is_flag=True, help="Replace what an earlier release wrote there.")
def release(assignment: Path, output: Path, force: bool) -> None:
    """Write what students get of ASSIGNMENT: handout, starter, notebook and public checks, in DIR/NAME."""
    from autograder.assignment import load_assignment
    from autograder.release import release as release_one

    files = release_one(load_assignment(assignment), output, force=force)
    click.echo(f"{files[0].parent}: {', '.join(path.name for path in files)}")
    click.echo("The model solution passes its public checks there, and the starter earns nothing.")


@cli.command()
@click.argument("file", type=PATH, required=False)
@click.option(
    "-q", "--question", multiple=True, metavar="CHECK", help="Only these checks: a number, or part of a name."
)
@click.option("-v", "--verbose", is_flag=True, help="Also what your code printed, and times.")
def check(file: Path | None, question: tuple[str, ...], verbose: bool) -> None:
    """Run the public checks on your own FILE (a .py file or a notebook), in an assignment's folder.

    Without FILE, on the one in this folder that you worked on. Your code runs as it does in Python, without a sandbox.
    """
    from autograder.check_public import check_file
    from autograder.chosen import chosen
    from autograder.show import show

    report = check_file(file, chosen(question))
    if not report.outcomes:
        raise AutograderError(f"No check is called {' or '.join(question)}. Without -q you see all of them.")
    for stream in (sys.stdout, sys.stderr):  # not every terminal has a tick
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    show(report, verbose=verbose)
    sys.exit(PASSED if report.all_passed else NOT_PASSED)


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


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON instead of a table.")
def doctor(as_json: bool) -> None:
    """Say how well this machine can confine a submission, layer by layer. Exit code 0 if well enough, else 1."""
    from autograder.doctor import examine, show

    found = examine()
    show(found) if not as_json else click.echo(json.dumps(found.to_dict(), indent=2))
    sys.exit(PASSED if found.will_do else NOT_PASSED)


@cli.command(hidden=True)
@click.option("--root", type=PATH, required=True)
def gradescope(root: Path) -> None:
    """What run_autograder runs on Gradescope."""
    from autograder.gradescope.entry import run

    sys.exit(run(root))


cli.add_command(report)


def main(zygote: Zygote | None = None) -> None:
    """The console command: our own errors are a sentence and exit code 2, never a traceback.

    zygote: one that was started already, for a submission that is to be graded.
    """
    try:
        cli(obj=zygote)
    except AutograderError as error:
        _complain(str(error))
    except OSError as error:
        _complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))


def _complain(sentence: str) -> NoReturn:
    """On stderr. A name in it may be a student's, and act on the terminal."""
    click.echo(f"autograder: {clean(sentence, 20_000)}", err=True)
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
