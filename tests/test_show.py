"""What a TA's terminal shows of a student's words is shown, and done by nothing."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from autograder.outcome import Check, Outcome, Report, Status
from autograder.show import show

ACTS = "\x1b[2J\x1b]0;t\x07\x9b31m\u202e\x00\ud800"


def test_nothing_that_a_student_wrote_acts_on_the_terminal() -> None:
    outcome = Outcome(
        Check("test_public.py::test_a", "A", 1.0),
        Status.CRASHED,
        message=f"[bold]{ACTS}",
        hint=ACTS,
        printed=ACTS,
        staff=f"{ACTS}[link=file:///]",
    )
    stream = io.StringIO()
    report = Report("A", f"{ACTS}.py", (outcome,), remarks=(ACTS,), staff=(ACTS,))
    show(report, Console(file=stream, force_terminal=False, width=120), verbose=True)
    shown = stream.getvalue()
    assert not set(ACTS) & set("\x1b\x07\x9b\u202e\x00\ud800") & set(shown)
    assert "[bold]" in shown
    assert "[link=file:///]" in shown


def test_nothing_in_a_file_name_acts_on_the_terminal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograder", "grade", str(tmp_path), "\x1b[2J.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert "[2J.py" in done.stderr
    assert "\x1b" not in done.stderr
