"""numpy's own tests, inside the lock-down of a real worker and outside of it, and every test that tells them apart.

    .venv/bin/python benchmarks/numpy_suite.py [--modules linalg fft ...] [--json FILE]

As `numpy.test()` runs them: without those that are marked as slow. Outside, the runner is a program by itself. A test
that passes outside and not inside is printed with what it met; the exit code is 1 when one of them met something else
than what a worker is refused on purpose: to write a file, to start a process, to open a socket, to read the machine's
own files, to take more memory than its limit.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from autograder.sandbox.hatch import ENVIRONMENT, Zygote
from autograder.sandbox.link import Call
from autograder.sandbox.session import Sandbox

MODULES = ("fft", "linalg", "polynomial", "ma", "random", "lib", "_core")
MEMORY_MB = 4096
SECONDS = 3600

# Runs in the worker, as a submission would, and outside as a program. pytest keeps no cache and captures nothing, for
# both write files; numpy's own conftest wants the name of a folder for hypothesis, which then stores nothing in it.
RUNNER = """
import os
import sys

def descriptors():
    found = set()
    for descriptor in range(64):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.add(descriptor)
    return found

class Outcomes:
    def __init__(self):
        self.found = {}
        self.open = self.failed = self.capturing = None

    def pytest_configure(self, config):
        self.capturing = config.pluginmanager.getplugin("capturemanager")

    def pytest_runtest_logstart(self):
        self.open, self.failed = descriptors(), False

    def pytest_runtest_logfinish(self):
        for descriptor in descriptors() - self.open if self.failed else ():
            os.close(descriptor)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            # Where capfd may not write its file, it leaves descriptors open, and tries again for all tests that follow.
            self.failed = True
            self.capturing.unset_fixture()
        if report.when == "call" or report.outcome != "passed":
            said = "" if report.outcome == "passed" else str(getattr(report.longrepr, "reprcrash", report.longrepr))
            if self.found.get(report.nodeid, ("passed", ""))[0] == "passed":
                self.found[report.nodeid] = (report.outcome, said[-300:])

    def pytest_collectreport(self, report):
        if report.failed:
            self.found[report.nodeid] = ("not collected", str(report.longrepr)[-300:])

def run(module):
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["NPY_AVAILABLE_MEM"] = "2 GB"  # what needs more is skipped, inside and outside
    import tempfile
    import numpy
    import pytest
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = "/tmp"  # which refuses when a test writes there, and not before
    outcomes = Outcomes()
    root = os.path.dirname(os.path.dirname(numpy.__file__))
    options = ["-q", "-s", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", root]
    options += ["-W", "ignore", "-m", "not slow", "--tb=native", "--pyargs", "numpy." + module]
    pytest.main(options, plugins=[outcomes])
    lines = ["\\t".join((name, *said)) for name, said in outcomes.found.items()]
    return numpy.frombuffer("\\0".join(lines).encode(errors="replace"), numpy.uint8)  # as one value on the wire
"""

# What a worker is refused on purpose, as the tests meet it.
REFUSALS = {
    "writes a file": r"\[Errno 13\]|\[Errno 30\]|No usable temporary directory|Read-only file system|could not create",
    "starts a process": r"\[Errno 11\]|Resource temporarily unavailable|BlockingIOError|subprocess|fork",
    "reads the machine's own files": r"/proc/|/etc/",
    "takes more memory than the limit": r"MemoryError|Unable to allocate",
}

Outcomes = dict[str, tuple[str, str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", nargs="+", default=MODULES)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    differ: Outcomes = {}
    totals = [0, 0]
    print(f"{'passed':12} {'outside':>9} {'inside':>9}")
    for module in arguments.modules:
        without, within = outside(module), inside(module)
        counts = [sum(outcome == "passed" for outcome, _ in found.values()) for found in (without, within)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(f"{module:12} {counts[0]:9} {counts[1]:9}")
        found = differences(without, within)
        for name, (outcome, said) in found.items():
            last = said.strip().splitlines()[-1][-120:] if said else ""
            print(f"  {reason(said) or 'UNEXPLAINED'}: {name} {outcome}: {last}", flush=True)
        differ |= found
    print(f"{'all':12} {totals[0]:9} {totals[1]:9}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(differ, indent=1), encoding="utf-8")
    reasons = Counter(reason(said) or "unexplained" for _, said in differ.values())
    print(f"{len(differ)} pass outside only: {dict(reasons)}")
    return int("unexplained" in reasons)


def inside(module: str) -> Outcomes:
    """In a worker, by the zygote's fork, the lock-down and the wire."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
        Path(folder).chmod(0o755)
        sandbox = Sandbox(zygote, Path(folder), MEMORY_MB, SECONDS)
        sandbox.prove_machine()
        link = sandbox.launch()
        header = {"kind": "module", "mode": "definitions", "file": "suite.py", "wanted": [], "search_path": []}
        link.begin_load(header, json.dumps([["suite.py", RUNNER]]).encode(), SECONDS)
        link.end_load(SECONDS)
        (result,) = link.call([Call("run", (module,))], SECONDS, max_reply=64 << 20)
        said = bytes(link.printed).decode(errors="replace")
        sandbox.end(link)
    if result.error is not None:
        raise SystemExit(f"The worker could not run numpy.{module}: {result.error} {said[-2000:]}")
    return parsed(result.value.tobytes())


def outside(module: str) -> Outcomes:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as printed:
        ask = f"{RUNNER}\nopen('outcomes', 'wb').write(run({module!r}).tobytes())"
        command = [sys.executable, "-s", "-c", ask]
        done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, stdout=printed, stderr=printed)
        if done.returncode != 0:
            printed.seek(0)
            raise SystemExit(f"numpy.{module} cannot be run outside: {printed.read()[-2000:]}")
        return parsed((Path(folder) / "outcomes").read_bytes())


def parsed(said: bytes) -> Outcomes:
    rows = [line.split("\t", 2) for line in said.decode().split("\0")]
    return {name: (outcome, said) for name, outcome, said in rows}


def differences(without: Outcomes, within: Outcomes) -> Outcomes:
    """What passes outside and does not inside, with what was said inside."""
    passed = [name for name, (outcome, _) in without.items() if outcome == "passed"]
    missing = ("not run", "")
    return {name: within.get(name, missing) for name in passed if within.get(name, missing)[0] != "passed"}


def reason(said: str) -> str:
    return next((why for why, pattern in REFUSALS.items() if re.search(pattern, said)), "")


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(code)
