"""The starter of an assignment, made of the model solution: its signatures and docstrings, without its bodies.

What [functions] names loses the bodies of its functions and methods. What ``given`` names stays as it is, and so do
constants and what a signature or a given helper needs. Other helpers are left out: they are part of the solution.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.assignment import Assignment
from autograder.edits import Source
from autograder.solution_marks import has_marks, without_marked

EMPTY = "raise NotImplementedError"

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Part:
    """One definition of the starter, or a run of constants. is_code: a function or class."""

    name: str
    text: str
    is_code: bool


@dataclass(frozen=True)
class Starter:
    """docstring, imports: texts. parts: in the order of the reference. cut: the statements that are not given away,
    each with the line of the model solution. kept: the nodes that a student gets to see."""

    docstring: str
    imports: str
    parts: tuple[Part, ...]
    cut: tuple[ast.FunctionDef, ...] = field(repr=False, default=())
    kept: tuple[ast.stmt, ...] = field(repr=False, default=())

    @property
    def text(self) -> str:
        """The starter as one file."""
        text = f"{self.docstring}\n{self.imports}"
        after_code: bool | None = None
        for part in self.parts:
            blank = {None: "\n", True: "\n\n", False: ""}[after_code]
            text += ("\n\n" if part.is_code else blank) + part.text
            after_code = part.is_code
        return text


def starter_of(assignment: Assignment, source: Source) -> Starter:
    """The starter of this assignment. source: its model solution (model.model_of)."""
    tree = ast.parse(source.text)
    comments = _comments(source.text)
    lines = source.text.splitlines()
    wanted = _wanted(tree, assignment)
    parts: list[Part] = []
    kept: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            parts.append(Part("", _lines(lines, node.lineno, node.end_lineno), False))
        elif node.name in assignment.functions:
            parts.append(Part(node.name, _emptied(node, lines, comments, source), True))
        elif node.name in wanted:
            parts.append(Part(node.name, _lines(lines, _first_line(node), node.end_lineno), True))
        else:
            continue
        kept.append(node)
    cut = [part for node in tree.body for part in _cut_in(node, assignment, wanted)]
    return Starter(_docstring(assignment), _imports(tree), tuple(parts), tuple(cut), tuple(kept))


def _docstring(assignment: Assignment) -> str:
    return (
        f'"""{assignment.title}: fill in every body that raises NotImplementedError.\n\n'
        "The handout says what each of them does. Names, arguments and what is returned stay as they are.\n"
        'To check your work, run `autograder check` in this folder.\n"""\n'
    )


def _wanted(tree: ast.Module, assignment: Assignment) -> set[str]:
    """The functions and classes that stay whole: those that are given, and what the starter cannot do without."""
    defined = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    waiting = [name for name in assignment.given if name in defined]
    for name, definition in defined.items():
        if name in assignment.functions:
            waiting += [part for part in _used_outside_of_bodies(definition) if part in defined]
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            waiting += [part for part in _names([node]) if part in defined]
    wanted: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in wanted and name not in assignment.functions:
            wanted.add(name)
            waiting += [part for part in _names([defined[name]]) if part in defined]
    return wanted


def _used_outside_of_bodies(node: Definition) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return _names([*node.decorator_list, node.args, *([node.returns] if node.returns else [])])
    inside = [
        name
        for statement in node.body
        for name in (
            _used_outside_of_bodies(statement)
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef))
            else _names([statement])
        )
    ]
    return [*_names([*node.decorator_list, *node.bases, *node.keywords]), *inside]


def _names(nodes: Iterable[ast.AST]) -> list[str]:
    return [part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)]


def _cut_in(node: ast.stmt, assignment: Assignment, wanted: set[str]) -> Iterator[ast.FunctionDef]:
    """The functions of which a student gets no body."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name not in wanted:
        yield from (
            part
            for part in ([node] if isinstance(node, ast.FunctionDef) else node.body)
            if isinstance(part, ast.FunctionDef)
        )


def _emptied(node: Definition, lines: list[str], comments: dict[int, int], source: Source) -> str:
    """The text of a function without its body, or of a class without those of its methods."""
    if isinstance(node, ast.FunctionDef) and has_marks(lines[_first_line(node) - 1 : node.end_lineno]):
        return without_marked(lines[_first_line(node) - 1 : node.end_lineno], f"{EMPTY}")
    first = node.body[0]
    has_docstring = ast.get_docstring(node, clean=False) is not None
    head = [line for line in range(_first_line(node), first.lineno) if not _is_comment(lines[line - 1])]
    text = "".join(_uncommented(lines[line - 1], comments.get(line)) for line in head)
    if first.lineno == node.lineno:  # def f(x): return x
        text = f"{lines[first.lineno - 1][: first.col_offset].rstrip()}\n"
        indent = " " * (node.col_offset + 4)
    else:
        indent = " " * first.col_offset
    if has_docstring:
        text += _lines(lines, first.lineno, first.end_lineno) if first.lineno > node.lineno else ""
    if isinstance(node, ast.FunctionDef):
        return f"{text.rstrip()}\n{indent}{EMPTY}\n"
    return text + _class_body(node, node.body[has_docstring:], lines, comments, source, has_docstring)


def _class_body(
    node: ast.ClassDef,
    body: list[ast.stmt],
    lines: list[str],
    comments: dict[int, int],
    source: Source,
    has_docstring: bool,
) -> str:
    text, after_code = "", has_docstring
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            if statement.name.startswith("_") and not statement.name.startswith("__"):
                continue  # a helper, as a private function is
            text += ("\n" if text or has_docstring else "") + _emptied(statement, lines, comments, source)
            after_code = True
        else:
            text += ("\n" if after_code else "") + _lines(lines, _first_line(statement), statement.end_lineno)
            after_code = False
    return text or f"    {EMPTY}\n"


def _lines(lines: list[str], first: int, last: int | None) -> str:
    return "".join(f"{line}\n" for line in lines[first - 1 : last])


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _comments(text: str) -> dict[int, int]:
    """Where the comment of each line begins."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.start[1] for token in tokens if token.type == tokenize.COMMENT}


def _is_comment(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _uncommented(line: str, column: int | None) -> str:
    return f"{line[:column].rstrip()}\n"


def _imports(tree: ast.Module) -> str:
    """All imports of the model solution, those of Python first; what only a body used stays, it will be used again."""
    plain: set[tuple[bool, int, str]] = set()
    found: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                is_foreign = alias.name.partition(".")[0] not in sys.stdlib_module_names
                plain.add((is_foreign, 0, f"import {ast.unparse(alias)}"))
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            found.setdefault(str(node.module), set()).update(ast.unparse(alias) for alias in node.names)
    for module, names in found.items():
        is_foreign = module.partition(".")[0] not in sys.stdlib_module_names
        plain.add((is_foreign, 1, f"from {module} import {', '.join(sorted(names, key=str.lower))}"))
    groups = [[line for foreign, _, line in sorted(plain) if foreign is which] for which in (False, True)]
    future = ["from __future__ import annotations"]
    return "\n\n".join("\n".join(group) for group in [future, *groups] if group) + "\n"
