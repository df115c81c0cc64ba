"""What is known of an assignment's wrong answers: its reference and misconceptions, read when first they are needed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.diagnosis import Explanation, explain
from autograder.edits import Source
from autograder.errors import AssignmentError
from autograder.evidence import Unknown
from autograder.misconceptions import Misconception, read_misconceptions
from autograder.model import model_of
from autograder.ownforward import right_for_own_forward
from autograder.remembered import Memory
from autograder.replay import Exchange
from autograder.sandbox.link import Call


class Known:
    """Explains the wrong answers of one assignment. log: a file for those that nothing explains, None for none."""

    def __init__(self, assignment: Assignment, log: Path | None = None) -> None:
        self.assignment = assignment
        self.log = log
        self.memory = Memory()

    @functools.cached_property
    def source(self) -> Source:
        return model_of(self.assignment)

    @functools.cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        return read_misconceptions(self.assignment.folder / "misconceptions.toml", self.source)

    def explain(
        self,
        exchanges: Sequence[Exchange],
        ask: Callable[[Call], Any] | None = None,
        unknown: Callable[[Unknown], None] | None = None,
        guess: bool = True,
    ) -> Explanation | None:
        """As diagnosis.explain, with this assignment's reference and misconceptions.

        A fault in misconceptions.toml costs a student the explanation, not the grade: validate tells its author.
        """
        try:
            misconceptions = self.misconceptions
        except AssignmentError:
            misconceptions = ()
        return explain(
            exchanges,
            self.source,
            misconceptions,
            ask=ask,
            log=self.log,
            unknown=unknown,
            guess=guess,
            memory=self.memory,
        )

    def own_forward(self, exchanges: Sequence[Exchange], ask: Callable[[Call], Any]) -> str | None:
        """The forward of the student's own for which the last function that was asked is right, if that is wrong."""
        return right_for_own_forward(exchanges, self.source.module(), ask, any_form=True)
