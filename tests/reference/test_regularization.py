"""Penalties and dropout: which parameters, which factor, which units, and what stays the same on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import regularization as reg


def test_l2_is_the_sum_of_squares_and_its_gradient_twice_the_parameter():
    theta = np.array([[1.0, -2.0], [0.0, 3.0]])
    penalty, gradient = reg.l2_penalty(theta, 0.5)
    assert penalty == 7
    np.testing.assert_array_equal(gradient, theta)
    assert penalty != 0.5 * np.linalg.norm(theta)  # the norm without its square, as 002 prints it


def test_l1_has_the_sign_as_its_gradient_and_zero_at_its_kink():
    penalty, gradient = reg.l1_penalty(np.array([1.0, -2.0, 0.0]), 0.5)
    assert penalty == 1.5
    np.testing.assert_array_equal(gradient, [0.5, -0.5, 0])


def test_only_weights_are_penalised_unless_biases_are_asked_for():
    W, b = np.array([[1.0, 2.0]]), np.array([3.0])
    zeros = [np.zeros((1, 2)), np.zeros(1)]
    J, gradients = reg.regularized_objective(1.0, zeros, [W, b], lam=0.1)
    assert pytest.approx(1.5) == J
    np.testing.assert_allclose(gradients[0], [[0.2, 0.4]])
    np.testing.assert_array_equal(gradients[1], [0])
    J, gradients = reg.regularized_objective(1.0, zeros, [W, b], lam=0.1, penalise_biases=True)
    assert pytest.approx(1 + 0.1 * 14) == J
    np.testing.assert_allclose(gradients[1], [0.6])


def test_a_heavier_penalty_leaves_smaller_weights(rng):
    X, target = rng.normal(size=(40, 5)), rng.normal(size=40)
    sizes = []
    for lam in (0.0, 0.1, 10.0):
        w = np.zeros((1, 5))
        for _ in range(2000):
            _, (dw,) = reg.regularized_objective(0.0, [2 * (X @ w[0] - target)[np.newaxis] @ X / 40], [w], lam)
            w = w - 0.02 * dw
        np.testing.assert_allclose(w[0], np.linalg.solve(X.T @ X / 40 + lam * np.eye(5), X.T @ target / 40), atol=1e-6)
        sizes.append(np.linalg.norm(w))
    assert sizes[0] > sizes[1] > sizes[2]


@given(p=st.floats(0.1, 1.0), inverted=st.booleans())
def test_a_dropped_unit_is_zero_and_a_kept_one_scaled(p, inverted):
    h = np.arange(1.0, 31.0).reshape(5, 6)
    out, mask = reg.dropout_train(h, p, np.random.default_rng(0), inverted)
    kept = np.random.default_rng(0).random((5, 6)) < p
    np.testing.assert_array_equal(mask, kept * (1 / p if inverted else 1.0))
    np.testing.assert_array_equal(out, h * mask)
    np.testing.assert_array_equal(reg.dropout_backward(h, mask), h * mask)


@pytest.mark.parametrize("inverted", [True, False])
def test_testing_gives_what_training_gives_on_average(inverted):
    h, rng = np.array([1.0, -2.0, 3.0]), np.random.default_rng(0)
    outputs = [reg.dropout_train(h, 0.8, rng, inverted)[0] for _ in range(20_000)]
    np.testing.assert_allclose(np.mean(outputs, axis=0), reg.dropout_test(h, 0.8, inverted), rtol=0.02)
    assert np.mean(np.array(outputs) == 0) == pytest.approx(0.2, abs=0.01)


def test_with_every_unit_kept_nothing_changes():
    h = np.array([1.0, -2.0])
    assert np.array_equal(reg.dropout_train(h, 1.0, np.random.default_rng(0))[0], h)
    assert np.array_equal(reg.dropout_test(h, 1.0, inverted=False), h)
