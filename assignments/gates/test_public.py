"""Public checks: every gate at a few numbers that a student may see, and the lecture's circuits."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.gates.beside import Beside, assert_both_passes, listed
from autograder import after, assert_matches, between, number, own_forward, partial_credit, weight

TWO_INPUTS = ("AddGate", "MultiplyGate", "MaxGate")
ONE_INPUT = ("SquareGate", "ExpGate", "LogGate", "ReciprocalGate", "NegateGate", "SigmoidGate", "TanhGate", "ReluGate")


@own_forward(1)
@number("1.1")
@weight(3)
@pytest.mark.parametrize("name", TWO_INPUTS)
def test_two_inputs(student, ref, name):
    """At x = 3, y = -2, dz = 5, and with arrays."""
    x, y = np.array([[1.0, -2.0, 4.0]]), np.array([[0.5, 3.0, -1.0]])
    assert_both_passes(student, ref, name, (x, y), np.array([[10.0, -1.0, 2.0]]))
    assert_both_passes(student, ref, name, (3.0, -2.0), 5.0)


@own_forward(0.5)
@number("1.2")
@weight(2)
@pytest.mark.parametrize("name", ONE_INPUT)
def test_one_input(student, ref, name):
    """At x = 0.5, dz = -3, and with arrays."""
    assert_both_passes(student, ref, name, (np.array([[0.25, 2.0, 1.5]]),), np.array([[4.0, -1.0, 0.5]]))
    assert_both_passes(student, ref, name, (0.5,), -3.0)


@own_forward(1.5)
@number("1.3")
@weight(4)
def test_matmul(student, ref):
    """MatMulGate: a (2, 3) matrix times a (3, 1) matrix."""
    X, Y = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]]), np.array([[2.0], [-1.0], [0.5]])
    assert_both_passes(student, ref, "MatMulGate", (X, Y), np.array([[10.0], [-4.0]]), "Z", "dX dY")


@number("1.4")
@weight(3)
def test_sum(student, ref):
    """SumGate: the entries of a (2, 3) array."""
    gate = Beside(student, ref, "SumGate")
    gate.forward(np.array([[1.0, -2.0, 4.0], [0.5, 0.25, 3.0]]))
    gate.backward(-2.0)


@number("1.5")
@weight(1)
def test_max_at_a_tie(student):
    """MaxGate at a tie: dx and dy share dz, in any way."""
    gate = student.MaxGate()
    assert_matches(gate.forward(2.0, 2.0), 2.0, "z")
    gradients = gate.backward(6.0)
    dx = between(gradients, (0,), 0.0, 6.0)
    assert_matches(gradients, [dx, 6.0 - dx], "dx dy")


@number("1.6")
@weight(1)
def test_relu_at_zero(student):
    """ReluGate at x = 0: any slope from 0 to 1."""
    gate = student.ReluGate()
    assert_matches(gate.forward(0.0), 0.0, "z")
    gradients = listed(gate.backward(6.0), (0.0,))
    assert_matches(gradients, [between(gradients, (0,), 0.0, 6.0)], "dx")


@after("test_two_inputs")
@number("2.1")
@weight(4)
def test_lecture_circuit(student, ref):
    """The circuit (x + y) * max(y, z) at (1, 2, 0)."""
    add, maximum, multiply = (Beside(student, ref, name) for name in ("AddGate", "MaxGate", "MultiplyGate"))
    a = add.forward(1.0, 2.0, called="x+y")
    b = maximum.forward(2.0, 0.0, called="max(y;z)")
    multiply.forward(a, b, called="f")
    da, db = multiply.backward(1.0, "d(x+y) d(max)")
    add.backward(da, "dx dy_through_add")
    maximum.backward(db, "dy_through_max dz")


@number("2.2")
@partial_credit(4)
def test_shop(student, ref, set_score):
    """The shop: 715 to pay, and back to the fruit.

    A point for each gate, until the first one that sends back a wrong gradient.
    """
    apples, oranges = Beside(student, ref, "MultiplyGate"), Beside(student, ref, "MultiplyGate")
    add, tax = Beside(student, ref, "AddGate"), Beside(student, ref, "MultiplyGate")
    cost = add.forward(
        apples.forward(2.0, 100.0, called="apple_cost"),
        oranges.forward(3.0, 150.0, called="orange_cost"),
        called="cost",
    )
    tax.forward(cost, 1.1, called="total")

    _, edges = ref.shop(2.0, 100.0, 3.0, 150.0, 1.1)
    steps = (
        (tax, "total", "d_cost d_tax"),
        (add, "cost", "d_apple_cost d_orange_cost"),
        (oranges, "orange_cost", "d_oranges d_orange_price"),
        (apples, "apple_cost", "d_apples d_apple_price"),
    )
    for points, (gate, upstream, names) in enumerate(steps, start=1):
        gate.backward(edges[upstream], names)
        set_score(points)


@number("2.3")
@weight(4)
def test_sigmoid_neuron(student, ref):
    """A sigmoid neuron: small gates, and SigmoidGate."""
    product = Beside(student, ref, "MultiplyGate", "MultiplyGate.")
    negate, exp = Beside(student, ref, "NegateGate", "NegateGate."), Beside(student, ref, "ExpGate", "ExpGate.")
    add, reciprocal = (
        Beside(student, ref, "AddGate", "AddGate."),
        Beside(student, ref, "ReciprocalGate", "ReciprocalGate."),
    )
    u = product.forward(2.0, -0.75)
    reciprocal.forward(add.forward(exp.forward(negate.forward(u)), 1.0))
    (d_denominator,) = reciprocal.backward(1.0)
    d_exp, _ = add.backward(d_denominator)
    (d_negated,) = exp.backward(d_exp)
    (du,) = negate.backward(d_negated)
    product.backward(du)

    sigmoid = Beside(student, ref, "SigmoidGate", "SigmoidGate.")
    sigmoid.forward(u)
    sigmoid.backward(1.0)


@after("test_two_inputs")
@number("2.4")
@weight(2)
def test_small_circuits(student, ref):
    """The circuits (x + y) * z and (x + y)**2."""
    add, multiply = Beside(student, ref, "AddGate"), Beside(student, ref, "MultiplyGate")
    multiply.forward(add.forward(-2.0, 5.0, called="x+y"), -4.0, called="f")
    da, _ = multiply.backward(1.0, "d(x+y) dz")
    add.backward(da, "dx dy")

    add, square = Beside(student, ref, "AddGate"), Beside(student, ref, "SquareGate")
    square.forward(add.forward(1.5, -4.0, called="x+y"), called="f")
    (da,) = square.backward(1.0, "d(x+y)")
    add.backward(da, "dx dy")
