"""The zygote: a python with numpy loaded that forks a stem for each submission. It knows no test, name or result.

It is a fresh exec, never a fork of the grader, whose memory would keep residues. On its control socket it is asked as
offspring.py describes, with a confinement as the order and the stem's own control socket as the descriptor.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
from typing import Any, NoReturn

LINGER_SECONDS = 5.0  # for a stem to kill its workers, which takes milliseconds


def main(descriptor: int, parent: int, isolated: bool) -> None:
    """Serve the control socket until the grader closes it. isolated: in namespaces of its own, if they are granted."""
    from autograder.sandbox import control, identity, linux, namespaces, offspring, probes

    if sys.platform.startswith("linux"):  # elsewhere the end of the control socket has to do
        linux.die_with_parent(parent)
    entered = namespaces.enter() if isolated else "left out on purpose"
    with contextlib.suppress(OSError, probes.NotEnforcedError):  # what is not granted is for each worker to report
        identity.clear_capability_bounds()
    if sys.platform.startswith("linux"):
        linux.become_subreaper()
    grader = socket.socket(fileno=descriptor)
    _preload()
    me = os.getpid()

    def born(order: dict[str, Any], descriptors: list[int]) -> NoReturn:
        from autograder.sandbox import stem

        (descriptor,) = descriptors
        stem.main(descriptor, order, parent=me, entered=entered)

    try:
        control.send(grader, {"ready": me})
        offspring.serve(grader, born, LINGER_SECONDS)
    finally:
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

    from autograder.sandbox import late, loader, lockdown, stem

    _ = (numpy, loader, stem)
    late.put_off()
    lockdown.build_filters()
    gc.collect()
    gc.freeze()  # a collection in a worker would touch, and so copy, every page
    gc.enable()
