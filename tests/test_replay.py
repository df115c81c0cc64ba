"""Two numbers agree if an honest formula may have rounded one to the other, alone and among others."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.replay import agrees, each_agrees

SPECIAL = (0.0, -0.0, 1.0, -3.5, 1 + 1e-15, 1 + 1e-11, 1e-320, 1e308, np.inf, -np.inf, np.nan)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_each_entry_agrees_as_it_does_alone(dtype: str) -> None:
    rng = np.random.default_rng(0)
    right = rng.standard_normal(2000)
    near = right * (1 + 10.0 ** rng.uniform(-17, -1, right.shape))
    got = np.array([*near, *np.repeat(SPECIAL, len(SPECIAL))])
    right = np.array([*right, *SPECIAL * len(SPECIAL)])
    found = each_agrees(got, right, dtype)
    assert found.tolist() == [agrees(one, other, dtype) for one, other in zip(got, right, strict=True)]
    assert 0.1 < found.mean() < 0.9


def test_nothing_agrees_with_a_number_because_it_is_huge() -> None:
    assert not agrees(0.0, 1.7e308)
    assert not agrees(np.array([0.0, 1.0]), np.array([1.7e308, 1.0]))
    assert agrees(1.7e308, 1.7e308)
