"""The reference with one function changed: read from its source, changed in memory, never written to disk."""

from __future__ import annotations
import __future__

import ast
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any


@dataclass(frozen=True)
class Source:
    """A module of the reference, ready to be changed. functions: each by its name, "AddGate.backward" in a class.

    places: where it is made of several files, the first line of each in ``text``.
    """

    name: str
    path: Path
    text: str
    functions: dict[str, ast.FunctionDef] = field(repr=False)
    code: CodeType = field(repr=False)
    places: tuple[tuple[int, Path], ...] = ()
    _used: dict[str, list[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def where(self, line: int) -> str:
        """The file and line of the reference behind a line of ``text``."""
        first, path = max((place for place in self.places if place[0] <= line), default=(1, self.path))
        return f"{path.parent.name}/{path.name}:{line - first + 1}"

    def module(self) -> ModuleType:
        """The module, made anew."""
        made = ModuleType(self.name)
        made.__file__ = str(self.path)
        exec(self.code, made.__dict__)  # the course's own reference
        return made

    def edited(self, name: str, node: ast.FunctionDef) -> ModuleType:
        """The module, made anew, with this in the place of the function ``name``; its other functions use it too."""
        made = self.module()
        self._put(made, name, node)
        return made

    def replaced(self, nodes: Mapping[str, ast.FunctionDef]) -> ModuleType:
        """The same with several functions at once."""
        made = self.module()
        for name, node in nodes.items():
            self._put(made, name, node)
        return made

    @contextlib.contextmanager
    def patched(self, module: ModuleType, name: str, node: ast.FunctionDef) -> Iterator[ModuleType]:
        """The same with a module that is there, for as long as the context lasts: much quicker than to make one."""
        owner, _, method = name.rpartition(".")
        place = getattr(module, owner) if owner else module
        before = vars(place)[method]
        self._put(module, name, node)
        try:
            yield module
        finally:
            setattr(place, method, before)

    def _put(self, module: ModuleType, name: str, node: ast.FunctionDef) -> None:
        flags = __future__.annotations.compiler_flag  # an annotation is never evaluated
        code = compile(ast.Module([node], []), str(self.path), "exec", flags=flags, dont_inherit=True)
        owner, _, method = name.rpartition(".")
        scope: dict[str, Any] = {}
        exec(code, module.__dict__, scope)
        setattr(getattr(module, owner) if owner else module, method, scope[method])

    def used_by(self, name: str) -> list[str]:
        """The functions that run when this one, or an object of this class, is used: itself first, then its helpers."""
        if name not in self._used:
            self._used[name] = self._walked(name)
        return list(self._used[name])

    def _walked(self, name: str) -> list[str]:
        found = [own for own in self.functions if own == name or own.startswith(f"{name}.")]
        for own in found:  # it grows while it is walked
            called = {node.id for node in ast.walk(self.functions[own]) if isinstance(node, ast.Name)}
            found += [
                other
                for other in self.functions
                if other not in found and (other in called or other.partition(".")[0] in called)
            ]
        return found


def source_of(module: ModuleType) -> Source:
    """The source of a module that was imported from a file."""
    path = Path(str(module.__file__))
    return source_from(path.read_text(encoding="utf-8"), module.__name__, path)


def source_from(text: str, name: str, path: Path, places: tuple[tuple[int, Path], ...] = ()) -> Source:
    """The same from a text. Raises SyntaxError as compile does."""
    tree = ast.parse(text, str(path))
    code = compile(tree, str(path), "exec", dont_inherit=True)
    return Source(name, path, text, dict(_functions(tree)), code, places)


def outputs_of(node: ast.FunctionDef) -> list[ast.expr]:
    """What a function returns, one expression for each value; none where it returns in several ways."""
    returns = [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value is not None]
    if len(returns) != 1:
        return []
    (value,) = returns
    return list(value.elts) if isinstance(value, (ast.Tuple, ast.List)) else [value]


def formula_of(node: ast.FunctionDef, place: int) -> ast.expr | None:
    """The expression behind the place-th value that is returned: what its name was last given, if that was once."""
    outputs = outputs_of(node)
    if place >= len(outputs):
        return None
    value = outputs[place]
    if not isinstance(value, ast.Name):
        return value
    given = [part for part in ast.walk(node) if isinstance(part, ast.Assign) and _is(part.targets, value.id)]
    changed = [part for part in ast.walk(node) if isinstance(part, ast.AugAssign)]
    return given[0].value if len(given) == 1 and not changed else None


def _is(targets: list[ast.expr], name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef) and not prefix:
            yield from _functions(node, f"{node.name}.")
