"""What a zygote and a stem have in common: at a socket's word they fork, and end and wait for what they forked.

    {"fork": order, "name": n} + descriptors  ->  {"pid": pid}
    {"reap": n}                               ->  {"status": s, "peak": bytes}

When the socket closes, whoever asked is gone: all that was forked is ended and waited for.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from autograder.sandbox import control

FORK_TRIES = 20  # EAGAIN while the kernel is short of something passes within a second
LOOK_SECONDS = 0.005  # between two looks at a process, where the kernel has no better way

Born = Callable[[Any, list[int]], NoReturn]


def serve(asked: socket.socket, born: Born, linger: float = 0.0) -> None:
    """Answer until the socket closes. born: what a child does with its order and its descriptors.

    linger: seconds for a child to end by itself, because its own socket was closed, before it is killed.
    """
    children: dict[int, int] = {}  # name -> pid
    try:
        while True:
            request, descriptors = control.receive(asked, 2)
            if "fork" in request:
                answer = _fork(request, descriptors, asked, children, born)
            else:
                answer = _reap(request["reap"], children, linger)
            control.send(asked, answer)
    except EOFError:
        return
    finally:
        for name in list(children):
            _reap(name, children, linger)


def ends_within(pid: int, seconds: float) -> bool:
    """Whether a child of this process ends in time; it is still to be waited for."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):  # not Linux, an old one, or a container's filter that does not know it
        deadline = time.monotonic() + seconds
        while not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_SECONDS)
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _fork(
    request: dict[str, Any], descriptors: list[int], asked: socket.socket, children: dict[int, int], born: Born
) -> dict[str, Any]:
    for _ in range(FORK_TRIES):
        try:
            pid = os.fork()
            break
        except BlockingIOError:
            time.sleep(0.05)
    else:
        for descriptor in descriptors:
            os.close(descriptor)
        return {"error": f"fork failed {FORK_TRIES} times"}
    if pid == 0:
        try:
            asked.close()
            born(request["fork"], descriptors)
        except BaseException:
            traceback.print_exc()  # for staff
        finally:
            os._exit(70)  # whatever happens: a child never runs the loop of the one that forked it
    children[request["name"]] = pid
    for descriptor in descriptors:
        os.close(descriptor)
    return {"pid": pid}


def _reap(name: int, children: dict[int, int], linger: float) -> dict[str, Any]:
    pid = children.pop(name, None)
    if pid is None:
        return {"error": "no such child"}
    if not linger or not ends_within(pid, linger):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return {"status": status, "peak": usage.ru_maxrss * 1024}
