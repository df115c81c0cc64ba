"""Hidden checks: other shapes, numbers and activations, deeper networks, and what their caches keep."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import reference.activations as act
from assignments.matrix_gradients.answers import assert_shapes, listed, pair
from autograder import assert_matches, assert_raises, number, own_forward, weight

F = {
    "tanh": (np.tanh, act.tanh_backward),
    "sigmoid": (act.sigmoid, act.sigmoid_backward),
    "relu": (act.relu, act.relu_backward),
}
each_activation = pytest.mark.parametrize("activation", list(F))
PLACES = ("first", "second", "third", "fourth", "fifth")


def f_and_slope(activation):
    """An activation and its derivative, as functions of z."""
    f, f_backward = F[activation]
    return f, lambda z: f_backward(np.ones_like(z), z)


@number("6.1")
@weight(3)
def test_affine_forward_of_any_size(student, ref, cases):
    """affine_forward: vectors and batches of any size."""
    for X, W, b in cases(X="N,D", W="H,D", b="H"):
        for x in (X, X[0]):
            assert_matches(student.affine_forward(x, W, b), ref.affine_forward(x, W, b), "z")


@own_forward(2)
@number("6.2")
@weight(5)
def test_affine_backward_of_any_size(student, ref, cases):
    """affine_backward: vectors and batches of any size."""
    for delta, X, W, b in cases(delta="N,H", X="N,D", W="H,D", b="H", gradients="delta"):
        for d, x in ((delta, X), (delta[0], X[0])):
            assert_matches(student.affine_backward(d, x, W, b), ref.affine_backward(d, x, W, b), "dX dW db")


@number("6.3")
@weight(2)
def test_weight_gradient_of_any_size(student, ref, cases):
    """weight_gradient_by_elements: any number of units."""
    for delta, x in cases(delta="H", x="D"):
        right = ref.weight_gradient_by_elements(delta, x)
        assert_matches(student.weight_gradient_by_elements(delta, x), right, "dW")


@number("6.4")
@weight(3)
def test_integers(student, ref):
    """Inputs of integers, forward and backward."""
    X, delta = np.array([[1, -2, 3], [4, 0, -1]]), np.array([[0.5, -1.25], [2.25, 0.75]])
    W, b = np.array([[0.5, 1.0, -1.0], [0.0, 3.0, 2.5]]), np.array([1.0, -4.0])
    assert_matches(student.affine_forward(X, W, b), ref.affine_forward(X, W, b), "Z")
    assert_matches(student.affine_backward(delta, X, W, b), ref.affine_backward(delta, X, W, b), "dX dW db")
    right = ref.weight_gradient_by_elements(delta[0], X[0])
    assert_matches(student.weight_gradient_by_elements(delta[0], X[0]), right, "dW")
    scores, _ = pair(student.network_forward(X, [W, b], np.tanh))
    assert_matches(scores, ref.network_forward(X, [W, b], np.tanh)[0], "scores")


@each_activation
@number("6.5")
@weight(1)
def test_score_of_any_size(student, ref, cases, activation):
    """The scoring network of any size, forward and backward."""
    f, f_prime = f_and_slope(activation)
    for x, W, b, u in cases(x="D", W="H,D", b="H", u="H"):
        assert_matches(student.score_forward(x, W, b, u, f), ref.score_forward(x, W, b, u, f), "s")
        right = ref.score_backward(x, W, b, u, f, f_prime)
        assert_matches(student.score_backward(x, W, b, u, f, f_prime), right, "dx dW db du")


@number("6.6")
@weight(3)
def test_delta_below_of_any_size(student, ref, cases):
    """delta_below: vectors and batches of any size."""
    for delta, W, slope in cases(delta="N,H", W="H,D", slope="N,D", gradients="delta"):
        for d, s in ((delta, slope), (delta[0], slope[0])):
            assert_matches(student.delta_below(d, W, s), ref.delta_below(d, W, s), "delta")


@number("6.7")
@weight(3)
def test_layer_gradients_of_any_size(student, ref, cases):
    """layer_gradients: any size, with and without a penalty."""
    for *arrays, lam in cases(delta="H", a="D", W="H,D", b="H", lam=(0.0, 0.1, 5.0)):
        for penalise_biases in (False, True):
            right = ref.layer_gradients(*arrays, lam, penalise_biases)
            assert_matches(student.layer_gradients(*arrays, lam, penalise_biases), right, "dW db")


@number("6.8")
@weight(2)
def test_gradient_shapes_of_any_chain(student, ref):
    """gradient_shapes: one layer, four layers, a batch of one."""
    for arguments in (
        ((5,), [(2, 5)], [(2,)]),
        ((11, 5), [(2, 5)], [(2,)]),
        ((1, 3), [(7, 3), (2, 7), (5, 2), (1, 5)], [(7,), (2,), (5,), (1,)]),
        ((3,), [(3, 3), (3, 3)], [(3,), (3,)]),
    ):
        assert_shapes(student.gradient_shapes(*arguments), ref.gradient_shapes(*arguments).value)


@number("6.9")
@weight(3)
def test_other_shapes_that_do_not_fit(student):
    """gradient_shapes: errors at other places."""
    for place, arguments in (
        ("W1", ((7, 3), [(2, 7), (5, 2)], [(2,), (5,)])),
        ("b1", ((3,), [(2, 3), (5, 2)], [(3,), (5,)])),
        ("b2", ((7, 3), [(2, 3), (5, 2)], [(2,), (5, 1)])),
        ("W3", ((3,), [(2, 3), (5, 2), (2, 3)], [(2,), (5,), (2,)])),
        ("", ((3,), [(2, 3), (5, 2)], [(2,)])),
    ):
        names = [(place,)] if place else []
        assert_raises(lambda: student.gradient_shapes(*arguments), "The shapes do not fit.", names)  # noqa: B023 - called now


@each_activation
@number("7.1")
@weight(2)
def test_deep_networks(student, ref, cases, activation):
    """Networks of three layers, any size, forward and backward."""
    f, f_prime = f_and_slope(activation)
    shapes = {"X": "N,A", "W1": "B,A", "b1": "B", "W2": "C,B", "b2": "C", "W3": "D,C", "b3": "D", "dscores": "N,D"}
    for X, *parameters, dscores in cases(**shapes):
        assert_network(student, ref, X, parameters, dscores, f, f_prime)


@number("7.2")
@weight(2)
def test_very_deep_network(student, ref):
    """A network of five layers."""
    rng = np.random.default_rng(1)
    sizes = (3, 5, 2, 7, 4, 2)
    parameters = []
    for n_in, n_out in itertools.pairwise(sizes):
        parameters += [rng.normal(size=(n_out, n_in)), rng.normal(size=n_out)]
    f, f_prime = f_and_slope("tanh")
    assert_network(student, ref, rng.normal(size=(7, 3)), parameters, rng.normal(size=(7, 2)), f, f_prime)


@number("7.3")
@weight(3)
def test_caches_of_two_networks(student, ref):
    """Two networks at once; and backward twice from one cache."""
    rng = np.random.default_rng(2)
    networks = [[rng.normal(size=shape) for shape in ((5, 3), (5,), (n, 5), (n,))] for n in (2, 7)]
    inputs, upstreams = [rng.normal(size=(n, 3)) for n in (4, 6)], [rng.normal(size=(4, 2)), rng.normal(size=(6, 7))]
    f, f_prime = f_and_slope("tanh")
    caches = [pair(student.network_forward(X, p, f))[1] for X, p in zip(inputs, networks, strict=True)]
    for n in (0, 1, 0):
        _, right_cache = ref.network_forward(inputs[n], networks[n], f)
        right = ref.network_backward(upstreams[n], right_cache, networks[n], f_prime)
        assert_gradients(student.network_backward(upstreams[n], caches[n], networks[n], f_prime), right)


def assert_network(student, ref, X, parameters, dscores, f, f_prime):
    """Both directions are right; backward is given the student's own cache."""
    scores, cache = pair(student.network_forward(X, parameters, f))
    right, right_cache = ref.network_forward(X, parameters, f)
    assert_matches(scores, right, "scores")
    right = ref.network_backward(dscores, right_cache, parameters, f_prime)
    assert_gradients(student.network_backward(dscores, cache, parameters, f_prime), right)


def assert_gradients(got, right):
    """dX, and the gradients by the names of their layers."""
    dX, gradients = pair(got, "dX, gradients")
    assert_matches(dX, right[0], "dX")
    gradients = listed(gradients, len(right[1]))
    for at in range(len(gradients)):
        assert_matches(gradients[at], right[1][at], f"{'db' if at % 2 else 'dW'}_of_the_{PLACES[at // 2]}_layer")
