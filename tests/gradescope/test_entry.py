"""One run in the folders that Gradescope lays out, with a fake grader in the real one's place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope.contract import validate
from autograder.gradescope.entry import NO_ASSIGNMENT, UNFINISHED, time_limits

# run() has to have the process for itself. The fake grader is the second argument.
ENTRY = """
import sys
from pathlib import Path
from autograder.gradescope.entry import run
sys.exit(run(Path(sys.argv[1]), (sys.executable, sys.argv[2])))
"""

# Takes the real grader's arguments; keeps what it was given for the test, and what stood in results.json before.
GRADER = """
import json, os, sys
from pathlib import Path
from autograder.journal import Journal
from autograder.outcome import Check, Outcome, Report, Status
assignment, submission, *options = sys.argv[1:]
options = dict(zip(options[::2], options[1::2]))
seen = {"assignment": assignment, "submission": submission, "options": options, "environment": dict(os.environ),
        "before": json.loads(Path(options["--results"]).read_text())}
Path(__file__).with_suffix(".json").write_text(json.dumps(seen))
check = Check("t.py::a", "A", 3.0)
outcome = Outcome(check, Status.BROKEN, staff="our \\x1b[31mtraceback")
report = Report("gates", "gates.py", (outcome,), staff=("a word for staff",))
Journal.start(Path(options["--journal"]), report).finish(report)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "autograder"
    (root / "source/assignments/gates").mkdir(parents=True)
    (root / "source/assignments/gates/assignment.toml").touch()
    (root / "source/assignments/README.md").touch()
    (root / "submission").mkdir()
    (tmp_path / "grader.py").write_text(GRADER)
    return root


def run(root: Path, **environment: str) -> tuple[dict[str, Any], str]:
    """The valid results.json, and what went to stdout."""
    command = [sys.executable, "-c", ENTRY, str(root), str(root.parent / "grader.py")]
    environment = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    data = json.loads((root / "results/results.json").read_bytes())
    assert validate(data) == []
    return data, done.stdout


def seen(root: Path) -> dict[str, Any]:
    return dict(json.loads((root.parent / "grader.json").read_text()))


def test_the_grader_gets_the_folders_and_the_time(root: Path) -> None:
    run(root, TIMEOUT_SECONDS="1200")
    given = seen(root)
    assert given["assignment"] == str(root / "source/assignments/gates")
    assert given["submission"] == str(root / "submission")
    assert given["options"]["--results"] == str(root / "results/results.json")
    assert float(given["options"]["--deadline"]) == time_limits({"TIMEOUT_SECONDS": "1200"})[0]
    assert not Path(given["options"]["--journal"]).exists()  # cleaned up


def test_numpy_gets_one_thread(root: Path) -> None:
    run(root, OPENBLAS_NUM_THREADS="64")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        assert seen(root)["environment"][name] == "1"


def test_a_valid_file_stands_before_the_grader_starts(root: Path) -> None:
    run(root)
    before = seen(root)["before"]
    assert validate(before) == []
    assert (before["score"], before["output"]) == (0, UNFINISHED)


def test_details_for_staff_go_to_stdout_cleaned_and_not_into_the_file(root: Path) -> None:
    data, told = run(root)
    assert "a word for staff" in told
    assert "t.py::a: our \N{REPLACEMENT CHARACTER}[31mtraceback" in told
    assert "traceback" not in json.dumps(data)
    assert data["stdout_visibility"] == "hidden"


@pytest.mark.parametrize("content", [None, "", "{", '{"assignment": {"total_points": "3.0"}}'])
def test_the_metadata_may_be_absent_or_broken(content: str | None, root: Path) -> None:
    if content is not None:
        (root / "submission_metadata.json").write_text(content)
    data, told = run(root)
    assert data["extra_data"]["checks"] == {"t.py::a": "broken"}
    assert "points" not in told


def test_staff_are_warned_when_the_points_differ_from_gradescope_s(root: Path) -> None:
    (root / "submission_metadata.json").write_text('{"assignment": {"total_points": "20.0"}}')
    assert "The checks sum to 3 points, but the assignment has 20." in run(root)[1]


def test_no_assignment_and_several_are_said_to_staff_and_cost_no_crash(root: Path) -> None:
    (root / "source/assignments/more").mkdir()
    (root / "source/assignments/more/assignment.toml").touch()
    data, told = run(root)
    assert (data["score"], data["output"]) == (0, NO_ASSIGNMENT)
    assert "it holds 2" in told
    for path in (root / "source/assignments").glob("*/assignment.toml"):
        path.unlink()
    assert "it holds 0" in run(root)[1]


def test_a_crash_of_the_grader_is_a_valid_file(root: Path) -> None:
    (root.parent / "grader.py").write_text("import no_such_module")
    command = [sys.executable, "-c", ENTRY, str(root), str(root.parent / "grader.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "exit code 1" in done.stdout
    assert validate(json.loads((root / "results/results.json").read_bytes())) == []


def test_results_that_cannot_be_written_are_an_error(root: Path) -> None:
    (root / "results").touch()
    command = [sys.executable, "-c", ENTRY, str(root), str(root.parent / "grader.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "not written" in done.stderr


@pytest.mark.parametrize("limit", ["600", "1200", "2400", "30", "1", "", "ten", "-5", "nan", "inf", None])
def test_the_deadlines_are_in_order_below_the_limit(limit: str | None) -> None:
    environment = {} if limit is None else {"TIMEOUT_SECONDS": limit}
    own, killed = time_limits(environment)
    known = float(limit) if limit in ("600", "1200", "2400", "30", "1") else 600.0
    assert 0 < own < killed < known
    if known >= 600:
        assert known - killed >= max(20, 0.05 * known)


def test_the_default_limit_is_gradescope_s() -> None:
    assert time_limits({}) == (555.0, 570.0)
