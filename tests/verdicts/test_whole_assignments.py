"""Every answer of the corpus, handed in within the model solution: a right one costs no point, a wrong one does."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.model import model_of
from autograder.rehearsal import Stage, rehearse
from autograder.replay import subject_of
from tests.verdicts.entries import Entry, entries, problems

ROOT = Path(__file__).resolve().parent.parent.parent
ASSIGNMENTS = sorted(path.parent for path in (ROOT / "assignments").glob("*/assignment.toml"))
# Right for what the corpus asks, which is less than the handout promises.
ASKED_FOR_MORE = {
    ("l1_penalty", "x / |x|"): "nan at 0, where any slope from -lam to lam is right",
    ("subtract_mean", "matrix of ones"): "fixes the number of rows",
    ("normalize", "two passes"): "a feature that is constant in training",
    ("normalize", "root of var"): "a feature that is constant in training",
    ("normalize", "columns"): "a feature that is constant in training",
    ("normalize", "short variance"): "a feature that is constant in training",
}
# Wrong where the handout leaves the choice.
FREE: dict[tuple[str, str], str] = {}


@functools.cache
def answers_of(function: str) -> tuple[Entry, ...]:
    """Those that are functions of the same arguments as the reference's."""
    if function not in problems() or problems()[function].use(_same) is not _same:
        return ()
    return tuple(entry for entry in entries() if entry.function == function)


def _same() -> None: ...


@pytest.mark.parametrize("folder", ASSIGNMENTS, ids=lambda folder: folder.name)
def test_the_corpus_is_judged_as_it_should_be(folder: Path) -> None:
    assignment = load_assignment(folder)
    misjudged: list[str] = []
    rehearse(assignment, lambda stage: misjudged.extend(_misjudged(assignment, stage)))
    assert misjudged == []


def test_the_corpus_is_about_functions_of_the_assignments() -> None:
    asked = {name for folder in ASSIGNMENTS for name in load_assignment(folder).functions}
    assert sum(bool(answers_of(name)) for name in asked) >= 40


def _within_the_corpus(entry: Entry, reference: Callable[..., Any]) -> Callable[..., Any]:
    """The answer where it is asked for numbers and arrays of the kinds that the corpus asks, else the reference."""
    signature = inspect.signature(reference)
    asked = {_kinds(arguments) for _, arguments, _ in problems()[entry.function].subject.calls()}

    def called(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        few = (*bound.args, *bound.kwargs.values())
        bound.apply_defaults()
        all_of_them = (*bound.args, *bound.kwargs.values())
        for given in (few, all_of_them):
            if _kinds(given) in asked:
                return entry.submission(*given)
        return reference(*args, **kwargs)

    return called


def _kinds(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(map(_kinds, value))
    if isinstance(value, dict):
        return tuple((key, _kinds(item)) for key, item in value.items())
    if isinstance(value, (np.ndarray, float, int)) and not isinstance(value, bool):
        return np.ndim(value), np.asarray(value).dtype.kind
    return type(value).__name__


def _misjudged(assignment: Assignment, stage: Stage) -> Iterator[str]:
    source = model_of(assignment)
    stage.grading.explaining = stage.grading.sharing = False  # what is asked is whether any point is lost
    played = stage.perform(source.module())
    used = [{name for subject in set(subject_of(one.exchanges)) for name in source.used_by(subject)} for one in played]
    for function in assignment.functions:
        reaching = [at for at, names in enumerate(used) if function in names]
        for entry in answers_of(function):
            reference = source.module()
            module = ModuleType(function)  # whatever else the model solution does, it does with its own functions
            vars(module).update(vars(reference))
            answer = _within_the_corpus(entry, getattr(reference, function)) if entry.right else entry.submission
            setattr(module, function, answer)
            lost = [one.outcome for one in stage.perform(module, reaching, to_the_end=False) if one.lost]
            allowed = ASKED_FOR_MORE if entry.right else FREE
            if bool(lost) == entry.right and (function, entry.label) not in allowed:
                yield f"{entry}" + "".join(f": {one.check.name}: {one.message}" for one in lost)
