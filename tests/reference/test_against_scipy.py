"""Special values against scipy: its sigmoid and inverse, softmax, distances, distributions and numeric derivatives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is not installed: ./setup.sh test oracles")

from scipy import optimize, spatial, special, stats

from reference import initialization as init
from reference.activations import layer, neuron, neuron_folded, sigmoid, sigmoid_backward, tanh_from_sigmoid
from reference.gates import SigmoidGate
from reference.gradcheck import forward_difference, numeric_gradient
from reference.losses import cross_entropy, softmax
from reference.matrix_gradients import weight_gradient_by_elements
from reference.preprocessing import normalize, whiten
from reference.vectorization import squared_distances_loop, squared_distances_matrix
from tests.reference.examples import LABELS

Z = np.concatenate([np.linspace(-1000, 1000, 81), np.linspace(-5, 5, 81), [-1e-300, 0.0, 1e-300]])


def test_sigmoid_equals_expit_also_where_it_is_tiny():
    # below 1e-308 scipy gives 0, and ours the denormal number
    np.testing.assert_allclose(sigmoid(Z), special.expit(Z), rtol=2e-15, atol=1e-308)
    np.testing.assert_allclose(SigmoidGate().forward(Z), special.expit(Z), rtol=2e-15, atol=1e-308)
    np.testing.assert_allclose(tanh_from_sigmoid(Z), 2 * special.expit(2 * Z) - 1, rtol=0, atol=5e-16)
    np.testing.assert_allclose(sigmoid_backward(1.0, Z), special.expit(Z) * special.expit(-Z), rtol=0, atol=2e-16)


def test_neurons_and_layers_equal_expit(rng):
    x, W, b = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    np.testing.assert_allclose(layer(x, W, b), special.expit(W @ x + b), rtol=1e-14)
    assert neuron(x, W[0], b[0]) == pytest.approx(special.expit(W[0] @ x + b[0]), rel=1e-14)
    assert neuron_folded(x, np.append(W[0], b[0])) == pytest.approx(special.expit(W[0] @ x + b[0]), rel=1e-14)


def test_the_weight_gradient_by_elements_equals_scipys_numeric_one(rng):
    x, W, delta = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    numeric = optimize.approx_fprime(W.ravel(), lambda w: delta @ (w.reshape(3, 4) @ x), 1e-6)
    np.testing.assert_allclose(weight_gradient_by_elements(delta, x).ravel(), numeric, atol=1e-8)


def test_softmax_and_cross_entropy_equal_scipy_a_thousand_apart():
    scores = 1000 * np.random.default_rng(0).normal(size=(7, 5))
    np.testing.assert_allclose(softmax(scores), special.softmax(scores, axis=1), rtol=1e-13, atol=1e-300)
    expected = -special.log_softmax(scores, axis=1)[np.arange(7), LABELS].mean()
    assert cross_entropy(scores, LABELS)[0] == pytest.approx(expected, rel=1e-13)


def test_output_bias_is_the_inverse_sigmoid_of_the_mean(rng):
    targets = rng.integers(0, 2, size=(40, 3)).astype(float)
    np.testing.assert_allclose(init.output_bias_from_inverse_sigmoid(targets), special.logit(targets.mean(axis=0)))
    assert init.output_bias_from_inverse_sigmoid(np.ones((4, 1)), eps=0.01) == pytest.approx(special.logit(0.99))


def test_pairwise_distances_equal_cdist(rng):
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    expected = spatial.distance.cdist(A, B, "sqeuclidean")
    np.testing.assert_allclose(squared_distances_matrix(A, B), expected, rtol=1e-13)
    np.testing.assert_allclose(squared_distances_loop(A, B), expected, rtol=1e-13)


def test_normalize_equals_the_z_score(rng):
    X = rng.normal(3, 2, size=(50, 4))
    np.testing.assert_allclose(normalize(X)[0], stats.zscore(X), rtol=1e-12, atol=1e-14)


def test_whitening_makes_distances_mahalanobis(rng):
    X = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4))
    inverse_covariance = np.linalg.inv(np.cov(X.T, bias=True))
    expected = spatial.distance.pdist(X, "mahalanobis", VI=inverse_covariance)
    np.testing.assert_allclose(spatial.distance.pdist(whiten(X)[0]), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("draw", "distribution"),
    [
        (lambda rng: init.small_normal(300, 500, rng, 0.05), stats.norm(0, 0.05)),
        (lambda rng: init.uniform(300, 500, 0.2, rng), stats.uniform(-0.2, 0.4)),
        (lambda rng: init.xavier_normal(300, 500, rng), stats.norm(0, np.sqrt(2 / 800))),
        (lambda rng: init.xavier_uniform(300, 500, rng), stats.uniform(-np.sqrt(6 / 800), 2 * np.sqrt(6 / 800))),
    ],
)
def test_random_weights_come_from_their_distribution(draw, distribution):
    weights = draw(np.random.default_rng(3)).ravel()
    assert stats.kstest(weights, distribution.cdf).pvalue > 1e-3
    assert stats.kstest(1.05 * weights, distribution.cdf).pvalue < 1e-9  # the test notices 5 %


def test_numeric_gradients_equal_those_of_scipy(rng):
    x = rng.normal(size=6)
    np.testing.assert_allclose(numeric_gradient(optimize.rosen, x, 1e-6), optimize.rosen_der(x), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(
        forward_difference(optimize.rosen, x, 1e-7), optimize.approx_fprime(x, optimize.rosen, 1e-7), rtol=1e-9
    )
