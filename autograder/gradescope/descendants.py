"""Every process that came from this one: kept within reach, and ended without survivors. Linux.

A process that forks and exits leaves an orphan, and setsid takes one out of its parent's group; a kill by group would
miss both. As a subreaper this process gets every orphan below it as its own child, so that a walk from parent to
child finds all of them, however they left.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None)  # loaded here: not between fork and exec


def adopt_orphans() -> bool:
    """From now on, orphans among this process's descendants become its children; whether the kernel agreed."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """To be called in a fresh child of ``parent``: when the parent dies, this process is killed, if the kernel can."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call
        os.kill(os.getpid(), signal.SIGKILL)


def reap() -> dict[int, int]:
    """Every child that has ended since the last call: its pid and its exit code (-9: by signal 9)."""
    ended = {}
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0] != 0:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    return ended


def kill_descendants(seconds: float = 10.0) -> bool:
    """Kill and reap everything below this process. False if something is left after so many seconds.

    In rounds: what a dying process had just forked becomes our child, and falls in the next round.
    """
    end = time.monotonic() + seconds
    while True:
        for pid in _descendants():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        reap()
        if not _has_children():  # and so, as every orphan comes to us, nothing below us
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.002)  # a killed process needs a moment to die


def _descendants() -> list[int]:
    """By /proc, children first; none where it is not mounted."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # gone in the meantime
            # pid (name, which may hold anything) state ppid ...
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = list(children.get(os.getpid(), []))
    for pid in found:  # grows while we walk
        found += children.get(pid, [])
    return found


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _prctl(option: int, value: int) -> bool:
    code: int = _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), *(ctypes.c_ulong(0),) * 3)
    return code == 0
