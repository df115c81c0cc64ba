"""The supervisor finishes results.json whatever becomes of the grader, and leaves no process behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope.contract import validate
from autograder.gradescope.supervisor import NO_CHECKS, STOPPED, TIME_IS_UP

NAMES = ["t.py::a", "t.py::b", "t.py::c"]
PATIENCE = 60.0  # seconds for what takes a fraction of one: only a hang gets here

# Runs supervise() in a process of its own, as it asks for, and prints what staff would be told.
SUPERVISOR = """
import sys, time
from pathlib import Path
from autograder.gradescope.supervisor import supervise
journal, results, seconds, *command = sys.argv[1:]
report = supervise(command, Path(journal), Path(results), time.monotonic() + float(seconds))
print("\\n".join(report.staff))
"""

# What every fake grader begins with: three checks declared, the first one passed. note() leaves a pid for the test.
GRADER = """
import os, signal, sys, time
from pathlib import Path
from autograder.journal import Journal
from autograder.outcome import Check, Outcome, Status, declared

def note():
    with open(PIDS, "a") as stream:
        stream.write(f"{os.getpid()}\\n")

def grandchild(seconds=300):
    # Out of the session, out of the family, deaf to all but SIGKILL, and gone by itself in minutes at the latest.
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            note()
            time.sleep(seconds)
        os._exit(0)
    os.wait()
    while len(Path(PIDS).read_text().split()) < 2:
        time.sleep(0.01)

signal.alarm(300)
note()
checks = tuple(Check(name, name, 2.0) for name in NAMES)
report = declared("gates", "gates.py", checks, "not run")
journal = Journal.start(Path(JOURNAL), report)
journal.add(Outcome(checks[0], Status.PASSED, 2.0))
"""


@dataclass
class Run:
    """A supervisor with a fake grader below it."""

    process: subprocess.Popen[str]
    results: Path
    pids_file: Path

    @property
    def pids(self) -> list[int]:
        return [int(pid) for pid in self.pids_file.read_text().split()] if self.pids_file.exists() else []

    def ends(self) -> tuple[dict[str, Any], str]:
        """results.json, valid, and what staff are told; every process gone."""
        told, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, told
        data = json.loads(self.results.read_bytes())
        assert validate(data) == []
        assert [pid for pid in self.pids if alive(pid)] == []
        return data, told

    def wait_for_pids(self, count: int) -> None:
        wait_until(lambda: len(self.pids) >= count)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs = []

    def begin(body: str, seconds: float = PATIENCE, head: str = GRADER) -> Run:
        pids, journal, results = tmp_path / "pids", tmp_path / "journal", tmp_path / "results.json"
        script = tmp_path / "grader.py"
        script.write_text(f"PIDS, JOURNAL, NAMES = {str(pids)!r}, {str(journal)!r}, {NAMES!r}\n{head}\n{body}")
        command = [sys.executable, "-c", SUPERVISOR, str(journal), str(results), str(seconds), sys.executable, script]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        runs.append(Run(process, results, pids))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        for pid in run.pids:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        run.process.communicate()  # last: whatever is left would hold the pipe open


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def statuses(data: dict[str, Any]) -> list[str]:
    return [data["extra_data"]["checks"][name] for name in NAMES]


def test_a_grader_that_finishes_is_not_interfered_with(start: Callable[..., Run]) -> None:
    data, told = start("""
for check in checks:
    report = report.with_outcome(Outcome(check, Status.PASSED, 2.0))
journal.finish(report)
""").ends()
    assert (statuses(data), data["score"]) == (["passed"] * 3, 6)
    assert "output" not in data
    assert told.strip() == ""


def test_a_grader_killed_for_memory_keeps_the_outcomes_found_so_far(start: Callable[..., Run]) -> None:
    data, told = start("os.kill(os.getpid(), signal.SIGKILL)").ends()
    assert (statuses(data), data["score"]) == (["passed", "broken", "broken"], 2)
    assert STOPPED in data["tests"][1]["output"]
    assert STOPPED in data["tests"][2]["output"]
    assert data["output"].startswith("2 of 3 checks are without a verdict")
    assert "SIGKILL" in told


def test_a_grader_killed_from_outside_in_mid_run_keeps_the_outcomes_found_so_far(start: Callable[..., Run]) -> None:
    run = start("grandchild()\ntime.sleep(300)")
    run.wait_for_pids(2)
    os.kill(run.pids[0], signal.SIGKILL)
    data, told = run.ends()
    assert (statuses(data), data["score"]) == (["passed", "broken", "broken"], 2)
    assert "SIGKILL" in told


def test_a_grader_that_crashes_keeps_the_outcomes_found_so_far(start: Callable[..., Run]) -> None:
    data, told = start("journal.remark('Cell 4 was passed over.'); os.abort()").ends()
    assert statuses(data) == ["passed", "broken", "broken"]
    assert data["output"].startswith("Cell 4 was passed over.\n")
    assert "signal 6" in told


def test_a_hanging_grader_is_killed_at_the_deadline_with_all_that_came_from_it(start: Callable[..., Run]) -> None:
    run = start("signal.signal(signal.SIGTERM, signal.SIG_IGN)\ngrandchild()\nwhile True: pass", seconds=5)
    data, told = run.ends()
    assert len(run.pids) == 2
    assert (statuses(data), data["score"]) == (["passed", "crashed", "crashed"], 2)
    assert TIME_IS_UP in data["tests"][1]["output"]
    assert "deadline" in told


def test_a_daemon_does_not_outlive_a_grader_that_ended(start: Callable[..., Run]) -> None:
    run = start("grandchild()\njournal.finish(report)")
    data, _ = run.ends()
    assert len(run.pids) == 2
    assert data["score"] == 0  # what the grader said last is the truth


def test_a_grader_that_hangs_after_it_was_done_loses_nothing(start: Callable[..., Run]) -> None:
    data, _ = start(
        "journal.finish(report.with_outcome(Outcome(checks[2], Status.PASSED, 2.0)))\ntime.sleep(300)", 5
    ).ends()
    assert statuses(data) == ["broken", "broken", "passed"]
    assert data["tests"][0]["output"].endswith("not run")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_the_supervisor_finishes_the_file(number: signal.Signals, start: Callable[..., Run]) -> None:
    run = start("grandchild()\ntime.sleep(300)")
    run.wait_for_pids(2)
    run.process.send_signal(number)
    data, told = run.ends()
    assert statuses(data) == ["passed", "broken", "broken"]
    assert number.name in told


def test_the_grader_does_not_outlive_the_supervisor(start: Callable[..., Run]) -> None:
    run = start("time.sleep(300)")
    run.wait_for_pids(1)
    run.process.kill()
    wait_until(lambda: not alive(run.pids[0]))


def test_without_a_journal_the_file_has_a_sentence_and_no_points(start: Callable[..., Run]) -> None:
    data, told = start("import sys; sys.exit(7)", head="").ends()
    assert (data["score"], data["tests"], data["output"]) == (0, [], NO_CHECKS)
    assert "exit code 7" in told


def test_without_a_journal_at_the_deadline_the_file_says_so(start: Callable[..., Run]) -> None:
    data, _ = start("while True: pass", 1, head="").ends()
    assert (data["score"], data["tests"], data["output"]) == (0, [], TIME_IS_UP)


def test_a_grader_that_cannot_be_started_gives_a_valid_file(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("journal", "results.json")]
    command = [sys.executable, "-c", SUPERVISOR, *paths, "10", str(tmp_path / "absent")]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout
    data = json.loads((tmp_path / "results.json").read_bytes())
    assert validate(data) == []
    assert data["output"] == NO_CHECKS
    assert "could not be started" in told


def test_a_report_that_cannot_be_written_is_replaced_by_a_sentence(start: Callable[..., Run]) -> None:
    data, told = start("from dataclasses import replace\njournal.finish(replace(report, seconds=float('nan')))").ends()
    assert (data["score"], data["output"]) == (0, NO_CHECKS)
    assert "finite" in told


def test_the_grader_is_the_first_to_go_when_memory_runs_out(start: Callable[..., Run], tmp_path: Path) -> None:
    start(f"Path({str(tmp_path / 'score')!r}).write_text(Path('/proc/self/oom_score_adj').read_text())").ends()
    own = int(Path("/proc/self/oom_score_adj").read_text())
    assert int((tmp_path / "score").read_text()) > own


def test_signals_reach_the_grader_as_usual(start: Callable[..., Run]) -> None:
    data, told = start("os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(300)").ends()
    assert statuses(data) == ["passed", "broken", "broken"]
    assert "signal 15" in told


def test_the_supervisor_brings_in_nothing_heavy() -> None:
    code = "import sys, autograder.gradescope.entry; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "autograder.gradescope.supervisor" in loaded
    assert {"numpy", "pytest", "click", "rich", "nbformat"}.isdisjoint(loaded)
