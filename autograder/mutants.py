"""One-edit mutants of a reference function: mistakes that nobody wrote down, each in words that a student understands.

They come simplest first: a lost sign before a swapped axis before another variable. A loop ``while`` is left alone, a
mutant of it may never end; so are the guards that raise, docstrings and annotations.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType

from autograder import rewrites, rules
from autograder.edits import Source
from autograder.replay import Exchange, Kept, first_difference, replaying
from autograder.snippets import Edit, shortened, text

Edits = Callable[[ast.AST, ast.FunctionDef, Sequence[ast.AST]], Iterator[Edit]]


@dataclass(frozen=True)
class Site:
    """One place of a function that can be edited: a field of a node, or an entry of a list there."""

    parent: ast.AST
    name: str
    at: int | None

    def get(self) -> ast.AST:
        found = getattr(self.parent, self.name)
        node: ast.AST = found if self.at is None else found[self.at]
        return node

    def put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.at] = node


@dataclass(frozen=True)
class Mutant:
    """One edit of one function. kind: the kind of edit. label: what is wrong, for a student. before, after: code."""

    function: str
    line: int
    kind: str
    label: str
    before: str
    after: str
    site: Site = field(repr=False, compare=False)
    instead: ast.AST = field(repr=False, compare=False)
    whole: ast.FunctionDef = field(repr=False, compare=False)

    @contextlib.contextmanager
    def applied(self) -> Iterator[ast.FunctionDef]:
        """The function with the edit in it, for as long as the context lasts."""
        before = self.site.get()
        self.site.put(ast.copy_location(self.instead, before))
        try:
            yield ast.fix_missing_locations(self.whole)
        finally:
            self.site.put(before)

    def module(self, source: Source) -> ModuleType:
        """The reference with the edit, made anew."""
        with self.applied() as node:
            return source.edited(self.function, node)

    @contextlib.contextmanager
    def patched(self, source: Source, module: ModuleType) -> Iterator[ModuleType]:
        """The same in a module that is there, for as long as the context lasts."""
        with self.applied() as node, source.patched(module, self.function, node):
            yield module

    def __str__(self) -> str:
        return f"{self.function}, line {self.line}: {self.before} -> {self.after}"


def mutants_of(source: Source, functions: Sequence[str]) -> list[Mutant]:
    """All mutants of these functions: the simplest kind first, and of one kind in the order of the functions."""
    return _sorted(source, functions, rules.edits_of, rules.KINDS)


def larger_mutants_of(source: Source, functions: Sequence[str]) -> list[Mutant]:
    """Those of rewrites.py, in the same order."""
    return _sorted(source, functions, rewrites.rewrites_of, rewrites.KINDS)


def _sorted(source: Source, functions: Sequence[str], edits_of: Edits, kinds: Sequence[str]) -> list[Mutant]:
    found = [mutant for name in functions for mutant in _of_function(name, source.functions[name], edits_of)]
    order = {kind: rank for rank, kind in enumerate(kinds)}
    return sorted(found, key=lambda mutant: order[mutant.kind])  # stable


def different(source: Source, mutants: Sequence[Mutant], exchanges: Sequence[Exchange]) -> list[Mutant]:
    """Of mutants that give the same values in these calls only the first; none that gives the reference's."""
    seen = [Kept(replaying(source.module(), exchanges))]
    kept = []
    for mutant in mutants:
        values = Kept(replaying(mutant.module(source), exchanges))
        if all(first_difference(known, values) is not None for known in seen):
            kept.append(mutant)
            seen.append(values)
    return kept


@functools.cache  # a reference has few functions, and each is looked at for every wrong answer
def _of_function(name: str, function: ast.FunctionDef, edits_of: Edits) -> tuple[Mutant, ...]:
    return tuple(_made(name, function, edits_of))


def _made(name: str, function: ast.FunctionDef, edits_of: Edits) -> Iterator[Mutant]:
    if all(isinstance(part, (ast.Raise, ast.If)) for part in function.body[-1:]) and not rules.returns(function):
        return  # a guard: it gives no value
    parts = list(ast.walk(function))
    for site in _sites(function):
        node = site.get()
        before = ""
        for edit in edits_of(node, function, parts):
            before = before or ast.unparse(node)
            after = ast.unparse(edit.node)
            if after == before:
                continue  # two equal arguments, swapped
            yield Mutant(
                name,
                getattr(node, "lineno", function.lineno),
                edit.kind,
                _of_place(site, edit, function) or edit.label,
                shortened(before),
                shortened(after),
                site,
                edit.node,
                function,
            )


def _of_place(site: Site, edit: Edit, function: ast.FunctionDef) -> str:
    """What a constant is for says more than its value: a power, or the usual value of a switch."""
    node = site.get()
    if not isinstance(node, ast.Constant) or not isinstance(edit.node, ast.Constant):
        return ""
    if isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Pow) and site.name == "right":
        return f"the power {text(edit.node)} is taken where {text(node)} belongs"
    if isinstance(site.parent, ast.arguments) and site.name == "defaults" and isinstance(node.value, bool):
        names = [argument.arg for argument in site.parent.args]
        return f"it does what it should do with {names[(site.at or 0) - len(site.parent.defaults)]} = {not node.value}"
    return ""


def _sites(node: ast.AST) -> Iterator[Site]:
    """Every expression and statement below a node, outermost first, that a mutant may change."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment", "args") and isinstance(
            node, (ast.FunctionDef, ast.arg, ast.AnnAssign)
        ):
            if name == "args":
                yield from (Site(node.args, "defaults", at) for at in range(len(node.args.defaults)))  # type: ignore[union-attr]  # a FunctionDef's
            continue
        if isinstance(node, ast.AnnAssign) and name == "target":
            continue
        for site in _children(node, name, value):
            child = site.get()
            if isinstance(child, (ast.While, ast.Raise, ast.JoinedStr)) or _is_guard(child) or _is_docstring(child):
                continue
            if isinstance(child, (ast.expr, ast.stmt)):
                yield site
            yield from _sites(child)


def _children(node: ast.AST, name: str, value: object) -> list[Site]:
    if isinstance(value, list):
        return [Site(node, name, at) for at, item in enumerate(value) if isinstance(item, ast.AST)]
    return [Site(node, name, None)] if isinstance(value, ast.AST) else []


def _is_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and any(isinstance(part, ast.Raise) for part in node.body)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
