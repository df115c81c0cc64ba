"""Every row of the lecture's map is graded: by functions that an assignment asks for, or by a check named here."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.model import model_of
from autograder.rehearsal import Stage, rehearse
from tests.reference.test_map import ASSIGNMENTS, table

ROOT = Path(__file__).resolve().parent.parent

# Rows of which a student writes no function of that name -> a check that grades the same.
GRADED_BY = {
    "the example (x + y) max(y, z): 6 and (2, 5, 0)": "test_lecture_circuit",
    "the circuit (x + y) z": "test_small_circuits",
    "the chain rule on (x + y)**2": "test_small_circuits",
    "the shop: 715 and the gradient on every edge": "test_shop",
    "the sigmoid neuron, gate by gate and merged": "test_sigmoid_neuron",
    "the model trained on the shipped sentences": "test_locations_held_out",
}
ROWS = [pytest.param(row, id=row[0]) for row in table("The map")]


def loaded(name: str) -> Assignment:
    return load_assignment(ROOT / "assignments" / name)


def checks_of(assignment: Assignment) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(assignment.folder.glob("*.py")))


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_map_is_graded_by_its_assignment(row: list[str]) -> None:
    topic, components, name, _ = row
    assignment = loaded(name)
    written = {*assignment.functions, *assignment.given}  # what is given calls what a student writes
    asked = {part.strip(" `").partition(".")[2] for part in components.split(",")} & written
    if topic in GRADED_BY:
        assert not asked
        assert f"def {GRADED_BY[topic]}(" in checks_of(assignment)
    else:
        assert asked


@pytest.mark.parametrize("name", sorted(ASSIGNMENTS))
def test_every_function_that_is_asked_for_is_called_by_a_check(name: str) -> None:
    assignment, called = loaded(name), set[str]()
    source = model_of(assignment)

    def play(stage: Stage) -> None:
        for played in stage.perform(source.module()):
            called.update(item.call.name for item in played.exchanges)

    rehearse(assignment, play)
    for helper in called & set(assignment.given):  # what is given may call what is asked for
        called |= {used.partition(".")[0] for used in source.used_by(helper)}
    assert set(assignment.functions) <= called


def test_every_named_row_exists() -> None:
    assert set(GRADED_BY) <= {row[0] for row in table("The map")}
