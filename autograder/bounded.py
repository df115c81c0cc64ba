"""Work that may never end, done in a forked child: an edit of the reference is our own, and yet it may loop for ever.

An endless loop, in Python or within LAPACK, cannot be ended from inside its process. A child can be killed. It has what
this process has in memory, so nothing is sent to it; what it found comes back as bytes of our own making.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import select
import signal
import time
import warnings
from collections.abc import Callable
from typing import NoReturn, TypeVar

try:
    import resource
except ImportError:  # not on Windows, which cannot fork either
    resource = None  # type: ignore[assignment]  # asked for below

Found = TypeVar("Found")
WAITED = 6  # seconds on the clock for one of work: the machine may have other things to do
BLOCK = 1 << 16


def bounded(work: Callable[[], Found], seconds: float) -> Found | None:
    """What work() returns, if it does so within these seconds of a processor's time; else None.

    An exception of the work is raised here too. Whatever the work changes in memory is changed in the child alone.
    """
    if not hasattr(os, "fork"):
        return work()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the child computes, writes and exits
        child = os.fork()
    if child == 0:
        _in_child(work, seconds, writer)
    os.close(writer)
    try:
        came = _read(reader, time.monotonic() + WAITED * seconds)
    finally:
        os.close(reader)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # not yet waited for, so the number is still its own
        os.waitpid(child, 0)
    if not came:
        return None
    found, error = pickle.loads(came)  # written by our own code, a line above or below
    if error is not None:
        raise error
    return found  # type: ignore[no-any-return]  # what the work returned


def _in_child(work: Callable[[], Found], seconds: float, writer: int) -> NoReturn:
    status = 1
    try:
        if resource is not None:  # should the parent die, the kernel ends the child
            most = math.ceil(seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
        try:
            written = pickle.dumps((work(), None))
        except Exception as error:  # it is the parent's to raise
            written = pickle.dumps((None, error))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(written)
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is flushed or closed a second time


def _read(reader: int, until: float) -> bytes:
    """All that the child writes before it closes its end; nothing if that takes too long."""
    blocks: list[bytes] = []
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b""
        block = os.read(reader, BLOCK)
        if not block:
            return b"".join(blocks)
        blocks.append(block)
