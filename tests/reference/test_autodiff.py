"""The tape: gradients by complex step, repeated use, depth without recursion, and its errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.autodiff import Variable
from tests.reference.autodiff_expressions import EXPRESSIONS


class Functions:
    """The functions of a Variable, for arrays of complex numbers with a tiny imaginary part."""

    exp, log, tanh = np.exp, np.log, np.tanh

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def relu(x):
        return np.where(np.real(x) > 0, x, 0)

    @staticmethod
    def maximum(x, y):
        return np.where(np.real(x) >= np.real(y), x, y)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_operation_agrees_with_the_complex_step(name, rng):
    expression, shapes = EXPRESSIONS[name]
    inputs = [rng.uniform(0.3, 2.0, shape) for shape in shapes]
    variables = [Variable(x) for x in inputs]
    result = expression(Variable, *variables)
    upstream = rng.normal(size=result.value.shape)
    result.backward(upstream)
    for position, variable in enumerate(variables):
        assert variable.grad.shape == variable.value.shape
        for index in np.ndindex(variable.value.shape):
            moved = [x.astype(complex) for x in inputs]
            moved[position][index] += 1e-30j
            slope = np.sum(upstream * np.imag(expression(Functions, *moved))) / 1e-30
            np.testing.assert_allclose(variable.grad[index], slope, rtol=1e-11, atol=1e-13)


@given(x=st.floats(-50, 50), times=st.integers(1, 30))
def test_a_variable_used_n_times_gets_n_gradients(x, times):
    variable = Variable(x)
    total = variable
    for _ in range(times - 1):
        total = total + variable
    total.backward()
    assert variable.grad == times


def test_the_lecture_example_gives_2_5_0():
    x, y, z = Variable(1.0), Variable(2.0), Variable(0.0)
    f = (x + y) * y.maximum(z)
    f.backward()
    assert (f.value, x.grad, y.grad, z.grad) == (6, 2, 5, 0)


def test_sixty_doublings_are_sixty_steps_and_not_two_to_the_sixty():
    x = first = Variable(1.0)
    for _ in range(60):
        x = x + x
    x.backward()
    assert first.grad == 2.0**60


def test_a_chain_of_ten_thousand_needs_no_recursion():
    x = first = Variable(1.0)
    for _ in range(10_000):
        x = -x
    x.backward()
    assert first.grad == 1


def test_a_second_backward_replaces_the_first():
    x = Variable(3.0)
    inner = x * x
    f = inner * x
    f.backward()
    f.backward(2.0)
    assert (x.grad, inner.grad) == (54, 6)


def test_ties_and_kinks_are_those_that_are_stated():
    x, y = Variable(1.0), Variable(1.0)
    x.maximum(y).backward()
    assert (x.grad, y.grad) == (1, 0)
    zero = Variable(0.0)
    zero.relu().backward()
    assert zero.grad == 0


def test_powers_at_zero_have_their_gradients():
    for exponent, slope in ((0, 0.0), (1, 1.0), (2, 0.0)):
        x = Variable(0.0)
        (x**exponent).backward()
        assert x.grad == slope


@given(z=st.floats(-1e3, 1e3))
def test_sigmoid_and_tanh_neither_overflow_nor_warn(z):
    x = Variable(z)
    (x.sigmoid() + x.tanh()).backward()
    assert np.isfinite(x.grad)


def test_a_variable_keeps_its_own_copy():
    array = np.ones(3)
    variable = Variable(array)
    array[0] = 7
    np.testing.assert_array_equal(variable.value, np.ones(3))


def test_an_upstream_gradient_must_have_the_shape_of_the_variable():
    vector = Variable(np.ones(3)) * 2
    with pytest.raises(ValueError, match=r"of shape \(3,\) needs an upstream gradient"):
        vector.backward()
    with pytest.raises(ValueError, match=r"the upstream gradient has shape \(1, 3\), the Variable \(3,\)"):
        vector.backward(np.ones((1, 3)))
