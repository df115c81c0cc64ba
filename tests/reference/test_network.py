"""The deep network: the lecture's small net as a special case, and two spirals learnt from scratch."""

from __future__ import annotations

import numpy as np
import pytest

from reference.activations import relu, sigmoid, sigmoid_backward, tanh
from reference.losses import cross_entropy
from reference.matrix_gradients import score_backward, score_forward
from reference.network import ACTIVATIONS, init_network, network_backward, network_forward, network_loss
from reference.optimizers import adam
from reference.training import train


def test_one_hidden_layer_and_one_output_is_the_scoring_network(rng):
    x, W, b, u = rng.normal(size=5), rng.normal(size=(3, 5)), rng.normal(size=3), rng.normal(size=3)
    parameters = [W, b, u[np.newaxis], np.zeros(1)]
    scores, cache = network_forward(x[np.newaxis], parameters, sigmoid)
    assert scores.item() == pytest.approx(score_forward(x, W, b, u, sigmoid))
    dX, (dW, db, du, _) = network_backward(np.ones((1, 1)), cache, parameters, lambda z: sigmoid_backward(1.0, z))
    expected = score_backward(x, W, b, u, sigmoid, lambda z: sigmoid_backward(1.0, z))
    for ours, theirs in zip((dX[0], dW, db, du[0]), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_have_the_shapes_of_their_parameters(activation, rng):
    f, f_prime = ACTIVATIONS[activation]
    parameters = init_network([3, 5, 2, 7], rng)
    scores, cache = network_forward(rng.normal(size=(11, 3)), parameters, f)
    assert scores.shape == (11, 7)
    dX, gradients = network_backward(np.ones_like(scores), cache, parameters, f_prime)
    assert dX.shape == (11, 3)
    assert [g.shape for g in gradients] == [theta.shape for theta in parameters]


def test_a_linear_classifier_is_a_network_without_hidden_layers(rng):
    X, (W, b) = rng.normal(size=(7, 3)), init_network([3, 2], rng)
    scores, _ = network_forward(X, [W, b], tanh)
    np.testing.assert_allclose(scores, X @ W.T + b)


def test_without_a_penalty_the_loss_is_the_cross_entropy_alone(rng):
    X, y, parameters = rng.normal(size=(7, 3)), rng.integers(0, 2, size=7), init_network([3, 4, 2], rng)
    assert network_loss(parameters, X, y)[0] == cross_entropy(network_forward(X, parameters, tanh)[0], y)[0]


def two_spirals(N):
    """N points on each of two spirals of one and a half turns; the second is the first turned by half a turn."""
    radius = np.linspace(0.1, 1.0, N)
    angle = 3 * np.pi * radius
    first = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return np.concatenate([first, -first]), np.repeat([0, 1], N)


def test_two_spirals_are_learnt_from_scratch_to_99_percent():
    X, y = two_spirals(150)
    rng = np.random.default_rng(0)
    test = np.arange(len(y)) % 3 == 0  # every third point of each arm is held out
    X_train, y_train = X[~test], y[~test]

    def loss(parameters, rows):
        return network_loss(parameters, X_train[rows], y_train[rows], lam=1e-5, activation="relu")

    first = init_network([2, 32, 32, 2], rng)
    parameters, history = train(loss, first, len(y_train), 120, 20, lambda t: 0.01, rng, adam)
    accuracy = {
        name: np.mean(network_forward(X[part], parameters, relu)[0].argmax(axis=1) == y[part])
        for name, part in (("train", ~test), ("test", test))
    }
    assert history[-1] < 0.05 * history[0]
    assert accuracy["train"] >= 0.99
    assert accuracy["test"] >= 0.99
    # No linear classifier can: the spirals need the hidden layers.
    linear, _ = train(loss, init_network([2, 2], rng), len(y_train), 50, 20, lambda t: 0.01, rng, adam)
    assert np.mean(network_forward(X, linear, relu)[0].argmax(axis=1) == y) < 0.75
