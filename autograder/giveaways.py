"""What of a starter gives a body away: an expression of a body that is cut stands in what students get to see.

Formulas of a forward pass are definitions, which the handout gives as well. What leads back, a gradient, is the
solution: a body of a function that is called after it, or what is given a name like dx.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.edits import Source
from autograder.errors import AssignmentError
from autograder.starter import Starter

SHORTEST = 12  # characters: what is shorter is written by anybody
_BACKWARD = re.compile(r"backward|gradient|(^|_)(grad|slope|derivative|vjp)(_|$)")
_GRADIENT = re.compile(r"d_?[A-Za-z]\w*$")


def refuse_giveaways(starter: Starter, source: Source) -> None:
    """AssignmentError, with file and line, where the starter shows an expression of a solution."""
    solutions = {text: _pattern(text) for node in starter.cut for text in solutions_in(node)}
    for line, shown in _shown(starter):
        for text, pattern in solutions.items():
            if pattern.search(shown):
                raise AssignmentError(
                    f"{source.where(line)}: the starter would show “{text}”, part of a body that students write."
                )


def solutions_in(node: ast.FunctionDef) -> Iterator[str]:
    """The expressions of a body that nobody may be shown, as ast.unparse writes them."""
    is_backward = _BACKWARD.search(node.name) is not None
    body = node.body[ast.get_docstring(node) is not None :]
    for statement in body:
        for part in ast.walk(statement):
            if isinstance(part, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)) and part.value is not None:
                targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
                if is_backward or any(map(_is_gradient, targets)):
                    if _is_numpys(part.value) and len(ast.unparse(part.value)) >= SHORTEST:
                        yield ast.unparse(part.value)  # dW = np.outer(delta, x)
                    yield from expressions_in(part.value)


def expressions_in(value: ast.AST) -> Iterator[str]:
    """Every expression in this one that computes something."""
    for part in ast.walk(value):
        if isinstance(part, ast.expr) and any(isinstance(inner, ast.BinOp) for inner in ast.walk(part)):
            text = ast.unparse(part)
            if len(text) >= SHORTEST and not isinstance(part, (ast.Constant, ast.JoinedStr)):
                yield text


def _is_numpys(value: ast.expr) -> bool:
    """Whether this is one call of numpy's on several things."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and len(value.args) > 1


def _is_gradient(target: ast.AST | None) -> bool:
    names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)] if target is not None else []
    return any(_GRADIENT.match(name) and name not in ("data", "dtype") for name in names)


def _shown(starter: Starter) -> Iterator[tuple[int, str]]:
    """What a student can read, with its line: docstrings and whatever stays whole."""
    cut = {id(node) for node in starter.cut}
    for top in starter.kept:
        is_cut = id(top) in cut or any(id(part) in cut for part in ast.walk(top))
        if not is_cut:
            yield from ((part.lineno, ast.unparse(part)) for part in _statements(top))
        for node in ast.walk(top):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (is_cut or node is top):
                docstring = ast.get_docstring(node, clean=False)
                if docstring is not None:
                    yield node.body[0].lineno, docstring


def _statements(top: ast.stmt) -> Iterator[ast.stmt]:
    for part in ast.walk(top):
        if isinstance(part, ast.stmt) and not isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Expr)):
            yield part


def _pattern(expression: str) -> re.Pattern[str]:
    """The expression with any blanks between its characters, and not as a part of a longer name."""
    spaced = r"\s*".join(map(re.escape, re.sub(r"\s+", "", expression)))
    return re.compile(rf"(?<!\w){spaced}(?!\w)" if expression[-1].isalnum() else rf"(?<![\w.]){spaced}")
