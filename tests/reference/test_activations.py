"""The activations: the lecture's definitions and identities, and that nothing warns, overflows or is changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference import activations as act

FORWARD = {
    "sigmoid": act.sigmoid,
    "tanh": act.tanh,
    "hardtanh": act.hardtanh,
    "softsign": act.softsign,
    "relu": act.relu,
    "leaky_relu": lambda z: act.leaky_relu(z, 0.1),
    "prelu": lambda z: act.prelu(z, 0.25),
}
BACKWARD = {
    "sigmoid": act.sigmoid_backward,
    "tanh": act.tanh_backward,
    "hardtanh": act.hardtanh_backward,
    "softsign": act.softsign_backward,
    "relu": act.relu_backward,
    "leaky_relu": lambda da, z: act.leaky_relu_backward(da, z, 0.1),
    "prelu": lambda da, z: act.prelu_backward(da, z, 0.25)[0],
}
moderate = st.floats(-1e3, 1e3)
SLOPE_AT_KINKS = {"hardtanh": {-1: 1, 1: 1}, "relu": {0: 0}, "leaky_relu": {0: 0.1}, "prelu": {0: 0.25}}


@pytest.mark.parametrize("name", FORWARD)
def test_the_derivative_is_the_complex_step_of_the_function(name):
    z = np.array([-30.0, -3.1, -1.01, -0.99, -0.3, -1e-9, 1e-9, 0.4, 0.99, 1.01, 2.7, 30.0])
    da = np.linspace(-2, 3, z.size)
    step = FORWARD[name](z + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(BACKWARD[name](da, z), da * step, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", FORWARD)
@given(z=moderate, da=st.floats(-10, 10))
def test_nothing_overflows_or_warns_up_to_a_thousand(name, z, da):
    a, dz = FORWARD[name](z), BACKWARD[name](da, z)
    assert np.shape(a) == np.shape(dz) == ()
    assert np.isfinite(a)
    assert np.isfinite(dz)


@pytest.mark.parametrize("name", FORWARD)
@given(z=moderate, da=st.floats(-10, 10), factor=st.floats(-10, 10))
def test_backward_is_linear_in_the_upstream_gradient(name, z, da, factor):
    scaled = BACKWARD[name](factor * da, z)
    np.testing.assert_allclose(scaled, factor * BACKWARD[name](da, z), rtol=1e-12, atol=1e-290)


@pytest.mark.parametrize("name", FORWARD)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0), (2, 3, 4)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_precision_are_kept_and_arguments_are_not_changed(name, shape, dtype, rng):
    z, da = np.asarray(rng.normal(size=shape), dtype=dtype), np.asarray(rng.normal(size=shape), dtype=dtype)
    z_before, da_before = z.copy(), da.copy()
    for result in (FORWARD[name](z), BACKWARD[name](da, z)):
        assert np.shape(result) == shape
        assert shape == () or result.dtype == dtype
    np.testing.assert_array_equal(z, z_before)
    np.testing.assert_array_equal(da, da_before)


@pytest.mark.parametrize("name", SLOPE_AT_KINKS)
def test_the_slope_at_a_kink_is_the_stated_one(name):
    for z, slope in SLOPE_AT_KINKS[name].items():
        assert BACKWARD[name](2.0, float(z)) == 2 * slope


def test_hardtanh_and_the_relus_at_whole_numbers():
    z = np.array([-3.0, -1.0, 0.0, 0.5, 1.0, 3.0])
    np.testing.assert_array_equal(act.hardtanh(z), [-1, -1, 0, 0.5, 1, 1])
    np.testing.assert_array_equal(act.relu(z), [0, 0, 0, 0.5, 1, 3])
    np.testing.assert_array_equal(act.leaky_relu(z, 0.5), [-1.5, -0.5, 0, 0.5, 1, 3])
    np.testing.assert_array_equal(act.prelu(z, -2.0), [6, 2, 0, 0.5, 1, 3])
    assert act.leaky_relu(-1.0) == -0.01  # the lecture's y = 0.01 x


@given(z=moderate)
def test_tanh_is_a_rescaled_and_shifted_sigmoid(z):
    np.testing.assert_allclose(act.tanh_from_sigmoid(z), act.tanh(z), rtol=0, atol=4e-16)


@given(z=moderate)
def test_the_derivatives_follow_from_the_outputs(z):
    np.testing.assert_array_equal(act.sigmoid_grad_from_output(act.sigmoid(z)), act.sigmoid_backward(1.0, z))
    np.testing.assert_array_equal(act.tanh_grad_from_output(act.tanh(z)), act.tanh_backward(1.0, z))


@given(z=moderate)
def test_sigmoid_is_symmetric_about_one_half(z):
    np.testing.assert_allclose(act.sigmoid(-z), 1 - act.sigmoid(z), rtol=0, atol=2e-16)


def test_the_softsign_derivative_printed_in_the_notes_is_wrong_for_every_negative_z():
    def printed(z):
        return np.sign(z) / (1 + z) ** 2

    positive, negative = np.array([0.1, 0.5, 3.0]), np.array([-0.1, -0.5, -3.0])
    np.testing.assert_allclose(printed(positive), act.softsign_backward(1.0, positive))
    assert np.all(np.abs(printed(negative) - act.softsign_backward(1.0, negative)) > 0.1)
    slope = (act.softsign(negative + 1e-6) - act.softsign(negative - 1e-6)) / 2e-6
    np.testing.assert_allclose(act.softsign_backward(1.0, negative), slope, rtol=1e-8)


def test_the_sigmoid_derivative_printed_in_the_notes_is_not_the_product_behind_it():
    z = np.linspace(-3, 3, 13)
    printed = -np.exp(-z) / (1 + np.exp(-z))
    right = np.exp(-z) / (1 + np.exp(-z)) ** 2
    np.testing.assert_allclose(act.sigmoid_backward(1.0, z), right, rtol=1e-13)
    assert np.all(printed < 0)
    assert np.all(right > 0)


def test_the_slope_of_prelu_sums_over_all_that_share_it(rng):
    z, da = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    dz, d_a = act.prelu_backward(da, z, 0.25)
    assert dz.shape == z.shape
    assert np.shape(d_a) == ()
    assert d_a == pytest.approx(np.sum(da * act.prelu(z, 0.25 + 1e-30j).imag / 1e-30))
    assert act.prelu_backward(1.0, 2.0, 0.25) == (1.0, 0.0)


def test_the_neuron_is_the_same_with_its_bias_folded_in(rng):
    x, w, b = rng.normal(size=5), rng.normal(size=5), 0.3
    a = act.neuron(x, w, b)
    assert isinstance(a, float)
    assert a == pytest.approx(1 / (1 + np.exp(-(w @ x + b))))
    assert act.neuron_folded(x, np.append(w, b)) == pytest.approx(a)


def test_a_layer_is_its_neurons(rng):
    x, W, b = rng.normal(size=5), rng.normal(size=(3, 5)), rng.normal(size=3)
    np.testing.assert_allclose(act.layer(x, W, b), [act.neuron(x, W[i], b[i]) for i in range(3)], rtol=1e-14)
