"""What can go wrong, by whose turn it is next: the student, the author of the assignment, or us.

Every message is a sentence for the person it names. Nothing in here ever holds a hidden input.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from autograder.evidence import Crash

Compared = tuple[str, "np.ndarray", "np.ndarray", "np.ndarray"]


class AutograderError(Exception):
    """Base of all errors that this package raises on purpose."""


class AssignmentError(AutograderError):
    """The assignment's own folder is wrong; its author mends it. Names the file and the key or the line."""


class SubmissionError(AutograderError):
    """What was handed in cannot be graded at all (no file, an empty one, not a notebook); said to the student."""


class SandboxError(AutograderError):
    """This machine cannot run a submission safely, or the sandbox itself failed; said to staff."""


@dataclass(frozen=True)
class Raised:
    """An exception of the student's own: its class, as it calls itself, and its text."""

    kind: str
    text: str


class StudentError(AutograderError):
    """No value came from the student's code: an exception, a time limit, a missing function.

    ``message`` may quote the student's own words and is for a check whose inputs are public. ``sealed`` says the
    same without anything that could carry an input of a hidden check: our own words, a builtin exception's class
    and the line in the student's own file. ``raised``: the exception, if it was one. ``crash``: the same in parts, for
    staff.
    """

    def __init__(
        self, message: str, sealed: str | None = None, raised: Raised | None = None, *, crash: Crash | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.sealed = message if sealed is None else sealed
        self.raised = raised
        self.crash = crash

    def again(self) -> StudentError:
        """The same for another check: an exception that is raised twice drags its first traceback along."""
        return StudentError(self.message, self.sealed, self.raised, crash=self.crash)


class WrongAnswer(AutograderError, AssertionError):
    """A value came and it is not the right one. ``message`` and ``sealed`` as in StudentError.

    compared: for staff, where arrays were compared: the name, what came, what is right, and where they differ.
    """

    def __init__(self, message: str, sealed: str | None = None, compared: Compared | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.sealed = message if sealed is None else sealed
        self.compared = compared
