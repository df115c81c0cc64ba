"""The nouns of a grading: a Check is asked, an Outcome is found, a Report holds all Outcomes of one Submission."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # few outcomes have any, and a passing submission need not load it
    from autograder.evidence import Evidence


class Status(str, enum.Enum):
    """What a check found. Each word names who acts next."""

    PASSED = "passed"  # nobody
    FAILED = "failed"  # the student: a value is wrong
    CRASHED = "crashed"  # the student: no value came
    SKIPPED = "skipped"  # the student: an earlier check comes first
    BROKEN = "broken"  # us: the check itself failed


@dataclass(frozen=True)
class Check:
    """One graded test, as it is declared before the student's code is touched.

    name: unique within the assignment, "test_public.py::test_sigmoid".
    title: the sentence the student reads.
    sealed: the check is hidden; nothing the student is shown may come from its inputs.
    leaderboard: (column, "asc" | "desc"), where the check feeds one.
    """

    name: str
    title: str
    max_score: float
    number: str = ""
    visibility: str = "visible"
    tags: tuple[str, ...] = ()
    sealed: bool = False
    leaderboard: tuple[str, str] | None = None


@dataclass(frozen=True)
class Outcome:
    """What one check found.

    message: plain text for the student. printed: what the student's code printed, cleaned and cut (public only).
    staff: details for staff only (our traceback when the check is broken), never shown to a student.
    seconds: by the grader's clock. leaderboard: the value for the check's column. evidence: facts for staff only.
    """

    check: Check
    status: Status
    score: float = 0.0
    message: str = ""
    hint: str = ""
    printed: str = ""
    staff: str = ""
    seconds: float = 0.0
    leaderboard: float | str | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Report:
    """All Outcomes of one Submission, in the assignment's order; every declared check stands in it exactly once.

    remarks: sentences for the student about the submission as a whole ("cell 4 was passed over: ...").
    staff: the same for staff. sandbox: the level and the layers that were in force. lost: the share of the points that
    lateness costs.
    """

    assignment: str
    submission: str
    outcomes: tuple[Outcome, ...]
    remarks: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    sandbox: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    lost: float = 0.0

    @property
    def score(self) -> float:
        return (1 - self.lost) * sum(outcome.score for outcome in self.outcomes)

    @property
    def max_score(self) -> float:
        return sum(outcome.check.max_score for outcome in self.outcomes)

    @property
    def all_passed(self) -> bool:
        return all(outcome.status is Status.PASSED for outcome in self.outcomes)

    def with_outcome(self, outcome: Outcome) -> Report:
        """The report with this check's outcome put in the place of the one that stood there."""
        names = [known.check.name for known in self.outcomes]
        place = names.index(outcome.check.name)
        return replace(self, outcomes=(*self.outcomes[:place], outcome, *self.outcomes[place + 1 :]))

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data; ``from_dict`` gives it back."""
        return asdict(self)

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Report:
        outcomes = tuple(_outcome_from_dict(entry) for entry in data["outcomes"])
        plain = {key: data[key] for key in ("assignment", "submission", "sandbox", "seconds", "lost")}
        return Report(outcomes=outcomes, remarks=tuple(data["remarks"]), staff=tuple(data["staff"]), **plain)


def declared(assignment: str, submission: str, checks: tuple[Check, ...], message: str) -> Report:
    """The report as it stands before anything ran: every check with no points and the same message."""
    outcomes = tuple(Outcome(check, Status.BROKEN, message=message) for check in checks)
    return Report(assignment, submission, outcomes)


def _outcome_from_dict(data: dict[str, Any]) -> Outcome:
    check = dict(data["check"])
    check["tags"] = tuple(check["tags"])
    check["leaderboard"] = tuple(check["leaderboard"]) if check["leaderboard"] else None
    evidence = None
    if data.get("evidence"):
        from autograder.evidence import evidence_from_dict

        evidence = evidence_from_dict(data["evidence"])
    return Outcome(**{**data, "check": Check(**check), "status": Status(data["status"]), "evidence": evidence})
