"""One zygote for many submissions: nothing of one is left when the next begins."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.zygotes import LastingZygote
from autograder.errors import SandboxError
from autograder.grade import grade
from autograder.gradescope import descendants
from autograder.sandbox.session import Sandbox

# Each of these would make the other's answers wrong, if anything that it leaves behind were found.
TROUBLE = """
import builtins, sys, threading, time
import numpy as np
found = hasattr(np, "left_behind") or "left_behind" in vars(builtins) or "left_behind" in sys.modules
np.left_behind = builtins.left_behind = sys.modules["left_behind"] = sys
np.random.seed(7)
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

def double(x):
    return 0 * x if found else 2 * x

def half(x):
    return x / 2
"""


@pytest.fixture
def zygote() -> Iterator[LastingZygote]:
    zygote = LastingZygote()
    zygote.wait()
    yield zygote
    zygote.end()


def test_closing_it_ends_every_worker_and_not_the_zygote(zygote: LastingZygote, tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    sandbox = Sandbox(zygote, tmp_path, memory_mb=512, cpu_seconds=10)
    links = [sandbox.launch() for _ in range(3)]
    for link in links:
        sandbox.prove(link)
    zygote.close()  # as after a grading that broke off: nobody had reaped them
    for link in links:
        assert link.process is not None
        with pytest.raises(ProcessLookupError):
            os.kill(link.process, 0)
        link.close()
    sandbox = Sandbox(zygote, tmp_path, memory_mb=512, cpu_seconds=10)
    later = sandbox.launch()
    sandbox.prove(later)
    sandbox.end(later)
    sandbox.close()


def test_what_one_submission_leaves_behind_no_other_finds(
    zygote: LastingZygote, assignment: Assignment, submit: Callable[..., Path]
) -> None:
    before = descendants._descendants()
    reports = [grade(assignment, submit(TROUBLE), zygote=zygote) for _ in range(3)]
    assert [report.score for report in reports] == [10, 10, 10]
    assert descendants._descendants() == before


def test_one_that_has_ended_says_so(zygote: LastingZygote) -> None:
    zygote.end()
    with pytest.raises(SandboxError, match="does not answer"):
        zygote.request({"reap": 0})
    with pytest.raises(SandboxError):
        zygote.close()


def test_the_zygote_is_closed_by_end_alone(assignment: Assignment, submit: Callable[..., Path]) -> None:
    with closing(LastingZygote()) as zygote:
        grade(assignment, submit(), zygote=zygote)
        assert zygote.request({"reap": 1})
    assert zygote.request({"reap": 1})
    zygote.end()
    zygote.end()
