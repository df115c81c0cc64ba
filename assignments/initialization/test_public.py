"""Public checks: small numbers that a student may see, and samples of random ones."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.initialization.samples import assert_decided_by_generator, assert_normal, assert_uniform, matrix
from assignments.initialization.whitening import assert_whitened
from autograder import assert_matches, number, weight

TRAIN = np.array([[1.0, 2.0, 0.5], [3.0, -1.0, 2.5], [2.0, 4.0, -1.5], [-4.0, 1.0, 3.0], [0.5, 2.5, 1.0]])
VALIDATION = np.array([[2.0, 0.0, 1.0], [-1.0, 3.5, 0.25]])
TEST = np.array([[0.5, -2.0, 4.0]])
SHAPE = (50, 150)  # n_out, n_in


def sample(function, *arguments):
    """Two matrices that were drawn with two seeds."""
    calls = [(*SHAPE, *(np.random.default_rng(seed) if a == "rng" else a for a in arguments)) for seed in (1, 2)]
    return [matrix(got, SHAPE, function._name) for got in function.batch(calls)]


@number("1.1")
@weight(2)
def test_zero_biases(student, ref):
    """zero_biases: as many zeros as the layer has neurons."""
    assert_matches(student.zero_biases(4), ref.zero_biases(4), "b")


@number("1.2")
@weight(2)
def test_zero_weights(student, ref):
    """zero_weights: a row of zeros for every neuron."""
    assert_matches(student.zero_weights(3, 5), ref.zero_weights(3, 5), "W")


@number("1.3")
@weight(3)
def test_zero_weights_are_one_neuron(student, ref):
    """different_neurons: all weights zero, one neuron."""
    call = np.zeros((4, 3)), np.zeros(4), np.zeros((2, 4))
    assert_matches(student.different_neurons(*call), ref.different_neurons(*call), "count")


@number("1.4")
@weight(4)
def test_what_makes_neurons_different(student, ref):
    """different_neurons: what comes in, and what goes out."""
    W = np.array([[0.5, -1.0], [0.5, -1.0], [0.25, 2.0], [0.5, -1.0], [0.5, -1.0]])
    b = np.array([0.0, 0.0, 0.0, 0.5, 0.0])
    U = np.array([[1.0, 1.0, 1.0, 1.0, -2.0], [3.0, 3.0, 3.0, 3.0, 3.0]])
    assert_matches(student.different_neurons(W, b, U), ref.different_neurons(W, b, U), "count")


@number("2.1")
@weight(4)
def test_small_normal(student):
    """small_normal: normal, standard deviation 0.01 or std."""
    assert_normal(sample(student.small_normal, "rng"), 0.01, "small_normal")
    assert_normal(sample(student.small_normal, "rng", 0.5), 0.5, "small_normal")


@number("2.2")
@weight(4)
def test_uniform(student):
    """uniform: between -r and r."""
    assert_uniform(sample(student.uniform, 0.25, "rng"), 0.25, "uniform")


@number("2.3")
@weight(5)
def test_xavier_uniform(student):
    """xavier_uniform: 150 inputs and 50 outputs."""
    assert_uniform(sample(student.xavier_uniform, "rng"), 0.1 * np.sqrt(3), "xavier_uniform")


@number("2.4")
@weight(5)
def test_xavier_normal(student):
    """xavier_normal: 150 inputs and 50 outputs."""
    assert_normal(sample(student.xavier_normal, "rng"), 0.1, "xavier_normal")


@number("2.5")
@weight(1)
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("small_normal", (), (0.1,), id="small_normal"),
        pytest.param("uniform", (0.1,), (), id="uniform"),
        pytest.param("xavier_uniform", (), (), id="xavier_uniform"),
        pytest.param("xavier_normal", (), (), id="xavier_normal"),
    ],
)
def test_the_generator_decides(student, name, before, after):
    """The same seed gives the same numbers."""
    calls = [(7, 5, *before, np.random.default_rng(seed), *after) for seed in (3, 3, 4)]
    drawn = [matrix(got, (7, 5), name) for got in getattr(student, name).batch(calls)]
    assert_decided_by_generator(*drawn, name)


@number("3.1")
@weight(2)
def test_output_bias_from_mean(student, ref):
    """output_bias_from_mean: one bias for each output."""
    assert_matches(student.output_bias_from_mean(TRAIN), ref.output_bias_from_mean(TRAIN), "b")


@number("3.2")
@weight(4)
def test_output_bias_from_inverse_sigmoid(student, ref):
    """output_bias_from_inverse_sigmoid: and where all are 0 or 1."""
    targets = np.array([[1.0, 0.0, 0.5, 1.0], [0.0, 0.0, 0.25, 1.0], [1.0, 0.0, 0.75, 1.0], [1.0, 0.0, 0.125, 1.0]])
    got, right = student.output_bias_from_inverse_sigmoid(targets), ref.output_bias_from_inverse_sigmoid(targets)
    assert_matches(got, right, "b")


@number("4.1")
@weight(4)
def test_subtract_mean(student, ref):
    """subtract_mean: that of the training set, from all sets."""
    got, right = student.subtract_mean(TRAIN, VALIDATION, TEST), ref.subtract_mean(TRAIN, VALIDATION, TEST)
    assert_matches(got, right, "train validation test")


@number("4.2")
@weight(4)
def test_normalize(student, ref):
    """normalize: by the training set's deviations, all sets."""
    got, right = student.normalize(TRAIN, VALIDATION, TEST), ref.normalize(TRAIN, VALIDATION, TEST)
    assert_matches(got, right, "train validation test")


@number("4.3")
@weight(2)
def test_a_constant_feature(student, ref):
    """normalize: a constant feature is only centred."""
    train, test = np.array([[1.0, 2.5], [3.0, 2.5], [8.0, 2.5]]), np.array([[2.0, 4.0]])
    assert_matches(student.normalize(train, test), ref.normalize(train, test), "train test")


@number("4.4")
@weight(5)
def test_whiten_the_training_set(student):
    """whiten: the training set has mean 0, covariance 1."""
    assert_whitened(student.whiten(TRAIN), [TRAIN], rank=3)


@number("4.5")
@weight(4)
def test_whiten_the_other_sets(student):
    """whiten: the other sets go through the same map."""
    sets = [TRAIN, VALIDATION, TEST]
    assert_whitened(student.whiten(*sets), sets, rank=3)
