"""misconceptions.toml is read strictly: whatever could never match is named, with its file and line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.edits import Source, source_from
from autograder.errors import AssignmentError
from autograder.misconceptions import read_misconceptions, without_effect
from autograder.replay import Exchange, replay
from autograder.sandbox.link import Call

REFERENCE = '''
import numpy as np


def slope(x):
    """2 x."""
    return 2 * x


def backward(dz, x):
    """dz times the slope."""
    dx = dz * slope(x)
    return dx
'''
SOURCE: Source = source_from(REFERENCE, "squares", Path("reference/squares.py"))
X = np.array([1.5, -2.0, 3.0])
CALLS = [Exchange(Call("backward", (np.array([1.0, -1.0, 0.5]), X)), None)]


def entry(function: str = "slope", replace: str = "2 * x", instead: str = "x", hint: str = "Nudge x.") -> str:
    return f'[[misconception]]\nfunction = "{function}"\nreplace = "{replace}"\nwith = "{instead}"\nhint = "{hint}"\n'


def read(tmp_path: Path, text: str) -> tuple:
    path = tmp_path / "misconceptions.toml"
    path.write_text(text, encoding="utf-8")
    return read_misconceptions(path, SOURCE)


def test_an_edit_is_seen_by_the_other_functions_of_the_module_and_leaves_the_reference_alone(tmp_path: Path) -> None:
    (misconception,) = read(tmp_path, entry())
    (edited,) = replay(misconception.module(SOURCE), CALLS)
    (right,) = replay(SOURCE.module(), CALLS)
    np.testing.assert_array_equal(2 * edited, right)


def test_no_file_holds_no_misconceptions(tmp_path: Path) -> None:
    assert read_misconceptions(tmp_path / "none.toml", SOURCE) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (entry() + "weight = 3\n", ":1: unknown key 'weight'"),
        (entry() + entry(replace="x * x"), ":6: 'x * x' stands nowhere in slope"),
        (entry(replace="x"), ":1: 'x' stands 3 times in slope"),
        (entry(function="slop"), ":1: the reference has no function slop"),
        (entry(hint=" "), ":1: hint must be a text"),
        (entry(instead="2 *"), ":1: with '2 *' in it, slope is not valid Python"),
        ("[[mistake]]\n", "unknown key 'mistake'"),
        ("misconception = 3\n", "every entry begins with"),
        ("[[misconception]\n", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        read(tmp_path, text)
    assert f"{tmp_path / 'misconceptions.toml'}" in str(caught.value)
    assert words in str(caught.value)


def test_an_edit_that_changes_no_value_and_two_with_the_same_values_are_named(tmp_path: Path) -> None:
    text = entry() + entry(instead="x + x") + entry("backward", "slope(x)", "slope(x) / 2")
    problems = without_effect(read(tmp_path, text), SOURCE, CALLS)
    assert [str(problem).partition(str(tmp_path))[2] for problem in problems] == [
        "/misconceptions.toml:6: this edit changes no value of any check's calls.",
        f"/misconceptions.toml:11: gives the same values as {tmp_path}/misconceptions.toml:1.",
    ]
