"""Every honest type of a right value is accepted; every wrong one is refused in words that name it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.compare import assert_matches
from autograder.errors import WrongAnswer
from autograder.right import Right

RIGHT = np.array([[0.5, -1.25, 3.0], [2.0, 1e-3, -7.5]])

HONEST = {
    "the same": RIGHT.copy(),
    "float32": RIGHT.astype(np.float32),
    "a list of lists": RIGHT.tolist(),
    "a tuple of lists": tuple(RIGHT.tolist()),
    "a list of arrays": list(RIGHT),
    "Fortran order": np.asfortranarray(RIGHT),
    "not contiguous": np.repeat(RIGHT, 2, axis=1)[:, ::2],
    "big-endian": RIGHT.astype(">f8"),
    "a matrix": np.asarray(RIGHT).view(np.ndarray),
    "another order of rounding": RIGHT * (1 + 3e-16),
    "complex without an imaginary part of single precision": RIGHT.astype(np.float32).astype(np.float64),
}

WRONG: dict[str, tuple[Any, str]] = {
    "one entry": (RIGHT + np.eye(2, 3) * [[1], [0]], "y[0, 0] should be 0.5, not 1.5 (1 of 6 entries differ)"),
    "all entries": (2 * RIGHT, "(6 of 6 entries differ)"),
    "transposed": (RIGHT.T, "y should have shape (2, 3), not (3, 2)"),
    "an axis too many": (RIGHT[None], "y should have shape (2, 3), not (1, 2, 3)"),
    "one row for all": (RIGHT[:1], "y should have shape (2, 3), not (1, 3)"),
    "nan": (np.where(RIGHT > 2, np.nan, RIGHT), "y[0, 2] should be 3, not nan (1 of 6 entries differ)"),
    "infinite": (RIGHT / 0.0 if False else np.full((2, 3), np.inf), "not inf"),
    "None": (None, "y is None: is there a return missing?"),
    "text": ("0.5", "should be a number or an array, not a str"),
    "a dict": ({"y": RIGHT}, "should be a number or an array, not a dict"),
    "ragged": ([[1.0, 2.0], [3.0]], "lists of different lengths"),
    "truth values": (RIGHT > 0, "should hold real numbers, not truth values"),
    "complex": (RIGHT + 1j, "should hold real numbers, not complex numbers"),
    "objects": (np.array([[None] * 3] * 2), "should hold numbers"),
    "two results": ((RIGHT, RIGHT), "one value, y of shape (2, 3), not 2 values"),
    "near, but not by rounding": (RIGHT * (1 + 1e-7), "entries differ"),
    "absolutely near": (RIGHT + 1e-8, "entries differ"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_right_value_is_accepted(name: str) -> None:
    assert_matches(HONEST[name], RIGHT, "y")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named(name: str) -> None:
    got, phrase = WRONG[name]
    with pytest.raises(WrongAnswer) as caught:
        assert_matches(got, RIGHT, "y")
    assert phrase in caught.value.message


@pytest.mark.parametrize("name", WRONG)
def test_a_sealed_message_holds_no_value(name: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        assert_matches(WRONG[name][0], RIGHT, "y")
    assert not any(text in caught.value.sealed for text in ("0.5", "1.25", "7.5", "0.001"))


def test_each_of_several_results_has_its_own_name() -> None:
    assert_matches([RIGHT, 2], (RIGHT, 2.0), "dX db")
    with pytest.raises(WrongAnswer, match=r"db should be 2, not 3\."):
        assert_matches([RIGHT, 3], (RIGHT, 2.0), "dX db")
    with pytest.raises(WrongAnswer, match=r"2 values \(dX, db\), not one array"):
        assert_matches(RIGHT[:1], (RIGHT, 2.0), "dX db")
    with pytest.raises(WrongAnswer, match=r"2 values \(dX, db\), not 3"):
        assert_matches((RIGHT, 2, 2), (RIGHT, 2.0), "dX db")
    with pytest.raises(WrongAnswer, match=r"db should be a single number, not an array of shape \(1,\)"):
        assert_matches((RIGHT, np.array([2.0])), (RIGHT, 2.0), "dX db")


def test_a_dict_is_compared_by_its_keys() -> None:
    assert_matches({"m": 1.0, "t": 3}, {"t": 3, "m": 1.0})
    with pytest.raises(WrongAnswer, match="should have the keys"):
        assert_matches({"m": 1.0}, {"t": 3, "m": 1.0})
    with pytest.raises(WrongAnswer, match="t should be 3, not 4"):
        assert_matches({"m": 1.0, "t": 4}, {"t": 3, "m": 1.0})


def test_integers_have_no_rounding_and_a_whole_float_is_one() -> None:
    assert_matches([1.0, 2.0], np.array([1, 2]), "rows")
    with pytest.raises(WrongAnswer, match=r"rows\[1\] should be 2, not 2\.1"):
        assert_matches([1.0, 2.1], np.array([1, 2]), "rows")


def test_infinite_values_are_right_where_they_are_expected() -> None:
    assert_matches([np.inf, 1.0], np.array([np.inf, 1.0]), "y")
    with pytest.raises(WrongAnswer):
        assert_matches([-np.inf, 1.0], np.array([np.inf, 1.0]), "y")


def test_the_calibrated_tolerance_decides_where_there_is_one() -> None:
    asked: list[str] = []

    def tolerance(dtype: str) -> np.ndarray:
        asked.append(dtype)
        return np.array([1e-7, 1e-17])

    right = Right(np.array([1.0 / 3, 2.0 / 3]), tolerance)
    assert_matches(np.array([1.0 / 3 + 9e-3, 2.0 / 3]), right, "y")  # 1e5 times t
    with pytest.raises(WrongAnswer, match=r"y\[0\] should be"):
        assert_matches(np.array([1.0 / 3 + 2e-2, 2.0 / 3]), right, "y")
    with pytest.raises(WrongAnswer, match=r"y\[1\] should be"):
        assert_matches(np.array([1.0 / 3, 2.0 / 3 + 1e-11]), right, "y")
    assert_matches(np.float32([1.0 / 3, 2.0 / 3]) * 0 + right.value.astype(np.float32) * 0 + np.asarray(right), right)
    assert set(asked) == {"float64"}


def test_two_values_that_differ_late_are_shown_with_the_digits_that_differ() -> None:
    with pytest.raises(WrongAnswer, match=r"J should be 1\.03599123, not 1\.03599456\."):
        assert_matches(1.03599456, 1.03599123, "J")
