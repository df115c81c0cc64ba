"""Hidden checks: arrays of any shape, errors of every size, planted mistakes, steps that are too small, kinks."""

from __future__ import annotations

import numpy as np

from assignments.gradcheck.functions import bent, cubic, cubic_gradient, marker, wave, wave_gradient
from assignments.gradcheck.hidden_planted import layer
from assignments.gradcheck.watched import Watched, assert_names, assert_near, off
from autograder import assert_matches, number, weight

SHAPES = ((1,), (5,), (3, 2), (1, 4), (2, 1, 3), ())


def eighths(shape, seed):
    """Multiples of 1/8 of both signs, at which a polynomial is exact."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.integers(1, 17, shape) * rng.choice([-0.125, 0.125], shape))


def sharp(kink, bend):
    """kink |x| + bend x**2, of one number."""
    return lambda point: float(kink * abs(point[0]) + bend * point[0] ** 2)


@number("5.1")
@weight(5)
def test_numeric_gradient_of_any_shape(student, ref):
    """numeric_gradient of arrays of any shape, at any h."""
    for seed, shape in enumerate(SHAPES):
        x = eighths(shape, seed)
        for h in (0.25, 0.0625, 2.0**-10):
            watched = Watched(cubic, x)
            assert_matches(student.numeric_gradient(watched.f, x, h), ref.numeric_gradient(cubic, x, h), "gradient")
            watched.assert_one_moved_at_a_time()


@number("5.2")
@weight(3)
def test_forward_difference_of_any_shape(student, ref):
    """forward_difference of arrays of any shape, at any h."""
    for seed, shape in enumerate(SHAPES[:-1]):
        x = eighths(shape, 10 + seed)
        for h in (0.25, 2.0**-10):
            watched = Watched(cubic, x)
            assert_matches(student.forward_difference(watched.f, x, h), ref.forward_difference(cubic, x, h), "gradient")
            watched.assert_evaluated(x.size + 1, 2 * x.size)
    x = eighths((2, 3), 19)
    difference = student.forward_difference.allowing(may_change=True)
    assert_matches(difference(marker(x, 1e-7), x), ref.forward_difference(marker(x, 1e-7), x), "gradient")


@number("5.3")
@weight(3)
def test_small_steps(student, ref):
    """numeric_gradient at the steps of the lecture and the notes."""
    rng = np.random.default_rng(53)
    difference = student.numeric_gradient.allowing(may_change=True)
    for h in (1e-4, 1e-5):
        for shape in ((4,), (2, 3)):
            x = rng.uniform(0.3, 1.2, shape)
            assert_near(difference(wave, x, h), wave_gradient(x), 1e-7, "gradient")
    assert_matches(difference(marker(x, 1e-5), x), ref.numeric_gradient(marker(x, 1e-5), x), "gradient")


@number("5.4")
@weight(1)
def test_whole_numbers(student, ref):
    """forward_difference of an array of integers."""
    x = np.array([2, -3, 1])
    assert_matches(student.forward_difference(cubic, x, 0.25), ref.forward_difference(cubic, x, 0.25), "gradient")


@number("5.5")
@weight(4)
def test_relative_errors(student, ref, cases):
    """relative_error of arrays of any shape and size."""
    for shape in ("N", "N,D"):
        for a, b in cases(a=shape, b=shape):
            assert_matches(student.relative_error(a, b), ref.relative_error(a, b), "relative_error")
            close = a * (1 + 1e-3 * np.tanh(b))
            assert_matches(student.relative_error(a, close), ref.relative_error(a, close), "relative_error")


@number("5.6")
@weight(5)
def test_polynomials(student):
    """check_gradient: one entry off, in many gradients."""
    for seed, shape in enumerate([(3,), (2, 2), (5,), (3, 2), (1, 4), (2, 1, 3)]):
        x = eighths(shape, 60 + seed)
        right = cubic_gradient(x)
        assert_names(student.check_gradient(cubic, x, right), (), shape, "The right gradient")
        for factor in (-1.0, 0.5, 1.02):
            planted = right.copy()
            place = np.unravel_index((3 * seed + int(10 * factor)) % x.size, shape)
            planted[place] *= factor
            found = student.check_gradient(cubic, x, planted)
            assert_names(found, off(planted, right), shape, "A gradient with one wrong entry")


@number("5.7")
@weight(5)
def test_planted_mistakes(student):
    """check_gradient: mistakes of backpropagation in a layer."""
    for seed in range(3):
        J, W, right, planted = layer(seed)
        assert_names(student.check_gradient(J, W, right), (), W.shape, "The right gradient")
        for gradient in planted.values():
            found = student.check_gradient(J, W, gradient)
            assert_names(found, off(gradient, right), W.shape, "A gradient with a mistake")


@number("5.8")
@weight(2)
def test_zeros(student):
    """check_gradient where a slope is exactly 0."""
    x = np.array([-0.5, -2.0, 1.5, 0.75])
    right = np.concatenate([[-1.0, 0.0], wave_gradient(x[2:])])
    planted = np.concatenate([[-1.0, 0.01], wave_gradient(x[2:])])
    assert_names(student.check_gradient(bent, x, right), (), x.shape, "The right gradient")
    assert_names(
        student.check_gradient(bent, x, planted), [(1,)], x.shape, "A gradient with a slope where there is none"
    )


@number("5.9")
@weight(2)
def test_noise(student):
    """check_gradient: rounding alone makes no gradient wrong."""
    x = np.array([0.5, -0.75, 1.25])
    right = wave_gradient(x)

    def lifted(point):
        """A slope that is lost in the last digits of a large number; far from x the number is not there."""
        return wave(point) - 1e8 * float(np.max(np.abs(np.asarray(point) - x)) < 0.1)

    assert_names(student.check_gradient(lifted, x, right), (), x.shape, "The right gradient of a large function")
    assert_names(student.check_gradient(wave, x, right, 1e-12), (), x.shape, "The right gradient at a tiny step")
    for wrong in (-right, right + 0.25):
        found = student.check_gradient(lifted, x, wrong)
        assert_names(found, off(wrong, right), x.shape, "A wrong gradient of a large function")


@number("5.10")
@weight(2)
def test_tolerance(student):
    """check_gradient: the tolerance, 1e-5 of the larger by default."""
    x = np.array([[0.5, -0.75], [1.25, 0.25]])
    right = wave_gradient(x)
    for h, options in ((1e-5, ()), (1e-3, (1e-3,))):
        found = student.check_gradient(marker(x, h), x, np.full(x.shape, 1 / h), *options)
        assert_names(found, (), x.shape, "The right gradient at another step")
    for scale in (1.0, 128.0):
        watched = Watched(lambda point, scale=scale: scale * wave(point), x)
        for factor, options, wrong in (
            (1 + 2e-6, (), False),
            (1 - 2e-6, (), False),
            (1 + 5e-5, (), True),
            (1 - 5e-5, (), True),
            (1.001, (1e-5, 1e-2), False),
            (1.05, (1e-5, 1e-2), True),
            (1 - 1e-4, (1e-4, 1e-3), False),
            (2.0, (1e-5, 0.625), False),
            (0.5, (1e-5, 0.625), False),
            (4.0, (1e-5, 0.625), True),
        ):
            found = student.check_gradient(watched.f, x, factor * scale * right, *options)
            expected = off(factor * right, right) if wrong else ()
            assert_names(found, expected, x.shape, "A gradient off by a fixed part of each entry")
        watched.assert_step(1e-5)


@number("5.11")
@weight(2)
def test_kinks(student):
    """check_gradient at kinks of every direction."""
    x = np.array([0.0, 0.0, 1.25, 0.5, -0.75])
    for first, second, wrong in (
        (0.25, 3.0, ()),
        (-1.0, 1.5, ()),
        (-1.25, 0.0, [(0,)]),
        (1.0, 3.5, [(1,)]),
        (2.0, -1.0, [(0,), (1,)]),
    ):
        right = np.concatenate([[first, second], wave_gradient(x[2:])])
        for scale in (1.0, -1.0, 2.0**-30):
            found = student.check_gradient(lambda point, scale=scale: scale * bent(point), x, scale * right)
            assert_names(found, wrong, x.shape, "A gradient at two kinks")
        steep = right + 10 * (np.arange(5) < 2)
        found = student.check_gradient(lambda point: bent(point) + 10 * float(np.sum(point[:2])), x, steep)
        assert_names(found, wrong, x.shape, "A gradient at two steep kinks")


@number("5.12")
@weight(1)
def test_sharp_bends(student):
    """check_gradient: a sharp bend is no kink, and may have one."""
    at = np.array([1e-3])
    for slope, wrong in ((20.0, ()), (20.005, [(0,)]), (20.1, [(0,)])):
        for sign in (1.0, -1.0):
            found = student.check_gradient(sharp(0.0, sign * 1e4), at, np.array([sign * slope]))
            assert_names(found, wrong, (1,), "A gradient of a function that bends sharply, without a kink")
    for bend in (2e3, 5e4):
        for slope, wrong in ((0.5, ()), (-0.75, ()), (-1.3, [(0,)]), (2.0, [(0,)])):
            found = student.check_gradient(sharp(1.0, bend), np.zeros(1), np.array([slope]))
            assert_names(found, wrong, (1,), "A gradient of a function that bends sharply, at a kink")
