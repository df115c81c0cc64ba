"""From how a graded test ended to the Evidence for staff: what its words say, in parts that can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.clean import clean
from autograder.errors import StudentError, WrongAnswer
from autograder.evidence import NUMERIC, Evidence, Mistake
from autograder.picture import picture_of

if TYPE_CHECKING:
    from autograder.verdict import Insight

OWN_FORWARD = "own forward"  # a diagnosis.Finding's kind


def facts_of(
    secret: bool, excinfo: pytest.ExceptionInfo[BaseException] | None, insight: Insight, call: str
) -> Evidence | None:
    """None if nothing is known. secret: the check hides something from students. call: a sentence about the last."""
    error = excinfo.value if excinfo is not None else None
    full = f"{error.message}\n{call}" if isinstance(error, WrongAnswer) else str(error or "")
    evidence = Evidence(
        secret=secret,
        full=clean(full.rstrip()) if secret else "",
        mistakes=tuple(_mistakes(insight)),
        unknown=insight.unknown,
        crash=error.crash if isinstance(error, StudentError) else None,
    )
    compared = next((raised.compared for raised in _raised(error) if raised.compared is not None), None)
    if compared is not None:
        evidence = replace(evidence, picture=picture_of(*compared))
    return evidence if evidence != Evidence(secret) else None


def _mistakes(insight: Insight) -> Iterator[Mistake]:
    from autograder.observations import NUMERIC as LOOKS_NUMERIC

    for found in insight.explanation.findings if insight.explanation is not None else ():
        kind = NUMERIC if found.label == LOOKS_NUMERIC else found.kind
        yield Mistake(kind, found.function, found.outputs, found.label, found.hint)
    if insight.own_forward is not None and insight.explanation is None:
        yield Mistake(OWN_FORWARD, insight.own_forward, (), f"{insight.own_forward} is wrong")


def _raised(error: BaseException | None) -> Iterator[WrongAnswer]:
    """This error and those that it was made from: an assignment's helper may say more than the comparison did."""
    while isinstance(error, WrongAnswer):
        yield error
        error = error.__context__
