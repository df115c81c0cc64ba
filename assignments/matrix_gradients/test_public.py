"""Public checks: every function at a few numbers that a student may see."""

from __future__ import annotations

import numpy as np

from assignments.matrix_gradients.answers import assert_shapes, listed, pair
from autograder import after, assert_matches, assert_parts, assert_raises, number, own_forward, partial_credit, weight

x = np.array([1.0, -2.0, 0.5])
W = np.array([[0.5, 0.25, -3.0], [1.0, 1.5, 2.0]])
b = np.array([0.75, -0.5])
u = np.array([2.0, -1.0])
delta = np.array([0.5, -2.0])
X = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0], [2.0, 1.0, 4.0], [-1.5, 0.5, 1.0]])
DELTA = np.array([[0.5, -2.0], [1.0, 3.0], [-0.25, 1.5], [2.0, -1.0]])
W2, b2 = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 0.75]]), np.array([0.1, -0.2, 0.3])
DSCORES = np.array([[1.0, -0.5, 2.0], [0.25, 3.0, -1.0], [-2.0, 0.5, 1.5], [0.75, -1.0, 0.5]])


@number("1.1")
@weight(2)
def test_affine_forward_of_a_vector(student, ref):
    """affine_forward: W x + b for one vector."""
    assert_matches(student.affine_forward(x, W, b), ref.affine_forward(x, W, b), "z")


@number("1.2")
@weight(3)
def test_affine_forward_of_a_batch(student, ref):
    """affine_forward: a batch of four rows."""
    assert_matches(student.affine_forward(X, W, b), ref.affine_forward(X, W, b), "Z")


@own_forward(2)
@number("1.3")
@partial_credit(4)
def test_affine_backward_of_a_vector(student, ref, set_score):
    """affine_backward for one vector: dx 1, dW 2, db 1."""
    got, right = student.affine_backward(delta, x, W, b), ref.affine_backward(delta, x, W, b)
    assert_parts([(got, right)], "dx dW db", (1, 2, 1), set_score)


@own_forward(2)
@number("1.4")
@partial_credit(6)
def test_affine_backward_of_a_batch(student, ref, set_score):
    """affine_backward for a batch: dX, dW, db 2 each."""
    got, right = student.affine_backward(DELTA, X, W, b), ref.affine_backward(DELTA, X, W, b)
    assert_parts([(got, right)], "dX dW db", (2, 2, 2), set_score)


@number("1.5")
@weight(3)
def test_weight_gradient_by_elements(student, ref):
    """weight_gradient_by_elements: dW[i, j] of a (2, 3) matrix."""
    assert_matches(student.weight_gradient_by_elements(delta, x), ref.weight_gradient_by_elements(delta, x), "dW")


@number("2.1")
@weight(3)
def test_score_forward(student, ref):
    """score_forward: s = u^T f(W x + b) with f = sin."""
    assert_matches(student.score_forward(x, W, b, u, np.sin), ref.score_forward(x, W, b, u, np.sin), "s")


@own_forward(3)
@number("2.2")
@partial_credit(6)
def test_score_backward(student, ref, set_score):
    """score_backward, f = sin: dx 1.5, dW 2, db 1.5, du 1."""
    arguments = (x, W, b, u, np.sin, np.cos)
    got, right = student.score_backward(*arguments), ref.score_backward(*arguments)
    assert_parts([(got, right)], "dx dW db du", (1.5, 2, 1.5, 1), set_score)


@after("test_score_backward")
@number("2.3")
@weight(2)
def test_delta_is_computed_once(student):
    """score_backward computes the error signal once."""
    asked = []

    def f_prime(z):
        asked.append(np.size(z))
        return np.cos(z)

    student.score_backward(x, W, b, u, np.sin, f_prime)
    assert sum(asked) <= u.size, (
        f"f_prime was asked for {sum(asked)} slopes, where the layer has {u.size} units: dx, dW and db share their "
        "first factors, which can be computed once and kept."
    )


@number("3.1")
@weight(2)
def test_delta_below_of_a_vector(student, ref):
    """delta_below: one vector through W."""
    f_prime_z = np.array([1.0, 0.25, -0.5])
    assert_matches(student.delta_below(delta, W, f_prime_z), ref.delta_below(delta, W, f_prime_z), "delta")


@number("3.2")
@weight(3)
def test_delta_below_of_a_batch(student, ref):
    """delta_below: the sigmoid's slope, from z or from a."""
    Z = X / 2
    A = 1 / (1 + np.exp(-Z))
    for slope in (np.exp(-Z) / (1 + np.exp(-Z)) ** 2, A * (1 - A)):
        assert_matches(student.delta_below(DELTA, W, slope), ref.delta_below(DELTA, W, slope), "delta")


@number("3.3")
@partial_credit(4)
def test_layer_gradients(student, ref, set_score):
    """layer_gradients with a penalty: dW 3, db 1."""
    arguments = (delta, x, W, b, 0.1)
    got, right = student.layer_gradients(*arguments), ref.layer_gradients(*arguments)
    assert_parts([(got, right)], "dW db", (3, 1), set_score)


@number("3.4")
@weight(3)
def test_layer_gradients_with_penalised_biases(student, ref):
    """layer_gradients where biases are penalised too."""
    arguments = (delta, x, W, b, 0.25, True)
    assert_matches(student.layer_gradients(*arguments), ref.layer_gradients(*arguments), "dW db")


@number("4.1")
@weight(3)
def test_gradient_shapes(student, ref):
    """gradient_shapes: two layers, one vector."""
    arguments = ((3,), [(2, 3), (5, 2)], [(2,), (5,)])
    assert_shapes(student.gradient_shapes(*arguments), ref.gradient_shapes(*arguments).value)


@number("4.2")
@weight(2)
def test_gradient_shapes_of_a_batch(student, ref):
    """gradient_shapes: two layers, a batch of seven."""
    arguments = ((7, 3), [(2, 3), (5, 2)], [(2,), (5,)])
    assert_shapes(student.gradient_shapes(*arguments), ref.gradient_shapes(*arguments).value)


@number("4.3")
@weight(3)
def test_gradient_shapes_that_do_not_fit(student):
    """gradient_shapes: an error that names W2."""
    call = (3,), [(2, 3), (5, 4)], [(2,), (5,)]
    assert_raises(lambda: student.gradient_shapes(*call), "The shapes do not fit.", [("W2",)])


@number("5.1")
@weight(4)
def test_network_forward(student, ref):
    """network_forward: two layers with f = sin between them."""
    scores, _ = pair(student.network_forward(X, [W, b, W2, b2], np.sin))
    assert_matches(scores, ref.network_forward(X, [W, b, W2, b2], np.sin)[0], "scores")


@own_forward(3)
@number("5.2")
@partial_credit(7)
def test_network_backward(student, ref, set_score):
    """network_backward: dX 2, the last layer's gradients 2, the first's 3."""
    parameters = [W, b, W2, b2]
    _, cache = pair(student.network_forward(X, parameters, np.sin))
    dX, gradients = pair(student.network_backward(DSCORES, cache, parameters, np.cos), "dX, gradients")
    _, cache = ref.network_forward(X, parameters, np.sin)
    right_dX, right = ref.network_backward(DSCORES, cache, parameters, np.cos)
    everything = [dX, *listed(gradients, len(parameters))]
    assert_parts([(everything, [right_dX, *right])], "dX dW1 db1 dW2 db2", (2, 1.5, 1.5, 1, 1), set_score)


@number("5.3")
@weight(2)
def test_network_without_hidden_layers(student, ref):
    """A network of one layer is linear: no f at all."""
    scores, cache = pair(student.network_forward(X, [W, b], np.sin))
    right, right_cache = ref.network_forward(X, [W, b], np.sin)
    assert_matches(scores, right, "scores")
    got = student.network_backward(DELTA, cache, [W, b], np.cos)
    assert_matches(got, ref.network_backward(DELTA, right_cache, [W, b], np.cos), "dX gradients")
