"""Preprocessing: judged by what it achieves on the training set, with the same map applied to the other sets."""

from __future__ import annotations

import numpy as np
import pytest

from reference.preprocessing import normalize, subtract_mean, whiten


@pytest.fixture
def sets(rng):
    mixing = rng.normal(size=(4, 4))
    return [rng.normal(size=(n, 4)) @ mixing + [1, -2, 30, 0.5] for n in (60, 20, 9)]


def test_the_training_mean_is_subtracted_from_every_set(sets):
    results = subtract_mean(*sets)
    np.testing.assert_allclose(results[0].mean(axis=0), 0, atol=1e-13)
    for X, result in zip(sets, results, strict=True):
        np.testing.assert_allclose(X - result, np.broadcast_to(sets[0].mean(axis=0), X.shape), rtol=1e-12)
    assert np.abs(results[1].mean(axis=0)).max() > 0.01  # the other sets keep what sets them apart


def test_normalization_gives_the_training_set_unit_deviation(sets):
    results = normalize(*sets)
    np.testing.assert_allclose(results[0].mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(results[0].std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(results[2], (sets[2] - sets[0].mean(axis=0)) / sets[0].std(axis=0), rtol=1e-10)


def test_a_constant_feature_is_only_centred():
    train, test = np.array([[1.0, 0.1], [3.0, 0.1], [5.0, 0.1]]), np.array([[3.0, 0.3]])
    results = normalize(train, test)
    np.testing.assert_allclose(results[0][:, 1], 0, atol=1e-15)
    np.testing.assert_allclose(results[1], [[0, 0.2]], atol=1e-15)


def test_whitening_gives_the_training_set_the_identity_as_covariance(sets):
    results = whiten(*sets)
    np.testing.assert_allclose(results[0].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(results[0].T @ results[0] / 60, np.eye(4), atol=1e-12)
    # One affine map for all sets: an example of the training set is mapped alike wherever it stands.
    again = whiten(sets[0], sets[0][:5])
    np.testing.assert_allclose(again[1], results[0][:5], rtol=1e-12, atol=1e-12)


def test_a_direction_without_deviation_gives_zeros_and_no_noise(rng):
    X = rng.normal(size=(50, 2)) @ rng.normal(size=(2, 4)) * 1e6  # rank 2 in 4 dimensions
    (white,) = whiten(X)
    covariance = white.T @ white / 50
    np.testing.assert_allclose(covariance, np.diag([1, 1, 0, 0]), atol=1e-6)
    np.testing.assert_array_equal(whiten(np.full((5, 2), 3.0))[0], np.zeros((5, 2)))


def test_fewer_examples_than_features_give_as_many_directions_as_examples(rng):
    (white,) = whiten(rng.normal(size=(3, 5)))
    assert white.shape == (3, 3)
