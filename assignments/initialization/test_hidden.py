"""Hidden checks: larger samples, wide and narrow layers, sets without deviation, far away and strongly correlated."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.initialization.samples import assert_normal, assert_uniform, matrix
from assignments.initialization.whitening import assert_whitened
from autograder import assert_matches, number, weight

SHAPES = ((307, 67), (67, 307))  # n_out, n_in


def samples(function, *arguments, shapes=SHAPES):
    """Two matrices, of a layer that narrows and of one that widens."""
    calls = []
    for seed, shape in enumerate(shapes, start=10):
        calls.append((*shape, *(np.random.default_rng(seed) if a == "rng" else a for a in arguments)))
    return [matrix(got, shape, function._name) for got, shape in zip(function.batch(calls), shapes, strict=True)]


@number("5.1")
@weight(2)
def test_zeros_of_any_size(student, ref):
    """zero_biases and zero_weights: layers of any size."""
    for n_out, n_in in ((1, 1), (1, 6), (7, 1), (5, 11)):
        assert_matches(student.zero_biases(n_out), ref.zero_biases(n_out), "b")
        assert_matches(student.zero_weights(n_out, n_in), ref.zero_weights(n_out, n_in), "W")


@number("5.2")
@weight(4)
def test_neurons_of_any_layer(student, ref):
    """different_neurons: layers of any size."""
    rng = np.random.default_rng(52)
    calls = []
    for n_hidden, n_in, n_out in ((1, 3, 2), (7, 2, 3), (11, 5, 1), (13, 1, 2)):
        same = np.ones((n_hidden, n_in)), np.ones(n_hidden), np.ones((n_out, n_hidden))
        other = (
            rng.integers(2, size=(n_hidden, n_in)) / 2,
            rng.integers(2, size=n_hidden) / 4,
            rng.integers(2, size=(n_out, n_hidden)) * 1.0,
        )
        for which in ((), (0,), (1,), (2,), (0, 1, 2)):
            calls.append(tuple(other[place] if place in which else same[place] for place in range(3)))
    for got, call in zip(student.different_neurons.batch(calls), calls, strict=True):
        assert_matches(got, ref.different_neurons(*call), "count")


@number("6.1")
@weight(2)
def test_normal_weights_of_any_layer(student):
    """small_normal: a large sample, several std."""
    for std in (0.001, 0.3, 2.0):
        for drawn in samples(student.small_normal, "rng", std):
            assert_normal([drawn], std, "small_normal")


@number("6.2")
@weight(2)
def test_uniform_weights_of_any_layer(student):
    """uniform: a large sample, several r."""
    for r in (0.001, 0.3, 2.0):
        for drawn in samples(student.uniform, r, "rng"):
            assert_uniform([drawn], r, "uniform")


@number("6.3")
@weight(4)
def test_xavier_uniform_of_any_layer(student):
    """xavier_uniform: layers that narrow, widen, and are tiny."""
    for drawn in samples(student.xavier_uniform, "rng"):
        assert_uniform([drawn], np.sqrt(6 / sum(drawn.shape)), "xavier_uniform")
    tiny = samples(student.xavier_uniform, "rng", shapes=[(2, 3)] * 200)
    assert_uniform(tiny, np.sqrt(6 / 5), "xavier_uniform")


@number("6.4")
@weight(4)
def test_xavier_normal_of_any_layer(student):
    """xavier_normal: layers that narrow, widen, and are small."""
    for drawn in samples(student.xavier_normal, "rng"):
        assert_normal([drawn], np.sqrt(2 / sum(drawn.shape)), "xavier_normal")
    small = samples(student.xavier_normal, "rng", shapes=[(20, 5)] * 200)
    assert_normal(small, np.sqrt(2 / 25), "xavier_normal")


@number("6.5")
@weight(2)
def test_output_biases_of_any_size(student, ref, cases):
    """output_bias_from_mean: any number of targets."""
    for (targets,) in cases(targets="N,D", integers="targets"):
        assert_matches(student.output_bias_from_mean(targets), ref.output_bias_from_mean(targets), "b")


@number("6.6")
@weight(3)
def test_inverse_sigmoids_of_any_size(student, ref, cases):
    """output_bias_from_inverse_sigmoid: any targets, any eps."""
    for targets, zeros, eps in cases(targets="N,D", zeros="N,D", eps=(1e-6, 0.01), probability="targets"):
        got = student.output_bias_from_inverse_sigmoid(targets)
        assert_matches(got, ref.output_bias_from_inverse_sigmoid(targets), "b")
        targets = (zeros > 0) * 1.0
        got = student.output_bias_from_inverse_sigmoid(targets, eps)
        assert_matches(got, ref.output_bias_from_inverse_sigmoid(targets, eps), "b")


@number("7.1")
@weight(2)
def test_means_of_any_sets(student, ref, cases):
    """subtract_mean: one set or several, integers too."""
    for X, Y, Z in cases(X="N,D", Y="M,D", Z="K,D", integers="X Y Z"):
        for sets in ([X], [X, Y], [X, Y, Z]):
            assert_matches(student.subtract_mean(*sets), ref.subtract_mean(*sets), "train validation test")


@number("7.2")
@weight(3)
def test_deviations_of_any_sets(student, ref, cases):
    """normalize: one set or several, of any scale."""
    for X, Y, Z in cases(X="N,D", Y="M,D", Z="K,D", integers="X Y"):
        if len(X) > 1:
            for sets in ([X], [X, Y], [X, Y, Z]):
                assert_matches(student.normalize(*sets), ref.normalize(*sets), "train validation test")


@number("7.3")
@weight(2)
def test_sets_without_deviation(student, ref):
    """normalize: constant features, a single example."""
    constant = np.array([[1.0, 2.5, 0.0, -4.0], [3.0, 2.5, 0.0, 0.5], [-2.0, 2.5, 0.0, 8.0], [5.0, 2.5, 0.0, 1.0]])
    test = np.array([[2.0, 4.0, 1.5, -1.0], [0.5, 2.5, 0.0, 3.0]])
    for train in (constant, constant[:1], 2.0**-20 * constant):
        assert_matches(student.normalize(train, test), ref.normalize(train, test), "train test")


@number("7.4")
@weight(1.5)
@pytest.mark.parametrize("kind", ["correlated", "different_scales", "far_away", "tiny"])
def test_whiten_any_sets(student, kind):
    """whiten: sets of full rank."""
    rng = np.random.default_rng(74)
    mixing = rng.standard_normal((5, 5)) + 3 * np.ones((5, 5)) if kind == "correlated" else np.eye(5)
    scale = np.array([0.1, 0.3, 1.0, 3.0, 10.0]) if kind == "different_scales" else 1.0
    shift = 40.0 * np.arange(5) if kind == "far_away" else 0.5
    unit = 2.0**-30 if kind == "tiny" else 1.0
    sets = [unit * (rng.standard_normal((n, 5)) @ mixing * scale + shift) for n in (41, 13, 7)]
    assert_whitened(student.whiten(*sets), sets, rank=5)


@number("7.5")
@weight(2)
@pytest.mark.parametrize("kind", ["dependent", "few_examples"])
def test_whiten_sets_without_full_rank(student, kind):
    """whiten: directions without any deviation."""
    rng = np.random.default_rng(75)
    if kind == "dependent":
        features = -rng.standard_exponential((3, 7))
        sets = [rng.standard_exponential((n, 3)) @ features for n in (61, 11, 2)]
        rank = 3
    else:
        train = rng.standard_normal((5, 11))
        weights = rng.random((4, 5))
        sets = [train, weights / weights.sum(axis=1, keepdims=True) @ train]  # within what the training set spans
        rank = 4
    assert_whitened(student.whiten(*sets), sets, rank)


@number("7.6")
@weight(2)
def test_whiten_a_set_that_is_one_point(student):
    """whiten: a training set whose examples are all equal."""
    train = np.full((6, 3), 2.5)
    assert_whitened(student.whiten(train), [train], rank=0)
