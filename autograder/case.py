"""One function or class in one check: its calls, what came and what is right, output by output."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from autograder.edits import Source, outputs_of
from autograder.errors import AssignmentError
from autograder.fits import Output, Row
from autograder.replay import NOTHING, Exchange, Nothing, Path, about, agrees, parts, pick, replay, subject_of
from autograder.tolerance import LIMITS, precision, tolerance
from autograder.variations import arguments_of, titled


@dataclass(frozen=True)
class Key:
    """One output: of which function, and which part of its value."""

    title: str
    path: Path


@dataclass(frozen=True)
class Entry:
    """One output in one call. at: the place of the call among the exchanges. slack: see replay.agrees."""

    at: int
    got: Any
    right: np.ndarray
    slack: Any = 0.0


@dataclass(frozen=True)
class Case:
    """What one check asked of one function or class.

    answers: the reference's, to the exchanges. entries: those of each output. wrong, right: the outputs that are wrong
    in some call, and those that are right in all; an output that is missing somewhere is neither.
    """

    subject: str
    exchanges: list[Exchange]
    answers: list[Any]
    entries: dict[Key, list[Entry]]
    dtype: str
    source: Source = field(repr=False)
    wrong: list[Key] = field(default_factory=list)
    right: list[Key] = field(default_factory=list)
    _named: dict[str, list[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def numbers(self) -> int:
        """How many different numbers the best known of the wrong outputs holds, or should hold."""
        counts = [_different(self.entries[key], which) for key in self.wrong for which in ("got", "right")]
        return max(counts, default=0)

    def agreeing(self, answers: Iterable[Any], wanted: Sequence[Key], transposed: bool = False) -> set[Key]:
        """The outputs that these answers reproduce in every call; as soon as no wanted one is left, none."""
        alive = set(self.entries)
        at: dict[int, list[tuple[Key, Entry]]] = {}
        for key, entries in self.entries.items():
            for entry in entries:
                at.setdefault(entry.at, []).append((key, entry))
        for place, value in enumerate(answers):
            for key, entry in at.get(place, ()):
                if key in alive:
                    part = pick(value, key.path, self.answers[place])
                    if transposed and not isinstance(part, Nothing) and part.ndim == 2:
                        part = part.T
                    if not self.agrees(entry, part):
                        alive.discard(key)
            if not alive.intersection(wanted):
                return set()
        return alive

    def agrees(self, entry: Entry, part: Any) -> bool:
        """Whether these are the numbers that came."""
        return agrees(entry.got, part, self.dtype, entry.slack)

    def first_wrong(self, key: Key) -> int:
        """The place of the first call in which this output is wrong."""
        return next(entry.at for entry in self.entries[key] if not self.agrees(entry, entry.right))

    def entry(self, key: Key, at: int) -> Entry:
        """An output in the call at this place."""
        return next(entry for entry in self.entries[key] if entry.at == at)

    def name(self, key: Key) -> str:
        """What a message calls an output: the name that the reference gives it, or the function's value."""
        place = key.path[0] if key.path else 0
        if key.title not in self._named:
            self._named[key.title] = self._names(key.title)
        names = self._named[key.title]
        if isinstance(place, int) and place < len(names) and names[place]:
            return "".join([names[place], *(f"[{step!r}]" for step in key.path[1:])])
        if not key.path:
            return f"value of {key.title}"
        if len(key.path) == 1 and isinstance(place, int):
            return f"result {place + 1} of {key.title}"
        return f"result {''.join(f'[{step!r}]' for step in key.path)} of {key.title}"

    def output(self, key: Key, answers: Sequence[Any] | None = None, met: bool = False) -> Output:
        """An output with the arguments of its calls, as the fits see it. answers: others in the place of right ones.

        met: with what an object was given in earlier calls, too.
        """
        entries = self.entries[key]
        module = self.source.module()
        titles = {key.title, *(titled(item.call) for item in self.exchanges if item.call.on is not None)}
        names = {title: list(self.parameters(title, module)) for title in titles}
        parameters = names[key.title]
        places = [entry.at for entry in entries]
        others = tuple(
            (self.name(other), tuple(entry.right for entry in self.entries[other]))
            for other in self.entries
            if other.title == key.title and other != key and [entry.at for entry in self.entries[other]] == places
        )
        is_backward = bool(parameters) and parameters[0].startswith("d") and "backward" in key.title
        rows = tuple(
            Row(
                (self._met_before(entry.at, names) if met else {})
                | arguments_of(self.exchanges[entry.at].call, parameters),
                entry.got,
                entry.right if answers is None else pick(answers[entry.at], key.path, self.answers[entry.at]),
                entry.slack,
            )
            for entry in entries
        )
        return Output(self.name(key), rows, self.dtype, parameters[0] if is_backward else "", others)

    def _met_before(self, at: int, names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """What the object of this call was given in earlier ones: a gate's backward may use its forward's inputs."""
        call, met = self.exchanges[at].call, dict[str, Any]()
        for item in self.exchanges[:at] if call.on is not None else ():
            if item.call.on == call.on and not item.call.read:
                met |= arguments_of(item.call, names[titled(item.call)])
        return met

    def _names(self, title: str) -> list[str]:
        """What the reference calls the values of a function: the names it returns, or those in its docstring."""
        node = self.source.functions.get(title)
        values = outputs_of(node) if node is not None else []
        names = []
        for value in values:
            if len(values) > 1 and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
                value = value.left  # the gradient, divided by N as it leaves
            names.append(value.id if isinstance(value, ast.Name) else "")
        is_clear = all(names) and len(set(names)) == len(names)  # [dz, dz] would say nothing of which is which
        if is_clear or len(values) < 2 or node is None:
            return names
        for found in _LISTED.findall(ast.get_docstring(node) or ""):
            words = [word.strip() for word in "".join(found).split(",")]
            if len(words) == len(values):
                return words
        return names if len(set(names)) == len(names) else []

    def calls_in_words(self, keys: Sequence[Key]) -> str:
        count = max(len(self.entries[key]) for key in keys)
        return {1: "", 2: ", in both calls"}.get(count, f", in all {count} calls")

    def parameters(self, title: str, module: ModuleType | None = None) -> Mapping[str, inspect.Parameter]:
        """The parameters of a function of the reference, without self; none of a class that is only made."""
        found: Any = module or self.source.module()
        for name in title.split("."):
            found = getattr(found, name, None)
        try:
            parameters = dict(inspect.signature(found).parameters) if callable(found) else {}
        except (TypeError, ValueError):
            return {}
        parameters.pop("self", None)
        return parameters


# ``dz, d_a``, or Returns [dx, dy]: what else stands in brackets is a shape.
_LISTED = re.compile(r"``([\w, ]+)``|\bReturns [\[(](\w+(?:, \w+)+)[\])]")


def case_of(subject: str, exchanges: Sequence[Exchange], source: Source, calibrated: bool = False) -> Case:
    """The part of a check that is about one function or class.

    calibrated: every number may differ by what the reference's own rounding leaves there, which takes a while to know.
    """
    items = about(subject, exchanges)
    answers = replay(source.module(), items)
    own = [name == subject for name in subject_of(items)]
    entries: dict[Key, list[Entry]] = {}
    values = [item.value for item, is_own in zip(items, own, strict=True) if is_own]
    dtype = precision(values)
    for at, (item, right, is_own) in enumerate(zip(items, answers, own, strict=True)):
        if is_own and not isinstance(right, Nothing):
            slack = _slack(item, source, dtype) if calibrated else None
            for path, part in parts(right):
                got = pick(item.value, path, right)
                entry = Entry(at, got, np.asarray(part), 0.0 if slack is None else _at(slack, path, dtype))
                entries.setdefault(Key(titled(item.call), path), []).append(entry)
    case = Case(subject, items, answers, entries, dtype, source)
    for key, found in entries.items():
        if not any(entry.got is NOTHING for entry in found):
            is_right = all(agrees(entry.got, entry.right, dtype, entry.slack) for entry in found)
            (case.right if is_right else case.wrong).append(key)
    return case


def _slack(item: Exchange, source: Source, dtype: str) -> Any:
    """What the numbers of one call may differ by; None for a method's call, or where it cannot be measured."""
    if item.call.on is not None:
        return None
    function = getattr(source.module(), item.call.name)
    try:
        return tolerance(function, item.call.args, dict(item.call.kwargs), seed=0, dtype=dtype)
    except (AssignmentError, ValueError, TypeError, LookupError):
        return None


def _at(slack: Any, path: Path, dtype: str) -> Any:
    for step in path:
        slack = slack[step]
    return 0.0 if slack is None else LIMITS[dtype] * np.asarray(slack)


def _different(entries: Sequence[Entry], which: str) -> int:
    arrays = [np.asarray(getattr(entry, which)).reshape(-1) for entry in entries]
    numbers = np.concatenate(arrays) if arrays else np.zeros(0)
    return len(np.unique(numbers[(numbers != 0) & np.isfinite(numbers)]))
