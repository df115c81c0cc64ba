"""An edit of the reference that never returns holds nobody up: whatever may not end is done in a child."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.bounded import bounded

ROOT = Path(__file__).resolve().parent.parent
PATIENT = 120  # seconds until a test says that something hangs: it takes two where nothing does

# A reference of one function with a loop, and a misconception in it that never returns: in Python, or, where no signal
# is looked at, below it.
_ENDLESS = """
from pathlib import Path
import sys
import numpy as np
from autograder import diagnosis
from autograder.edits import source_from
from autograder.misconceptions import read_misconceptions
from autograder.replay import Exchange
from autograder.sandbox.link import Call

diagnosis.LONGEST = 1.0
TEXT = '''
import numpy as np

def halved(x):
    rest, step = np.max(np.abs(x)), 0.5
    while rest > 1:
        rest = rest * step
    return x * rest
'''
folder = Path(sys.argv[1])
(folder / "misconceptions.toml").write_text(sys.argv[2])
source = source_from(TEXT, "endless", folder / "endless.py")
known = read_misconceptions(folder / "misconceptions.toml", source)
xs = np.arange(2.0, 42.0).reshape(5, 8)
exchanges = [Exchange(Call("halved", (x,), title="halved"), np.cos(x)) for x in xs]
print(diagnosis.explain(exchanges, source, known))
"""


@pytest.mark.parametrize("never_returns", ["1.0", "0.5 if sum(range(10**15)) else 1.0"])
def test_an_edit_that_never_returns_costs_the_explanation_and_not_the_grader(
    tmp_path: Path, never_returns: str
) -> None:
    entry = (
        f'[[misconception]]\nfunction = "halved"\nreplace = "0.5"\nwith = "{never_returns}"\nhint = "Does it end?"\n'
    )
    ended = subprocess.run(
        [sys.executable, "-c", _ENDLESS, str(tmp_path), entry],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENT,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "None\n"), ended.stderr


def test_what_the_work_returns_comes_back_and_what_it_changes_does_not() -> None:
    kept = [1]

    def work() -> list[int]:
        kept.append(2)
        return [*kept, *range(100_000)]  # more than a pipe holds

    assert bounded(work, 10) == [1, 2, *range(100_000)]
    assert kept == [1]


def test_an_exception_of_the_work_is_raised_here_too() -> None:
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 / 0, 10)


def test_a_child_that_dies_or_sleeps_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bounded(lambda: os._exit(3), 10) is None
    monkeypatch.setattr("autograder.bounded.WAITED", 0.5)
    assert bounded(lambda: time.sleep(PATIENT) or 1, 1) is None


def test_nothing_is_left_of_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: made.append(fork()) or made[-1])
    bounded(lambda: time.sleep(PATIENT), 0.01)
    (child,) = made
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
