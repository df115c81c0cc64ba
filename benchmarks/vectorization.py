"""How far a matrix form lies above the mark for speed, and a loop below it, on a machine that is busy with other work.

    python benchmarks/vectorization.py [gradings of matrix forms, and of loops, for each kind of load; 50]

The examples of the assignment are graded as they are in earnest, speed checks only: in those of FAST every function is
a right matrix form, in those of SLOW each still has a loop. The load beside is begun and ended here: none; processes
that only compute; and what a test run does: interpreters that start, fill the caches and end. Printed are the
ratios to our loop that the leaderboard shows (smallest, median, largest) and how often the verdict was the wrong one.

On two cores on which others ran tests all the time (a load average of 7 to 26), 50 gradings of either kind without a
load of ours and 50 beside two processes that compute, 1,200 verdicts:

    matrix forms   3.1 to 27.6 times as fast as our loop, medians 6.3 to 15.2     0 of 600 failed
    loops          0.2 to 1.6 times, medians 0.4 to 1.0                           0 of 600 passed

Beside two test runs, two of the functions whose loops come close (3.4, 3.6), 20 gradings of either kind: matrix forms
4.6 to 9.3 times as fast, loops 0.5 to 1.3, none wrong.
"""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assignments.vectorization.clock import FASTER  # noqa: E402 - the path comes first
from autograder.grade import grade  # noqa: E402
from autograder.outcome import Status  # noqa: E402

FAST = ("einsum", "one_hot", "float32", "timed_at_import", "notebook")
SLOW = ("loops_only", "lists")
RUNS = 50
LOADS = {
    "nothing beside": "",
    "two processes that compute": "while True: pass",
    "two test runs": (
        "import subprocess, sys\n"
        "work = 'import numpy as np; a = np.ones((3000, 1000)); [a.sum(axis=0) + a.sum() for _ in range(30)]'\n"
        "while True: subprocess.run([sys.executable, '-c', work])"
    ),
}
BESIDE = 2


@contextlib.contextmanager
def busy(code: str) -> Iterator[None]:
    """BESIDE processes that run this and never rest, each with what it starts in a group of its own."""
    command = [sys.executable, "-c", code]
    processes = [subprocess.Popen(command, start_new_session=True) for _ in range(BESIDE if code else 0)]
    try:
        yield
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ratios(name: str) -> Iterator[tuple[str, float, bool]]:
    """For each speed check of one grading: the function, how many times as fast it was, and whether it passed."""
    (submission,) = (path for path in (ROOT / "examples" / "vectorization" / name).iterdir() if path.is_file())
    report = grade(ROOT / "assignments" / "vectorization", submission, only=lambda check: check.number.startswith("3."))
    for outcome in report.outcomes:
        if outcome.leaderboard is not None:
            yield outcome.check.title.split()[0], float(outcome.leaderboard), outcome.status is Status.PASSED


def measure(names: tuple[str, ...], runs: int, is_fast: bool) -> int:
    """Print the ratios of so many gradings; how many verdicts were wrong."""
    found: dict[str, list[float]] = defaultdict(list)
    wrong: dict[str, int] = defaultdict(int)
    for run in range(runs):
        for function, ratio, passed in ratios(names[run % len(names)]):
            found[function].append(ratio)
            wrong[function] += passed is not is_fast
    for function, values in found.items():
        spread = f"{min(values):7.1f} {statistics.median(values):7.1f} {max(values):7.1f}"
        print(f"    {function:28} {spread}   {wrong[function]} wrong of {len(values)}", flush=True)
    return sum(wrong.values())


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"times as fast as our loop; the mark is {FASTER}         min  median     max")
    wrong = {True: 0, False: 0}
    for load, code in LOADS.items():
        with busy(code):
            for title, names, is_fast in (("matrix forms", FAST, True), ("loops", SLOW, False)):
                print(f"{title}, {load}", flush=True)
                wrong[is_fast] += measure(names, runs, is_fast)
    print(f"matrix forms that failed: {wrong[True]}; loops that passed: {wrong[False]}")


if __name__ == "__main__":
    main()
