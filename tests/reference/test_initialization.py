"""Initial parameters: sizes and variances, why Xavier keeps signals alive, and why zeros keep neurons equal."""

from __future__ import annotations

import numpy as np
import pytest

from reference import initialization as init
from reference.network import init_network, network_loss


def test_shapes_and_the_variance_of_the_lecture():
    n_out, n_in = 300, 500
    for draw in (init.xavier_uniform, init.xavier_normal):
        W = draw(n_out, n_in, np.random.default_rng(0))
        assert W.shape == (n_out, n_in)
        # 150,000 draws: the sample variance is within 1 % by more than three standard deviations
        assert W.var() == pytest.approx(2 / (n_in + n_out), rel=0.01)
        assert abs(W.mean()) < 4 * np.sqrt(2 / (n_in + n_out) / W.size)
    assert np.abs(init.xavier_uniform(n_out, n_in, np.random.default_rng(0))).max() <= np.sqrt(6 / 800)
    assert init.small_normal(n_out, n_in, np.random.default_rng(0)).std() == pytest.approx(0.01, rel=0.01)
    assert np.abs(init.uniform(3, 5, 0.2, np.random.default_rng(0))).max() <= 0.2
    np.testing.assert_array_equal(init.zero_biases(3), np.zeros(3))


def test_the_same_seed_gives_the_same_weights_and_the_next_draw_others():
    rng = np.random.default_rng(5)
    first, second = init.xavier_uniform(3, 5, rng), init.xavier_uniform(3, 5, rng)
    np.testing.assert_array_equal(first, init.xavier_uniform(3, 5, np.random.default_rng(5)))
    assert not np.any(first == second)


def test_the_output_bias_is_best_where_all_weights_are_zero(rng):
    targets = rng.integers(0, 2, size=(50, 2)).astype(float)
    b = init.output_bias_from_inverse_sigmoid(targets)
    np.testing.assert_allclose(1 / (1 + np.exp(-b)), targets.mean(axis=0))
    np.testing.assert_allclose(init.output_bias_from_mean(targets), targets.mean(axis=0))
    np.testing.assert_allclose(np.mean(1 / (1 + np.exp(-b)) - targets, axis=0), 0, atol=1e-14)  # gradient of the loss


def test_all_zero_weights_never_break_symmetry(rng):
    X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, size=20)

    def trained(parameters):
        for _ in range(50):
            _, gradients = network_loss(parameters, X, y)
            parameters = [theta - 0.5 * dtheta for theta, dtheta in zip(parameters, gradients, strict=True)]
        return parameters

    zeros = [init.zero_weights(4, 3), init.zero_biases(4), init.zero_weights(2, 4), init.zero_biases(2)]
    W_1, _, W_2, b_2 = trained(zeros)
    assert np.all(W_1 == 0)
    assert np.all(W_2 == 0)
    assert np.any(b_2 != 0)  # only the last bias can learn, and it learns the mean
    equal = trained([np.full((4, 3), 0.3), np.zeros(4), np.full((2, 4), 0.2), np.zeros(2)])[0]
    assert np.all(equal == equal[0])  # four neurons that are one neuron
    different = trained(init_network([3, 4, 2], rng))[0]
    assert len(np.unique(different.round(6), axis=0)) == 4


def test_xavier_keeps_signals_and_gradients_alive_through_ten_layers():
    rng = np.random.default_rng(0)

    def shrinkage(draw):
        a, weights = rng.normal(size=(200, 100)), [draw() for _ in range(10)]
        first = a.std()
        for W in weights:
            a = np.tanh(a @ W.T)
        delta = rng.normal(size=(200, 100))
        start = delta.std()
        for W in weights:
            delta = delta @ W
        return a.std() / first, delta.std() / start

    forward, backward = shrinkage(lambda: init.xavier_uniform(100, 100, rng))
    assert forward > 0.1
    assert 0.5 < backward < 2
    forward, backward = shrinkage(lambda: init.small_normal(100, 100, rng, 0.01))
    assert forward < 1e-8
    assert backward < 1e-8
