"""Training of the word-window model against the training of two libraries, which find the gradients by themselves."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("optax", reason="optax is not installed: ./setup.sh test oracles")
pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import optax
import torch
from torch.nn import functional

from reference.word_window import init_window_model, train_windows
from tests.reference.proofs import proves

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

V, LR, EPOCHS, BATCH = 8, 0.3, 3, 4


@pytest.fixture
def task(rng):
    """A small model, ten windows, their labels, and corrupt windows for them."""
    model = init_window_model(V, 3, 4, rng)
    return model, rng.integers(V, size=(10, 5)), rng.integers(2, size=10), rng.integers(V, size=(10, 5))


def batches():
    return [slice(start, start + BATCH) for _ in range(EPOCHS) for start in range(0, 10, BATCH)]


def assert_same(model, expected):
    for name in ("E", "W", "b", "u"):
        np.testing.assert_allclose(model[name], np.asarray(expected[name]), rtol=1e-11, atol=1e-13)


@proves("word_window.train_windows", by="torch")
def test_training_by_the_softmax_is_that_of_torch(task):
    model, ids, y, _ = task
    own = {name: torch.tensor(value, requires_grad=True) for name, value in model.items()}
    descent = torch.optim.SGD(own.values(), lr=LR)
    for batch in batches():
        X = functional.embedding(torch.tensor(ids[batch]), own["E"]).flatten(1)
        scores = functional.linear(X, own["W"], own["b"]).tanh() @ own["u"]
        descent.zero_grad()
        functional.binary_cross_entropy_with_logits(scores, torch.tensor(y[batch], dtype=torch.float64)).backward()
        descent.step()
    trained = train_windows(model, ids, y, LR, EPOCHS, BATCH)
    assert_same(trained, {name: value.detach() for name, value in own.items()})


@proves("word_window.train_windows", by="optax")
def test_training_by_max_margin_with_frozen_words_is_that_of_optax(task):
    model, ids, _, corrupt = task
    own = {name: jnp.asarray(value) for name, value in model.items() if name != "E"}

    def score(weights, windows):
        X = jnp.asarray(model["E"])[windows].reshape(len(windows), -1)
        return jnp.tanh(X @ weights["W"].T + weights["b"]) @ weights["u"]

    descent = optax.sgd(LR)
    state = descent.init(own)
    for batch in batches():
        gap = lambda weights, b=batch: score(weights, ids[b]) - score(weights, corrupt[b])  # noqa: E731
        gradients = jax.grad(lambda weights, gap=gap: optax.hinge_loss(gap(weights), jnp.ones(())).mean())(own)
        updates, state = descent.update(gradients, state)
        own = optax.apply_updates(own, updates)
    trained = train_windows(model, ids, corrupt, LR, EPOCHS, BATCH, "max_margin", fine_tune=False)
    assert_same(trained, {**own, "E": model["E"]})


def test_training_changes_no_parameter_that_it_was_handed(task):
    model, ids, y, _ = task
    before = {name: value.copy() for name, value in model.items()}
    train_windows(model, ids, y, LR, EPOCHS, BATCH)
    assert_same(model, before)
