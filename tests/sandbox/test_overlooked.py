"""A notebook's student is told what was not run though a function may need it, and of nothing else."""

from __future__ import annotations

import pytest

from autograder.sandbox.loader import load

pytestmark = pytest.mark.usefixtures("folder")

USED = {
    "a loop that fills a table": "for i in range(3):\n    table[i] = i",
    "a loop that rebinds": "while table.sum() < 3:\n    table = table + 1",
    "a loop that counts it up": "for _ in range(3):\n    table += 1",
    "a loop variable": "for table in range(3):\n    print(table)",
    "a method": "table.fill(3)",
    "a method of what it holds": "table[0].state.append(3)",
    "a with": "with open('table.txt') as file:\n    table = file.read()",
    "in a condition": "if True:\n    table.fill(3)",
}
MORE = ["def wanted(at):\n    return look_up(at)", "def plot():\n    return history", "history = []"]
NOT_USED = {
    "what only a function that nobody asked for uses": "for i in range(3):\n    history.append(i)",
    "a plain assignment, which is run": "table[0] = 3",
    "another name": "for i in range(3):\n    other[i] = table[i]",
    "only looks": "print(table)\nfor row in table:\n    print(row)",
    "a function of an import": "np.random.seed(3)\nnp.copyto(other, 3)",
    "an attribute of an import": "for i in range(3):\n    np.size = 3",
    "inside of a function": "def fill():\n    for i in range(3):\n        table[i] = i",
}


def remarks(cell: str, mode: str = "definitions") -> list[str]:
    cells = [
        "import numpy as np",
        "table = np.zeros(3)\nother = np.zeros(3)",
        "def look_up(at):\n    return table[at]",
        cell,
    ]
    pieces = [(f"code cell {number}", text) for number, text in enumerate([*cells, *MORE], 1)]
    loaded = load(pieces, kind="notebook", mode=mode, wanted=["wanted"])
    found = loaded.report["remarks"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("cell", USED.values(), ids=USED)
def test_what_may_change_something_that_a_function_uses_is_named(cell: str) -> None:
    (remark,) = remarks(cell)
    assert remark.startswith("code cell 4, line 1 was not run: ")
    assert "It may change table, which your functions use" in remark


@pytest.mark.parametrize("cell", NOT_USED.values(), ids=NOT_USED)
def test_of_the_rest_nobody_needs_to_know(cell: str) -> None:
    assert remarks(cell) == []


def test_there_are_not_more_remarks_than_somebody_reads() -> None:
    assert len(remarks("table.fill(3)\n" * 50)) == 3


def test_where_all_is_run_there_is_nothing_to_say() -> None:
    assert remarks("for i in range(3):\n    table[i] = i", mode="run") == []
