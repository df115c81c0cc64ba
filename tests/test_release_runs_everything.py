"""At home no wrong answer leaves the record behind: a public check is skipped only where it builds on another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograder.assignment import load_assignment
from autograder.misconceptions import Misconception, read_misconceptions
from autograder.model import model_of
from autograder.outcome import Outcome, Status
from autograder.pytest_run import importable
from autograder.recorded import OWN_VALUES
from autograder.rehearsal import Stage, rehearse
from tests.releases import each_assignment, released

SOME = 4  # mistakes of each assignment, spread over its functions


@each_assignment
def test_no_mistake_makes_a_public_check_go_on_with_values_that_are_not_recorded(folder: Path) -> None:
    assignment = load_assignment(folder)
    with importable(assignment.root):
        source = model_of(assignment)
        known = read_misconceptions(folder / "misconceptions.toml", source)
        wrong = [one.module(source) for one in spread(known)]
    outcomes: list[Outcome] = []

    def play(stage: Stage) -> None:
        for module in wrong:
            outcomes.extend(played.outcome for played in stage.perform(module))

    rehearse(load_assignment(released(folder)), play)
    assert any(outcome.status is Status.FAILED for outcome in outcomes), "mistakes are noticed"
    assert [outcome.check.name for outcome in outcomes if outcome.message == OWN_VALUES] == []
    assert [outcome.staff for outcome in outcomes if outcome.status is Status.BROKEN] == []


def spread(known: tuple[Misconception, ...]) -> Iterator[Misconception]:
    assert len(known) >= SOME
    yield from known[:: -(-len(known) // SOME)]
