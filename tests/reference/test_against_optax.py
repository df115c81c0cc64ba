"""The optimizers' first fifty steps against optax in float64."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("optax", reason="optax is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import optax

from reference.optimizers import adagrad, adam, momentum, rmsprop, sgd, sparse_adam
from reference.schedules import constant, exponential, halve_every, inverse, step_factor
from tests.reference.proofs import each, proves

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

OPTIMIZERS = {
    "sgd": (lambda *a: sgd(*a, lr=0.1), optax.sgd(0.1)),
    "momentum": (lambda *a: momentum(*a, lr=0.1, mu=0.8), optax.sgd(0.1, momentum=0.8)),
    "adagrad": (
        lambda *a: adagrad(*a, lr=0.1, eps=1e-3),
        optax.adagrad(0.1, initial_accumulator_value=0.0, eps=1e-3),
    ),
    "rmsprop": (
        lambda *a: rmsprop(*a, lr=0.1, decay=0.9, eps=1e-3),
        optax.rmsprop(0.1, decay=0.9, eps=1e-3, eps_in_sqrt=False),
    ),
    "adam": (
        lambda *a: adam(*a, lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3),
        optax.adam(0.1, b1=0.8, b2=0.95, eps=1e-3),
    ),
}


@pytest.mark.parametrize("name", each("optimizers", OPTIMIZERS, by="optax"))
def test_fifty_steps_equal_those_of_optax(name, rng):
    ours, theirs = OPTIMIZERS[name]
    x, state = rng.normal(size=(3, 5)), None
    x_optax, state_optax = jnp.asarray(x), theirs.init(jnp.asarray(x))
    for _ in range(50):
        dx = rng.normal(size=x.shape)
        x, state = ours(x, dx, state)
        updates, state_optax = theirs.update(jnp.asarray(dx), state_optax, x_optax)
        x_optax = optax.apply_updates(x_optax, updates)
        np.testing.assert_allclose(x, x_optax, rtol=1e-11, atol=1e-13)


def test_adam_as_the_notes_print_it_has_the_moving_averages_of_optax_without_correction(rng):
    x, state = rng.normal(size=(3, 5)), None
    first, second = optax.ema(0.8, debias=False), optax.ema(0.95, debias=False)
    first_state, second_state = first.init(jnp.asarray(x)), second.init(jnp.asarray(x))
    expected = x
    for _ in range(50):
        dx = rng.normal(size=x.shape)
        x, state = adam(x, dx, state, lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3, bias_correction=False)
        m, first_state = first.update(jnp.asarray(dx), first_state)
        v, second_state = second.update(jnp.asarray(dx**2), second_state)
        expected = expected - 0.1 * m / (jnp.sqrt(v) + 1e-3)
        np.testing.assert_allclose(x, expected, rtol=1e-11, atol=1e-13)


@proves("optimizers.sparse_adam", by="optax")
def test_a_sparse_step_is_adam_of_optax_on_the_rows_with_a_gradient(rng):
    X, state = rng.normal(size=(9, 3)), None
    adam_optax = optax.adam(0.1, b1=0.8, b2=0.95, eps=1e-3)
    X_optax = jnp.asarray(X)
    (moments, rest) = adam_optax.init(X_optax)
    for _ in range(20):
        rows, d_rows = rng.integers(0, 8, size=5), rng.normal(size=(5, 3))
        X, state = sparse_adam(X, rows, d_rows, state, lr=0.1, beta1=0.8, beta2=0.95, eps=1e-3)
        read = jnp.unique(rows)
        dX = jax.ops.segment_sum(jnp.asarray(d_rows), jnp.asarray(rows), num_segments=9)
        few = moments._replace(mu=moments.mu[read], nu=moments.nu[read])
        updates, (few, _) = adam_optax.update(dX[read], (few, rest))
        X_optax = X_optax.at[read].add(updates)
        moments = few._replace(mu=moments.mu.at[read].set(few.mu), nu=moments.nu.at[read].set(few.nu))
        np.testing.assert_allclose(X, X_optax, rtol=1e-11, atol=1e-13)


@proves("schedules.constant", "schedules.halve_every", by="optax")
def test_plain_schedules_equal_those_of_optax():
    epochs = np.arange(40)
    same = optax.constant_schedule(0.1)
    halves = optax.piecewise_constant_schedule(0.1, dict.fromkeys(range(7, 40, 7), 0.5))
    np.testing.assert_allclose(constant(epochs, 0.1), [same(t) for t in epochs], rtol=1e-14)
    np.testing.assert_allclose(halve_every(epochs, 0.1, 7), [halves(t) for t in epochs], rtol=1e-12)


@proves("schedules.exponential", "schedules.step_factor", "schedules.inverse", by="optax")
def test_schedules_equal_those_of_optax():
    epochs = np.arange(40)
    decay = optax.exponential_decay(0.1, transition_steps=1, decay_rate=float(np.exp(-0.2)))
    steps = optax.exponential_decay(0.1, transition_steps=5, decay_rate=0.5, staircase=True)
    np.testing.assert_allclose(exponential(epochs, 0.1, 0.2), [decay(t) for t in epochs], rtol=1e-12)
    np.testing.assert_allclose(step_factor(epochs, 0.1, 5, 0.5), [steps(t) for t in epochs], rtol=1e-12)
    # tau / max(t, tau) in optax's words: constant up to tau, then joined to lr0 tau / t
    tail = [optax.constant_schedule(0.1), lambda t: 0.1 * 4 / jnp.maximum(t + 4, 1)]
    joined = optax.join_schedules(tail, boundaries=[4])
    np.testing.assert_allclose(inverse(epochs, 0.1, 4), [joined(t) for t in epochs], rtol=1e-12)
