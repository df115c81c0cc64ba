"""Public checks: every gate at small numbers, and the lecture's circuit."""

from __future__ import annotations

import numpy as np
import pytest
import reference.gates as ref

from autograder import after, assert_matches, number, weight

TWO_INPUTS = ("AddGate", "MultiplyGate", "MaxGate")
ONE_INPUT = ("SquareGate", "ExpGate", "LogGate", "ReciprocalGate", "NegateGate", "SigmoidGate", "TanhGate", "ReluGate")


@number("1.1")
@weight(4)
@pytest.mark.parametrize("name", TWO_INPUTS)
def test_two_inputs(student, name):
    """A gate with two inputs: its value, and a gradient for each input."""
    gate, right = getattr(student, name)(), getattr(ref, name)()
    assert_matches(gate.forward(3.0, -2.0), right.forward(3.0, -2.0), "z")
    assert_matches(gate.backward(5.0), right.backward(5.0), "dx dy")


@number("1.2")
@weight(4)
@pytest.mark.parametrize("name", ONE_INPUT)
def test_one_input(student, name):
    """A gate with one input: its value, and a list with its gradient."""
    gate, right = getattr(student, name)(), getattr(ref, name)()
    assert_matches(gate.forward(0.5), right.forward(0.5), "z")
    assert_matches(gate.backward(-3.0), right.backward(-3.0), "dx")


@number("1.3")
@weight(6)
def test_matmul(student):
    """MatMulGate: a gradient has the shape of what it is the gradient of."""
    X, Y = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 4.0]]), np.array([[2.0], [-1.0], [0.5]])
    dZ = np.array([[10.0], [-4.0]])
    gate, right = student.MatMulGate(), ref.MatMulGate()
    assert_matches(gate.forward(X, Y), right.forward(X, Y), "Z")
    assert_matches(gate.backward(dZ), right.backward(dZ), "dX dY")


@number("1.4")
@weight(4)
def test_sum(student):
    """SumGate: every entry gets the gradient of the sum."""
    x = np.array([[1.0, -2.0, 4.0], [0.5, 0.25, 3.0]])
    gate, right = student.SumGate(), ref.SumGate()
    assert_matches(gate.forward(x), right.forward(x), "z")
    assert_matches(gate.backward(-2.0), right.backward(-2.0), "dx")


@after("test_two_inputs")
@number("2.1")
@weight(10)
def test_lecture_circuit(student):
    """(x + y) * max(y, z) at (1, 2, 0), from your gates: the value 6 and the gradients 2, 5 and 0."""
    add, maximum, multiply = student.AddGate(), student.MaxGate(), student.MultiplyGate()
    f = multiply.forward(add.forward(1.0, 2.0), maximum.forward(2.0, 0.0))
    assert_matches(f, 6.0, "f")
    da, db = multiply.backward(1.0)
    dx, dy_of_add = add.backward(da)
    dy_of_max, dz = maximum.backward(db)
    assert_matches((dx, dy_of_add + dy_of_max, dz), (2.0, 5.0, 0.0), "dx dy dz")
