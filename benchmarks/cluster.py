"""What a second Dask worker brings, and that a lost one costs nothing: a scheduler and workers on this machine.

    .venv/bin/python -m benchmarks.cluster [--count 200] [--assignment gates] [--repeats 3]

One worker and two grade the same class in turns, each worker with one thread and a core of its own, as a machine of one
core would have it: without that, one worker uses a part of the other core as well. The load is printed. Then two
workers grade it once more, and one of them is killed in the middle: every submission has one grade, and grades.csv is
that of one machine byte for byte. Last, what the machine in the middle can bear: its CPU seconds for each submission
say how many workers one command can keep busy.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.assignment import load_assignment
from benchmarks.class_of import ROOT, write_class
from tests.batch.looking import files
from tests.batch.machines import Machines, machines

CORES = (2, 8, 32, 128, 512)
AUTOGRADER = str(Path(sys.executable).with_name("autograder"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--assignment", default="gates")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    assignment = load_assignment(ROOT / "assignments" / arguments.assignment)
    with tempfile.TemporaryDirectory() as scratch, machines(Path(scratch, "machines")) as dask:
        students = write_class(assignment, Path(scratch, "class"), arguments.count)
        command = [AUTOGRADER, "grade", str(assignment.folder), str(students[0].folder.parent), "--many"]
        here, _ = graded([*command, "-j", "1"], Path(scratch, "here"))
        rates: dict[int, list[float]] = {1: [], 2: []}
        own = 0.0
        for turn in range(arguments.repeats):
            for number in (1, 2):
                out = Path(scratch, f"{number}-workers-{turn}")
                seconds, own = with_workers(dask, number, [*command, "--scheduler", str(dask.file)], out)
                rates[number].append(60 * arguments.count / seconds)
                print(f"  {number} workers: {rates[number][-1]:6.0f} a minute", flush=True)
                compare(out, Path(scratch, "here"))
        print(f"one machine, -j 1: {60 * arguments.count / here:.0f} a minute")
        ratios = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
        print(f"two workers against one: {statistics.median(ratios):.2f} times the rate (median of {len(ratios)})")
        few = [AUTOGRADER, "grade", str(assignment.folder), *(str(one.folder) for one in students[2:4])]
        _, least = with_workers(dask, 1, [*few, "--scheduler", str(dask.file)], Path(scratch, "few"))
        own_each = max(own - least, 1e-4) / (arguments.count - 2)  # without its start
        print(f"the command itself: {1000 * own_each:.1f} ms of CPU for each submission")
        print_extrapolated(60 / statistics.median(rates[1]), own_each)
        out = Path(scratch, "one-is-killed")
        with_workers(dask, 2, [*command, "--scheduler", str(dask.file)], out, kill=arguments.count // 3)
        compare(out, Path(scratch, "here"))
        print(f"one of two killed after {arguments.count // 3}: all {arguments.count} have the grades of one machine")
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return 0


def compare(out: Path, here: Path) -> None:
    """The grades must be the same byte for byte; words may differ only where the clock cut a diagnosis short."""
    found, expected = files(out), files(here)
    assert found.keys() == expected.keys()
    assert found["grades.csv"] == expected["grades.csv"], "the grades differ"
    differing = [name for name in expected if found[name] != expected[name]]
    if differing:
        print(f"  words differ in {len(differing)} of {len(expected) - 1}: {', '.join(differing[:5])}", flush=True)


def print_extrapolated(each: float, own: float) -> None:
    """Time against cores. each: seconds that a core needs for a submission; own: those of the command itself."""
    print("\nextrapolated, not measured: time by cores; * where the command itself is what holds it up")
    print(f"  {'submissions':>12} {' '.join(f'{cores:>8}' for cores in CORES)}")
    for count in (10**3, 10**4, 10**5, 10**6):
        cells = []
        for cores in CORES:
            bound = max(count * each / cores, count * own)
            words = f"{bound / 3600:.1f} h" if bound >= 3600 else f"{max(1.0, bound / 60):.0f} min"
            cells.append(f"{words}{'*' if bound == count * own else ''}")
        print(f"  {count:12,} {' '.join(f'{cell:>8}' for cell in cells)}")


def with_workers(
    dask: Machines, number: int, command: list[str], out: Path, kill: int | None = None
) -> tuple[float, float]:
    cores = sorted(os.sched_getaffinity(0))
    workers = [dask.worker(core=cores[at % len(cores)]) for at in range(number)]
    try:
        return graded(command, out, workers[0] if kill is not None else None, kill or 0)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def graded(
    command: list[str], out: Path, victim: subprocess.Popen[bytes] | None = None, after: int = 0
) -> tuple[float, float]:
    """Seconds from start to end, and the command's own CPU seconds. victim: is killed after so many are graded."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen([*command, "-o", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while victim is not None and process.poll() is None:
        if len(list(out.glob("*/graded.json"))) >= after:
            victim.kill()
            break
        time.sleep(0.05)
    _, errors = process.communicate()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {errors}")
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
