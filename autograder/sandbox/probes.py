"""The forbidden acts, tried in a real worker before the submission is loaded: a layer is on when they fail.

"Unavailable" has many faces in containers, and a call that returns 0 is no proof; the act itself is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
from collections.abc import Callable, Collection
from functools import partial

from autograder.sandbox import linux

FOREIGN_FILES = ("/etc/passwd", "/proc/1/environ")


class NotEnforcedError(Exception):
    """A layer was applied without complaint, and yet what it forbids can be done."""


def must_fail(act: str, attempt: Callable[[], object], *refusals: int) -> None:
    """Try something forbidden; NotEnforcedError unless it fails with one of these errnos."""
    try:
        attempt()
    except OSError as error:
        if error.errno in refusals:
            return
        raise NotEnforcedError(f"trying to {act} was not refused but failed: {error.strerror}") from error
    raise NotEnforcedError(f"it could still {act}")


def reads_nothing(paths: Collection[str]) -> None:
    """None of these files, planted by the grader where a worker must not look, can be opened."""
    for path in paths:
        must_fail(f"open {path}", partial(_open, path), errno.EACCES)


def reads_nothing_foreign(canaries: Collection[str]) -> None:
    """Neither the root folder, nor the machine's own files, nor the canaries can be opened."""
    reads_nothing(("/", *canaries))
    for path in FOREIGN_FILES:  # not every system has them
        must_fail(f"open {path}", partial(_open, path), errno.EACCES, errno.ENOENT)


def writes_nothing(folder: str) -> None:
    """No file can be made, neither beside the submission nor where everybody may."""
    for place in (folder, "/tmp"):
        path = f"{place}/.probe-{os.getpid()}"
        must_fail(f"make a file in {place}", partial(_make, path), errno.EACCES, errno.EROFS, errno.ENOENT)


def calls_nothing(parent: int) -> None:
    """No socket, no process, no program, no signal to the parent."""
    must_fail("open a socket", _socket, errno.EACCES)
    must_fail("make a process", _fork, errno.EAGAIN)
    # A path that does not exist: should the filter be missing, this process is still itself afterwards.
    must_fail("run a program", lambda: linux.syscall("execve", b"/nonexistent", None, None), errno.EACCES)
    must_fail("send a signal to the parent", lambda: os.kill(parent, 0), errno.EPERM)


def _open(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))


def _make(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with contextlib.suppress(OSError):
        os.unlink(path)


def _socket() -> None:
    os.close(linux.syscall("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0))


def _fork() -> None:
    # The bare call: os.fork would run every handler that a library registered for a fork.
    child = linux.syscall("clone", int(signal.SIGCHLD), 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
