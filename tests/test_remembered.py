"""An answer that equals an earlier one to the bit is explained by what was found then; any other one is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import diagnosis
from autograder.assignment import load_assignment
from autograder.known import Known
from autograder.remembered import Memory
from autograder.replay import Exchange
from autograder.sandbox.link import Call

ROOT = Path(__file__).resolve().parents[1]
X = np.linspace(-2.0, 2.0, 15).reshape(3, 5)


def test_what_was_found_is_not_looked_for_again() -> None:
    memory, asked = Memory(), []

    def work() -> list[str]:
        asked.append(1)
        return ["found"]

    assert memory.recall(("f", X), work) == memory.recall(("f", X.copy()), work) == ["found"]
    assert len(asked) == 1
    for other in (("g", X), ("f", X + 1e-16), ("f", X.astype(np.float32)), ("f", X.ravel())):
        memory.recall(other, work)
    assert len(asked) == 5  # 1e-16 is lost in most entries, and not in all
    assert len(memory.fresh) == 5


def test_a_question_with_a_function_in_it_equals_no_other() -> None:
    memory, asked = Memory(), []
    for _ in range(2):
        memory.recall((lambda x: x,), lambda: asked.append(1) or [])  # type: ignore[func-returns-value]
    assert len(asked) == 2
    assert not memory.fresh


def test_what_another_learnt_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[int] = []
    bounded = diagnosis.bounded

    def counted(work: Any, seconds: float) -> Any:
        searches.append(1)
        return bounded(work, seconds)

    monkeypatch.setattr(diagnosis, "bounded", counted)
    assignment = load_assignment(ROOT / "assignments" / "activations")
    exchanges = [Exchange(Call("sigmoid", (X,), title="sigmoid"), 1 / (1 + np.exp(X)))]
    one, other = Known(assignment), Known(assignment)
    said = one.explain(exchanges)
    assert said is not None
    looked = len(searches)
    assert looked
    other.memory.learn(one.memory.fresh)
    assert other.explain(exchanges) == said
    assert len(searches) == looked
