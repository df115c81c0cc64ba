"""The loops and the matrix forms against JAX and torch: values, and gradients by their tapes."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: ./setup.sh test oracles")
pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import torch
from torch.nn import functional

from reference import vectorization
from tests.reference.examples import LABELS
from tests.reference.proofs import each

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

IDS = np.array([3, 1, 3, 3, 0, 7, 1])  # repeats, and words that are never read


def both_gradients(by_jax, by_torch, x):
    """The value and the gradient at x by JAX, and the same by torch."""
    leaf = torch.tensor(x, requires_grad=True)
    value = by_torch(leaf)
    value.backward()
    return jax.value_and_grad(by_jax)(jnp.asarray(x)), (value.item(), leaf.grad.numpy())


def hinge(f):
    margins = jax.vmap(lambda row, y: jax.nn.relu(row - row[y] + 1).at[y].set(0))(f, LABELS)
    return margins.sum() / len(f)


LOSSES = {
    "cross_entropy_loop": (
        lambda f: -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(f), LABELS[:, None], axis=1)),
        lambda f: functional.cross_entropy(f, torch.tensor(LABELS)),
    ),
    "hinge_loop": (hinge, lambda f: f.shape[1] * functional.multi_margin_loss(f, torch.tensor(LABELS))),
}


@pytest.mark.parametrize("scale", [1.0, 1000.0])
@pytest.mark.parametrize("name", each("vectorization", LOSSES, by=("jax", "torch")))
def test_a_loss_of_a_batch_has_the_value_and_the_gradient_of_both(name, scale, rng):
    scores = scale * rng.normal(size=(7, 5))
    loss, dscores = getattr(vectorization, name)(scores, LABELS)
    for value, gradient in both_gradients(*LOSSES[name], scores):
        assert loss == pytest.approx(float(value), rel=1e-12)
        np.testing.assert_allclose(dscores, gradient, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", each("vectorization", ["scores_loop", "scores_matrix"], by=("jax", "torch")))
def test_the_scores_are_those_of_a_layer_without_bias(name, rng):
    X, W = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    scores = getattr(vectorization, name)(X, W)
    np.testing.assert_allclose(scores, jax.vmap(lambda x: jnp.dot(W, x))(X), rtol=1e-12, atol=1e-15)
    expected = functional.linear(torch.tensor(X), torch.tensor(W))
    np.testing.assert_allclose(scores, expected.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "name", each("vectorization", ["weight_gradient_loop", "weight_gradient_matrix"], by=("jax", "torch"))
)
def test_weight_gradients_of_a_batch_are_the_derivative(name, rng):
    delta, X, W = rng.normal(size=(7, 3)), rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    dW = getattr(vectorization, name)(delta, X)

    def by_torch(W):
        return (torch.tensor(delta) * functional.linear(torch.tensor(X), W)).sum()

    for _, gradient in both_gradients(lambda W: jnp.sum(delta * (X @ W.T)), by_torch, W):
        np.testing.assert_allclose(dW, gradient, rtol=1e-12)


@pytest.mark.parametrize(
    "name", each("vectorization", ["embedding_gradient_loop", "embedding_gradient_matrix"], by=("jax", "torch"))
)
def test_the_gradient_of_an_embedding_is_the_derivative_of_its_lookup(name, rng):
    dX, E = rng.normal(size=(7, 2)), rng.normal(size=(9, 2))
    dE = getattr(vectorization, name)(dX, IDS, 9)

    def by_torch(E):
        return (torch.tensor(dX) * functional.embedding(torch.tensor(IDS), E)).sum()

    for _, gradient in both_gradients(lambda E: jnp.sum(dX * E[IDS]), by_torch, E):
        np.testing.assert_allclose(dE, gradient, rtol=1e-13)
