"""The stem: a fork of the zygote for one submission, which confines itself and forks a worker for each check.

What it gives up, none of its workers has, so that a worker need give up no more than is its own to lose: it is made in
half the time. A stem never sees a byte of the submission: what the grader tells it is to fork and to kill.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any, NoReturn

from autograder.sandbox import control, lockdown, offspring, worker


def main(descriptor: int, order: dict[str, Any], parent: int, entered: str) -> NoReturn:
    """Confine this process for good, then serve its control socket until the grader closes it.

    order: a Confinement as its to_dict made it. parent: the zygote. entered: what became of entering namespaces.
    """
    confinement = lockdown.Confinement.from_dict(order)
    shared = lockdown.confine_all(confinement, (descriptor,), parent, entered)
    worker.open_output()
    grader = socket.socket(fileno=descriptor)
    me = os.getpid()

    def born(_: None, descriptors: list[int]) -> NoReturn:
        wire, output = descriptors
        worker.main(wire, output, confinement, shared, parent=me)

    control.send(grader, {"ready": me})
    offspring.serve(grader, born)
    sys.stderr.flush()
    os._exit(0)
