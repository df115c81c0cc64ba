"""A Report in the terminal: a table that a person likes to read, then the student's sentences."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.clean import clean
from autograder.outcome import Outcome, Report, Status

# A word, a sign and a colour each, so that nothing depends on colour alone.
_LOOKS = {
    Status.PASSED: ("✓", "green"),
    Status.FAILED: ("✗", "red"),
    Status.CRASHED: ("!", "magenta"),
    Status.SKIPPED: ("–", "yellow"),
    Status.BROKEN: ("?", "bold red"),
}


MAX_SAID = 20_000  # characters of one text, a traceback for staff included


class Spinner:
    """A Listener that says on the terminal how far the grading is."""

    def __init__(self) -> None:
        self._status = Console(stderr=True).status("Getting ready ...")
        self._done: set[str] = set()

    def __enter__(self) -> Spinner:
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def declared(self, report: Report) -> None:
        self._status.update(f"0 of {len(report.outcomes)} checks done ...")

    def found(self, report: Report, outcome: Outcome) -> None:
        self._done.add(outcome.check.name)
        self._status.update(f"{len(self._done)} of {len(report.outcomes)} checks done ...")

    def finished(self, report: Report) -> None:
        self._status.update("Done.")


def show(report: Report, console: Console | None = None, *, verbose: bool = False) -> None:
    """Print the report. verbose: prints of the student's code, staff details and times as well."""
    console = console or Console()
    console.print(_said(f"{report.assignment} · {report.submission}", "bold"))
    for remark in report.remarks:
        console.print(_said(f"  note: {remark}", "cyan"))
    console.print(_table(report, verbose))
    for alike in _grouped(report):
        console.print(_details(alike, verbose))
    for line in report.staff:
        console.print(_said(f"staff: {line}", "bold red"))
    console.print(_summary(report))


def _table(report: Report, verbose: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("check", no_wrap=True)
    table.add_column("", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    if verbose:
        table.add_column("seconds", justify="right", no_wrap=True)
    for outcome in report.outcomes:
        sign, style = _LOOKS[outcome.status]
        row: list[RenderableType] = [
            Text(f"{sign} {outcome.status.value}", style=style),
            outcome.check.number,
            Text(outcome.check.title),
            f"{outcome.score:g} / {outcome.check.max_score:g}",
        ]
        table.add_row(*row, *([f"{outcome.seconds:.2f}"] if verbose else []))
    return table


def _grouped(report: Report) -> list[list[Outcome]]:
    """What did not pass, with all that have the same to say in one group, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.status is not Status.PASSED:
            key = (outcome.status, outcome.message, outcome.hint, outcome.staff)
            groups.setdefault(key, []).append(outcome)
    return list(groups.values())


def _details(alike: list[Outcome], verbose: bool) -> RenderableType:
    outcome = alike[0]
    sign, style = _LOOKS[outcome.status]
    head = Text.assemble(
        "\n", (f"{sign} {outcome.check.number} ".replace("  ", " "), style), (outcome.check.title, "bold")
    )
    parts: list[RenderableType] = [_said(outcome.message)]
    if alike[1:]:
        parts.append(Text(f"The same for {len(alike) - 1} more: {_names(alike[1:])}.", style="dim"))
    if outcome.hint:
        parts.append(_said(f"Hint: {outcome.hint}", "cyan"))
    if outcome.printed and verbose:
        parts.append(_said(f"Your code printed:\n{outcome.printed.rstrip()}", "dim"))
    if outcome.staff and (verbose or outcome.status is Status.BROKEN):
        parts.append(_said(f"For staff:\n{outcome.staff.rstrip()}", "dim"))
    return Group(head, Padding(Group(*parts), (0, 0, 0, 4)))


def _said(text: str, style: str = "") -> Text:
    """What a student's words may be part of: nothing in it acts on the terminal."""
    return Text(clean(text, MAX_SAID), style=style)


def _names(outcomes: list[Outcome]) -> str:
    return ", ".join(dict.fromkeys(outcome.check.number or outcome.check.title for outcome in outcomes))


def _summary(report: Report) -> Text:
    passed = sum(outcome.status is Status.PASSED for outcome in report.outcomes)
    points = f"{report.score:g} of {report.max_score:g} points"
    style = "bold green" if report.all_passed else "bold"
    level = report.sandbox.get("level", "none")
    tail = f" · {passed} of {len(report.outcomes)} checks passed · {report.seconds:.1f} s · sandbox: {level}"
    return Text.assemble("\n", (points, style), tail)
