"""What is to be run of a submission, and what that compiles to, made before a line of it has run.

So the first worker can hand it on, and spare the others the parser and the compiler: a notebook takes 10 to 20 ms.
"""

from __future__ import annotations
import __future__

import ast
import marshal
import types
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autograder.sandbox import absent


class Step(NamedTuple):
    """One statement. place: the number of its piece, and its own there. names: what it binds. features: compiler flags
    of the ``from __future__`` before it.

    codes: of its parts, which are more than one in an import of many; None for what does not compile, and is compiled
    again when its turn comes, to say why.
    """

    piece: str
    place: tuple[int, int]
    line: int
    names: frozenset[str]
    features: int
    codes: tuple[types.CodeType | None, ...]


@dataclass
class Plan:
    """whole: a module that needs no care, all at once; then there are no pieces. doc: else its docstring.

    pieces: the steps of each piece. remarks, errors: of what was left out already, as loader.Loaded has them.
    """

    whole: types.CodeType | None = None
    doc: str | None = None
    pieces: list[list[Step]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        """For ``from_bytes`` of the same python."""
        pieces = [[tuple(step) for step in steps] for steps in self.pieces]
        return marshal.dumps((self.whole, self.doc, pieces, self.remarks, self.errors))

    @classmethod
    def from_bytes(cls, data: bytes) -> Plan:
        """What ``to_bytes`` made."""
        whole, doc, pieces, remarks, errors = marshal.loads(data)
        return cls(whole, doc, [[Step(*step) for step in steps] for steps in pieces], remarks, errors)


def steps_of(pieces: Sequence[tuple[str, Sequence[ast.stmt]]]) -> list[list[Step]]:
    """The steps of each piece, given its name and its statements."""
    features = 0
    found = []
    for number, (name, statements) in enumerate(pieces):
        steps = []
        for at, statement in enumerate(statements):
            features |= _future(statement)
            codes = tuple(_code_or_none(name, part, features) for part in parts(statement))
            names = frozenset(absent.bound_names(statement))
            steps.append(Step(name, (number, at), statement.lineno, names, features, codes))
        found.append(steps)
    return found


def parts(statement: ast.stmt) -> list[ast.stmt]:
    """What of a statement is run by itself. Nothing of a text: on its own, it would become the module's docstring."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return []
    return absent.single_imports(statement)


def code_of(piece: str, statement: ast.stmt, features: int) -> types.CodeType:
    """A statement, compiled by itself. Raises what compile raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.Module(body=[statement], type_ignores=[])
        code: types.CodeType = compile(module, piece, "exec", features, dont_inherit=True)
        return code


def _code_or_none(piece: str, statement: ast.stmt, features: int) -> types.CodeType | None:
    try:
        return code_of(piece, statement, features)
    except Exception:
        return None


def _future(statement: ast.stmt) -> int:
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    flags = (getattr(getattr(__future__, alias.name, None), "compiler_flag", 0) for alias in statement.names)
    return sum(set(flags))
