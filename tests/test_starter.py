"""The starter is cut out of the model solution, and gives none of it away."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.errors import AssignmentError
from autograder.giveaways import refuse_giveaways
from autograder.release import release
from autograder.starter import starter_of
from autograder.starter_notebook import sections
from tests.releases import REFERENCE, model, small_course

Make = Callable[..., Assignment]


@pytest.fixture
def course(make_assignment: Make) -> Make:
    """The assignment "double" with a reference of its own: course(reference, test_public=...)."""
    return functools.partial(small_course, make_assignment)


def test_a_helper_that_is_not_given_is_left_out_with_the_comments(course: Make) -> None:
    assignment = course()
    starter = starter_of(assignment, model(assignment))
    assert starter.text.partition("RATE")[2] == (
        " = 2.0  # how much\n\n\n"
        'def double(x: np.ndarray) -> np.ndarray:\n    """Twice x."""\n    raise NotImplementedError\n\n\n'
        'def half(x: np.ndarray) -> np.ndarray:\n    """Half of x."""\n    raise NotImplementedError\n'
    )


def test_marked_lines_alone_are_cut(course: Make) -> None:
    marked = REFERENCE.replace(
        "    y = _times(x)\n", "    z = x\n    ### BEGIN SOLUTION\n    y = _times(z)\n    ### END SOLUTION\n"
    ).replace("    return x / 2\n", "    # BEGIN SOLUTION\n    return x / 2\n    # END SOLUTION\n")
    assignment = course(marked)
    text = starter_of(assignment, model(assignment)).text
    assert "    z = x\n    raise NotImplementedError\n    return y\n" in text
    assert text.endswith('"""Half of x."""\n    raise NotImplementedError\n')


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("    y = _times(x)", "    # BEGIN SOLUTION\n    y = _times(x)", 13, "without an END SOLUTION"),
        ("    y = _times(x)", "    y = _times(x)\n    ### END SOLUTION", 14, "without a BEGIN SOLUTION"),
        ("RATE = 2.0", "# BEGIN SOLUTION\n# END SOLUTION\nRATE = 2.0", 7, "in no function that students write"),
        (
            "    y = _times(x)",
            "    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n    y = _times(x)",
            14,
            "no END SOLUTION yet",
        ),
    ],
)
def test_odd_marks_are_named_with_their_line(
    course: Make, tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(AssignmentError, match=words) as raised:
        release(course(REFERENCE.replace(old, new)), tmp_path / "out")
    assert f"double.py:{line}:" in str(raised.value)


@pytest.mark.parametrize(
    ("body", "docstring", "is_refused"),
    [
        ("dx = dy * (1 - x**2)", "dx is dy * (1 - x ** 2).", True),
        ("dx = dy * (1 - x**2)", "dx is what comes back.", False),
        ("dx = dy * x", "dx is dy * x.", False),  # what is as short is written by anybody
        ("y = np.exp(x) / (1 + x**2)", "y = np.exp(x) / (1 + x**2)", False),  # a forward formula is a definition
    ],
)
def test_a_docstring_that_gives_a_gradient_away_is_refused(
    course: Make, body: str, docstring: str, is_refused: bool
) -> None:
    assignment = course(REFERENCE.replace("y = _times(x)", body).replace("Twice x.", docstring))
    source = model(assignment)
    starter = starter_of(assignment, source)
    if is_refused:
        with pytest.raises(AssignmentError, match=r"double\.py:11: the starter would show"):
            refuse_giveaways(starter, source)
    else:
        refuse_giveaways(starter, source)


def test_a_constant_that_gives_a_gradient_away_is_refused(course: Make) -> None:
    leaking = REFERENCE.replace("RATE = 2.0", "RATE = 1.0 - np.tanh(0.5) ** 2").replace(
        "y = _times(x)", "dx = RATE * (1.0 - np.tanh(0.5) ** 2)"
    )
    assignment = course(leaking)
    source = model(assignment)
    with pytest.raises(AssignmentError, match=r"double\.py:7"):
        refuse_giveaways(starter_of(assignment, source), source)


def test_a_handout_is_split_at_its_headings_and_not_in_its_code() -> None:
    text = "# One\nx\n\n```python\n# a comment\n```\n## Two\ny\n"
    assert list(sections(text)) == ["# One\nx\n\n```python\n# a comment\n```", "## Two\ny"]
