"""The model solution of an assignment: what its functions need of the reference, in one module, as it is handed in.

``reference = ["losses", "regularization"]`` in assignment.toml names the modules; without it there is one, of the
assignment's own name. Functions that these import from other modules of the reference come along.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from autograder.assignment import Assignment
from autograder.edits import Source, source_from
from autograder.errors import AssignmentError
from autograder.reference import imported

_FIRST = "from __future__ import annotations\n"


def model_of(assignment: Assignment) -> Source:
    """The model solution, ready to be changed and run; each line knows the file that it stands in.

    It has what [functions] and ``given`` name, and all that these use; AssignmentError names what is not there.
    """
    chapters = _chapters(assignment)
    homes: dict[str, _Chapter] = {}
    waiting = [*assignment.functions, *assignment.given]
    for name in waiting:  # it grows while it is walked
        home = next((chapter for chapter in chapters.values() if name in chapter.definitions), None)
        if home is None:
            raise AssignmentError(
                f"{assignment.folder / 'assignment.toml'}: the reference has no {name}: "
                f"not in {', '.join(assignment.reference)}."
            )
        homes.setdefault(name, home)
        used = {part.id for node in home.definitions[name] for part in ast.walk(node) if isinstance(part, ast.Name)}
        waiting += sorted(other for other in used if other not in waiting and _defined(other, home, chapters))
        _refuse_two_meanings(used, home, homes)
    text, places = _FIRST, []
    for chapter in chapters.values():
        kept = [name for name, home in homes.items() if home is chapter]
        if kept:
            places.append((text.count("\n") + 1, chapter.path))
            text += chapter.only(kept)
    first = next(iter(chapters.values()))
    return source_from(text, first.module, first.path, tuple(places))


def write_model(assignment: Assignment, folder: Path) -> Path:
    """The model solution as a file to hand in, written into a folder."""
    from autograder.pytest_run import importable

    path = folder / assignment.file
    with importable(assignment.root):
        path.write_text(model_of(assignment).text, encoding="utf-8")
    return path


@dataclass(frozen=True)
class _Chapter:
    """One module of the reference. definitions: what it defines at its top level; borrowed: names it imports from
    other modules of the reference, with those modules."""

    module: str
    path: Path
    text: str
    definitions: dict[str, list[ast.stmt]] = field(repr=False)
    borrowed: dict[str, str] = field(repr=False)
    imports: list[ast.stmt] = field(repr=False)

    def only(self, names: list[str]) -> str:
        """The text with nothing but its imports and these definitions; every line stays where it is."""
        nodes = [*self.imports, *(node for name in names for node in self.definitions[name])]
        keep = {line for node in nodes for line in range(_first_line(node), (node.end_lineno or 0) + 1)}
        lines = self.text.splitlines()
        return "".join(f"{line if number in keep else ''}\n" for number, line in enumerate(lines, 1))


def _chapters(assignment: Assignment) -> dict[str, _Chapter]:
    """The assignment's modules of the reference, then those that they borrow from; the borrowed-from ones first."""
    found: dict[str, _Chapter] = {}

    def read(name: str) -> None:
        if name in found:
            return
        chapter = _chapter(imported(name.removeprefix("reference."), assignment))
        for other in dict.fromkeys(chapter.borrowed.values()):
            read(other)
        found[name] = chapter

    for name in assignment.reference:
        read(f"reference.{name}")
    return found


def _chapter(module: ModuleType) -> _Chapter:
    path = Path(str(module.__file__))
    text = path.read_text(encoding="utf-8")
    definitions: dict[str, list[ast.stmt]] = {}
    borrowed: dict[str, str] = {}
    imports: list[ast.stmt] = []
    for node in ast.parse(text, str(path)).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("reference."):
            borrowed |= {alias.name: str(node.module) for alias in node.names}
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != "__future__":
            imports.append(node)
        for name in _names(node):
            definitions.setdefault(name, []).append(node)
    return _Chapter(module.__name__, path, text, definitions, borrowed, imports)


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


def _defined(name: str, home: _Chapter, chapters: dict[str, _Chapter]) -> bool:
    return name in home.definitions or (name in home.borrowed and name in chapters[home.borrowed[name]].definitions)


def _refuse_two_meanings(used: set[str], home: _Chapter, homes: dict[str, _Chapter]) -> None:
    for name in used & homes.keys():
        if name in home.definitions and homes[name] is not home:
            raise AssignmentError(f"{home.path} and {homes[name].path} both define {name}: one file cannot hold both.")


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
