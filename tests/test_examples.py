"""Every example is graded as the outcome beside it says, and no report shows what a student must not see.

NAME.expected.toml stands beside the submission NAME, NAME.zip ...: its score; ``others``, the status of each check that
``[status]`` does not name; ``[says]``, what stands in a check's message; ``remarks``, what stands in one; ``never``,
what stands in neither; ``limits``, in the place of the assignment's, so that what never ends does so soon. A key is a
check's number, "3.1", or one of several with that number, "1.2 [ReluGate]".
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment import load_assignment
from autograder.grade import grade
from autograder.outcome import Check, Outcome, Report, Status

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = ".expected.toml"
EXPECTATIONS = sorted((ROOT / "examples").glob(f"*/*{EXPECTED}"))

# What may stand in a hidden check's message: how many, of which shape, and the student's own line with its number.
COUNTS_AND_SHAPES = re.compile(
    r"\(\d+ of \d+ entries differ\)|\([\d, ]*\)|\b\d+ (?:values|arguments?|seconds|dimensions)\b|exit code \d+"
    r"|, line \d+:\n.*|earns [\d.]+ of the [\d.]+ points|\bl[12]_penalty\b"
    r"|^Your .*$",  # the diagnosis: the student's own formula, and in how many calls it holds
    re.MULTILINE,
)
OURS = ("Traceback", "site-packages", "test_public", "test_hidden", "beside.py", "reference.", "autograder", "/tmp")


@dataclass
class Watch:
    """A listener that remembers what was declared, and which of our processes ran meanwhile."""

    names: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def declared(self, report: Report) -> None:
        self.names = [outcome.check.name for outcome in report.outcomes]

    def found(self, report: Report, outcome: Outcome) -> None:
        self.seen |= sandboxes()

    def finished(self, report: Report) -> None: ...


def test_there_are_examples_and_each_has_an_expectation() -> None:
    entries = {path for path in (ROOT / "examples").glob("*/*") if not path.name.endswith(EXPECTED)}
    assert {submission(path) for path in EXPECTATIONS} == entries
    assignments = {path.parent.name for path in (ROOT / "assignments").glob("*/assignment.toml")}
    assert {path.parent.name for path in EXPECTATIONS} == assignments
    for name in assignments:
        assert sum(path.parent.name == name for path in EXPECTATIONS) >= 8, name


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: f"{path.parent.name}-{name(path)}")
def test_an_example_is_graded_as_is_written_beside_it(path: Path) -> None:
    expected = tomllib.loads(path.read_text(encoding="utf-8"))
    assignment = load_assignment(ROOT / "assignments" / path.parent.name)
    limits = replace(assignment.limits, **expected.get("limits", {}))
    watch = Watch()
    report = grade(replace(assignment, limits=limits), submission(path), listeners=(watch,))

    compare(report, expected)
    assert [outcome.check.name for outcome in report.outcomes] == watch.names, "every declared check, once"
    assert len(set(watch.names)) == len(watch.names) > 0
    assert (report.score == report.max_score) == report.all_passed
    assert [text for text in texts(report) for word in (*OURS, str(ROOT)) if word in text] == []
    assert leaks(report) == []
    assert watch.seen or not Path("/proc/self/cmdline").exists(), "the watch sees the sandbox while it is there"
    assert sandboxes() == set(), "nothing is left running"


def test_a_wrong_expectation_is_noticed() -> None:
    report = Report("A", "s.py", (outcome("1.1", Status.PASSED, 2), outcome("1.2", Status.FAILED, 0, "dx is 3")))
    right = {"score": 2, "others": "passed", "status": {"1.2": "failed"}, "says": {"1.2": ["dx is"]}}
    compare(report, right)
    for wrong in (
        {"score": 1},
        {"others": "failed"},
        {"status": {"1.2": "crashed"}},
        {"status": {"1.2": "failed", "7.7": "failed"}},
        {"says": {"1.2": ["dy is"]}},
        {"says": {"7.7": []}},
        {"remarks": ["passed over"]},
        {"never": ["is 3"]},
        {"surprise": 1},
    ):
        with pytest.raises(AssertionError):
            compare(report, {**right, **wrong})


@pytest.mark.parametrize(
    ("message", "is_leak"),
    [
        ("dx has wrong values (12 of 20 entries differ).", False),
        ("dx should have shape (2, 3), not (3, 2).", False),
        ("f raised an IndexError.\n  in gates.py, line 14:\n    return x[99]", False),
        ("dx[0, 0] should be 0.25, not 0.5.", True),
        ("f raised a ValueError: 0.3125", True),
    ],
)
def test_a_number_of_a_hidden_input_is_noticed(message: str, is_leak: bool) -> None:
    hidden = outcome("3.1", Status.FAILED, 0, message, sealed=True)
    assert bool(leaks(Report("A", "s.py", (hidden,)))) == is_leak
    assert leaks(Report("A", "s.py", (outcome("1.1", Status.FAILED, 0, message), hidden))) == [], "public says it too"


def compare(report: Report, expected: dict[str, Any]) -> None:
    """AssertionError unless the report is as expected."""
    assert set(expected) <= {"score", "others", "status", "says", "remarks", "never", "limits"}
    statuses, says = dict(expected.get("status", {})), dict(expected.get("says", {}))
    for found in report.outcomes:
        keys = [key(found.check), found.check.number]
        status = next((statuses[known] for known in keys if known in statuses), expected["others"])
        assert found.status.value == status, f"{keys[0]}: {found.message}"
        for known in keys:
            assert [phrase for phrase in says.get(known, []) if phrase not in found.message] == [], found.message
    known_keys = {known for found in report.outcomes for known in (key(found.check), found.check.number)}
    assert {*statuses, *says} <= known_keys
    assert report.score == pytest.approx(expected["score"])
    remarks = " ".join(report.remarks)
    assert [phrase for phrase in expected.get("remarks", []) if phrase not in remarks] == [], remarks
    assert [phrase for phrase in expected.get("never", []) for text in texts(report) if phrase in text] == []


def leaks(report: Report) -> list[str]:
    """The messages of hidden checks that hold a number other than a count, a shape or a line's."""
    public = {found.message for found in report.outcomes if not found.check.sealed}
    hidden = {found.message for found in report.outcomes if found.check.sealed} - public
    return [message for message in hidden if re.search(r"\d", COUNTS_AND_SHAPES.sub("", message))]


def texts(report: Report) -> list[str]:
    """Everything in the report that a student may be shown."""
    shown = [text for found in report.outcomes for text in (found.message, found.hint, found.printed)]
    return [*shown, *report.remarks]


def key(check: Check) -> str:
    """A check's number, with its parameter if it is one of several."""
    return f"{check.number} {check.name[check.name.index('[') :]}" if "[" in check.name else check.number


def name(path: Path) -> str:
    return path.name.removesuffix(EXPECTED)


def submission(path: Path) -> Path:
    """The file or folder that an expectation stands beside."""
    (found,) = (entry for entry in path.parent.iterdir() if entry != path and entry.name.split(".")[0] == name(path))
    return found


def sandboxes() -> set[int]:
    """The processes that this one has made to run submissions: each names its grader among its last arguments."""
    found = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path("/proc", process, "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        except OSError:  # it has just ended
            continue
        if str(os.getpid()).encode() in words[-2:] and any(b"autograder.sandbox.zygote" in word for word in words):
            found.add(int(process))
    return found


def outcome(number: str, status: Status, score: float, message: str = "", *, sealed: bool = False) -> Outcome:
    return Outcome(Check(f"test.py::test_{number}", "A title.", 2, number, sealed=sealed), status, score, message)
