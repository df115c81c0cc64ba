"""The activations at extreme arguments against mpmath with fifty digits."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mpmath", reason="mpmath is not installed: ./setup.sh test oracles")

import mpmath

from reference import activations as act
from reference.autodiff import Variable
from reference.gradcheck import forward_difference, numeric_gradient, relative_error
from reference.losses import cross_entropy, softmax
from reference.schedules import fan_in_scaled
from reference.word_window import location_loss
from tests.reference.proofs import each, proves

SIZES = (1e-300, 1e-9, 1e-3, 0.3, 1.5, 5.0, 20.0, 37.0, 300.0, 700.0, 709.9, 1000.0)
Z = [sign * size for size in SIZES for sign in (-1, 1)]

EXACT = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "hardtanh": lambda z: max(-1, min(1, z)),
    "softsign": lambda z: z / (1 + abs(z)),
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: max(z, mpmath.mpf(0.01) * z),
}
SLOPE = {
    "sigmoid_backward": lambda z: 1 / (2 * mpmath.cosh(z / 2)) ** 2,
    "tanh_backward": lambda z: mpmath.sech(z) ** 2,
    "hardtanh_backward": lambda z: int(abs(z) <= 1),
    "softsign_backward": lambda z: 1 / (1 + abs(z)) ** 2,
    "relu_backward": lambda z: int(z > 0),
    "leaky_relu_backward": lambda z: 1 if z > 0 else mpmath.mpf(0.01),
}


@pytest.mark.parametrize("name", each("activations", EXACT, by="mpmath"))
def test_an_activation_is_right_to_the_last_digits(name):
    with mpmath.workdps(50):
        expected = [float(EXACT[name](mpmath.mpf(z))) for z in Z]
    np.testing.assert_allclose(getattr(act, name)(np.array(Z)), expected, rtol=4e-16, atol=1e-308)


@pytest.mark.parametrize("name", each("activations", SLOPE, by="mpmath"))
def test_a_slope_is_right_to_the_last_digits_of_one(name):
    with mpmath.workdps(50):
        expected = [float(SLOPE[name](mpmath.mpf(z))) for z in Z]
    # 1 - a and 1 - a**2 cancel far out: right to the rounding of numbers near 1, as any product with them is.
    slopes = getattr(act, name)(np.ones(len(Z)), np.array(Z))
    np.testing.assert_allclose(slopes, expected, rtol=4e-16, atol=3e-16)


def test_the_tape_has_the_same_sigmoid():
    with mpmath.workdps(50):
        expected = [float(EXACT["sigmoid"](mpmath.mpf(z))) for z in Z]
    np.testing.assert_allclose(Variable(np.array(Z)).sigmoid().value, expected, rtol=4e-16, atol=1e-308)


def test_tanh_is_two_sigmoids_of_twice_z_minus_one_at_fifty_digits():
    with mpmath.workdps(50):
        for z in Z:
            difference = mpmath.tanh(z) - (2 * EXACT["sigmoid"](2 * mpmath.mpf(z)) - 1)
            assert abs(difference) < mpmath.mpf(10) ** -49


@proves("losses.softmax", by="mpmath")
def test_softmax_and_cross_entropy_are_right_where_the_right_class_lies_900_below():
    scores = np.array([[900.0, 0.0, -100.0], [-1000.0, -1000.0, -999.0]])
    labels = np.array([1, 0])
    with mpmath.workdps(50):
        e = [[mpmath.exp(s) for s in row] for row in scores.tolist()]
        p = [[x / mpmath.fsum(row) for x in row] for row in e]
        loss = -(mpmath.log(p[0][1]) + mpmath.log(p[1][0])) / 2
    np.testing.assert_allclose(softmax(scores), np.array(p, dtype=float), rtol=1e-15, atol=1e-300)
    assert cross_entropy(scores, labels)[0] == pytest.approx(float(loss), rel=1e-15)


def test_the_window_loss_is_right_for_scores_up_to_a_thousand():
    # One window, one hidden unit that is saturated at 1: the score is u itself.
    for s in Z:
        parameters = {"E": np.ones((2, 1)), "W": np.full((1, 5), 100.0), "b": np.zeros(1), "u": np.array([s])}
        loss, _ = location_loss(parameters, np.ones((1, 5), dtype=int), np.array([1]))
        with mpmath.workdps(50):
            expected = float(mpmath.log(1 + mpmath.exp(-mpmath.mpf(s))))
        assert loss == pytest.approx(expected, rel=1e-15, abs=3e-16)


@proves("gradcheck.forward_difference", "gradcheck.numeric_gradient", by="mpmath")
def test_the_difference_quotients_are_those_of_mpmath_with_the_same_step():
    x, h = np.array([0.4, -1.3]), 2.0**-10  # a step that leaves no rounding in x + h
    forward = forward_difference(lambda v: np.exp(v[0]) * np.sin(v[1]), x, h)
    centred = numeric_gradient(lambda v: np.exp(v[0]) * np.sin(v[1]), x, h)
    along = (
        lambda t: mpmath.exp(t) * mpmath.sin(mpmath.mpf(-1.3)),
        lambda t: mpmath.exp(mpmath.mpf(0.4)) * mpmath.sin(t),
    )
    with mpmath.workdps(50):
        for i, f in enumerate(along):
            assert forward[i] == pytest.approx(float(mpmath.diff(f, x[i], h=h, direction=1)), rel=1e-11)
            assert centred[i] == pytest.approx(float(mpmath.diff(f, x[i], h=h, direction=0)), rel=1e-11)


@proves("gradcheck.relative_error", by="mpmath")
def test_mpmath_calls_two_arrays_almost_equal_from_their_relative_error_on(rng):
    for scale in (1e-12, 1e-3, 0.5):
        a = rng.normal(size=7)
        b = a * (1 + scale * rng.normal(size=7))
        error = mpmath.mpf(relative_error(a, b))
        for factor, all_close in ((1 + 1e-9, True), (1 - 1e-9, False)):
            close = [mpmath.almosteq(x, y, rel_eps=error * factor, abs_eps=0) for x, y in zip(a, b, strict=True)]
            assert all(close) == all_close


@proves("schedules.fan_in_scaled", by="mpmath")
def test_the_rate_by_fan_in_is_that_of_mpmath():
    with mpmath.workdps(50):
        for n_in in (1, 2, 25, 300, 12345):
            expected = mpmath.mpf(0.1) * mpmath.power(n_in, -0.5)
            assert fan_in_scaled(0.1, n_in) == pytest.approx(float(expected), rel=1e-15)
