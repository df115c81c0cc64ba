"""How far a matrix form lies above the mark for speed, and a loop below it: idle, and with two busy processes beside.

    python benchmarks/vectorization.py [runs of the matrix forms; a fifth as many of the loops, which take longer]

The examples of the assignment are graded as they are in earnest, speed checks only: in those of FAST every function is
a right matrix form, in those of SLOW each still has a loop. Printed are the ratios to our loop that the leaderboard
shows (smallest, median, largest) and how often the verdict was the wrong one.
"""

from __future__ import annotations

import contextlib
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
BUSY = 2


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes beside us that never rest."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def ratios(name: str) -> Iterator[tuple[str, float, bool]]:
    """For each speed check of one grading: the function, how many times as fast it was, and whether it passed."""
    (submission,) = (path for path in (ROOT / "examples" / "vectorization" / name).iterdir() if path.is_file())
    report = grade(ROOT / "assignments" / "vectorization", submission, only=lambda check: check.number.startswith("3."))
    for outcome in report.outcomes:
        if outcome.leaderboard is not None:
            yield outcome.check.title.split()[0], float(outcome.leaderboard), outcome.status is Status.PASSED


def measure(names: tuple[str, ...], runs: int, is_fast: bool) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    wrong: dict[str, int] = defaultdict(int)
    for run in range(runs):
        for function, ratio, passed in ratios(names[run % len(names)]):
            found[function].append(ratio)
            wrong[function] += passed is not is_fast
    for function, values in found.items():
        spread = f"{min(values):7.1f} {statistics.median(values):7.1f} {max(values):7.1f}"
        print(f"    {function:28} {spread}   {wrong[function]} wrong of {len(values)}")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"times as fast as our loop; the mark is {FASTER}         min  median     max")
    for count in (0, BUSY):
        with busy(count):
            for title, names, times, is_fast in (("matrix forms", FAST, runs, True), ("loops", SLOW, runs // 5, False)):
                print(f"{title}, {count} busy processes beside", flush=True)
                measure(names, times, is_fast)


if __name__ == "__main__":
    main()
