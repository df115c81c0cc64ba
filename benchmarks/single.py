"""What the sandbox costs: one submission of 20 checks here, and the same 20 checks as a plain unittest.

    .venv/bin/python benchmarks/single.py [--runs 7] [--limit 2.5]

The peer is what most courses run today: unittest under gradescope-utils' JSONTestRunner, which imports the student's
code into the grader's own process. Both are whole processes, from start to results.json, run in turns, both with JSON
as their output; the figures are medians and the lowest. With --limit the exit code says whether the ratio of the
medians is within it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.assignment import load_assignment
from autograder.grade import calibrate

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("sigmoid", "tanh", "hardtanh", "softsign", "relu")
BACKWARD = tuple(f"{name}_backward" for name in NAMES)
# Each of the ten functions at one small input, and at a battery as our assignments' checks have it: 20 checks.
SHAPES = {"small": [(2, 3)], "battery": [(2, 3), (7, 5), (5, 11), (1, 7), (3, 5), (11, 2)]}

TOML = f"""
title = "Benchmark"
file = "activations.py"
points = 20

[functions]
{chr(10).join(f"{name} = {{}}" for name in NAMES + BACKWARD)}
"""

OURS = """
import numpy as np
import pytest
from autograder import assert_matches, weight

@pytest.mark.parametrize("part", {shapes})
@pytest.mark.parametrize("name", {names})
@weight(1)
def test_value(student, ref, name, part):
    '''The values are right.'''
    rng = np.random.default_rng(0)
    for shape in {shapes}[part]:
        arguments = [rng.standard_normal(shape) for _ in range(1 + name.endswith("backward"))]
        assert_matches(getattr(student, name)(*arguments), getattr(ref, name)(*arguments), "the result")
"""

# Arguments: the folder of the submission, and where to write the results.
PEER = """
import sys
import unittest
import numpy as np
from gradescope_utils.autograder_utils.decorators import weight
from gradescope_utils.autograder_utils.json_test_runner import JSONTestRunner
sys.path[:0] = [{root!r}, sys.argv[1]]
import activations as student
import reference.activations as ref

class TestValues(unittest.TestCase):
    pass

def make(name, part):
    @weight(1)
    def test(self):
        '''The values are right.'''
        rng = np.random.default_rng(0)
        for shape in {shapes}[part]:
            arguments = [rng.standard_normal(shape) for _ in range(1 + name.endswith("backward"))]
            np.testing.assert_allclose(getattr(student, name)(*arguments), getattr(ref, name)(*arguments), rtol=1e-7)
    return test

for name in {names}:
    for part in {shapes}:
        setattr(TestValues, f"test_{{name}}_{{part}}", make(name, part))

suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestValues)
with open(sys.argv[2], "w") as file:
    JSONTestRunner(visibility="visible", stream=file).run(suite)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--limit", type=float)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        ours, peer = commands(Path(scratch))
        times = in_turns([ours, peer], arguments.runs, Path(scratch))
    ratio = statistics.median(times[0]) / statistics.median(times[1])
    print(f"{'whole process, 20 checks':34} {'median':>9} {'lowest':>9}")
    for name, values in zip(("autograder grade", "unittest + gradescope-utils"), times, strict=True):
        print(f"  {name:32} {statistics.median(values):7.3f} s {min(values):7.3f} s")
    print(f"  {'ratio of the medians':32} {ratio:7.2f}   (of the lowest {min(times[0]) / min(times[1]):.2f})")
    print_costs()
    return int(arguments.limit is not None and ratio > arguments.limit)


def commands(scratch: Path) -> tuple[list[str], list[str]]:
    """The two command lines, over the same checks and the same submission."""
    folder = scratch / "course" / "assignments" / "activations"
    folder.mkdir(parents=True)
    (scratch / "course" / "reference").symlink_to(ROOT / "reference")
    (folder / "assignment.toml").write_text(TOML)
    text = {"names": NAMES + BACKWARD, "shapes": SHAPES, "root": str(ROOT)}
    (folder / "test_public.py").write_text(OURS.format(**text))
    (scratch / "activations.py").write_text((ROOT / "reference" / "activations.py").read_text())
    calibrate(load_assignment(folder))
    (scratch / "peer.py").write_text(PEER.format(**text))
    autograder = Path(sys.executable).with_name("autograder")
    ours = [autograder, "grade", folder, scratch / "activations.py", "-o", scratch / "out", "--json"]
    return list(map(str, ours)), [sys.executable, *map(str, (scratch / "peer.py", scratch, scratch / "results.json"))]


def in_turns(commands: list[list[str]], runs: int, folder: Path) -> list[list[float]]:
    """Seconds of each run of each command; one run of each beforehand is not counted."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else the one of the two that has more modules compiles them anew
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(runs + 1):
        for command, found in zip(commands, times, strict=True):
            started = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=environment)
            found.append(time.perf_counter() - started)
    return [found[1:] for found in times]


def print_costs() -> None:
    """One worker and one call, by themselves."""
    import numpy as np

    from autograder.sandbox.hatch import Zygote
    from autograder.sandbox.link import Call, Link
    from autograder.sandbox.session import Sandbox

    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
        sandbox = Sandbox(zygote=zygote, folder=Path(folder), memory_mb=512, cpu_seconds=60)

        def ready() -> Link:
            link = sandbox.launch()
            sandbox.prove(link)
            return link

        print(f"\n{'costs of the sandbox':34} {'median':>9} {'lowest':>9}")
        row("one worker: fork, lock-down, ready", ready, 50, sandbox.end)
        link = ready()
        source = b'[["double.py", "def double(x):\\n    return x\\n"]]'
        header = {"kind": "module", "mode": "definitions", "file": "double.py", "wanted": [], "search_path": []}
        link.begin_load(header, source, 10)
        link.end_load(10)
        small, large = np.ones((7, 5)), np.ones(131_072)
        row("one call, a number", lambda: link.call([Call("double", (1.0,), title="")], 10), 500)
        row("one call, an array of 7 x 5", lambda: link.call([Call("double", (small,), title="")], 10), 500)
        row("one call, 1 MiB each way", lambda: link.call([Call("double", (large,), title="")], 10, 1 << 21), 50)
        sandbox.end(link)


def row(name: str, action: Callable[[], object], runs: int, after: Callable[..., object] | None = None) -> None:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        result = action()
        times.append(time.perf_counter() - started)
        if after is not None:
            after(result)
    print(f"  {name:34} {statistics.median(times) * 1e6:6.0f} us {min(times) * 1e6:6.0f} us")


if __name__ == "__main__":
    sys.exit(main())
