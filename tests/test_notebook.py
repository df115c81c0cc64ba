"""The code cells of notebooks of every version, and a sentence for what is none."""

from __future__ import annotations

import json
import warnings
from typing import Any

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.notebook import code_cells

CELLS = ("import numpy as np\n\ndef f(x):\n    return x", "%matplotlib inline\nf(3)")


def notebook(version: int, minor: int = 0, **changes: Any) -> dict[str, Any]:
    """A notebook of that version, as its own programs wrote it, with text between the code."""
    if version == 4:
        cells = [
            {
                "cell_type": "code",
                "source": source.splitlines(True),
                "metadata": {},
                "outputs": [],
                "execution_count": 1,
            }
            for source in CELLS
        ]
        cells.insert(1, {"cell_type": "markdown", "source": ["def not_code(): pass"], "metadata": {}})
        return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells, **changes}
    old = [
        {"cell_type": "code", "input": source.splitlines(), "language": "python", "outputs": [], "collapsed": False}
        for source in CELLS
    ]
    old.insert(1, {"cell_type": "markdown", "source": ["def not_code(): pass"]})
    sheets = [{"cells": old[:2]}, {"cells": old[2:]}]
    return {"nbformat": version, "nbformat_minor": minor, "metadata": {"name": ""}, "worksheets": sheets, **changes}


@pytest.mark.parametrize(("version", "minor"), [(2, 0), (3, 0), (4, 0), (4, 2), (4, 4), (4, 5), (4, 99)])
def test_the_code_cells_come_in_order(version: int, minor: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert code_cells(json.dumps(notebook(version, minor)), "x.ipynb") == CELLS
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("version", [3, 4])
def test_what_nbformat_itself_writes_is_read(version: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat's, about ids
        node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
        text = nbformat.writes(node, version=version)
    assert code_cells(text, "x.ipynb") == CELLS


@pytest.mark.parametrize(
    "source", ["a = 1\nb = 2", ["a = 1\n", "b = 2"], ["a = 1\r\n", "b = 2"], ["a = 1\n", None, "b = 2"]]
)
def test_a_source_may_be_a_string_or_a_list(source: Any) -> None:
    data = {"nbformat": 4, "nbformat_minor": 0, "cells": [{"cell_type": "code", "source": source}]}
    assert code_cells(json.dumps(data), "x.ipynb") == ("a = 1\nb = 2",)


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata": None},
        {"metadata": {"kernelspec": {"name": "my-own-env", "display_name": 3}}},
        {"nbformat_minor": None},
        {"nbformat": None},
        {"nbformat": "4"},
        {"nbformat": 3},
        {"x": float("nan")},
    ],
)
def test_what_surrounds_the_cells_may_be_wrong(changes: dict[str, Any]) -> None:
    assert code_cells(json.dumps(notebook(4, **changes)), "x.ipynb") == CELLS


def test_broken_outputs_cost_nothing() -> None:
    data = notebook(4)
    for cell in data["cells"]:
        cell.update(outputs="none", attachments=[3], id=5)
    assert code_cells(json.dumps(data), "x.ipynb") == CELLS


def test_half_a_surrogate_pair_becomes_something_that_can_be_written() -> None:
    text = '{"nbformat": 4, "nbformat_minor": 0, "cells": [{"cell_type": "code", "source": "x = \'\\ud800\'"}]}'
    assert code_cells(text, "x.ipynb") == ("x = '?'",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "x.ipynb is empty."),
        (" \n", "x.ipynb is empty."),
        ('{\n "cells": [\n  {]}', "at line 3, column 4 it stops being JSON"),
        ("<<<<<<< HEAD\n{}", "at line 1, column 1 it stops being JSON"),
        ("import numpy", "at line 1, column 1 it stops being JSON"),
        (json.dumps(notebook(4))[:-30], "it stops being JSON"),
        ("[" * 100_000, "goes beyond what a notebook holds"),
        ('{"cells": ' + "9" * 5000 + "}", ""),
        ("[]", "it has no cells"),
        ("null", "it has no cells"),
        ('{"a": 1}', "it has no cells"),
        ('{"cells": 3}', "not a notebook in any form"),
        ('{"cells": [3]}', "not a notebook in any form"),
        ('{"worksheets": [{}]}', "not a notebook in any form"),
        ('{"nbformat": 5, "cells": []}', "newer than can be read"),
    ],
)
def test_what_is_no_notebook_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        code_cells(text, "x.ipynb")
    assert str(caught.value).startswith("x.ipynb ")
    assert sentence in str(caught.value)


def test_more_cells_than_anybody_writes_are_refused_before_they_take_their_time() -> None:
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
    text = json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": [cell] * 10_001})
    with pytest.raises(SubmissionError, match="more than 10000 code cells"):
        code_cells(text, "double.ipynb")
