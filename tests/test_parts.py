"""What a check may use beside a comparison: points for each part, exceptions that are due, any slope at a kink."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder import Parts, assert_matches, assert_parts, assert_raises, between, for_each
from autograder.errors import Raised, StudentError, WrongAnswer

ONE, TWO = np.array([1.0, 2.0]), np.array([2.0, 2.0])


def raiser(kind: str, text: str = "") -> Any:
    def call() -> None:
        raise StudentError(f"f() raised {kind}", f"f raised {kind}", Raised(kind, text))

    return call


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        pytest.param([((ONE, TWO), (ONE, TWO))], 5, id="both"),
        pytest.param([((ONE, ONE), (ONE, TWO))], 2, id="the first"),
        pytest.param([((TWO, TWO), (ONE, TWO))], 3, id="the second"),
        pytest.param([((ONE, TWO), (ONE, TWO)), ((ONE, ONE), (ONE, TWO))], 2, id="one in every call"),
        pytest.param([((ONE, ONE), (ONE, TWO)), ((TWO, TWO), (ONE, TWO))], 0, id="each in one call only"),
        pytest.param([(ONE, (ONE, TWO))], 0, id="no tuple"),
        pytest.param([((ONE,), (ONE, TWO))], 0, id="too few"),
        pytest.param([(None, (ONE, TWO))], 0, id="nothing"),
    ],
)
def test_values_have_points_of_their_own(answers: Any, score: float) -> None:
    scores: list[float] = []
    if score == 5:
        assert_parts(answers, "dX dW", (2, 3), scores.append)
    else:
        with pytest.raises(WrongAnswer):
            assert_parts(answers, "dX dW", (2, 3), scores.append)
    assert scores == [score]


def test_parts_are_told_together_and_the_first_problem_of_each_counts() -> None:
    scores: list[float] = []

    def check() -> None:
        with Parts({"J": 1, "dW": 2, "db": 4}, scores.append) as parts:
            parts.compare("J", 2.0, 1.0)
            parts.compare("J", 3.0, 1.0)
            parts.compare("dW", ONE, ONE)
            with parts.part("db"):
                raise StudentError("f raised")

    with pytest.raises(WrongAnswer) as caught:
        check()
    assert scores == [2]
    assert caught.value.message == "J should be 1, not 2.\nf raised"
    assert "2" not in caught.value.sealed


def test_a_dict_has_a_part_for_each_key_and_another_dict_ends_the_check() -> None:
    scores: list[float] = []
    with Parts({"a": 1, "b": 2}, scores.append) as parts:
        parts.compare_all({"a": ONE, "b": TWO}, {"a": ONE, "b": TWO})
    with pytest.raises(WrongAnswer), Parts({"a": 1, "b": 2}, scores.append) as parts:
        parts.compare_all({"a": ONE, "c": TWO}, {"a": ONE, "b": TWO})
    assert scores == [3]


def test_a_part_that_was_not_declared_is_the_authors_mistake() -> None:
    with pytest.raises(AssertionError, match="no part dW"), Parts({"J": 1}, print) as parts:
        parts.compare("dW", ONE, ONE)


def test_each_name_gets_its_points_and_what_is_raised_first_says_whose_turn_it_is() -> None:
    scores: list[float] = []

    def attempt(name: str) -> None:
        if name == "crash":
            raise StudentError("f raised", "f raised")
        assert_matches(1.0 if name == "right" else 2.0, 1.0, "x")

    for_each({"right": 3}, attempt, scores.append)
    with pytest.raises(StudentError, match=r"^crash: f raised\nwrong: x should be 1, not 2.$"):
        for_each({"crash": 1, "right": 3, "wrong": 2}, attempt, scores.append, named=True)
    with pytest.raises(WrongAnswer, match=r"^x should be 1, not 2.$"):
        for_each({"wrong": 1, "also wrong": 2}, attempt, scores.append)
    assert scores == [3, 3, 0]


def test_an_exception_that_names_the_place_is_what_is_asked_for() -> None:
    assert (
        assert_raises(raiser("ValueError", "no W2 here"), "It does not fit.", [("W2", "b2")])
        == "ValueError: no W2 here"
    )
    assert_raises(raiser("ShapeError"), "It does not fit.")
    assert_raises(raiser("ValueError"), "It does not fit.", kind="ValueError")


@pytest.mark.parametrize("text", ["", "W22", "no aW2", "W1 or b1"])
def test_one_that_does_not_is_told_what_is_missing(text: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        assert_raises(raiser("ValueError", text), "It does not fit.", [("W2", "b2")])
    assert f"should name W2 or b2; it says: ValueError{f': {text}' * bool(text)}" in caught.value.message
    assert caught.value.sealed == (
        "It does not fit. An exception is raised, as it should be, but its message does not say where."
    )


def test_no_exception_is_a_wrong_answer() -> None:
    with pytest.raises(WrongAnswer, match=r"^It does not fit. That should raise an exception, and none came.$"):
        assert_raises(lambda: 1, "It does not fit.")
    with pytest.raises(WrongAnswer, match="should raise a ValueError"):
        assert_raises(lambda: 1, "It does not fit.", kind="ValueError")


@pytest.mark.parametrize("problem", [raiser("NotImplementedError"), raiser("TypeError")])
def test_what_is_no_refusal_is_passed_on(problem: Any) -> None:
    with pytest.raises(StudentError, match="raised"):
        assert_raises(problem, "It does not fit.", kind="ValueError")


def test_a_deadline_is_no_refusal() -> None:
    def call() -> None:
        raise StudentError("f did not finish within 2 s.")

    with pytest.raises(StudentError, match="did not finish"):
        assert_raises(call, "It does not fit.")


@pytest.mark.parametrize(
    ("results", "found"),
    [
        ([0.25, 7.0], 0.25),
        (np.array([[0.5], [7.0]]), 0.5),
        ([np.array(1)], 1.0),
        ([1.5], 0.0),
        ([-0.1], 0.0),
        ([np.nan], 0.0),
        ([None], 0.0),
        ([[0.5, 0.5]], 0.0),
        (["0.5"], 0.0),
        (None, 0.0),
        ([], 0.0),
    ],
)
def test_what_stands_at_a_kink_counts_if_it_lies_between(results: Any, found: float) -> None:
    assert between(results, (0,), 0.0, 1.0) == found
