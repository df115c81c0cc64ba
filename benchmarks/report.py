"""What `autograder report` costs: time, size and memory for classes of several sizes, and a picture drawn in two ways.

    .venv/bin/python benchmarks/report.py RESULTS [SIZE ...]

RESULTS is the folder of a class that was graded. Its submissions are copied under other names, each with pictures of
its own, so that none is drawn once for many. Seconds are the processor's: other work beside this does not count.
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from autograder.batch.identity import HandedIn, Person
from autograder.batch.store import Record, Store, read, written
from autograder.evidence import Picture
from autograder.outcome import Outcome, Report
from autograder.report.build import build
from autograder.report.pages import Pages
from autograder.report.pictures import drawing_of

SIZES = (100, 300, 1000)
REPEATS = 20


def main(results: Path, sizes: list[int]) -> None:
    reports = [record.report for name in written(results) if (record := read(results, name)) and record.report]
    picture = largest_picture(reports)
    print("submissions     CPU s   ms each   class page   a submission's   peak memory")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            copies(reports, size, Path(folder) / "graded")
            with multiprocessing.get_context("fork").Pool(1) as pool:  # so that the peak is this build's own
                seconds, megabytes = pool.apply(timed, (Path(folder),))
            index = (Path(folder) / "pages" / "index.html").stat().st_size / 1e6
            each = [path.stat().st_size for path in (Path(folder) / "pages" / "submissions").iterdir()]
        mean = sum(each) / len(each) / 1e3
        cost = 1e3 * seconds / size
        print(f"{size:11}   {seconds:7.1f}   {cost:7.1f}   {index:7.2f} MB   {mean:11.0f} kB   {megabytes:8.0f} MB")
    print(f"\nOne picture of {picture.rows} x {picture.columns}, expected, got and error:")
    by_template, by_matplotlib = of_template(picture), of_matplotlib(picture)
    print(f"  by a template {1e3 * by_template:7.2f} ms")
    print(f"  by matplotlib {1e3 * by_matplotlib:7.2f} ms   {by_matplotlib / by_template:.0f} times")


def copies(reports: list[Report], size: int, folder: Path) -> None:
    folder.mkdir()
    store = Store(folder)
    for place in range(size):
        name = f"student {place:05}"
        handed = HandedIn(name, people=(Person(f"Student Number {place}", f"{place}@example.org"),), folder=name)
        report = reports[place % len(reports)]
        outcomes = tuple(_unlike_others(outcome, place) for outcome in report.outcomes)
        store.keep(Record(handed, "key", replace(report, outcomes=outcomes)))


def timed(folder: Path) -> tuple[float, float]:
    started = time.process_time()
    build(folder / "graded", folder / "pages")
    return time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def of_template(picture: Picture) -> float:
    """Seconds for one, as the pages have it."""
    template = Pages()._environment.get_template("parts.html.j2")
    started = time.process_time()
    for place in range(REPEATS):
        drawing = drawing_of(replace(picture, name=f"{picture.name}{place}x"))
        template.module.picture(drawing, "x")  # type: ignore[attr-defined]
    return (time.process_time() - started) / REPEATS


def of_matplotlib(picture: Picture) -> float:
    """The same as it would be drawn by matplotlib."""
    started = time.process_time()
    for _ in range(REPEATS):
        figure = Figure(figsize=(7, 2.5))
        for axes, text in zip(figure.subplots(1, 3), (picture.right, picture.got, picture.error), strict=True):
            values = [float(word) for word in text.split()]
            rows = [values[at : at + picture.columns] for at in range(0, len(values), picture.columns)]
            axes.pcolormesh(rows)
            for place, value in enumerate(values if len(values) <= 72 else []):
                axes.text(place % picture.columns + 0.5, place // picture.columns + 0.5, f"{value:.2g}", ha="center")
        figure.savefig(io.BytesIO(), format="svg")
    return (time.process_time() - started) / REPEATS


def largest_picture(reports: list[Report]) -> Picture:
    pictures = [evidence.picture for report in reports for evidence in _evidence(report) if evidence.picture]
    return max(pictures, key=lambda picture: (picture.rows > 1, picture.rows * picture.columns))


def _evidence(report: Report) -> list[Any]:
    return [outcome.evidence for outcome in report.outcomes if outcome.evidence is not None]


def _unlike_others(outcome: Outcome, place: int) -> Outcome:
    evidence = outcome.evidence
    if evidence is None or evidence.picture is None:
        return outcome
    picture = replace(evidence.picture, name=f"{evidence.picture.name}{place}")
    return replace(outcome, evidence=replace(evidence, picture=picture))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or list(SIZES))
