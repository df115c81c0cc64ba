"""What a graded test says about itself: gradescope-utils' decorators, ``after`` and ``own_forward``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from autograder.assignment import VISIBILITIES, Assignment, is_sealed
from autograder.errors import AssignmentError
from autograder.outcome import Check

F = TypeVar("F", bound=Callable[..., Any])


def after(*names: str) -> Callable[[F], F]:
    """This check needs those first: it is skipped, with their names, until they pass.

    names: tests of the same assignment, "test_sigmoid", or one of several with parameters, "test_gate[AddGate]".
    """

    def mark(function: F) -> F:
        function.__after__ = names  # type: ignore[attr-defined]  # as gradescope-utils' decorators do
        return function

    return mark


def own_forward(points: float) -> Callable[[F], F]:
    """A wrong gradient gets these points if it is the right one of the student's own, wrong, forward.

    So one mistake is not punished twice. They are a part of the check's weight. What is a gradient, and of what, stands
    in pairs.py: a function ``f_backward`` beside ``f``, a method ``backward`` beside ``forward``, or what a function
    returns beside its value. Judged is whatever the check asked last.
    """

    def mark(function: F) -> F:
        function.__own_forward__ = points  # type: ignore[attr-defined]  # as gradescope-utils' decorators do
        return function

    return mark


def check_of(item: pytest.Item, assignment: Assignment) -> Check:
    """What this test declares. AssignmentError names the test when it declares nonsense."""
    function, path = test_function(item), Path(item.path)
    sealed = is_sealed(path)
    weight = getattr(function, "__weight__", 0)
    if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 <= weight < float("inf"):
        raise AssignmentError(f"{path}: {item.name} has the weight {weight!r}, which is not a number of points.")
    share = points_for_own_forward(function)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not (0 <= share < weight or share == 0):
        raise AssignmentError(f"{path}: {item.name} gives {share!r} of its {weight:g} points for the own forward.")
    default = assignment.visibility.hidden if sealed else assignment.visibility.public
    visibility = getattr(function, "__visibility__", default)
    if visibility not in VISIBILITIES:
        raise AssignmentError(
            f"{path}: {item.name} has the visibility {visibility!r}; Gradescope knows {VISIBILITIES}."
        )
    column = getattr(function, "__leaderboard_column__", None)
    return Check(
        name=f"{path.name}::{item.name}",
        title=_title(item),
        max_score=weight,
        number=str(getattr(function, "__number__", "")),
        visibility=visibility,
        tags=tuple(map(str, getattr(function, "__tags__", ()))),
        sealed=sealed,
        leaderboard=(column, getattr(function, "__leaderboard_sort_order__", "desc")) if column else None,
    )


def test_function(item: pytest.Item) -> Any:
    """The function of a test, which carries what the decorators said."""
    return getattr(item, "function", None)


def points_for_own_forward(function: Any) -> float:
    """What @own_forward gives, 0 without it."""
    return getattr(function, "__own_forward__", 0.0)


def needs(item: pytest.Item) -> tuple[str, ...]:
    """The names of the tests that this one comes after."""
    return tuple(getattr(test_function(item), "__after__", ()))


def refuse_disorder(items: list[pytest.Item]) -> None:
    """AssignmentError unless every name in ``after`` is a test that stands earlier."""
    seen: set[str] = set()
    for item in items:
        for name in needs(item):
            if name not in seen:
                raise AssignmentError(f"{item.path}: {item.name} comes after {name}, which is no earlier check.")
        seen |= {item.name, item.name.partition("[")[0]}


def _title(item: pytest.Item) -> str:
    """The first paragraph of the docstring, else the test's name in words; after the id of its parameters."""
    doc = inspect.getdoc(test_function(item)) or ""
    name, _, parameters = item.name.partition("[")
    title = " ".join(doc.split("\n\n")[0].split()) or name.removeprefix("test_").replace("_", " ")
    return f"{parameters.removesuffix(']')}: {title}" if parameters else title
