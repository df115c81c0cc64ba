"""What of an outcome stands on a page, and for whom: the one place that decides what a student's page leaves out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.evidence import NUMERIC, Evidence, Mistake, Unknown
from autograder.outcome import Check, Outcome, Status
from autograder.report.pictures import Drawing, drawing_of

NEVER = "hidden"  # Gradescope's word for what students do not see at any time


@dataclass(frozen=True)
class Shown:
    """One outcome as a page has it. anchor: its place on the page. full, staff, mistakes, unknown: for staff."""

    anchor: str
    check: Check
    status: Status
    score: float
    seconds: float
    message: str
    hint: str
    printed: str = ""
    full: str = ""
    staff: str = ""
    secret: bool = False
    mistakes: tuple[Mistake, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    drawing: Drawing | None = None

    @property
    def numeric(self) -> bool:
        return any(mistake.kind == NUMERIC for mistake in self.mistakes)


def for_staff(outcome: Outcome, place: int) -> Shown:
    """All that is known."""
    evidence = outcome.evidence or Evidence()
    return replace(
        _common(outcome, place),
        printed=outcome.printed,
        full=evidence.full,
        staff=outcome.staff,
        secret=outcome.check.sealed or evidence.secret,
        mistakes=evidence.mistakes,
        unknown=evidence.unknown,
        drawing=_drawing(evidence),
    )


def for_student(outcome: Outcome, place: int) -> Shown | None:
    """What results.json tells, and the picture where the check hides nothing; None for what no student ever sees."""
    if outcome.check.visibility == NEVER:
        return None
    evidence = outcome.evidence or Evidence()
    common = _common(outcome, place)
    if outcome.check.sealed or evidence.secret:
        return common
    return replace(common, printed=outcome.printed, drawing=_drawing(evidence))


def _common(outcome: Outcome, place: int) -> Shown:
    """What everybody may see."""
    return Shown(
        anchor=f"check-{place + 1}",
        check=outcome.check,
        status=outcome.status,
        score=outcome.score,
        seconds=outcome.seconds,
        message=outcome.message,
        hint=outcome.hint,
    )


def _drawing(evidence: Evidence) -> Drawing | None:
    return drawing_of(evidence.picture) if evidence.picture is not None else None
