"""Hidden checks: arrays, several gates at once, and nothing changed in place."""

from __future__ import annotations

import numpy as np
import pytest
import reference.gates as ref

from autograder import assert_matches, number, weight


@number("3.1")
@weight(4)
@pytest.mark.parametrize("name", ["AddGate", "MultiplyGate", "MaxGate"])
def test_arrays_through_two_inputs(student, cases, name):
    """A gate with two inputs works on arrays, element by element."""
    for x, y, dz in cases(x="N,D", y="N,D", dz="N,D"):
        gate, right = getattr(student, name)(), getattr(ref, name)()
        assert_matches(gate.forward(x, y), right.forward(x, y), "z")
        assert_matches(gate.backward(dz), right.backward(dz), "dx dy")


@number("3.2")
@weight(10)
def test_arrays_through_one_input(student, cases):
    """The gates with one input work on arrays, element by element."""
    for x, dz in cases(x="N,D", dz="N,D"):
        x = np.abs(x) + 0.1  # the logarithm needs a positive number, and the reciprocal none near 0
        for name in ("SquareGate", "ExpGate", "LogGate", "ReciprocalGate", "NegateGate", "SigmoidGate", "TanhGate"):
            gate, right = getattr(student, name)(), getattr(ref, name)()
            assert_matches(gate.forward(x), right.forward(x), "z")
            assert_matches(gate.backward(dz), right.backward(dz), "dx")
        gate, right = student.ReluGate(), ref.ReluGate()
        assert_matches(gate.forward(x - 0.5), right.forward(x - 0.5), "z")
        assert_matches(gate.backward(dz), right.backward(dz), "dx")


@number("3.3")
@weight(6)
def test_matmul_shapes(student, cases):
    """MatMulGate for matrices of any size."""
    for X, Y, dZ in cases(X="N,D", Y="D,H", dZ="N,H"):
        gate, right = student.MatMulGate(), ref.MatMulGate()
        assert_matches(gate.forward(X, Y), right.forward(X, Y), "Z")
        assert_matches(gate.backward(dZ), right.backward(dZ), "dX dY")


@number("3.4")
@weight(8)
def test_two_gates_of_a_kind(student):
    """Two gates of the same kind keep their own numbers."""
    first, second = student.MultiplyGate(), student.MultiplyGate()
    first.forward(2.0, 3.0)
    second.forward(-5.0, 7.0)
    assert_matches(first.backward(1.0), [3.0, 2.0], "dx dy")
    assert_matches(second.backward(1.0), [7.0, -5.0], "dx dy")
