"""Another function of an argument, and one side of a kink: what is told, and that nothing is where it is not so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.fits import Output, Row
from autograder.formulas import another_function
from autograder.pieces import one_sided

RNG = np.random.default_rng(1)


def output(wrong: Callable[..., Any], right: Callable[..., Any], upstream: str = "da") -> Output:
    rows = []
    for shape in ((2, 3), (5, 2)):
        da, z = RNG.normal(size=shape), 2 * RNG.normal(size=shape)
        rows.append(Row({"da": da, "z": z, "k": 0.3}, np.asarray(wrong(da, z)), np.asarray(right(da, z))))
    return Output("dz", tuple(rows), "float64", upstream)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda da, z: np.where(z > 0, da, 0.01 * da), "where z is not positive it is 0.01 times da"),
        (lambda da, z: np.where(z > 0, da, 1.0), "where z is not positive it is 1"),
        (lambda da, z: np.where(z > 0, da, z), "where z is not positive it is z"),
        (lambda da, z: np.where(z > 0, da, -0.3 * da), "where z is not positive the sign is flipped"),
        (lambda da, z: np.where(z > 0, da, 0.09 * da), "where z is not positive it is multiplied by k"),
    ],
)
def test_what_stands_on_the_wrong_side_is_told(wrong: Callable[..., Any], said: str) -> None:
    assert said in (one_sided(output(wrong, lambda da, z: np.where(z > 0, da, 0.3 * da))) or "")


def test_a_wrong_number_on_each_side_is_no_one_sided_mistake() -> None:
    right = lambda da, z: np.where(z > 0, da, 0.3 * da)  # noqa: E731 - shorter than its def
    assert one_sided(output(lambda da, z: 1.5 * right(da, z), right)) is None
    assert one_sided(output(lambda da, z: np.where(z > 0, da, np.cos(z)), right)) is None
    assert one_sided(output(right, right)) is None


def test_another_function_is_told_with_its_argument() -> None:
    right = lambda da, z: da / (1 + np.abs(z)) ** 2  # noqa: E731 - as above
    assert another_function(output(lambda da, z: np.tanh(z), right)) == "it is tanh of z"
    assert another_function(output(lambda da, z: da * (z > 0), right)) == "it is da times the step function of z"
    assert another_function(output(lambda da, z: da * np.cos(z), right)) is None
    assert another_function(output(lambda da, z: np.tanh(z) + 1e-6, right)) is None


def test_of_alike_numbers_no_factor_is_told() -> None:
    z = np.array([[1.0, -0.37, -0.37, -0.37], [2.0, -0.37, -0.37, -0.37]])
    rows = (Row({"z": z}, np.where(z > 0, z, 1.7), np.where(z > 0, z, 0.1 * z)),)
    assert one_sided(Output("a", rows, "float64")) is None
