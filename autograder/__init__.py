"""Fair, sandboxed grading of numpy backpropagation assignments. What a check and a script may use, and nothing else.

Names are loaded on first use: the zygote imports this package too, and must not bring the grader with it.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradescope_utils.autograder_utils.decorators import (
        hide_errors,
        leaderboard,
        number,
        partial_credit,
        tags,
        visibility,
        weight,
    )

    from autograder.batch.many import Graded, grade_many
    from autograder.check_public import check
    from autograder.checks import after, own_forward
    from autograder.compare import assert_matches
    from autograder.grade import grade
    from autograder.kinks import between
    from autograder.outcome import Report
    from autograder.parts import Parts, assert_parts, for_each
    from autograder.raises import assert_raises

_DECORATORS = "gradescope_utils.autograder_utils.decorators"
_HOMES = {
    "hide_errors": _DECORATORS,
    "leaderboard": _DECORATORS,
    "number": _DECORATORS,
    "partial_credit": _DECORATORS,
    "tags": _DECORATORS,
    "visibility": _DECORATORS,
    "weight": _DECORATORS,
    "after": "autograder.checks",
    "check": "autograder.check_public",
    "own_forward": "autograder.checks",
    "assert_matches": "autograder.compare",
    "grade": "autograder.grade",
    "between": "autograder.kinks",
    "Parts": "autograder.parts",
    "assert_parts": "autograder.parts",
    "for_each": "autograder.parts",
    "assert_raises": "autograder.raises",
    "grade_many": "autograder.batch.many",
    "Graded": "autograder.batch.many",
    "Report": "autograder.outcome",
}

__all__ = [
    "Graded",
    "Parts",
    "Report",
    "after",
    "assert_matches",
    "assert_parts",
    "assert_raises",
    "between",
    "check",
    "for_each",
    "grade",
    "grade_many",
    "hide_errors",
    "leaderboard",
    "number",
    "own_forward",
    "partial_credit",
    "tags",
    "visibility",
    "weight",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


class _Package(ModuleType):
    """Keeps ``autograder.grade`` the function: loading the module of that name would put the module in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
