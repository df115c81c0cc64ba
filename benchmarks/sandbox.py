"""What the lock-down costs: from fork to ready with and without each layer, and calls of every size.

    .venv/bin/python benchmarks/sandbox.py [--rounds 40] [--limit 8] [--limit-namespaces 20]

Every round makes one worker of each kind, in turns, so that a busy machine is busy for all of them. The limits are
milliseconds for the median from fork to ready with every layer, without and with namespaces; the exit code says
whether they were kept.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.link import Call, Link
from autograder.sandbox.lockdown import LAYERS
from autograder.sandbox.session import Sandbox

MIB = 1 << 20
SECONDS = 60.0
SOURCE = b'[["same.py", "def same(x):\\n    return x\\n"]]'
HEADER = {"kind": "module", "mode": "definitions", "file": "same.py", "wanted": [], "search_path": []}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--limit", type=float, help="milliseconds")
    parser.add_argument("--limit-namespaces", type=float, help="milliseconds")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        Path(folder).chmod(0o755)
        shared, isolated = (stack.enter_context(contextlib.closing(Zygote(isolated))) for isolated in (False, True))
        shared_, isolated_ = (_sandbox(zygote, folder) for zygote in (shared, isolated))
        times = in_turns(kinds(shared, isolated, folder), arguments.rounds)
        print_forks(times, isolated_, shared_)
        print_calls(isolated_)
    medians = [statistics.median(times[name]) * 1e3 for name in (ALL, WITH_NAMESPACES)]
    limits = (arguments.limit, arguments.limit_namespaces)
    return int(any(limit is not None and median > limit for median, limit in zip(medians, limits, strict=True)))


NONE, ALL, WITH_NAMESPACES = "no layer", "every layer but namespaces", "every layer"


def kinds(shared: Zygote, isolated: Zygote, folder: str) -> dict[str, Sandbox]:
    """What is compared: nothing, everything, and everything but one layer."""
    one_less = {f"without {layer}": _sandbox(shared, folder, layer) for layer in LAYERS if layer != "namespaces"}
    return {
        NONE: _sandbox(shared, folder, *LAYERS),
        ALL: _sandbox(shared, folder),
        WITH_NAMESPACES: _sandbox(isolated, folder),
        **one_less,
    }


def _sandbox(zygote: Zygote, folder: str, *without: str) -> Sandbox:
    return Sandbox(zygote, Path(folder), 1024, 120, minimum=Level.WEAK, without=without)


def in_turns(kinds: dict[str, Sandbox], rounds: int) -> dict[str, list[float]]:
    """Seconds from asking for a worker until it is ready; one round beforehand is not counted."""
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(rounds + 1):
        for name, sandbox in kinds.items():
            started = time.perf_counter()
            link = ready(sandbox)
            times[name].append(time.perf_counter() - started)
            sandbox.end(link)
    return {name: found[1:] for name, found in times.items()}


def ready(sandbox: Sandbox) -> Link:
    link = sandbox.launch()
    sandbox.prove(link)
    return link


def print_forks(times: dict[str, list[float]], *sandboxes: Sandbox) -> None:
    for sandbox in sandboxes:
        sandbox.end(ready(sandbox))
    off = {layer: state for layer, state in sandboxes[0].layers.items() if state != "on"}
    print(f"level {sandboxes[0].level.value}; off here: {off or 'nothing'}\n")
    print(f"{'from fork to ready':38} {'median':>9} {'lowest':>9} {'saved':>9}   (of the lowest)")
    full = min(times[ALL])
    for name, found in times.items():
        saved = f"{(full - min(found)) * 1e3:6.2f} ms" if name.startswith("without") else ""
        print(f"  {name:36} {statistics.median(found) * 1e3:6.2f} ms {min(found) * 1e3:6.2f} ms {saved}")


def print_calls(sandbox: Sandbox) -> None:
    link = ready(sandbox)
    link.begin_load(HEADER, SOURCE, SECONDS)
    link.end_load(SECONDS)
    print(f"\n{'one call, there and back':38} {'median':>9} {'lowest':>9}")
    row("a number", lambda: link.call([Call("same", (1.0,))], SECONDS), 300)
    for size, runs in ((1, 40), (64, 5)):
        array = np.ones(size * MIB // 8)
        calls, most = [Call("same", (array,))], 2 * array.nbytes
        row(f"{size} MiB each way", lambda calls=calls, most=most: link.call(calls, SECONDS, most), runs)
    sandbox.end(link)


def row(name: str, action: Callable[[], object], runs: int) -> None:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    print(f"  {name:36} {statistics.median(times) * 1e3:6.2f} ms {min(times) * 1e3:6.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
