"""Whatever starts or drops at random against torch's own layers, initializers and dropout."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import torch
from torch.nn import functional

from reference import initialization as init
from reference.network import init_network
from reference.regularization import dropout_test, dropout_train
from reference.word_window import init_window_model
from tests.reference.proofs import proves


def fill(initializer, *shape, **options):
    generator = torch.Generator().manual_seed(1)
    return initializer(torch.empty(*shape, dtype=torch.float64), generator=generator, **options).numpy()


def assert_same_distribution(ours, theirs):
    """Equal shapes, and equal quantiles up to the chance of a few ten thousand draws: a factor of 1.05 shows."""
    assert ours.shape == theirs.shape
    levels = np.linspace(0.02, 0.98, 25)
    np.testing.assert_allclose(
        np.quantile(ours, levels) / theirs.std(), np.quantile(theirs, levels) / theirs.std(), rtol=0, atol=0.04
    )
    assert np.mean(np.abs(ours) <= np.abs(theirs).max()) > 0.999


@pytest.mark.parametrize(
    ("draw", "initializer", "options"),
    [
        pytest.param(
            lambda rng: init.small_normal(300, 500, rng),
            torch.nn.init.normal_,
            {"std": 0.01},
            marks=proves("initialization.small_normal", by="torch"),
        ),
        pytest.param(
            lambda rng: init.uniform(300, 500, 0.2, rng),
            torch.nn.init.uniform_,
            {"a": -0.2, "b": 0.2},
            marks=proves("initialization.uniform", by="torch"),
        ),
        pytest.param(
            lambda rng: init.xavier_normal(300, 500, rng),
            torch.nn.init.xavier_normal_,
            {},
            marks=proves("initialization.xavier_normal", by="torch"),
        ),
        pytest.param(
            lambda rng: init.xavier_uniform(300, 500, rng),
            torch.nn.init.xavier_uniform_,
            {},
            marks=proves("initialization.xavier_uniform", by="torch"),
        ),
    ],
)
def test_random_weights_spread_as_those_of_torch(draw, initializer, options, rng):
    weights, theirs = draw(rng), fill(initializer, 300, 500, **options)
    assert_same_distribution(weights, theirs)
    with pytest.raises(AssertionError):
        assert_same_distribution(1.05 * weights, theirs)


@proves("network.init_network", "initialization.zero_biases", by="torch")
def test_a_network_starts_as_linear_layers_with_xavier_weights_and_zero_biases(rng):
    sizes = [300, 500, 200]
    parameters = init_network(sizes, rng)
    layers = [torch.nn.Linear(n_in, n_out) for n_in, n_out in pairwise(sizes)]
    assert len(parameters) == 2 * len(layers)
    for layer, W, b in zip(layers, parameters[::2], parameters[1::2], strict=True):
        assert_same_distribution(W, fill(torch.nn.init.xavier_uniform_, *layer.weight.shape))
        np.testing.assert_array_equal(b, torch.nn.init.zeros_(layer.bias).detach().numpy())
        np.testing.assert_array_equal(b, init.zero_biases(layer.out_features))


@proves("initialization.zero_weights", "initialization.zero_biases", by="torch")
def test_zeros_have_the_shapes_of_a_linear_layer():
    layer = torch.nn.Linear(5, 3)
    np.testing.assert_array_equal(init.zero_weights(3, 5), torch.nn.init.zeros_(layer.weight).detach().numpy())
    np.testing.assert_array_equal(init.zero_biases(3), torch.nn.init.zeros_(layer.bias).detach().numpy())


@proves("initialization.output_bias_from_inverse_sigmoid", by="torch")
def test_the_inverse_sigmoid_bias_is_the_logit_of_torch(rng):
    targets = np.column_stack([rng.integers(0, 2, size=(40, 2)), np.zeros(40), np.ones(40)])
    for eps in (1e-6, 0.01):
        expected = torch.logit(torch.tensor(targets).mean(dim=0), eps=eps).numpy()
        np.testing.assert_allclose(init.output_bias_from_inverse_sigmoid(targets, eps), expected, rtol=1e-9)


@proves("word_window.init_window_model", by="torch")
def test_the_window_model_starts_as_an_embedding_and_two_layers(rng):
    model = init_window_model(V=50_000, d=2, n_hidden=60_000, rng=rng)
    assert set(model) == {"E", "W", "b", "u"}
    assert_same_distribution(model["E"], fill(torch.nn.init.normal_, 50_000, 2, std=0.5))
    assert_same_distribution(model["W"], fill(torch.nn.init.xavier_uniform_, 60_000, 10))
    np.testing.assert_array_equal(model["b"], torch.nn.init.zeros_(torch.empty(60_000)).numpy())
    assert_same_distribution(model["u"][np.newaxis], fill(torch.nn.init.xavier_uniform_, 1, 60_000))


@proves("regularization.dropout_train", "regularization.dropout_test", by="torch")
@pytest.mark.parametrize("p", [0.3, 0.8])
def test_dropout_is_that_of_torch_in_training_and_in_testing(p, rng):
    h = rng.normal(size=(400, 250))
    torch.manual_seed(0)
    theirs = functional.dropout(torch.tensor(h), 1 - p, training=True).numpy()  # torch names the part that is dropped
    for inverted, scale in (
        (True, 1.0),
        (False, p),
    ):  # torch knows the inverted way only; the classic one is p times it
        ours, mask = dropout_train(h, p, rng, inverted)
        assert np.mean(ours != 0) == pytest.approx(np.mean(theirs != 0), abs=0.01)
        both = (ours != 0) & (theirs != 0)
        np.testing.assert_allclose(ours[both], scale * theirs[both], rtol=1e-12)
        np.testing.assert_allclose(mask[both], scale * theirs[both] / h[both], rtol=1e-12)
        assert not np.any(mask[ours == 0])
        tested = functional.dropout(torch.tensor(h), 1 - p, training=False).numpy()
        np.testing.assert_allclose(dropout_test(h, p, inverted), scale * tested, rtol=1e-14)
