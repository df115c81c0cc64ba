"""Hidden checks: other shapes and numbers, both sides of the kinks, and what a gate keeps between its calls."""

from __future__ import annotations

import numpy as np

from assignments.gates.beside import Beside
from autograder import for_each, number, partial_credit

TWO_INPUTS = ("AddGate", "MultiplyGate", "MaxGate")
ONE_INPUT = ("SquareGate", "ExpGate", "LogGate", "ReciprocalGate", "NegateGate", "SigmoidGate", "TanhGate", "ReluGate")
NOT_TRIVIAL = tuple(name for name in (*TWO_INPUTS, *ONE_INPUT) if name != "NegateGate")
WITH_MEMORY = ("MultiplyGate", "MaxGate", "MatMulGate", *(name for name in ONE_INPUT if name != "NegateGate"))

MATMULS = {  # the shapes of x, y and dz
    "matrix@matrix": ("N,D", "D,H", "N,H"),
    "matrix@vector": ("N,D", "D", "N"),
    "vector@matrix": ("N", "N,D", "D"),
    "vector@vector": ("N", "N", ""),
}

# Near and far of a kink, never on it.
STEPS = np.array([1e-12, 1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0, 100.0])
AROUND_ZERO = np.concatenate([-STEPS[::-1], STEPS])
# The small ones set the scale: where the slope is exp(-700), nothing and next to nothing are both right.
LARGE = np.array([[-1000.0, -700.0, -0.5], [0.75, 700.0, 1000.0]])


def inputs_of(name: str, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, ...]:
    """As many inputs as the gate takes, where it is defined and no slope is lost in the rounding of float32."""
    if name in (*TWO_INPUTS, "MatMulGate"):
        return x, y
    if name == "LogGate":
        return (np.abs(x) + 0.1,)
    if name == "ReciprocalGate":
        return (x + np.where(x < 0, -0.1, 0.1),)
    return (np.clip(x, -3.0, 3.0) if name in ("ExpGate", "SigmoidGate", "TanhGate") else x,)


@number("3.1")
@partial_credit(9)
def test_arrays_through_two_inputs(student, ref, cases, set_score):
    """Two inputs: arrays of any shape and sign."""

    def attempt(name):
        for x, y, dz in cases(x="N,D,H", y="N,D,H", dz="N,D,H"):
            gate = Beside(student, ref, name, f"{name}.")
            gate.forward(x, y)
            gate.backward(dz)

    for_each(dict.fromkeys(TWO_INPUTS, 3), attempt, set_score)


@number("3.2")
@partial_credit(8)
def test_arrays_through_one_input(student, ref, cases, set_score):
    """One input: arrays of any shape and sign."""

    def attempt(name):
        for x, dz in cases(x="N,D", dz="N,D"):
            gate = Beside(student, ref, name, f"{name}.")
            gate.forward(*inputs_of(name, x, x))
            gate.backward(dz)

    for_each(dict.fromkeys(ONE_INPUT, 1), attempt, set_score)


@number("3.3")
@partial_credit(8)
def test_matmul_shapes(student, ref, cases, set_score):
    """MatMulGate: matrices and vectors on either side."""

    def attempt(name):
        x, y, dz = MATMULS[name]
        for X, Y, dZ in cases(x=x, y=y, dz=dz):
            gate = Beside(student, ref, "MatMulGate", f"{name}:")
            gate.forward(X, Y)
            gate.backward(dZ)

    for_each(dict.fromkeys(MATMULS, 2), attempt, set_score)


@number("3.4")
@partial_credit(3)
def test_sums_of_any_shape(student, ref, cases, set_score):
    """SumGate: arrays of one, two and three dimensions."""

    def attempt(shape):
        for x, dz in cases(x=shape, dz=""):
            gate = Beside(student, ref, "SumGate")
            gate.forward(x)
            gate.backward(float(dz))

    for_each(dict.fromkeys(("N", "N,D", "N,D,H"), 1), attempt, set_score)


@number("3.5")
@partial_credit(4)
def test_large_inputs(student, ref, set_score):
    """SigmoidGate and TanhGate at large |x|."""

    def attempt(name):
        for x in (LARGE, -LARGE):
            gate = Beside(student, ref, name, f"{name}.")
            gate.forward(x)
            gate.backward(np.array([[1.5, -2.0, 0.5], [3.0, -0.25, 2.0]]))

    for_each(dict.fromkeys(("SigmoidGate", "TanhGate"), 2), attempt, set_score)


@number("3.6")
@partial_credit(5)
def test_whole_numbers(student, ref, set_score):
    """Arrays of integers: as right as with floats."""
    x, y = np.array([[3, 1], [2, 5], [4, 1]]), np.array([[2, 4], [7, 1], [3, 6]])
    dz = np.array([[0.5, -1.5], [2.25, 0.75], [-0.5, 3.5]])

    def attempt(name):
        gate = Beside(student, ref, name, f"{name}.")
        gate.forward(*((x, y) if name in TWO_INPUTS else (x,)))
        gate.backward(dz)

    for_each(dict.fromkeys(NOT_TRIVIAL, 0.5), attempt, set_score)


@number("3.7")
@partial_credit(5)
def test_both_sides_of_the_kink(student, ref, set_score):
    """MaxGate and ReluGate on both sides of the kink."""
    rng = np.random.default_rng(37)
    y = rng.integers(-3, 4, AROUND_ZERO.shape) * (np.abs(AROUND_ZERO) > 1e-6)  # else float32 would see a tie
    dz = rng.standard_normal(AROUND_ZERO.shape)

    def attempt(name):
        gate = Beside(student, ref, name, f"{name}.")
        gate.forward(*((y + AROUND_ZERO, y * 1.0) if name == "MaxGate" else (AROUND_ZERO,)))
        gate.backward(dz)

    for_each(dict.fromkeys(("MaxGate", "ReluGate"), 2.5), attempt, set_score)


@number("3.8")
@partial_credit(5)
def test_two_gates_of_a_kind(student, ref, cases, set_score):
    """Two gates of a kind each keep their own numbers."""
    x, y, x_dz, y_dz = next(cases(x="N,N", y="N,N", a="N,N", b="N,N"))

    def attempt(name):
        first, second = Beside(student, ref, name, f"{name}."), Beside(student, ref, name, f"{name}.")
        first.forward(*inputs_of(name, x, y))
        second.forward(*inputs_of(name, y, x))
        first.backward(x_dz)
        second.backward(y_dz)

    for_each(dict.fromkeys(WITH_MEMORY, 0.5), attempt, set_score)


@number("3.9")
@partial_credit(5)
def test_again(student, ref, cases, set_score):
    """backward twice; forward again, and backward again."""
    x, y, dz, other_dz = next(cases(x="N,N", y="N,N", a="N,N", b="N,N"))

    def attempt(name):
        gate = Beside(student, ref, name, f"{name}.")
        for one, other in ((x, y), (y, x)):
            gate.forward(*inputs_of(name, one, other))
            gate.backward(dz)
            gate.backward(dz)
            gate.backward(other_dz)

    for_each(dict.fromkeys(WITH_MEMORY, 0.5), attempt, set_score)
