"""Two mistakes in one answer are told together, if together they give every number of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.battery import cases
from autograder.diagnosis import Explanation, explain
from autograder.edits import source_of
from autograder.misconceptions import Misconception, both, read_misconceptions
from autograder.replay import Exchange, replay
from autograder.sandbox.link import Call
from reference import initialization

SOURCE = source_of(initialization)
BIAS = "output_bias_from_inverse_sigmoid"
KNOWN = f"""
[[misconception]]
function = "{BIAS}"
replace = "np.clip(targets.mean(axis=0), eps, 1 - eps)"
with = "targets.mean(axis=0)"
hint = "What is the mean of targets that are all 0?"

[[misconception]]
function = "{BIAS}"
replace = "np.log(m / (1 - m))"
with = "np.log10(m / (1 - m))"
hint = "Your numbers are 0.4343 times the right ones."

[[misconception]]
function = "{BIAS}"
replace = "targets.mean(axis=0)"
with = "np.median(targets, axis=0)"
hint = "The middle one, or the mean?"
"""


@pytest.fixture
def known(tmp_path: Path) -> tuple[Misconception, ...]:
    (tmp_path / "misconceptions.toml").write_text(KNOWN, encoding="utf-8")
    return read_misconceptions(tmp_path / "misconceptions.toml", SOURCE)


def answered(wrong: Callable[[Any], Any]) -> list[Exchange]:
    """With targets of which some are all 0: there the guard shows."""
    asked = [case[0] for case in cases(targets="N,D", probability="targets")]
    asked.append(np.zeros((3, 5)))
    with np.errstate(all="ignore"):
        return [Exchange(Call(BIAS, (targets,), title=BIAS), wrong(targets)) for targets in asked]


def explained(exchanges: list[Exchange], known: tuple[Misconception, ...]) -> Explanation:
    found = explain(exchanges, SOURCE, known)
    assert found is not None
    return found


def log10_without_the_guard(targets: Any) -> Any:
    m = targets.mean(axis=0)
    return np.log10(m / (1 - m))


def test_two_known_mistakes_give_both_hints(known: tuple[Misconception, ...]) -> None:
    found = explained(answered(log10_without_the_guard), known)
    assert "exactly what two common mistakes together give" in found.message
    assert found.hint == "What is the mean of targets that are all 0?\nYour numbers are 0.4343 times the right ones."


def test_a_known_mistake_and_another_one_are_told_together(known: tuple[Misconception, ...]) -> None:
    m = lambda targets: targets.mean(axis=0)  # noqa: E731 - shorter than its def
    found = explained(answered(lambda targets: np.log(m(targets) / (2 - m(targets)))), known)
    assert "wrong in two ways at once, in all" in found.message
    assert "2 is used where 1 belongs, and a common mistake besides." in found.message
    assert found.hint == "What is the mean of targets that are all 0?"


def test_two_mistakes_have_to_give_every_number(known: tuple[Misconception, ...]) -> None:
    exchanges = answered(log10_without_the_guard)
    exchanges[3].value[-1] += 1e-3
    assert explain(exchanges, SOURCE, known) is None


def test_one_mistake_is_told_rather_than_two(known: tuple[Misconception, ...]) -> None:
    exchanges = answered(lambda targets: np.log(targets.mean(axis=0) / (1 - targets.mean(axis=0))))
    assert "exactly what a common mistake gives" in explained(exchanges, known).message


def test_of_two_edits_of_one_place_there_is_no_both(known: tuple[Misconception, ...]) -> None:
    guard, log10, median = known
    assert both(guard, median, SOURCE) is None
    nodes = both(log10, median, SOURCE)
    assert nodes is not None
    ((name, node),) = nodes.items()
    (exchange,) = answered(np.array)[1:2]
    (value,) = replay(SOURCE.edited(name, node), [exchange])
    m = np.clip(np.median(exchange.call.args[0], axis=0), 1e-6, 1 - 1e-6)
    np.testing.assert_allclose(value, np.log10(m / (1 - m)))
