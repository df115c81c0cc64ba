"""Hidden checks: large and small numbers, other shapes, and both sides of every kink."""

from __future__ import annotations

import numpy as np
import pytest
import reference.activations as ref

from autograder import assert_matches, number, weight

LARGE = np.array([-1000.0, -700.0, -40.0, 40.0, 700.0, 1000.0])
STEPS = np.array([1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 100.0])


def around(kink: float) -> np.ndarray:
    """Points on both sides of a kink, near and far, never on it."""
    return np.concatenate([kink - STEPS[::-1], kink + STEPS])


def upstream(z: np.ndarray) -> np.ndarray:
    """A gradient from above with no two entries alike, of both signs."""
    return np.random.default_rng(z.size).standard_normal(z.shape)


@number("6.1")
@weight(6)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softsign"])
def test_large_inputs(student, name):
    """The smooth functions and their gradients stay finite and right for |z| up to 1000."""
    for z in (LARGE, LARGE.reshape(2, 3)):
        assert_matches(getattr(student, name)(z), getattr(ref, name)(z), "a")
        da = upstream(z)
        backward = f"{name}_backward"
        assert_matches(getattr(student, backward)(da, z), getattr(ref, backward)(da, z), "dz")


@number("6.2")
@weight(3)
@pytest.mark.parametrize(("name", "kink"), [("relu", 0.0), ("hardtanh", 1.0), ("hardtanh", -1.0)])
def test_both_sides_of_the_kink(student, name, kink):
    """The functions with a kink are right on both sides of it, however near."""
    z = around(kink)
    da = upstream(z)
    assert_matches(getattr(student, name)(z), getattr(ref, name)(z), "a")
    backward = f"{name}_backward"
    assert_matches(getattr(student, backward)(da, z), getattr(ref, backward)(da, z), "dz")


@number("6.3")
@weight(3)
def test_slopes_on_the_negative_side(student, cases):
    """leaky_relu and prelu, forward and backward, for matrices and several slopes."""
    for da, z in cases(da="N,D", z="N,D"):
        for slope in (0.01, 0.3):
            assert_matches(student.leaky_relu(z, slope), ref.leaky_relu(z, slope), "a")
            expected = ref.leaky_relu_backward(da, z, slope)
            assert_matches(student.leaky_relu_backward(da, z, slope), expected, "dz")
            assert_matches(student.prelu(z, slope), ref.prelu(z, slope), "the output")
            assert_matches(student.prelu_backward(da, z, slope), ref.prelu_backward(da, z, slope), "dz d_a")
