"""The zygote: a python with numpy loaded that forks workers, and knows no assignment, test, name or result.

It is a fresh exec, never a fork of the grader, whose memory would keep residues. On its control socket:

    {"fork": confinement, "name": n} + two descriptors (the worker's wire, its output pipe)  ->  {"pid": pid}
    {"reap": n}    kill the worker of that name, wait for it                        ->  {"status": s, "peak": bytes}

When the control socket closes, the grader is gone: every worker is killed, reaped, and the zygote ends.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import time
import traceback
from typing import Any

FORK_TRIES = 20  # EAGAIN while the kernel is short of something passes within a second


def main(descriptor: int, parent: int, isolated: bool) -> None:
    """Serve the control socket until the grader closes it. isolated: in namespaces of its own, if they are granted."""
    from autograder.sandbox import control, identity, linux, namespaces, probes

    if sys.platform.startswith("linux"):  # elsewhere the end of the control socket has to do
        linux.die_with_parent(parent)
    entered = namespaces.enter() if isolated else "left out on purpose"
    with contextlib.suppress(OSError, probes.NotEnforcedError):  # what is not granted is for each worker to report
        identity.clear_capability_bounds()
    if sys.platform.startswith("linux"):
        linux.become_subreaper()
    grader = socket.socket(fileno=descriptor)
    _preload()
    control.send(grader, {"ready": os.getpid()})
    workers: dict[int, int] = {}  # name -> pid
    try:
        while True:
            request, descriptors = control.receive(grader, 2)
            if "fork" in request:
                answer = _fork(request, descriptors, grader, workers, entered)
            else:
                answer = _reap(request["reap"], workers)
            control.send(grader, answer)
    except EOFError:
        return
    finally:
        for name in list(workers):
            _reap(name, workers)
        sys.stderr.flush()
        os._exit(0)  # nothing is left to tidy up, and numpy takes its time


def _preload() -> None:
    """What nearly every submission imports, once, so that a fork has it for nothing."""
    gc.disable()  # a collection while modules load finds nothing, and takes its time
    import numpy
    import numpy.fft
    import numpy.linalg
    import numpy.ma
    import numpy.polynomial
    import numpy.random

    from autograder.sandbox import loader, lockdown, worker

    _ = (numpy, loader, worker)
    lockdown.build_filters()
    gc.collect()
    gc.freeze()  # a collection in a worker would touch, and so copy, every page
    gc.enable()


def _fork(
    request: dict[str, Any], descriptors: list[int], grader: socket.socket, workers: dict[int, int], entered: str
) -> dict[str, Any]:
    from autograder.sandbox import worker

    wire, output = descriptors
    me = os.getpid()
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
            grader.close()
            worker.main(wire, output, request["fork"], parent=me, entered=entered)
        except BaseException:
            traceback.print_exc()  # to the output pipe, for staff
        finally:
            os._exit(70)  # whatever happens: a child never runs the zygote's own loop
    workers[request["name"]] = pid
    for descriptor in descriptors:
        os.close(descriptor)
    return {"pid": pid}


def _reap(name: int, workers: dict[int, int]) -> dict[str, Any]:
    pid = workers.pop(name, None)
    if pid is None:
        return {"error": "no such worker"}
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return {"status": status, "peak": usage.ru_maxrss * 1024}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), isolated=True)
