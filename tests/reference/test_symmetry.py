"""Neurons that start equal stay equal: counted as numpy and a database count them, and true after training."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from reference.initialization import different_neurons, zero_biases, zero_weights
from reference.network import network_loss
from tests.reference.proofs import proves


def layers(rng, n_hidden=6):
    """W, b and U with few different entries, so that some neurons are equal and others nearly so."""
    return (
        rng.integers(2, size=(n_hidden, 2)) * 0.5,
        rng.integers(2, size=n_hidden) * 0.25,
        rng.normal(size=(2, 1)) * (rng.integers(2, size=n_hidden) + 1.0),
    )


@proves("initialization.different_neurons", by=("numpy", "sqlite3"))
def test_as_many_neurons_as_there_are_different_rows(rng):
    found = set()
    for _ in range(30):
        W, b, U = layers(rng)
        rows = np.column_stack([W, b, U.T])
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE neurons (w1 REAL, w2 REAL, b REAL, u1 REAL, u2 REAL)")
        database.executemany("INSERT INTO neurons VALUES (?, ?, ?, ?, ?)", rows.tolist())
        (counted,) = database.execute("SELECT COUNT(*) FROM (SELECT DISTINCT * FROM neurons)").fetchone()
        database.close()
        assert different_neurons(W, b, U) == counted == len(np.unique(rows, axis=0))
        found.add(counted)
    assert len(found) > 1


def test_training_leaves_as_many_different_neurons_as_there_were(rng):
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, size=20)
    starts = [layers(rng) for _ in range(5)] + [(zero_weights(6, 2), zero_biases(6), zero_weights(2, 6))]
    for W, b, U in starts:
        parameters = [W, b, U, zero_biases(2)]
        for _ in range(50):
            _, gradients = network_loss(parameters, X, y)
            parameters = [theta - 0.5 * dtheta for theta, dtheta in zip(parameters, gradients, strict=True)]
        rows = np.column_stack([parameters[0], parameters[1], parameters[2].T])
        assert len(np.unique(rows.round(9), axis=0)) == different_neurons(W, b, U)


@pytest.mark.parametrize(("name", "count"), [("W", 2), ("b", 2), ("U", 2), ("", 1)])
def test_a_difference_anywhere_is_a_difference(name, count):
    layer = {"W": np.ones((3, 2)), "b": np.ones(3), "U": np.ones((4, 3))}
    if name:
        layer[name][(0, 1) if name == "U" else 1] = 2.0
    assert different_neurons(**layer) == count
