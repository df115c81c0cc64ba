"""The reference with one value changed on its way: every part of its formulas can be squared, averaged, exchanged ...

The parts are wrapped once, and a probe changes the value of one of them while the function runs; so thousands of
probes take no longer than as many calls of the function.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from autograder.changes import Change, changes, formulas
from autograder.edits import Source
from autograder.replay import Exchange, quietly, replay, replaying
from autograder.snippets import said

HOOK = "_passing"  # the function that every wrapped part goes through
KEPT = "self"
MET = "_met"  # the attribute in which an object remembers all that it was given
MOST_PASSED = 60_000  # parts of formulas that are computed for one wrong answer: a fraction of a second
LEAST_PASSED = 20  # a call takes as long as so many
MOST_NUMBERS = 400  # of a value that is changed: of larger ones a change takes too long


@dataclass(frozen=True)
class Probe:
    """A change of one part, and others that make the same of it in the call that was looked at. part: in words."""

    site: int
    part: str
    changes: tuple[Change, ...]
    rank: int

    @property
    def label(self) -> str:
        return self.changes[0].words.replace("{}", self.part)

    def each(self) -> Iterator[Probe]:
        """Its changes one by one."""
        return (replace(self, changes=(change,)) for change in self.changes)


class Probed:
    """The reference, each part of some of its functions wrapped. module: right, but while a probe is ``active``."""

    def __init__(self, source: Source, functions: Sequence[str]) -> None:
        wrapper = _Wrapper()
        nodes = {name: wrapper.wrapped(source.functions[name]) for name in functions}
        self.parts = wrapper.parts
        self.numbers = wrapper.numbers
        self.returned = wrapper.returned
        self.module: ModuleType = source.replaced(nodes)
        vars(self.module)[HOOK] = self._passing
        self.active: Probe | None = None
        self._seen: dict[int, tuple[Any, dict[str, Any]]] | None = None
        self._passed = 0  # parts that were computed

    def probes(self, exchanges: Sequence[Exchange]) -> list[Probe]:
        """Every change that makes a difference to a value of these calls, the likely ones first."""
        self._seen, self._passed = {}, 0
        replay(self.module, exchanges)
        seen, self._seen = self._seen, None
        with quietly():
            found = [probe for site, (value, scope) in seen.items() for probe in self._of_site(site, value, scope)]
        found.sort(key=lambda probe: probe.rank)  # stable: of one rank in the order in which they run
        return found[: MOST_PASSED // max(self._passed, LEAST_PASSED)]

    def answers(self, probe: Probe, exchanges: Sequence[Exchange]) -> list[Any]:
        """What the reference answers with this change in it."""
        return list(self.answering(probe, exchanges))

    def answering(self, probe: Probe, exchanges: Sequence[Exchange]) -> Generator[Any, None, None]:
        """The same, one answer after the other."""
        self.active = probe
        try:
            yield from replaying(self.module, exchanges)
        finally:
            self.active = None

    def _of_site(self, site: int, value: Any, scope: dict[str, Any]) -> Iterator[Probe]:
        """Changes that give this value the same numbers share one probe, the likeliest first: later calls decide."""
        same: dict[Any, list[tuple[int, Change]]] = {_bytes(value): []}
        whole = formulas(value, scope) if site in self.returned else ()
        for rank, change in (*whole, *changes(value, scope)):
            try:
                changed = np.asarray(change.apply(value, scope))
            except Exception:  # a change that this value cannot have
                continue
            if changed.dtype.kind in "biufc":
                told = change.of_number(value, changed) if site in self.numbers else change
                same.setdefault(_bytes(changed), []).append((rank, told))
        unchanged = _bytes(value)
        for key, found in same.items():
            if key != unchanged and found:
                yield Probe(site, self.parts[site], tuple(change for _, change in found), found[0][0])

    def _passing(self, site: int, value: Any, scope: Mapping[str, Any]) -> Any:
        self._passed += 1
        _remember(scope)
        if self._seen is not None and site not in self._seen and _is_numeric(value):
            self._seen[site] = (copy.deepcopy(value), copy.deepcopy(_visible(scope)))
        if self.active is None or self.active.site != site:
            return value
        changed = self.active.changes[0].apply(value, _visible(scope))
        return changed[()] if isinstance(changed, np.ndarray) and changed.ndim == 0 else changed


class _Wrapper(ast.NodeTransformer):
    """Puts the hook around every part of a formula. parts: how each is told, by its number; returned: the results.

    numbers: those that are numbers, as 1 in ``1 - z``.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.numbers: set[int] = set()
        self.returned: set[int] = set()

    def wrapped(self, function: ast.FunctionDef) -> ast.FunctionDef:
        made = copy.deepcopy(function)
        made.body = [self.visit(statement) for statement in made.body]
        return ast.fix_missing_locations(made)

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, (ast.Raise, ast.While, ast.JoinedStr, ast.Assert, ast.FunctionDef)) or _is_words(node):
            return node
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.AnnAssign):
            node.value = self.visit(node.value) if node.value is not None else None
            return node
        before = copy.deepcopy(node)
        node = self.generic_visit(node)
        if isinstance(node, ast.Return):
            self.returned |= {part.args[0].value for part in _results(node) if _is_hook(part)}
        return self._around(node, before)

    def _call(self, node: ast.Call) -> Any:
        """Of what is called only the object, of the keywords none: an axis is no part of a formula."""
        before = copy.deepcopy(node)
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            node.func.value = self.visit(node.func.value)
        node.args = [self.visit(argument) for argument in node.args]
        return self._around(node, before)

    def _around(self, node: Any, before: ast.AST) -> Any:
        kinds = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Compare, ast.IfExp)
        if not isinstance(node, (*kinds, ast.Constant)) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return node
        if _is_module(node) or (isinstance(node, ast.Constant) and type(node.value) not in (int, float)):
            return node
        if isinstance(node, ast.Constant):
            self.numbers.add(len(self.parts))
        self.parts.append(said(before, "a part"))
        scope = ast.Call(ast.Name("locals", ast.Load()), [], [])
        return ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(len(self.parts) - 1), node, scope], [])


def _results(node: ast.Return) -> list[Any]:
    return list(node.value.elts) if isinstance(node.value, (ast.Tuple, ast.List)) else [node.value]


def _is_hook(node: Any) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == HOOK


def _is_module(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", KEPT)


def _is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _remember(scope: Mapping[str, Any]) -> None:
    """What an object's forward was given may be in its backward by mistake, whether the reference keeps it or not."""
    if hasattr(scope.get(KEPT), "__dict__"):
        vars(scope[KEPT]).setdefault(MET, {}).update(scope)


def _visible(scope: Mapping[str, Any]) -> dict[str, Any]:
    """What has numbers among the names that a formula can see, and what its object keeps or met before."""
    kept = vars(scope[KEPT]) if hasattr(scope.get(KEPT), "__dict__") else {}
    kept = {**kept.get(MET, {}), **kept}
    return {name: value for name, value in {**scope, **kept}.items() if _is_numeric(value)}


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf" and 0 < value.size <= MOST_NUMBERS
    return isinstance(value, (bool, int, float, np.generic)) and np.asarray(value).dtype.kind in "biuf"


def _bytes(value: Any) -> tuple[Any, ...]:
    array = np.asarray(value)
    return array.shape, (array + 0.0).tobytes() if array.dtype.kind in "biuf" else array.tobytes()
