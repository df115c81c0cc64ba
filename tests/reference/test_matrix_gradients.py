"""Matrix gradients: the shapes, the outer product, one delta for all, and errors that name the two shapes."""

from __future__ import annotations

import numpy as np
import pytest

from reference import matrix_gradients as mg
from reference.activations import sigmoid, sigmoid_backward, sigmoid_grad_from_output


def test_the_shapes_of_the_lecture_hold(rng):
    # The slides' picture: W is 2 x 4, so z has as many rows as W, and x as many elements as W has columns.
    x, W, b, delta = rng.normal(size=4), rng.normal(size=(2, 4)), rng.normal(size=2), rng.normal(size=2)
    assert mg.affine_forward(x, W, b).shape == (2,)
    assert [g.shape for g in mg.affine_backward(delta, x, W, b)] == [(4,), (2, 4), (2,)]
    batch = [g.shape for g in mg.affine_backward(rng.normal(size=(7, 2)), rng.normal(size=(7, 4)), W, b)]
    assert batch == [(7, 4), (2, 4), (2,)]


def test_element_by_element_equals_the_outer_product():
    delta, x = np.array([1.0, -2.0]), np.array([3.0, 5.0, 7.0])
    expected = [[3, 5, 7], [-6, -10, -14]]
    np.testing.assert_array_equal(mg.weight_gradient_by_elements(delta, x), expected)
    np.testing.assert_array_equal(np.outer(delta, x), expected)
    np.testing.assert_array_equal(mg.affine_backward(delta, x, np.ones((2, 3)), np.ones(2))[1], expected)


def test_w_23_contributes_to_z_2_alone(rng):
    x, W, b = rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    moved = W.copy()
    moved[1, 2] += 1  # W_23 in the lecture's counting from 1
    change = mg.affine_forward(x, moved, b) - mg.affine_forward(x, W, b)
    np.testing.assert_allclose(change, [0, x[2], 0], atol=1e-14)


def test_a_batch_is_its_rows_and_its_weight_gradient_their_sum(rng):
    X, W, b, delta = rng.normal(size=(7, 5)), rng.normal(size=(3, 5)), rng.normal(size=3), rng.normal(size=(7, 3))
    rows = [mg.affine_backward(delta[i], X[i], W, b) for i in range(7)]
    dX, dW, db = mg.affine_backward(delta, X, W, b)
    np.testing.assert_allclose(mg.affine_forward(X, W, b), [mg.affine_forward(x, W, b) for x in X], rtol=1e-13)
    np.testing.assert_allclose(dX, [row[0] for row in rows], rtol=1e-13)
    np.testing.assert_allclose(dW, sum(row[1] for row in rows), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(db, sum(row[2] for row in rows), rtol=1e-12, atol=1e-14)


def test_all_gradients_of_the_score_share_one_delta(rng):
    calls = []

    def f_prime(z):
        calls.append(z)
        return sigmoid_backward(1.0, z)

    x, W, b, u = rng.normal(size=5), rng.normal(size=(3, 5)), rng.normal(size=3), rng.normal(size=3)
    dx, dW, db, du = mg.score_backward(x, W, b, u, sigmoid, f_prime)
    assert len(calls) == 1
    np.testing.assert_array_equal(dW, np.outer(db, x))
    np.testing.assert_array_equal(dx, W.T @ db)
    np.testing.assert_allclose(du, sigmoid(W @ x + b))


def test_two_layers_by_the_general_formula(rng):
    # 003, the fourth explanation: from delta3 to delta2 = (W2^T delta3) * f'(z2), and to dW1 = delta2 a1^T.
    a1, W1, b1 = rng.normal(size=5), rng.normal(size=(3, 5)), rng.normal(size=3)
    W2, b2, delta3 = rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=2)

    def loss(W1):
        return delta3 @ (W2 @ sigmoid(W1 @ a1 + b1) + b2)

    z2 = W1 @ a1 + b1
    a2 = sigmoid(z2)
    from_z = mg.delta_below(delta3, W2, sigmoid_backward(1.0, z2))
    from_a = mg.delta_below(delta3, W2, sigmoid_grad_from_output(a2))  # what the blog's first comment asks for
    np.testing.assert_array_equal(from_z, from_a)
    dW1, db1 = mg.layer_gradients(from_a, a1, W1, b1, lam=0)
    np.testing.assert_array_equal(db1, from_a)
    for index in np.ndindex(W1.shape):
        moved = W1.astype(complex)
        moved[index] += 1e-30j
        assert dW1[index] == pytest.approx(loss(moved).imag / 1e-30, rel=1e-11)


def test_our_penalty_is_twice_the_one_of_the_blog(rng):
    delta, a, W, b = rng.normal(size=3), rng.normal(size=5), rng.normal(size=(3, 5)), rng.normal(size=3)
    blog_dW, blog_db = np.outer(delta, a) + 0.3 * W, delta + 0.3 * b
    dW, db = mg.layer_gradients(delta, a, W, b, lam=0.15, penalise_biases=True)
    np.testing.assert_allclose(dW, blog_dW, rtol=1e-14)
    np.testing.assert_allclose(db, blog_db, rtol=1e-14)
    np.testing.assert_array_equal(mg.layer_gradients(delta, a, W, b, lam=0.15)[1], delta)


def test_gradient_shapes_are_those_of_a_real_chain(rng):
    for x_shape in ((5,), (7, 5)):
        shapes = mg.gradient_shapes(x_shape, [(3, 5), (2, 3)], [(3,), (2,)])
        x, W1, b1 = rng.normal(size=x_shape), rng.normal(size=(3, 5)), rng.normal(size=3)
        W2, b2 = rng.normal(size=(2, 3)), rng.normal(size=2)
        a1 = np.tanh(mg.affine_forward(x, W1, b1))
        dz2 = np.ones_like(mg.affine_forward(a1, W2, b2))
        dz1, dW2, db2 = mg.affine_backward(dz2, a1, W2, b2)
        dx, dW1, db1 = mg.affine_backward(dz1, x, W1, b1)
        real = {"dx": dx, "dW1": dW1, "db1": db1, "dz1": dz1, "dW2": dW2, "db2": db2, "dz2": dz2}
        assert shapes == {name: gradient.shape for name, gradient in real.items()}


def test_a_shape_mismatch_names_both_sides():
    with pytest.raises(ValueError, match=r"W2 \(2, 4\) takes 4 numbers, but z1 has 3"):
        mg.gradient_shapes((5,), [(3, 5), (2, 4)], [(3,), (2,)])
    with pytest.raises(ValueError, match=r"W1 \(3, 5\) takes 5 numbers, but x has 4"):
        mg.gradient_shapes((7, 4), [(3, 5)], [(3,)])
    with pytest.raises(ValueError, match=r"b1 has shape \(1, 3\), but W1 \(3, 5\) asks for \(3,\)"):
        mg.gradient_shapes((5,), [(3, 5)], [(1, 3)])
    with pytest.raises(ValueError, match="2 weight matrices but 1 biases"):
        mg.gradient_shapes((5,), [(3, 5), (2, 3)], [(3,)])
