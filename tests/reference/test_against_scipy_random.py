"""Whatever is drawn at random against scipy's distributions, by tests that a right draw fails once in a million."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is not installed: ./setup.sh test oracles")

from scipy import stats

from reference import initialization as init
from reference.network import init_network
from reference.regularization import dropout_test, dropout_train
from reference.training import minibatches
from reference.word_window import corrupt_windows, init_window_model
from tests.reference.proofs import proves

RARE = 1e-6


def uniform_on(r):
    return stats.uniform(-r, 2 * r)


def is_drawn_from(distribution, numbers):
    return stats.kstest(np.ravel(numbers), distribution.cdf).pvalue > RARE


@pytest.mark.parametrize(
    ("draw", "distribution"),
    [
        pytest.param(
            lambda rng: init.small_normal(300, 500, rng, 0.05),
            stats.norm(0, 0.05),
            marks=proves("initialization.small_normal", by="scipy"),
        ),
        pytest.param(
            lambda rng: init.uniform(300, 500, 0.2, rng),
            uniform_on(0.2),
            marks=proves("initialization.uniform", by="scipy"),
        ),
        pytest.param(
            lambda rng: init.xavier_normal(300, 500, rng),
            stats.norm(0, np.sqrt(2 / 800)),
            marks=proves("initialization.xavier_normal", by="scipy"),
        ),
        pytest.param(
            lambda rng: init.xavier_uniform(300, 500, rng),
            uniform_on(np.sqrt(6 / 800)),
            marks=proves("initialization.xavier_uniform", by="scipy"),
        ),
    ],
)
def test_random_weights_come_from_their_distribution(draw, distribution):
    weights = draw(np.random.default_rng(3))
    assert weights.shape == (300, 500)
    assert is_drawn_from(distribution, weights)
    assert not is_drawn_from(distribution, 1.05 * weights)


@proves("network.init_network", by="scipy")
def test_every_layer_of_a_network_is_drawn_by_its_own_two_sizes(rng):
    sizes = [300, 500, 200, 100]
    parameters = init_network(sizes, rng)
    assert len(parameters) == 6
    for (n_in, n_out), W, b in zip(pairwise(sizes), parameters[::2], parameters[1::2], strict=True):
        assert W.shape == (n_out, n_in)
        assert is_drawn_from(uniform_on(np.sqrt(6 / (n_in + n_out))), W)
        np.testing.assert_array_equal(b, np.zeros(n_out))


@proves("word_window.init_window_model", by="scipy")
def test_the_window_model_is_drawn_part_by_part(rng):
    model = init_window_model(V=30_000, d=2, n_hidden=50_000, rng=rng)
    shapes = {"E": (30_000, 2), "W": (50_000, 10), "b": (50_000,), "u": (50_000,)}
    assert {name: array.shape for name, array in model.items()} == shapes
    assert is_drawn_from(stats.norm(0, 0.5), model["E"])
    assert is_drawn_from(uniform_on(np.sqrt(6 / 50_010)), model["W"])
    assert is_drawn_from(uniform_on(np.sqrt(6 / 50_001)), model["u"])
    assert not np.any(model["b"])


@proves("regularization.dropout_train", "regularization.dropout_test", by="scipy")
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("inverted", [True, False])
def test_dropout_keeps_each_unit_by_a_coin_and_testing_has_its_mean(p, inverted, rng):
    h = rng.normal(size=(400, 250))
    out, mask = dropout_train(h, p, rng, inverted)
    assert stats.binomtest(np.count_nonzero(out), h.size, p).pvalue > RARE
    rows = np.count_nonzero(out, axis=1)
    # Units are kept one by one, not row by row: the rows' counts spread as a binomial does.
    spread = np.sum((rows - 250 * p) ** 2) / stats.binom(250, p).var()
    assert RARE < stats.chi2(400).cdf(spread) < 1 - RARE
    coin = stats.bernoulli(p)
    factor = 1 / coin.mean() if inverted else 1.0
    np.testing.assert_allclose(out[out != 0], (h * factor)[out != 0], rtol=1e-13)
    np.testing.assert_allclose(mask, np.where(out != 0, factor, 0), rtol=1e-13)
    np.testing.assert_allclose(dropout_test(h, p, inverted), h * factor * coin.expect(), rtol=1e-13)


@proves("word_window.corrupt_windows", by="scipy")
def test_corrupt_windows_are_drawn_evenly_from_those_without_a_location(rng):
    ids, y = np.arange(100).reshape(20, 5), np.tile([1, 0, 0, 1, 0], 4)
    drawn = corrupt_windows(ids, y, 6000, rng)
    assert drawn.shape == (6000, 5)
    window = drawn[:, 0] // 5
    np.testing.assert_array_equal(drawn, ids[window])  # whole windows
    counts = np.bincount(window, minlength=20)
    assert not np.any(counts[y == 1])
    assert stats.chisquare(counts[y == 0]).pvalue > RARE
    assert stats.chisquare(counts).pvalue < RARE  # as it would say of any windows


@proves("training.minibatches", by="scipy")
def test_every_example_is_equally_often_at_every_place(rng):
    epochs = np.array([np.concatenate(minibatches(7, 3, rng)) for _ in range(3000)])
    counts = stats.contingency.crosstab(epochs.ravel(), np.tile(np.arange(7), 3000)).count
    assert counts.shape == (7, 7)
    assert stats.chisquare(counts, axis=None).pvalue > RARE
