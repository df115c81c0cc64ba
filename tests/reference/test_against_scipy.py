"""Special values against scipy: its sigmoid, softmax, distances, scores, waves, graphs and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is not installed: ./setup.sh test oracles")

from scipy import optimize, signal, sparse, spatial, special, stats

from reference import initialization as init
from reference.activations import layer, neuron, neuron_folded, sigmoid, sigmoid_backward, tanh_from_sigmoid
from reference.gates import SigmoidGate
from reference.gradcheck import check_gradient, forward_difference, numeric_gradient
from reference.graph import ComputationalGraph, GraphError
from reference.locations import best_threshold
from reference.losses import cross_entropy, softmax
from reference.matrix_gradients import weight_gradient_by_elements
from reference.preprocessing import normalize, subtract_mean, whiten
from reference.retraining import sentiment
from reference.schedules import cyclical
from reference.vectorization import squared_distances_loop, squared_distances_matrix
from tests.reference.examples import LABELS
from tests.reference.proofs import proves
from tests.reference.random_graphs import random_nodes

Z = np.concatenate([np.linspace(-1000, 1000, 81), np.linspace(-5, 5, 81), [-1e-300, 0.0, 1e-300]])


@proves("activations.sigmoid", "activations.sigmoid_backward", "activations.tanh_from_sigmoid", by="scipy")
def test_sigmoid_equals_expit_also_where_it_is_tiny():
    # below 1e-308 scipy gives 0, and ours the denormal number
    np.testing.assert_allclose(sigmoid(Z), special.expit(Z), rtol=2e-15, atol=1e-308)
    np.testing.assert_allclose(SigmoidGate().forward(Z), special.expit(Z), rtol=2e-15, atol=1e-308)
    np.testing.assert_allclose(tanh_from_sigmoid(Z), 2 * special.expit(2 * Z) - 1, rtol=0, atol=5e-16)
    np.testing.assert_allclose(sigmoid_backward(1.0, Z), special.expit(Z) * special.expit(-Z), rtol=0, atol=2e-16)


@proves("activations.neuron", "activations.neuron_folded", "activations.layer", by="scipy")
def test_neurons_and_layers_equal_expit(rng):
    x, W, b = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    np.testing.assert_allclose(layer(x, W, b), special.expit(W @ x + b), rtol=1e-14)
    assert neuron(x, W[0], b[0]) == pytest.approx(special.expit(W[0] @ x + b[0]), rel=1e-14)
    assert neuron_folded(x, np.append(W[0], b[0])) == pytest.approx(special.expit(W[0] @ x + b[0]), rel=1e-14)


@proves("matrix_gradients.weight_gradient_by_elements", by="scipy")
def test_the_weight_gradient_by_elements_equals_scipys_numeric_one(rng):
    x, W, delta = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    numeric = optimize.approx_fprime(W.ravel(), lambda w: delta @ (w.reshape(3, 4) @ x), 1e-6)
    np.testing.assert_allclose(weight_gradient_by_elements(delta, x).ravel(), numeric, atol=1e-8)


@proves("losses.softmax", by="scipy")
def test_softmax_and_cross_entropy_equal_scipy_a_thousand_apart():
    scores = 1000 * np.random.default_rng(0).normal(size=(7, 5))
    np.testing.assert_allclose(softmax(scores), special.softmax(scores, axis=1), rtol=1e-13, atol=1e-300)
    expected = -special.log_softmax(scores, axis=1)[np.arange(7), LABELS].mean()
    assert cross_entropy(scores, LABELS)[0] == pytest.approx(expected, rel=1e-13)


@proves("initialization.output_bias_from_inverse_sigmoid", by="scipy")
def test_output_bias_is_the_inverse_sigmoid_of_the_mean(rng):
    targets = rng.integers(0, 2, size=(40, 3)).astype(float)
    np.testing.assert_allclose(init.output_bias_from_inverse_sigmoid(targets), special.logit(targets.mean(axis=0)))
    assert init.output_bias_from_inverse_sigmoid(np.ones((4, 1)), eps=0.01) == pytest.approx(special.logit(0.99))


@proves("vectorization.squared_distances_loop", "vectorization.squared_distances_matrix", by="scipy")
def test_pairwise_distances_equal_cdist(rng):
    A, B = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    expected = spatial.distance.cdist(A, B, "sqeuclidean")
    np.testing.assert_allclose(squared_distances_matrix(A, B), expected, rtol=1e-13)
    np.testing.assert_allclose(squared_distances_loop(A, B), expected, rtol=1e-13)


@proves("preprocessing.normalize", "preprocessing.subtract_mean", by="scipy")
def test_normalize_equals_the_z_score_and_subtract_mean_its_detrending(rng):
    X, X_test = rng.normal(3, 2, size=(50, 4)), rng.normal(3, 2, size=(9, 4))
    for ours, theirs in zip(normalize(X, X_test), (stats.zscore(X), stats.zmap(X_test, X)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
    centred, test = subtract_mean(X, X_test)
    np.testing.assert_allclose(centred, signal.detrend(X, axis=0, type="constant"), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(test, X_test - stats.tmean(X, axis=0), rtol=1e-12, atol=1e-14)


@proves("preprocessing.whiten", by="scipy")
def test_whitening_makes_distances_mahalanobis(rng):
    X, X_test = np.split(rng.normal(1, 1, size=(80, 4)) @ rng.normal(size=(4, 4)), [60])
    inverse_covariance = np.linalg.inv(np.cov(X.T, bias=True))
    expected = spatial.distance.pdist(X, "mahalanobis", VI=inverse_covariance)
    white, white_test = whiten(X, X_test)
    np.testing.assert_allclose(spatial.distance.pdist(white), expected, rtol=1e-9)
    across = spatial.distance.cdist(X_test, X, "mahalanobis", VI=inverse_covariance)
    np.testing.assert_allclose(spatial.distance.cdist(white_test, white), across, rtol=1e-9)
    # A length is the distance from the mean, where the whitened training set has its 0.
    from_mean = spatial.distance.cdist(X_test, [stats.tmean(X, axis=0)], "mahalanobis", VI=inverse_covariance)
    np.testing.assert_allclose(np.linalg.norm(white_test, axis=1), from_mean[:, 0], rtol=1e-9)


@proves("gradcheck.numeric_gradient", "gradcheck.forward_difference", by="scipy")
def test_numeric_gradients_equal_those_of_scipy(rng):
    x = rng.normal(size=6)
    np.testing.assert_allclose(numeric_gradient(optimize.rosen, x, 1e-6), optimize.rosen_der(x), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(
        forward_difference(optimize.rosen, x, 1e-7), optimize.approx_fprime(x, optimize.rosen, 1e-7), rtol=1e-9
    )


WRONG = {"right": 0.0, "wrong by a little": 1e-3, "wrong by a lot": 2.0}


@proves("gradcheck.check_gradient", by="scipy")
@pytest.mark.parametrize("how", WRONG)
def test_a_gradient_is_found_wrong_where_check_grad_finds_it_wrong(how, rng):
    for _ in range(20):
        x, mistake = rng.normal(size=5), WRONG[how] * rng.integers(0, 2, size=5)
        gradient = optimize.rosen_der(x) * (1 + mistake)
        found = check_gradient(optimize.rosen, x, gradient)
        numeric = optimize.approx_fprime(x, optimize.rosen, 1e-8)
        assert found == [(int(i),) for i in np.flatnonzero(np.abs(gradient - numeric) > 1e-4 * np.abs(numeric))]
        error = optimize.check_grad(optimize.rosen, lambda _, gradient=gradient: gradient, x)
        assert bool(found) == (error > 2e-4)


@proves("schedules.cyclical", by="scipy")
def test_the_cyclical_rate_is_a_sawtooth_that_falls_as_slowly_as_it_rises():
    t = np.linspace(0, 40, 321)
    wave = signal.sawtooth(np.pi * t / 7, width=0.5)  # from -1 to 1 and back in 14 epochs
    np.testing.assert_allclose(cyclical(t, 0.1, 0.5, 7), 0.1 + 0.4 * (wave + 1) / 2, rtol=1e-12)


@proves("retraining.sentiment", by="scipy")
def test_a_sentiment_is_the_expit_of_its_score(rng):
    E, w = rng.normal(size=(6, 3)), rng.normal(size=3)
    np.testing.assert_allclose(sentiment(E, w, 0.3), special.expit(E @ w + 0.3), rtol=1e-14)


@proves("locations.best_threshold", by="scipy")
def test_the_best_threshold_has_the_most_right_labels_by_the_distributions_of_both_classes():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, size=41)
        scores = rng.normal(size=41) + y
        threshold = best_threshold(scores, y)
        below, above = stats.ecdf(scores[y == 0]).cdf, stats.ecdf(scores[y == 1]).sf

        def right(t, y=y, below=below, above=above):
            return np.round(np.sum(y == 0) * below.evaluate(t) + np.sum(y == 1) * above.evaluate(t))

        ranked = np.sort(scores)
        best = np.max(right((ranked[:-1] + ranked[1:]) / 2))
        assert right(threshold) == best
        assert threshold in (ranked[:-1] + ranked[1:]) / 2
        # The first of the best: every threshold below it is worse.
        lower = ranked[ranked < threshold][:-1]
        assert not np.any(right(lower) >= best)


@proves("graph.ComputationalGraph", "graph.GraphError", by="scipy")
def test_an_order_makes_the_adjacency_triangular_and_an_error_means_a_strong_component():
    outcomes = set()
    for seed in range(100):
        nodes = random_nodes(seed, 1 + seed % 9, cycles=seed % 2 == 0)
        names = ["x", "y", *(name for name, _, _ in nodes)]
        adjacency = np.zeros((len(names), len(names)))
        for name, _, inputs in nodes:
            adjacency[[names.index(source) for source in inputs], names.index(name)] = 1
        components, _ = sparse.csgraph.connected_components(adjacency, connection="strong")
        has_cycle = components < len(names) or bool(np.any(np.diag(adjacency)))
        outcomes.add(has_cycle)
        if has_cycle:
            with pytest.raises(GraphError, match="cycle"):
                ComputationalGraph(nodes)
            continue
        order = ["x", "y", *ComputationalGraph(nodes).nodes_topologically_sorted()]
        assert sorted(order) == sorted(names)
        places = [names.index(name) for name in order]
        np.testing.assert_array_equal(np.tril(adjacency[np.ix_(places, places)]), 0)
    assert outcomes == {True, False}
