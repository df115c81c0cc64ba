"""Whole trainings against JAX and optax: gradients by the tape, steps by optax, on the same mini-batches."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("optax", reason="optax is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import optax

from reference.locations import find_locations, load_sentences, train_location_model, vocabulary
from reference.optimizers import adam, momentum, sgd
from reference.retraining import FIRST_W, N_TRAIN, SENTIMENTS, VECTORS, retraining_pitfall, train_sentiment
from reference.training import train
from reference.word_window import PAD, init_window_model
from tests.reference.examples import BINARY, IDS, VOCABULARY
from tests.reference.proofs import proves

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

OPTIMIZERS = {
    "sgd": (sgd, optax.sgd),
    "momentum": (momentum, lambda rate: optax.sgd(rate, momentum=0.9)),
    "adam": (adam, optax.adam),
}


def batches(N, batch_size, rng):
    return np.split(rng.permutation(N), np.arange(batch_size, N, batch_size))


def stepper(optimizer, loss):
    """One step of optax down the gradient of a loss, compiled: (theta, state, *data) -> theta, state, loss."""

    @jax.jit
    def step(theta, state, *data):
        value, gradient = jax.value_and_grad(loss)(theta, *data)
        updates, state = optimizer.update(gradient, state)
        return optax.apply_updates(theta, updates), state, value

    return step


@proves("training.train", by="optax")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_a_line_goes_as_with_optax(name, rng):
    X, target = rng.normal(size=(11, 3)), rng.normal(size=11)
    ours, theirs = OPTIMIZERS[name]

    def loss(theta, rows):
        return jnp.mean((X[rows] @ theta[0] + theta[1] - target[rows]) ** 2)

    def loss_and_gradients(parameters, rows):
        w, b = parameters
        error = X[rows] @ w + b - target[rows]
        return np.mean(error**2), [2 * error @ X[rows] / len(rows), np.array([2 * np.mean(error)])]

    start = [rng.normal(size=3), np.zeros(1)]
    parameters, history = train(loss_and_gradients, start, 11, 4, 4, lambda t: 0.1, np.random.default_rng(7), ours)
    optimizer = theirs(0.1)
    theta, state, generator = start, optimizer.init(start), np.random.default_rng(7)
    X, target = jnp.asarray(X), jnp.asarray(target)
    step = stepper(optimizer, loss)
    for epoch in range(4):
        total = 0.0
        for rows in batches(11, 4, generator):
            theta, state, value = step(theta, state, rows)
            total += value * len(rows)
        assert history[epoch] == pytest.approx(float(total / 11), rel=1e-9)
    assert len(history) == 4
    for one, other in zip(parameters, theta, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8)


def optax_sentiment(E, w, b, y, lr, steps, fine_tune):
    def loss(moving, fixed):
        E, w, b = (*fixed, *moving)
        return optax.sigmoid_binary_cross_entropy(E[: len(y)] @ w + b, y).mean()

    optimizer = optax.sgd(lr)
    moving, fixed = ((E, w, b), ()) if fine_tune else ((w, b), (E,))
    state, step = optimizer.init(moving), stepper(optimizer, loss)
    for _ in range(steps):
        moving, state, _ = step(moving, state, fixed)
    return (*fixed, *moving)


@proves("retraining.train_sentiment", "retraining.retraining_pitfall", by="optax")
@pytest.mark.parametrize("fine_tune", [True, False])
def test_sentiments_are_trained_as_with_optax(fine_tune, rng):
    problem = rng.normal(size=(6, 3)), rng.normal(size=3), 0.2, np.array([1, 0, 1, 1]), 0.5, 20, fine_tune
    for ours, theirs in zip(train_sentiment(*problem), optax_sentiment(*problem), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
    pitfall = retraining_pitfall(fine_tune)
    theirs = optax_sentiment(VECTORS, FIRST_W, 0.0, SENTIMENTS[:N_TRAIN], 0.3, 500, fine_tune)
    for ours, expected in zip(pitfall, theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9)


def scores(parameters, ids):
    x = parameters["E"][ids].reshape(len(ids), -1)
    return jnp.tanh(x @ parameters["W"].T + parameters["b"]) @ parameters["u"]


def location_loss(moving, fixed, windows, y):
    return optax.sigmoid_binary_cross_entropy(scores({**fixed, **moving}, windows), y).mean()


def margin_loss(moving, fixed, windows, rivals):
    parameters = {**fixed, **moving}
    return jax.nn.relu(1 - scores(parameters, windows) + scores(parameters, rivals)).mean()


@proves("locations.train_location_model", by="optax")
@pytest.mark.parametrize("loss", ["softmax", "max_margin"])
@pytest.mark.parametrize("fine_tune", [True, False])
def test_a_location_model_is_trained_as_with_optax(loss, fine_tune):
    ids, y = np.concatenate([IDS, IDS[:4, ::-1]]), np.concatenate([BINARY, [0, 0, 0, 0]])
    model = train_location_model(ids, y, VOCABULARY, np.random.default_rng(3), loss, fine_tune, epochs=3)

    rng = np.random.default_rng(3)
    first = init_window_model(VOCABULARY, 16, 32, rng)
    fixed = {} if fine_tune else {"E": first["E"]}
    moving = {name: theta for name, theta in first.items() if name not in fixed}
    optimizer = optax.adam(0.01)
    state, step = optimizer.init(moving), stepper(optimizer, location_loss if loss == "softmax" else margin_loss)
    locations = np.repeat(ids[y == 1], (y == 0).sum() // (y == 1).sum(), axis=0)
    for _ in range(3):
        for rows in batches(len(y) if loss == "softmax" else len(locations), 8, rng):
            if loss == "softmax":
                data = ids[rows], y[rows]
            else:
                data = locations[rows], rng.choice(ids[y == 0], size=len(rows))
            moving, state, _ = step(moving, state, fixed, *data)
    for name, theta in {**fixed, **moving}.items():
        np.testing.assert_allclose(model[name], theta, rtol=1e-7, atol=1e-9)


@proves("locations.find_locations", by="jax")
def test_found_locations_are_the_words_whose_score_by_jax_is_above_the_threshold(rng):
    sentences = load_sentences()[:20]
    rows = vocabulary(sentences)
    model = init_window_model(len(rows) + 2, 4, 6, rng)
    # All sentences in one line, with padding between them; a window is five shifts of the line.
    line, ends = [PAD, PAD], []
    for words, _ in sentences:
        line += [*(rows[word] for word in words), PAD, PAD]
        ends.append(len(line) - 2)
    windows = jnp.stack([jnp.roll(jnp.array(line), -shift) for shift in range(-2, 3)], axis=1)
    all_scores = np.asarray(scores({name: jnp.asarray(theta) for name, theta in model.items()}, windows))
    found = 0
    for (words, _), end in zip(sentences, ends, strict=True):
        for threshold in (0.0, 0.3):
            own = all_scores[end - len(words) : end]
            expected = [word for word, s in zip(words, own, strict=True) if s > threshold]
            assert find_locations(model, words, rows, threshold) == expected
            found += len(expected)
    assert found > 0
