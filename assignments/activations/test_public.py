"""Public checks: small inputs that a student may see, and repeat at home."""

from __future__ import annotations

import numpy as np
import reference.activations as ref

from autograder import after, assert_matches, number, weight

Z = np.array([-2.0, -0.5, 0.25, 3.0])
DA = np.array([1.0, -2.0, 0.5, 4.0])


@number("1.1")
@weight(4)
def test_sigmoid(student, cases):
    """sigmoid(z) squeezes every number into (0, 1)."""
    assert_matches(student.sigmoid(Z), ref.sigmoid(Z), "a")
    for (z,) in cases(z="N,D"):
        assert_matches(student.sigmoid(z), ref.sigmoid(z), "a")


@number("1.2")
@weight(4)
def test_sigmoid_backward(student, cases):
    """sigmoid_backward(da, z) multiplies the upstream gradient by the slope of the sigmoid at z."""
    assert_matches(student.sigmoid_backward(DA, Z), ref.sigmoid_backward(DA, Z), "dz")
    for da, z in cases(da="N,D", z="N,D"):
        assert_matches(student.sigmoid_backward(da, z), ref.sigmoid_backward(da, z), "dz")


@number("1.3")
@weight(3)
def test_sigmoid_grad_from_output(student):
    """sigmoid_grad_from_output(a) needs nothing but the output a = sigmoid(z)."""
    a = ref.sigmoid(Z)
    assert_matches(student.sigmoid_grad_from_output(a), ref.sigmoid_grad_from_output(a), "slope")


@number("2.1")
@weight(3)
def test_tanh(student, cases):
    """tanh(z) squeezes every number into (-1, 1)."""
    assert_matches(student.tanh(Z), ref.tanh(Z), "a")
    for (z,) in cases(z="N,D"):
        assert_matches(student.tanh(z), ref.tanh(z), "a")


@number("2.2")
@weight(4)
def test_tanh_backward(student, cases):
    """tanh_backward(da, z) multiplies the upstream gradient by the slope of tanh at z."""
    assert_matches(student.tanh_backward(DA, Z), ref.tanh_backward(DA, Z), "dz")
    for da, z in cases(da="N,D", z="N,D"):
        assert_matches(student.tanh_backward(da, z), ref.tanh_backward(da, z), "dz")


@number("2.3")
@weight(3)
def test_tanh_grad_from_output(student):
    """tanh_grad_from_output(a) needs nothing but the output a = tanh(z)."""
    a = ref.tanh(Z)
    assert_matches(student.tanh_grad_from_output(a), ref.tanh_grad_from_output(a), "slope")


@after("test_sigmoid")
@number("2.4")
@weight(3)
def test_tanh_from_sigmoid(student):
    """tanh_from_sigmoid(z) is tanh, computed through the sigmoid."""
    assert_matches(student.tanh_from_sigmoid(Z), ref.tanh(Z), "a")


@number("3.1")
@weight(3)
def test_hardtanh(student):
    """hardtanh(z) cuts at -1 and 1."""
    assert_matches(student.hardtanh(Z), ref.hardtanh(Z), "a")


@number("3.2")
@weight(4)
def test_hardtanh_backward(student):
    """hardtanh_backward(da, z) lets the gradient through between -1 and 1 only."""
    assert_matches(student.hardtanh_backward(DA, Z), ref.hardtanh_backward(DA, Z), "dz")


@number("3.3")
@weight(3)
def test_softsign(student):
    """softsign(z) = z / (1 + |z|)."""
    assert_matches(student.softsign(Z), ref.softsign(Z), "a")


@number("3.4")
@weight(4)
def test_softsign_backward(student):
    """softsign_backward(da, z) is right for positive and for negative z."""
    assert_matches(student.softsign_backward(DA, Z), ref.softsign_backward(DA, Z), "dz")


@number("4.1")
@weight(3)
def test_relu(student):
    """relu(z) = max(z, 0)."""
    assert_matches(student.relu(Z), ref.relu(Z), "a")


@number("4.2")
@weight(4)
def test_relu_backward(student):
    """relu_backward(da, z) lets the gradient through where the unit was on."""
    assert_matches(student.relu_backward(DA, Z), ref.relu_backward(DA, Z), "dz")


@number("4.3")
@weight(3)
def test_leaky_relu(student):
    """leaky_relu(z, k) keeps a slope of k on the negative side."""
    assert_matches(student.leaky_relu(Z, 0.1), ref.leaky_relu(Z, 0.1), "a")


@number("4.4")
@weight(4)
def test_leaky_relu_backward(student):
    """leaky_relu_backward(da, z, k) scales the gradient by k where z is negative."""
    assert_matches(student.leaky_relu_backward(DA, Z, 0.1), ref.leaky_relu_backward(DA, Z, 0.1), "dz")


@number("4.5")
@weight(3)
def test_prelu(student):
    """prelu(z, a) has a slope a that is learned."""
    assert_matches(student.prelu(Z, 0.25), ref.prelu(Z, 0.25), "the output")


@number("4.6")
@weight(5)
def test_prelu_backward(student):
    """prelu_backward(da, z, a) gives the gradients of z and of the slope a."""
    assert_matches(student.prelu_backward(DA, Z, 0.25), ref.prelu_backward(DA, Z, 0.25), "dz d_a")


@number("5.1")
@weight(3)
def test_neuron(student, cases):
    """neuron(x, w, b) is one sigmoid unit."""
    for x, w, b in cases(x="N", w="N", b=""):
        assert_matches(student.neuron(x, w, float(b)), ref.neuron(x, w, float(b)), "a")


@number("5.2")
@weight(3)
def test_neuron_folded(student, cases):
    """neuron_folded(x, w_b) finds the bias at the end of the weights."""
    for x, w, b in cases(x="N", w="N", b=""):
        w_b = np.append(w, b)
        assert_matches(student.neuron_folded(x, w_b), ref.neuron_folded(x, w_b), "a")


@number("5.3")
@weight(4)
def test_layer(student, cases):
    """layer(x, W, b) is a row of neurons that share their input."""
    for x, W, b in cases(x="N", W="M,N", b="M"):
        assert_matches(student.layer(x, W, b), ref.layer(x, W, b), "a")
