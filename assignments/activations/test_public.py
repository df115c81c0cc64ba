"""Public checks: every function at a few numbers that a student may see."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import after, assert_matches, assert_parts, between, number, own_forward, partial_credit, weight

Z = np.array([-2.0, -0.5, 0.25, 3.0])
DA = np.array([1.5, -2.0, 0.5, 4.0])


@number("1.1")
@weight(3)
def test_sigmoid(student, ref):
    """sigmoid(z) lies between 0 and 1."""
    assert_matches(student.sigmoid(Z), ref.sigmoid(Z), "a")


@own_forward(2)
@number("1.2")
@weight(4)
def test_sigmoid_backward(student, ref):
    """sigmoid_backward(da, z): upstream gradient times slope."""
    assert_matches(student.sigmoid_backward(DA, Z), ref.sigmoid_backward(DA, Z), "dz")


@number("1.3")
@weight(3)
def test_sigmoid_grad_from_output(student, ref):
    """sigmoid_grad_from_output(a): the slope, from a alone."""
    a = ref.sigmoid(Z)
    assert_matches(student.sigmoid_grad_from_output(a), ref.sigmoid_grad_from_output(a), "slope")


@number("2.1")
@weight(2)
def test_tanh(student, ref):
    """tanh(z) lies between -1 and 1."""
    assert_matches(student.tanh(Z), ref.tanh(Z), "a")


@own_forward(2)
@number("2.2")
@weight(4)
def test_tanh_backward(student, ref):
    """tanh_backward(da, z): upstream gradient times slope."""
    assert_matches(student.tanh_backward(DA, Z), ref.tanh_backward(DA, Z), "dz")


@number("2.3")
@weight(3)
def test_tanh_grad_from_output(student, ref):
    """tanh_grad_from_output(a): the slope, from a alone."""
    a = ref.tanh(Z)
    assert_matches(student.tanh_grad_from_output(a), ref.tanh_grad_from_output(a), "slope")


@after("test_sigmoid")
@number("2.4")
@weight(3)
def test_tanh_from_sigmoid(student, ref):
    """tanh_from_sigmoid(z): tanh as a stretched sigmoid."""
    assert_matches(student.tanh_from_sigmoid(Z), ref.tanh(Z), "a")


@number("3.1")
@weight(3)
def test_hardtanh(student, ref):
    """hardtanh(z) is cut off at -1 and 1."""
    assert_matches(student.hardtanh(Z), ref.hardtanh(Z), "a")


@own_forward(2)
@number("3.2")
@weight(4)
def test_hardtanh_backward(student, ref):
    """hardtanh_backward(da, z): through between -1 and 1."""
    assert_matches(student.hardtanh_backward(DA, Z), ref.hardtanh_backward(DA, Z), "dz")


@number("3.3")
@weight(3)
def test_softsign(student, ref):
    """softsign(z) = z / (1 + |z|)."""
    assert_matches(student.softsign(Z), ref.softsign(Z), "a")


@own_forward(2)
@number("3.4")
@weight(4)
def test_softsign_backward(student, ref):
    """softsign_backward(da, z), for negative z too."""
    assert_matches(student.softsign_backward(DA, Z), ref.softsign_backward(DA, Z), "dz")


@number("4.1")
@weight(3)
def test_relu(student, ref):
    """relu(z) = max(z, 0)."""
    assert_matches(student.relu(Z), ref.relu(Z), "a")


@own_forward(2)
@number("4.2")
@weight(4)
def test_relu_backward(student, ref):
    """relu_backward(da, z): through where the unit is on."""
    assert_matches(student.relu_backward(DA, Z), ref.relu_backward(DA, Z), "dz")


@number("4.3")
@weight(3)
def test_leaky_relu(student, ref):
    """leaky_relu(z, k), with k = 0.1 and with k left out."""
    assert_matches(student.leaky_relu(Z, 0.1), ref.leaky_relu(Z, 0.1), "a")
    assert_matches(student.leaky_relu(Z), ref.leaky_relu(Z), "a")


@own_forward(2)
@number("4.4")
@weight(4)
def test_leaky_relu_backward(student, ref):
    """leaky_relu_backward(da, z, k), with and without k."""
    assert_matches(student.leaky_relu_backward(DA, Z, 0.1), ref.leaky_relu_backward(DA, Z, 0.1), "dz")
    assert_matches(student.leaky_relu_backward(DA, Z), ref.leaky_relu_backward(DA, Z), "dz")


@number("4.5")
@weight(3)
def test_prelu(student, ref):
    """prelu(z, a), with a = 0.25."""
    assert_matches(student.prelu(Z, 0.25), ref.prelu(Z, 0.25), "the_output")


@own_forward(2)
@number("4.6")
@partial_credit(5)
def test_prelu_backward(student, ref, set_score):
    """prelu_backward(da, z, a): dz (3 points) and d_a (2)."""
    got, right = student.prelu_backward(DA, Z, 0.25), ref.prelu_backward(DA, Z, 0.25)
    assert_parts([(got, right)], "dz d_a", (3, 2), set_score)


@number("4.7")
@weight(1)
@pytest.mark.parametrize(
    ("name", "kink", "slopes"),
    [
        pytest.param("relu", 0.0, (0.0, 1.0), id="relu"),
        pytest.param("leaky_relu", 0.0, (0.01, 1.0), id="leaky_relu"),
        pytest.param("hardtanh", -1.0, (0.0, 1.0), id="hardtanh"),
    ],
)
def test_at_the_kink(student, ref, name, kink, slopes):
    """At the kink: any slope between those beside it."""
    z = np.array([kink])
    assert_matches(getattr(student, name)(z), getattr(ref, name)(z), "a")
    dz = getattr(student, f"{name}_backward")(np.array([2.0]), z)
    assert_matches(dz, np.array([between(dz, (0,), 2 * slopes[0], 2 * slopes[1])]), "dz")


@number("5.1")
@weight(3)
def test_neuron(student, ref):
    """neuron(x, w, b) is one sigmoid unit."""
    x, w = np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.25, -3.0])
    assert_matches(student.neuron(x, w, 0.75), ref.neuron(x, w, 0.75), "a")


@number("5.2")
@weight(3)
def test_neuron_folded(student, ref):
    """neuron_folded(x, w_b): the bias is the last weight."""
    x, w_b = np.array([1.0, -2.0, 0.5]), np.array([0.5, 0.25, -3.0, 0.75])
    assert_matches(student.neuron_folded(x, w_b), ref.neuron_folded(x, w_b), "a")


@number("5.3")
@weight(4)
def test_layer(student, ref):
    """layer(x, W, b): neurons that share their input."""
    x, W, b = np.array([1.0, -2.0, 0.5]), np.array([[0.5, 0.25, -3.0], [1.0, 1.5, 2.0]]), np.array([0.75, -0.5])
    assert_matches(student.layer(x, W, b), ref.layer(x, W, b), "a")
