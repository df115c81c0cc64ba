"""Gradient checking: errors of the right order, two evaluations per number, and planted bugs that are named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activations import softsign, softsign_backward
from reference.gradcheck import check_gradient, forward_difference, numeric_gradient, relative_error


def coupled(x):
    """Every partial derivative depends on every element, so that an x that is not put back shows."""
    return np.sin(np.sum(x * np.arange(1, x.size + 1).reshape(x.shape) / 7)) + np.sum(x**2) * np.sum(x)


def coupled_gradient(x):
    weights = np.arange(1, x.size + 1).reshape(x.shape) / 7
    return weights * np.cos(np.sum(x * weights)) + 2 * x * np.sum(x) + np.sum(x**2)


@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 2), (2, 1, 3), (0,)])
def test_both_differences_give_the_gradient_in_the_shape_of_x(shape, rng):
    x = rng.normal(size=shape)
    for gradient, tolerance in ((numeric_gradient(coupled, x), 1e-8), (forward_difference(coupled, x), 1e-5)):
        assert gradient.shape == shape
        np.testing.assert_allclose(gradient, coupled_gradient(x), rtol=tolerance, atol=tolerance)


def test_the_forward_error_falls_as_h_and_the_centred_as_h_squared():
    x = np.array([0.7])
    exact = np.exp(x)

    def error(difference, h):
        return abs(difference(lambda v: np.exp(v[0]), x, h) - exact)[0]

    for difference, order in ((forward_difference, 1), (numeric_gradient, 2)):
        ratio = error(difference, 1e-2) / error(difference, 1e-3)
        assert ratio == pytest.approx(10**order, rel=0.05)
    assert error(forward_difference, 1e-3) == pytest.approx(1e-3 / 2 * exact[0], rel=0.01)
    assert error(numeric_gradient, 1e-3) == pytest.approx(1e-6 / 6 * exact[0], rel=0.01)
    # Rounding: beyond the best step a smaller h is worse.
    assert error(numeric_gradient, 1e-12) > 1e3 * error(numeric_gradient, 1e-5)


def test_the_number_on_the_slide_is_lost_at_its_precision():
    # 004: the loss is 1.25347 before and after the step, to five decimals, so the forward difference is 0.
    assert forward_difference(lambda w: round(1.25347 + 1e-3 * (w[0] - 0.78), 5), np.array([0.78]), 1e-4) == 0


@given(st.integers(0, 40))
def test_the_centred_difference_costs_two_evaluations_per_number(size):
    seen = []
    numeric_gradient(lambda x: seen.append(x.copy()) or 0.0, np.zeros(size))
    assert len(seen) == 2 * size
    assert all(np.count_nonzero(x) == 1 for x in seen)  # one index moved, all others back in their places


def test_x_is_not_changed(rng):
    x = rng.normal(size=(3, 2))
    copy = x.copy()
    numeric_gradient(coupled, x)
    forward_difference(coupled, x)
    check_gradient(coupled, x, np.zeros((3, 2)))
    np.testing.assert_array_equal(x, copy)


def test_whole_numbers_can_be_checked():
    np.testing.assert_allclose(numeric_gradient(lambda x: np.sum(x**2), np.array([1, 2, 3])), [2, 4, 6], rtol=1e-9)


def test_relative_error_is_the_largest_over_the_elements():
    assert relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.5])) == pytest.approx(0.2)
    assert relative_error(np.array([0.0]), np.array([0.0])) == 0
    assert relative_error(np.array([0.0]), np.array([1e-9])) == 1
    assert relative_error(np.zeros(0), np.zeros(0)) == 0
    with pytest.raises(ValueError, match=r"the shapes differ: \(3,\) and \(1, 3\)"):
        relative_error(np.ones(3), np.ones((1, 3)))


@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-6])
@given(seed=st.integers(0, 2**32), scale=st.sampled_from([1e-2, 1.0, 30.0]))
def test_a_right_gradient_is_accepted_at_a_good_step(h, seed, scale):
    x = scale * np.random.default_rng(seed).normal(size=(3, 2))
    assert check_gradient(coupled, x, coupled_gradient(x), h) == []


def test_a_bad_step_cannot_judge_by_itself(rng):
    x = rng.normal(size=(3, 2))
    far = check_gradient(coupled, x, coupled_gradient(x), h=0.5)  # truncation: right gradients look wrong
    assert far
    near = check_gradient(coupled, x, coupled_gradient(x) * 1.0001, h=1e-13)  # rounding: wrong ones hide in the noise
    assert near == []
    assert check_gradient(coupled, x, coupled_gradient(x) * 1.0001)


PLANTED = {
    "a sign": lambda g: -g,
    "a factor": lambda g: 2 * g,
    "one element": lambda g: g + np.eye(*g.shape)[::-1] * 1e-3,
    "an entry left at zero": lambda g: np.where(np.arange(g.size).reshape(g.shape) == 4, 0, g),
    "rows exchanged": lambda g: g[::-1],
    "all ones": np.ones_like,
    "not a number": lambda g: np.where(np.arange(g.size).reshape(g.shape) == 2, np.nan, g),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_named_where_it_is(bug, rng):
    x = rng.normal(size=(3, 2))
    right = coupled_gradient(x)
    planted = PLANTED[bug](right)
    expected = [tuple(int(i) for i in index) for index in np.argwhere(~np.isclose(planted, right, rtol=1e-12))]
    assert expected
    assert check_gradient(coupled, x, planted) == expected


def test_the_printed_softsign_slope_is_caught_at_negative_z_only():
    z = np.array([-2.0, -0.5, 0.5, 2.0])
    printed = np.sign(z) / (1 + z) ** 2
    assert check_gradient(lambda v: np.sum(softsign(v)), z, printed) == [(0,), (1,)]
    assert check_gradient(lambda v: np.sum(softsign(v)), z, softsign_backward(1.0, z)) == []


@pytest.mark.parametrize(("slope", "right"), [(0.0, True), (1.0, True), (0.5, True), (-0.2, False), (1.3, False)])
def test_at_a_kink_every_value_between_the_two_slopes_is_right(slope, right):
    x = np.array([0.0, 3.0])
    found = check_gradient(lambda v: np.sum(np.maximum(v, 0)), x, np.array([slope, 1.0]))
    assert found == ([] if right else [(0,)])


def test_a_kink_is_seen_where_both_slopes_are_steep():
    x = np.array([0.0])

    def f(v):
        return np.sum(np.maximum(v, 0) + 10 * v)  # slopes 10 and 11

    assert check_gradient(f, x, np.array([10.2])) == []
    assert check_gradient(f, x, np.array([9.8])) == [(0,)]


def test_a_tiny_function_is_judged_by_its_own_size():
    def f(v):
        return 1e-12 * coupled(v)

    x = np.array([0.3, -1.2, 0.8])
    right = 1e-12 * coupled_gradient(x)
    assert check_gradient(f, x, right) == []
    assert check_gradient(f, x, 1.01 * right) == [(0,), (1,), (2,)]


def test_a_wrong_gradient_of_a_curved_function_does_not_pass_as_a_kink():
    x = np.array([1e-3])
    assert check_gradient(lambda v: np.sum(1e4 * v**2), x, np.array([20.1])) == [(0,)]


def test_a_gradient_of_another_shape_is_an_error():
    with pytest.raises(ValueError, match=r"the gradient has shape \(1, 3\), x has \(3,\)"):
        check_gradient(coupled, np.ones(3), np.ones((1, 3)))
