"""`autograder report`: the class's results as pages."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.errors import AutograderError

NEEDED = "The report needs {}, which is not installed: run ./setup.sh report, or install backprop-autograder[report]."
PATH = click.Path(path_type=Path)


@click.command()
@click.argument("results", type=PATH)
@click.option("-o", "--output", type=PATH, required=True, metavar="DIR", help="The folder to write to; it is made.")
@click.option("--for-students", is_flag=True, help="Only each submission's page, without what hidden checks hide.")
def report(results: Path, output: Path, for_students: bool) -> None:
    """Write RESULTS, the folder of a graded class, as pages: what it misunderstood, and each submission.

    Every page stands by itself and needs no network. DIR/index.html is the class's, for staff.
    """
    try:
        import jinja2  # noqa: F401 - only whether it is there, before an hour's work

        if not for_students:
            import matplotlib  # noqa: F401
    except ImportError as error:
        raise AutograderError(NEEDED.format(error.name)) from None
    from rich.console import Console
    from rich.progress import Progress

    from autograder.report.build import build

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Writing pages ...", total=None)
        built = build(
            results,
            output,
            for_students=for_students,
            done=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for name in built.torn:
        click.echo(f"{name!a} is left out: its results are torn, or from two runs. Grade it again.", err=True)
    what = f"{built.pages} submission{'s' * (built.pages != 1)}"
    if built.index is not None:
        click.echo(f"{built.index}: {what}; open it in a browser. It is for staff: it shows what hidden checks hide.")
    else:
        click.echo(f"{output / 'submissions'}: {what}, for students.")
