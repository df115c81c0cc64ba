"""An assignment is proved before its release, with wrong answers that are made of the reference itself."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

from autograder.assignment import Assignment
from autograder.certificate import Certificate, Edit
from autograder.complexstep import Gradient, check_gradients
from autograder.edits import Source, source_from
from autograder.errors import AssignmentError
from autograder.faults import faults
from autograder.margin import margin
from autograder.misconceptions import Misconception, read_misconceptions, without_effect
from autograder.model import model_of
from autograder.mutants import Mutant, mutants_of
from autograder.outcome import Status
from autograder.redraw import large, near_kinks, normal, redrawn, wide
from autograder.rehearsal import Played, Stage, rehearse
from autograder.replay import Exchange, Kept, Nothing, agrees, parts, replaying, subject_of
from autograder.snippets import TINY
from autograder.unexplained import grouped

ENOUGH = 1e3  # times the limit: what a wrong answer must exceed it by in some case
EXAMPLES = 24  # exchanges of a check that are drawn anew, to tell whether a surviving mutant is equivalent
DRAWS = (normal, normal, normal, wide, wide, near_kinks, near_kinks, near_kinks, large, large)

Progress = Callable[[int, int, str], None]


def validate(
    assignment: Assignment, progress: Progress = lambda done, total, what: None, every: int = 1
) -> Certificate:
    """Everything that is promised of an assignment, tried. progress(done, total, what is being tried).

    every: try one of so many automatic mutants, for a quick look.

    AssignmentError where the tests cannot be loaded at all; all else that is wrong stands in the Certificate.
    """
    found: list[Certificate] = []
    rehearse(assignment, lambda stage: found.append(_certificate(assignment, stage, progress, every)))
    return found[0]


@dataclass
class _Trial:
    """The checks, what the reference did in each, and the functions that each check reaches."""

    stage: Stage
    source: Source
    right: ModuleType
    played: list[Played]
    reaches: list[set[str]]
    weak: list[Edit] = field(default_factory=list)
    unhinted: list[Edit] = field(default_factory=list)
    _asked_anew: dict[str, Iterable[tuple[list[Exchange], Iterable[Any]]]] = field(default_factory=dict)

    def lost(self, module: ModuleType, function: str) -> Played | None:
        """The first check at which this module loses points, of those that reach the function."""
        played = self.stage.perform(module, self.reaching(function), to_the_end=False)
        return played[-1] if played and played[-1].lost else None

    def reaching(self, function: str) -> list[int]:
        """The numbers of the checks in which this function of the reference runs."""
        return [at for at, names in enumerate(self.reaches) if function in names]

    def asked_anew(self, function: str) -> Iterable[tuple[list[Exchange], Iterable[Any]]]:
        """The calls of the checks that reach a function with other numbers, and the reference's answers: kept."""
        if function not in self._asked_anew:
            self._asked_anew[function] = Kept(self._drawing(function))
        return self._asked_anew[function]

    def _drawing(self, function: str) -> Iterator[tuple[list[Exchange], Iterable[Any]]]:
        for seed, draw in enumerate(DRAWS):
            rng = np.random.default_rng([seed, 13])
            for at in self.reaching(function):
                exchanges = self.played[at].exchanges[:EXAMPLES]
                asked = [Exchange(redrawn(item.call, rng, draw), item.value) for item in exchanges]
                yield asked, Kept(replaying(self.right, asked))


def _certificate(assignment: Assignment, stage: Stage, progress: Progress, every: int) -> Certificate:
    source = model_of(assignment)
    right = source.module()
    progress(0, 1, "the reference")
    played = stage.perform(right)
    trial = _Trial(stage, source, right, played, [_reached(one, source) for one in played])
    untouched = stage.perform(_starter(source, assignment.given))
    earned = [one.outcome.check.name for one in untouched if one.outcome.score > 0]
    misconceptions, problems = _misconceptions(assignment, trial)
    problems = [*faults(played, source, assignment.folder), *problems]
    reached = [name for name in _written(source, assignment.given) if any(name in names for names in trial.reaches)]
    mutants = [mutant for mutant in mutants_of(source, reached) if mutant.kind != TINY][::every]
    total = len(misconceptions) + len(mutants)
    stage.grading.sharing = False  # it takes long, and what lost points has lost them either way
    caught, missed = _try_misconceptions(trial, misconceptions, lambda done, what: progress(done, total, what))
    killed, equivalent, survivors = _try_mutants(
        trial, mutants, lambda done, what: progress(len(misconceptions) + done, total, what)
    )
    progress(total, total, "the gradients")
    return Certificate(
        assignment.name,
        sum(one.outcome.check.max_score for one in played),
        len(played),
        tuple(one.outcome.check.name for one in played if one.lost),
        tuple(earned),
        tuple(problems),
        tuple(caught),
        tuple(missed),
        killed,
        equivalent,
        tuple(survivors),
        tuple(trial.weak),
        tuple(trial.unhinted),
        tuple(_gradients(trial)),
        tuple(grouped(assignment.unexplained)),
    )


def _misconceptions(assignment: Assignment, trial: _Trial) -> tuple[tuple[Misconception, ...], list[str]]:
    path = assignment.folder / "misconceptions.toml"
    try:
        misconceptions = read_misconceptions(path, trial.source)
    except AssignmentError as error:
        return (), [str(error)]
    problems = []
    for function in dict.fromkeys(entry.function for entry in misconceptions):
        of_function = [entry for entry in misconceptions if entry.function == function]
        problems += [str(error) for error in without_effect(of_function, trial.source, _all(trial, function))]
    return misconceptions, problems


def _all(trial: _Trial, function: str) -> list[Exchange]:
    """Every exchange of one check after the other; the ids of objects are made different."""
    found: list[Exchange] = []
    for played, names in zip(trial.played, trial.reaches, strict=True):
        if function in names:
            found += played.exchanges
    return found


def _try_misconceptions(
    trial: _Trial, misconceptions: Sequence[Misconception], progress: Callable[[int, str], None]
) -> tuple[list[Edit], list[Edit]]:
    caught: list[Edit] = []
    missed: list[Edit] = []
    for done, entry in enumerate(misconceptions):
        progress(done, entry.function)
        module = entry.module(trial.source)
        played = trial.lost(module, entry.function)
        change = f"{entry.replace} -> {entry.instead}"
        edit = _edit(trial, entry.where, change, entry.function, module, entry.function, played)
        (missed if played is None else caught).append(edit)
        if played is not None and not _is_hinted(trial, entry, module, played):
            trial.unhinted.append(edit)
    return caught, missed


def _is_hinted(trial: _Trial, entry: Misconception, module: ModuleType, first: Played) -> bool:
    """Whether some check tells a student with this misconception its hint."""
    hint = entry.hint.strip()
    if hint in first.outcome.hint:
        return True
    return any(hint in one.outcome.hint for one in trial.stage.performing(module, trial.reaching(entry.function)))


def _try_mutants(
    trial: _Trial, mutants: Sequence[Mutant], progress: Callable[[int, str], None]
) -> tuple[int, int, list[Edit]]:
    """How many lose points, how many are equivalent to the reference, and the others."""
    killed, equivalent, survivors = 0, 0, []
    trial.stage.grading.explaining = False  # nobody reads it, and it takes longer than the checks
    for done, mutant in enumerate(mutants):
        progress(done, mutant.function)
        module = mutant.module(trial.source)
        played = trial.lost(module, mutant.function)
        where = trial.source.where(mutant.line)
        change = f"{mutant.before} -> {mutant.after}"
        edit = _edit(trial, where, change, mutant.label, module, mutant.function, played)
        if played is not None:
            killed += 1
        elif _is_equivalent(trial, module, mutant.function):
            equivalent += 1
        else:
            survivors.append(edit)
    trial.stage.grading.explaining = True
    return killed, equivalent, survivors


def _edit(
    trial: _Trial, where: str, edit: str, label: str, module: ModuleType, function: str, played: Played | None
) -> Edit:
    if played is None:
        return Edit(where, edit, label)
    made = Edit(where, edit, label, played.outcome.check.name, _largest_margin(trial, module, function, played))
    if made.margin is not None and made.margin < ENOUGH:
        trial.weak.append(made)
    return made


def _largest_margin(trial: _Trial, module: ModuleType, function: str, first: Played) -> float | None:
    """In the check that took the points; if that is little, in any."""
    store = trial.stage.grading.store
    if first.outcome.status is not Status.FAILED:
        return None
    size = margin(first.exchanges, trial.right, store)
    if size is None or size >= ENOUGH:
        return size
    largest = size
    for one in trial.stage.performing(module, trial.reaching(function)):
        size = margin(one.exchanges, trial.right, store)
        if size is None:
            return None
        largest = max(largest, size)
    return largest


def _is_equivalent(trial: _Trial, module: ModuleType, function: str) -> bool:
    """Whether it answers like the reference to the calls of the checks with other numbers, where that is finite."""
    for asked, answers in trial.asked_anew(function):
        if any(_differ(right, other) for right, other in zip(answers, replaying(module, asked), strict=True)):
            return False
    return True


def _differ(right: object, other: object) -> bool:
    if isinstance(right, Nothing):
        return False  # outside of what the function is defined for
    of_right, of_other = dict(parts(right)), dict(parts(other))
    if not all(np.isfinite(part).all() for part in of_right.values()):
        return False
    return set(of_right) != set(of_other) or not all(agrees(of_other[path], of_right[path]) for path in of_right)


def _reached(played: Played, source: Source) -> set[str]:
    """The functions of the reference that run in a check."""
    return {name for subject in set(subject_of(played.exchanges)) for name in source.used_by(subject)}


def _written(source: Source, given: Sequence[str]) -> list[str]:
    """The functions that a student writes, which excludes those that are given."""
    return [name for name in source.functions if name.partition(".")[0] not in given]


def _starter(source: Source, given: Sequence[str]) -> ModuleType:
    """The reference with nothing in its functions but an error, as a student finds it."""
    tree = copy.deepcopy(ast.parse(source.text))
    for statement in tree.body:
        for node in ast.walk(statement) if getattr(statement, "name", "") not in given else ():
            if isinstance(node, ast.FunctionDef):
                node.body = ast.parse("raise NotImplementedError").body
    return source_from(ast.unparse(tree), source.name, source.path).module()


def _gradients(trial: _Trial) -> Iterator[Gradient]:
    seen: set[str] = set()
    for played in trial.played:
        for gradient in check_gradients(trial.right, played.exchanges):
            if gradient.name not in seen:
                seen.add(gradient.name)
                yield gradient
