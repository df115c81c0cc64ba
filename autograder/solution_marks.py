"""The marks by which an author says what of a function is the solution: the rest of it is handed out.

# BEGIN SOLUTION        or nbgrader's ### BEGIN SOLUTION
# END SOLUTION          or nbgrader's ### END SOLUTION
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.errors import AssignmentError

_MARK = re.compile(r"(\s*)#+\s*(BEGIN|END) SOLUTION\s*$")


def has_marks(lines: Sequence[str]) -> bool:
    return any(_MARK.match(line) for line in lines)


def without_marked(lines: Sequence[str], instead: str) -> str:
    """The lines with this statement in the place of each marked run. The marks are balanced: see refuse_odd_marks."""
    kept, hidden = [], False
    for line in lines:
        mark = _MARK.match(line)
        if mark is not None:
            hidden = mark[2] == "BEGIN"
            kept += [f"{mark[1]}{instead}"] if hidden else []
        elif not hidden:
            kept.append(line)
    return "\n".join(kept).rstrip() + "\n"


def refuse_odd_marks(path: Path, wanted: Collection[str]) -> None:
    """AssignmentError, with the line, for marks that are not in pairs or stand outside of every wanted definition."""
    text = path.read_text(encoding="utf-8")
    marks = [(at, found[2]) for at, line in enumerate(text.splitlines(), 1) if (found := _MARK.match(line))]
    if not marks:
        return
    bodies = [
        range(node.lineno + 1, (node.end_lineno or 0) + 2)  # a last mark stands behind the last statement
        for outer in ast.parse(text, str(path)).body
        if getattr(outer, "name", "") in wanted
        for node in ast.walk(outer)
        if isinstance(node, ast.FunctionDef)
    ]
    began: int | None = None
    for at, which in marks:
        if which == "BEGIN" and began is not None:
            raise AssignmentError(f"{path}:{at}: BEGIN SOLUTION, while that of line {began} has no END SOLUTION yet.")
        if which == "END" and began is None:
            raise AssignmentError(f"{path}:{at}: END SOLUTION without a BEGIN SOLUTION before it.")
        if not any(at in body and (began is None or began in body) for body in bodies):
            raise AssignmentError(f"{path}:{at}: {which} SOLUTION stands in no function that students write.")
        began = at if which == "BEGIN" else None
    if began is not None:
        raise AssignmentError(f"{path}:{began}: BEGIN SOLUTION without an END SOLUTION after it.")
