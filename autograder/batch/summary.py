"""What a TA sees of a batch in the terminal: how it goes on, and what came of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.batch.run import FAILED, GRADED, Grades, Row
from autograder.clean import clean_line

BINS = 10
BLOCKS = "▁▂▃▄▅▆▇█"
SHOWN = 10  # submissions that could not be graded; the others stand in grades.csv
LINE_SECONDS = 10.0  # between two lines where nobody sees a bar move


class Bar:
    """A Watcher: a bar with the rate, the failures and the time left; plain lines where there is no terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[failed]}", style="bold red"),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task = self._progress.add_task("", total=None, rate="", failed="")
        self._total = self._done = self._kept = self._failed = 0
        self._started = self._said = time.monotonic()

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin(self, total: int, kept: int) -> None:
        self._total, self._kept, self._done = total, kept, kept
        self._started = self._said = time.monotonic()
        self._progress.update(self._task, total=total - kept)
        if kept:
            self.console.print(f"{kept} of {total} are graded already, and unchanged.", highlight=False)

    def found(self, row: Row) -> None:
        self._done += 1
        self._failed += row.status == FAILED
        seconds = max(time.monotonic() - self._started, 1e-3)
        rate = f"{60 * (self._done - self._kept) / seconds:.0f} a minute"
        failed = f"{self._failed} could not be graded" if self._failed else ""
        self._progress.update(self._task, advance=1, rate=rate, failed=failed)
        if not self.console.is_terminal and time.monotonic() - self._said > LINE_SECONDS:
            self._said = time.monotonic()
            words = [f"{self._done} of {self._total} graded", rate, *([failed] if failed else [])]
            self.console.print(", ".join(words), highlight=False)

    def told(self, words: str) -> None:
        self.console.print(clean_line(words, 2000), style="cyan", highlight=False, markup=False)


def show(grades: Grades, results: Path, files: Sequence[Path], console: Console | None = None) -> None:
    """How many were graded, how the points lie, what could not be graded and why, and where the results are."""
    console = console or Console()
    rows = list(grades.rows.values())
    graded = [row for row in rows if row.status == GRADED]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="bold")
    table.add_column("", overflow="fold")
    kept = sum(row.kept for row in graded)
    earlier = f", {kept} of them in an earlier run" if kept else ""
    table.add_row("graded", f"{len(graded)} of {len(rows)}{earlier}")
    failed = [row for row in rows if row.status == FAILED]
    if failed:
        table.add_row("not graded", Text(f"{len(failed)}: see below", style="bold red"))
    if graded:
        table.add_row("all passed", str(sum(row.passed for row in graded)))
        bars, numbers = distribution([row.score for row in graded], max(row.max_score for row in graded))
        table.add_row("points", bars)
        table.add_row("", numbers)
    late = sum(row.lost > 0 for row in graded)
    if late:
        table.add_row("late", f"{late} lost points by it")
    table.add_row("results", Text(f"{results}/…/results.json"))
    for path in files:
        table.add_row("grades", Text(str(path)))
    console.print(table)
    for row in failed[:SHOWN]:
        last = row.why.strip().splitlines()[-1] if row.why.strip() else "no reason is known"
        console.print(Text(f"  {clean_line(row.handed.label)}: {clean_line(last)}", style="red"))
    if len(failed) > SHOWN:
        console.print(f"  and {len(failed) - SHOWN} more, in grades.csv.")
    if failed:
        console.print("The same command tries them again.")


def distribution(scores: Sequence[float], maximum: float) -> tuple[str, str]:
    """The scores as ten bars from none to all points, and least, median, mean and most."""
    counts = [0] * BINS
    for score in scores:
        share = score / maximum if maximum > 0 else 0.0
        counts[min(BINS - 1, max(0, int(BINS * share)))] += 1
    most = max(counts)
    bars = "".join(" " if not n else BLOCKS[max(0, (len(BLOCKS) * n - 1) // most)] for n in counts)
    middle, mean = statistics.median(scores), statistics.fmean(scores)
    numbers = f"lowest {min(scores):g}, median {middle:g}, mean {mean:.4g}, highest {max(scores):g} of {maximum:g}"
    return f"0 |{bars}| {maximum:g}", numbers
