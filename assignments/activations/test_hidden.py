"""Hidden checks: arrays of other shapes, large numbers, both sides of the kinks, integers and single numbers."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import assert_matches, number, weight

# The small ones set the scale: where the slope is exp(-700), nothing and next to nothing are both right.
LARGE = np.array([-1000.0, -700.0, -40.0, -1.0, -0.5, 0.75, 1.0, 40.0, 700.0, 1000.0])
STEPS = np.array([1e-12, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 100.0])
SMOOTH = ("sigmoid", "tanh", "softsign")


def around(kink: float) -> np.ndarray:
    """Points on both sides of a kink, never on it, and as near as float32 can tell from it."""
    steps = STEPS if kink == 0 else np.append(5e-7, STEPS[STEPS > 1e-6])
    return np.concatenate([kink - steps[::-1], kink + steps])


def units(cases):
    """Units with any number of inputs, and with |W x + b| up to the promised 1000."""
    for x, W, b in cases(x="N", W="M,N", b="M"):
        yield np.clip(x, -8.0, 8.0), np.clip(W, -8.0, 8.0), b
    x, W, b = (
        np.array([1.0, 2.0]),
        np.array([[300.0, 349.0], [-300.0, -349.0], [0.5, -0.125]]),
        np.array([2.0, -2.0, 0.5]),
    )
    yield x, W, b
    yield -x, W, b


def upstream(z: np.ndarray) -> np.ndarray:
    """A gradient from above with no two entries alike, of both signs."""
    return np.random.default_rng(z.size).standard_normal(z.shape)


def assert_forward_and_backward(student, ref, name, z, da, *slope):
    """Both directions of an activation are right; slope: of those that have one on their negative side."""
    assert_matches(getattr(student, name)(z, *slope), getattr(ref, name)(z, *slope), f"{name}(z)")
    names = "dz d_a" if name == "prelu" else "dz"
    backward = f"{name}_backward"
    assert_matches(getattr(student, backward)(da, z, *slope), getattr(ref, backward)(da, z, *slope), names)


@number("6.1")
@weight(1)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softsign", "hardtanh", "relu", "leaky_relu", "prelu"])
def test_arrays_of_any_shape(student, ref, cases, name):
    """Arrays of any shape, forward and backward."""
    slope = (0.2,) if name in ("leaky_relu", "prelu") else ()
    for shape in ("N", "N,D", "N,D,H"):
        for da, z in cases(da=shape, z=shape):
            z = np.clip(z, -3.0, 3.0) if name in SMOOTH else z  # beyond, slopes are lost in the rounding of float32
            assert_forward_and_backward(student, ref, name, z, da, *slope)


@number("6.2")
@weight(2)
@pytest.mark.parametrize("name", SMOOTH)
def test_large_inputs(student, ref, name):
    """Finite and right up to |z| = 1000."""
    for z in (LARGE, LARGE.reshape(2, 5)):
        assert_forward_and_backward(student, ref, name, z, upstream(z))


@number("6.3")
@weight(2)
def test_large_inputs_through_the_sigmoid(student, ref):
    """tanh_from_sigmoid: finite and right up to |z| = 1000."""
    assert_matches(student.tanh_from_sigmoid(LARGE), ref.tanh(LARGE), "tanh_from_sigmoid(z)")


@number("6.4")
@weight(1)
@pytest.mark.parametrize(
    ("name", "kink"),
    [
        pytest.param("relu", 0.0, id="relu"),
        pytest.param("leaky_relu", 0.0, id="leaky_relu"),
        pytest.param("prelu", 0.0, id="prelu"),
        pytest.param("hardtanh", -1.0, id="hardtanh at -1"),
        pytest.param("hardtanh", 1.0, id="hardtanh at 1"),
    ],
)
def test_both_sides_of_the_kink(student, ref, name, kink):
    """Both sides of the kink, however near."""
    z = around(kink)
    assert_forward_and_backward(
        student, ref, name, z, upstream(z), *((0.3,) if name in ("leaky_relu", "prelu") else ())
    )


@number("6.5")
@weight(1)
@pytest.mark.parametrize("name", ["leaky_relu", "prelu"])
def test_other_slopes(student, ref, cases, name):
    """Any slope 0 < k < 1, and any a at all."""
    for slope in (0.05, 0.9) if name == "leaky_relu" else (-0.5, 0.0, 1.5):
        for da, z in cases(da="N,D", z="N,D"):
            assert_forward_and_backward(student, ref, name, z, da, slope)


@number("6.6")
@weight(0.5)
@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "tanh_from_sigmoid", "softsign", "hardtanh", "relu", "leaky_relu", "prelu"]
)
def test_integers_and_single_numbers(student, ref, name):
    """Arrays of integers, and single numbers."""
    slope = (0.25,) if name in ("leaky_relu", "prelu") else ()
    # Never 1 or -1, where hardtanh has its kinks. Single numbers are of numpy's kind, which has all that an array has.
    integers, da = np.array([[-6, 4, 2], [8, -4, -2]]), np.array([[0.5, -1.5, 2.25], [0.75, -0.5, 3.5]])
    for z, dz in ((integers, da), *np.array([[-1.75, -1.5], [0.5, 2.0], [2.5, 0.75]])):
        if name == "tanh_from_sigmoid":
            assert_matches(student.tanh_from_sigmoid(z), ref.tanh(z), "a")
        else:
            assert_forward_and_backward(student, ref, name, z, dz, *slope)


@number("6.7")
@weight(1)
@pytest.mark.parametrize("name", ["neuron", "neuron_folded", "layer"])
def test_units_of_any_size(student, ref, cases, name):
    """Units with any number of inputs."""
    for x, W, b in units(cases):
        arguments = {"neuron": (x, W[0], float(b[0])), "neuron_folded": (x, np.append(W[0], b[0])), "layer": (x, W, b)}
        assert_matches(getattr(student, name)(*arguments[name]), getattr(ref, name)(*arguments[name]), "a")
