"""The processor time of the processes that this one has started, read from the kernel.

Linux tells it to the nanosecond. Where it cannot be read, the wall's clock has to do: a stall shows on that, and in the
median of several turns does no harm.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LEAST = 1e-5  # seconds: whoever used less did not answer a call
PAUSE, QUIET = 0.02, 0.05  # seconds between two looks, and the part of them that a process at rest may use


def used_by(call: Callable[[], Any]) -> tuple[Any, dict[int, float]]:
    """What the call returns, and the seconds that each of our processes used meanwhile.

    Without any that did something it was this process itself, as when an assignment is rehearsed without a sandbox.
    """
    before, own = clocks(), own_clock()
    result = call()
    own = own_clock() - own
    used = {process: seconds - before.get(process, 0.0) for process, seconds in clocks().items()}
    return result, {process: seconds for process, seconds in used.items() if seconds > LEAST} or {os.getpid(): own}


def wait_until_quiet(patience: float) -> None:
    """Until none of our processes uses its processor while nothing is asked of it; at most so many seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before = clocks()
        time.sleep(PAUSE)
        if all(seconds - before.get(process, 0.0) < QUIET * PAUSE for process, seconds in clocks().items()):
            return


def clocks() -> dict[int, float]:
    return {process: clock_of(process) for process in started_by(os.getpid())} if HAS_CLOCKS else {}


def clock_of(process: int) -> float:
    """The processor time of a process, of all its threads: POSIX has a clock for each, named after its number."""
    with contextlib.suppress(OSError):  # it has just ended
        return time.clock_gettime(~process << 3 | 2)
    return 0.0


def started_by(process: int) -> Iterator[int]:
    """The processes that this one has started, with those that they started."""
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                yield child
                yield from started_by(child)


HAS_CLOCKS = Path(f"/proc/self/task/{os.getpid()}/children").exists() and clock_of(os.getpid()) > 0
own_clock = time.process_time if HAS_CLOCKS else time.perf_counter
