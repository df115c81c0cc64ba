"""The losses: worked values, stability, and the two cases of the softmax gradient."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reference.losses import (
    cross_entropy,
    cross_entropy_gradient_by_class,
    max_margin,
    multiclass_hinge,
    softmax,
    softmax_backward,
)

scores = arrays.arrays(float, (3, 4), elements=st.floats(-1e3, 1e3))
labels = arrays.arrays(int, 3, elements=st.integers(0, 3))


@given(scores, st.floats(-1e3, 1e3))
def test_softmax_rows_are_distributions_that_a_constant_does_not_change(f, constant):
    p = softmax(f)
    assert np.all(p >= 0)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(softmax(f + constant), p, rtol=1e-9, atol=1e-12)


def test_softmax_takes_one_example_too():
    np.testing.assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [1 / 8, 2 / 8, 5 / 8])


@given(scores, labels)
def test_cross_entropy_is_finite_and_not_negative_a_thousand_apart(f, y):
    loss, dscores = cross_entropy(f, y)
    assert np.isfinite(loss)
    assert loss >= 0
    np.testing.assert_allclose(dscores.sum(axis=1), 0, atol=1e-12)


def test_cross_entropy_of_equal_scores_is_the_log_of_the_number_of_classes():
    loss, dscores = cross_entropy(np.zeros((2, 4)), np.array([1, 3]))
    assert loss == pytest.approx(np.log(4))
    np.testing.assert_allclose(dscores, [[1 / 8, -3 / 8, 1 / 8, 1 / 8], [1 / 8, 1 / 8, 1 / 8, -3 / 8]])


@given(scores, labels)
def test_the_gradient_is_p_minus_1_for_the_right_class_and_p_for_the_others(f, y):
    _, dscores = cross_entropy(f, y)
    by_class = [cross_entropy_gradient_by_class(f[i], int(y[i])) / 3 for i in range(3)]
    np.testing.assert_allclose(dscores, by_class, rtol=1e-12, atol=1e-15)


def test_the_gradient_through_softmax_is_the_same_as_in_one_step(rng):
    f, y = rng.normal(size=(7, 5)), rng.integers(0, 5, size=7)
    dp = np.zeros((7, 5))
    dp[np.arange(7), y] = -1 / softmax(f)[np.arange(7), y] / 7
    np.testing.assert_allclose(softmax_backward(dp, f), cross_entropy(f, y)[1], rtol=1e-12, atol=1e-15)


def test_multiclass_hinge_at_numbers_small_enough_for_the_head():
    # Right class 2 of (3, 1.5, 2): margins 3 - 2 + 1 = 2 and 1.5 - 2 + 1 = 0.5. Right class 0 of (3, 1.5, 1): none.
    f = np.array([[3.0, 1.5, 2.0], [3.0, 1.5, 1.0]])
    loss, dscores = multiclass_hinge(f, np.array([2, 0]))
    assert loss == (2.5 + 0) / 2
    np.testing.assert_array_equal(dscores, [[0.5, 0.5, -1], [0, 0, 0]])


def test_the_right_class_is_no_competitor_of_itself():
    assert multiclass_hinge(np.array([[9.0, 0.0]]), np.array([0]))[0] == 0


def test_max_margin_is_zero_from_a_lead_of_one_on():
    assert max_margin(2.0, 1.0) == (0, 0, 0)
    assert max_margin(1.0, 1.5) == (1.5, -1, 1)
    loss, ds, ds_c = max_margin(np.array([2.0, 1.0]), np.array([0.0, 1.5]))
    assert loss == 0.75
    np.testing.assert_array_equal(ds, [0, -0.5])
    np.testing.assert_array_equal(ds_c, [0, 0.5])
