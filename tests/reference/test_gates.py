"""The gates: the lecture's three intuitions, every local gradient, and the protocol that they all keep."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import gates

ONE_INPUT = {
    "SquareGate": lambda x: x**2,
    "ExpGate": np.exp,
    "LogGate": np.log,
    "ReciprocalGate": lambda x: 1 / x,
    "NegateGate": lambda x: -x,
    "SigmoidGate": lambda x: 1 / (1 + np.exp(-x)),
    "TanhGate": np.tanh,
    "ReluGate": lambda x: x * (x.real > 0),
}
TWO_INPUTS = {
    "AddGate": lambda x, y: x + y,
    "MultiplyGate": lambda x, y: x * y,
    "MaxGate": lambda x, y: np.where(x.real > y.real, x, y),
}
numbers = st.floats(-1e3, 1e3)


def test_every_gate_of_the_module_is_tested_here():
    defined = {name for name, value in vars(gates).items() if inspect.isclass(value) and name.endswith("Gate")}
    assert defined == {*ONE_INPUT, *TWO_INPUTS, "MatMulGate", "SumGate"}


@pytest.mark.parametrize("name", ONE_INPUT)
@pytest.mark.parametrize("shape", [(), (5,), (3, 2)])
def test_a_gate_with_one_input_agrees_with_the_complex_step_of_its_formula(name, shape, rng):
    x, dz = rng.uniform(0.2, 2.0, shape), rng.normal(size=shape)
    gate = getattr(gates, name)()
    np.testing.assert_allclose(gate.forward(x), ONE_INPUT[name](x), rtol=1e-14)
    (dx,) = gate.backward(dz)
    assert np.shape(dx) == shape
    np.testing.assert_allclose(dx, dz * ONE_INPUT[name](x + 1e-30j).imag / 1e-30, rtol=1e-13)


@pytest.mark.parametrize("name", TWO_INPUTS)
@pytest.mark.parametrize("shape", [(), (5,), (3, 2)])
def test_a_gate_with_two_inputs_agrees_with_the_complex_step_of_its_formula(name, shape, rng):
    x, y, dz = rng.normal(size=shape), rng.normal(size=shape), rng.normal(size=shape)
    gate = getattr(gates, name)()
    np.testing.assert_allclose(gate.forward(x, y), TWO_INPUTS[name](x, y), rtol=1e-14)
    dx, dy = gate.backward(dz)
    assert np.shape(dx) == np.shape(dy) == shape
    np.testing.assert_allclose(dx, dz * TWO_INPUTS[name](x + 1e-30j, y + 0j).imag / 1e-30, rtol=1e-13)
    np.testing.assert_allclose(dy, dz * TWO_INPUTS[name](x + 0j, y + 1e-30j).imag / 1e-30, rtol=1e-13)


@pytest.mark.parametrize("name", [*ONE_INPUT, *TWO_INPUTS])
def test_a_gate_takes_plain_numbers_and_leaves_arrays_unchanged(name):
    count = 1 if name in ONE_INPUT else 2
    gate = getattr(gates, name)()
    assert np.shape(gate.forward(*[0.5, 2.0][:count])) == ()
    assert [np.shape(gradient) for gradient in gate.backward(3.0)] == [()] * count

    arrays = [np.array([0.5, 2.0]), np.array([1.0, 1.5])][:count]
    copies, dz = [array.copy() for array in arrays], np.array([1.0, -1.0])
    gate.forward(*arrays)
    gate.backward(dz)
    np.testing.assert_array_equal(arrays, copies)
    np.testing.assert_array_equal(dz, [1.0, -1.0])


@given(x=numbers, y=numbers, dz=numbers)
def test_plus_distributes_times_switches_and_max_routes(x, y, dz):
    add, multiply, maximum = gates.AddGate(), gates.MultiplyGate(), gates.MaxGate()
    add.forward(x, y)
    assert add.backward(dz) == [dz, dz]
    multiply.forward(x, y)
    assert multiply.backward(dz) == [y * dz, x * dz]
    maximum.forward(x, y)
    dx, dy = maximum.backward(dz)
    assert dx + dy == dz
    assert dx == (dz if x >= y else 0)


@given(z=numbers, dz=st.floats(-10, 10))
def test_the_saturating_gates_neither_overflow_nor_warn(z, dz):
    for gate in (gates.SigmoidGate(), gates.TanhGate(), gates.ReluGate()):
        assert np.isfinite(gate.forward(z))
        assert np.isfinite(gate.backward(dz)[0])


@pytest.mark.parametrize(
    ("x_shape", "y_shape"),
    [((3, 5), (5, 2)), ((3, 5), (5,)), ((5,), (5, 2)), ((5,), (5,)), ((1, 5), (5, 1))],
)
def test_matmul_sums_over_the_index_that_is_missing_on_the_left(x_shape, y_shape, rng):
    x, y = rng.normal(size=x_shape), rng.normal(size=y_shape)
    gate = gates.MatMulGate()
    z = gate.forward(x, y)
    dz = rng.normal(size=np.shape(z))
    dx, dy = gate.backward(dz)
    assert dx.shape == x_shape
    assert dy.shape == y_shape
    for value, gradient, other in ((x, dx, lambda v: v @ y), (y, dy, lambda v: x @ v)):
        for place in np.ndindex(value.shape):  # element by element, the lecture's fourth tip
            step = np.zeros(value.shape)
            step[place] = 1.0
            np.testing.assert_allclose(gradient[place], np.sum(dz * other(step)), rtol=1e-12, atol=1e-13)


def test_sum_gate_spreads_the_upstream_gradient_over_its_input():
    gate = gates.SumGate()
    assert gate.forward(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])) == 21
    np.testing.assert_array_equal(gate.backward(2.5)[0], np.full((2, 3), 2.5))
    assert gate.forward(7.0) == 7
    assert gate.backward(2.0)[0] == 2


@pytest.mark.parametrize("name", TWO_INPUTS)
def test_a_gate_does_not_broadcast(name):
    with pytest.raises(ValueError, match=r"different shapes, \(3,\) and \(2, 3\)"):
        getattr(gates, name)().forward(np.ones(3), np.ones((2, 3)))
