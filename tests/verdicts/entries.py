"""The corpus: what is called right_ or wrong_ (Right or Wrong, if a class) in tests/verdicts/functions, and its tables.

A file is named after the function that it is about. One whose name begins with late_ was written after the constants of
the tolerance were frozen, and nothing was changed for it. The answers of tests/tolerance, on which the constants were
tried, belong to the corpus too; they stand there, and not here again.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.tolerance.right import RIGHT
from tests.tolerance.wrong import WRONG
from tests.verdicts.honest_types import HONEST_TYPES, in_type
from tests.verdicts.problem import Problem

FOLDER = Path(__file__).parent / "functions"


@dataclass(frozen=True)
class Entry:
    """One submission. label: for a wrong one, what a person would say is wrong. known: why a verdict on it fails."""

    function: str
    label: str
    right: bool
    late: bool
    submission: Callable[..., Any]
    known: str = ""

    def __str__(self) -> str:
        return f"{self.function}: {'right' if self.right else 'wrong'}, {self.label}"


@functools.cache
def problems() -> dict[str, Problem]:
    """By the function's name."""
    return {_function(path): _module(path).PROBLEM for path in _files()}


@functools.cache
def entries() -> tuple[Entry, ...]:
    found = [entry for path in _files() for entry in _entries_of(path)]
    for right, table in ((True, RIGHT), (False, WRONG)):
        for function, answers in table.items():
            found += [Entry(function, label, right, False, answer) for label, answer in answers.items()]
    return tuple(found)


def of(function: str) -> list[Entry]:
    return [entry for entry in entries() if entry.function == function]


def in_honest_types(function: str) -> list[Entry]:
    """The reference itself, in each type that an honest answer may have."""
    reference = problems()[function].subject.function
    return [Entry(function, name, True, False, in_type(reference, name)) for name in HONEST_TYPES]


def _files() -> list[Path]:
    files = sorted(FOLDER.glob("*.py"))
    assert files, f"no corpus in {FOLDER}"
    return files


def _function(path: Path) -> str:
    return path.stem.removeprefix("late_")


def _module(path: Path) -> ModuleType:
    return importlib.import_module(f"tests.verdicts.functions.{path.stem}")


def _entries_of(path: Path) -> Iterator[Entry]:
    module = _module(path)
    known = getattr(module, "KNOWN", {})
    for label, right, answer in _answers(module):
        submission = module.PROBLEM.use(answer)
        yield Entry(_function(path), label, right, path.stem.startswith("late_"), submission, known.get(label, ""))


def _answers(module: ModuleType) -> Iterator[tuple[str, bool, Any]]:
    """(label, right, answer). A wrong function's label is its docstring, a right one's its name."""
    for label, answer in getattr(module, "RIGHT", {}).items():
        yield label, True, answer
    for label, answer in getattr(module, "WRONG", {}).items():
        yield label, False, answer
    for name, answer in vars(module).items():
        kind, *words = re.findall("[A-Z]?[a-z0-9]+", name) or [""]
        if kind in ("right", "Right"):
            yield " ".join(words).lower(), True, answer
        if kind in ("wrong", "Wrong"):
            label = inspect.getdoc(answer)
            assert label, f"{module.__name__}.{name} has no docstring that says what is wrong"
            yield label.rstrip("."), False, answer
