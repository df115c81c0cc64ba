"""Public checks: differences at a few points, what they cost, and a checker on gradients that are right and wrong."""

from __future__ import annotations

import numpy as np

from assignments.gradcheck.functions import bent, cubic, cubic_gradient, wave, wave_gradient
from assignments.gradcheck.watched import Watched, assert_names, assert_near, off
from autograder import after, assert_matches, assert_raises, number, weight

VECTOR = np.array([0.5, -1.25, 2.0])
MATRIX = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]])
H = 0.25  # as coarse as this, a forward difference is plainly another number than a centred one
FINE = 2.0**-10


@number("1.1")
@weight(3)
def test_forward_difference(student, ref):
    """forward_difference at three numbers, h = 1/4."""
    assert_matches(student.forward_difference(cubic, VECTOR, H), ref.forward_difference(cubic, VECTOR, H), "gradient")


@number("1.2")
@weight(3)
def test_forward_difference_by_default(student):
    """forward_difference of a matrix, with h = 1e-7 by default."""
    x = MATRIX / 8
    watched = Watched(cubic, x)
    difference = student.forward_difference.allowing(may_change=True)  # x + h - h may miss x by its last digit
    assert_near(difference(watched.f, x), cubic_gradient(x), 1e-6, "gradient")
    watched.assert_step(1e-7)


@number("1.3")
@weight(2)
def test_cost_of_forward_difference(student):
    """forward_difference evaluates f once more than x has entries."""
    watched = Watched(cubic, MATRIX)
    student.forward_difference(watched.f, MATRIX, H)
    watched.assert_evaluated(MATRIX.size + 1, 2 * MATRIX.size)
    watched.assert_one_moved_at_a_time()


@number("2.1")
@weight(5)
def test_numeric_gradient_of_a_vector(student, ref):
    """numeric_gradient at three numbers, h = 1/4."""
    assert_matches(student.numeric_gradient(cubic, VECTOR, H), ref.numeric_gradient(cubic, VECTOR, H), "gradient")


@number("2.2")
@weight(5)
def test_numeric_gradient_of_a_matrix(student, ref):
    """numeric_gradient of a (2, 3) matrix, h = 1/4."""
    assert_matches(student.numeric_gradient(cubic, MATRIX, H), ref.numeric_gradient(cubic, MATRIX, H), "gradient")


@number("2.3")
@weight(2)
def test_numeric_gradient_of_a_number(student, ref):
    """numeric_gradient where x is one number, of shape ()."""
    x = np.array(1.5)
    assert_matches(student.numeric_gradient(cubic, x, H), ref.numeric_gradient(cubic, x, H), "gradient")


@number("2.4")
@weight(5)
def test_two_evaluations_for_each_entry(student):
    """numeric_gradient evaluates f exactly twice per entry."""
    for x in (VECTOR, MATRIX):
        watched = Watched(cubic, x)
        student.numeric_gradient(watched.f, x, FINE)
        watched.assert_evaluated(2 * x.size, 2 * x.size)


@number("2.5")
@weight(5)
def test_one_entry_at_a_time(student):
    """numeric_gradient moves one entry, and puts it back."""
    for x in (VECTOR, MATRIX):
        watched = Watched(cubic, x)
        student.numeric_gradient(watched.f, x, FINE)
        watched.assert_one_moved_at_a_time()
        watched.assert_evaluated(x.size, 10 * x.size)


@number("2.6")
@weight(4)
def test_the_step_that_is_asked_for(student, ref):
    """numeric_gradient takes the h that it is given."""
    for h in (0.5, 0.125, FINE):
        assert_matches(student.numeric_gradient(cubic, VECTOR, h), ref.numeric_gradient(cubic, VECTOR, h), "gradient")


@number("2.7")
@weight(3)
def test_the_step_by_default(student):
    """numeric_gradient with h = 1e-5 by default: seven digits."""
    watched = Watched(wave, MATRIX)
    difference = student.numeric_gradient.allowing(may_change=True)  # x + h - 2 h + h may miss x by its last digit
    assert_near(difference(watched.f, MATRIX), wave_gradient(MATRIX), 1e-7, "gradient")
    watched.assert_step(1e-5)


@number("2.8")
@weight(3)
def test_whole_numbers(student, ref):
    """numeric_gradient of an array of integers."""
    x = np.array([[1, -2], [3, 2]])
    assert_matches(student.numeric_gradient(cubic, x, H), ref.numeric_gradient(cubic, x, H), "gradient")


@number("3.1")
@weight(4)
def test_relative_error(student, ref):
    """relative_error of two vectors."""
    a, b = np.array([1.0, 2.0, -4.0]), np.array([1.0, 2.5, -4.5])
    assert_matches(student.relative_error(a, b), ref.relative_error(a, b), "relative_error")
    assert_matches(student.relative_error(b, a), ref.relative_error(b, a), "relative_error")


@number("3.2")
@weight(2)
def test_relative_error_at_zero(student, ref):
    """relative_error where entries are 0 in both."""
    for a, b in (([0.0, 3.0], [0.0, 2.0]), ([0.0, 0.0], [0.0, 0.0]), ([0.0, 1.0], [1e-9, 1.0])):
        asked = np.array(a), np.array(b)
        assert_matches(student.relative_error(*asked), ref.relative_error(*asked), "relative_error")


@number("3.3")
@weight(2)
def test_relative_error_of_signs(student, ref):
    """relative_error of numbers of opposite signs, in a matrix."""
    a, b = np.array([[0.5, -2.0], [3.0, -8.0]]), np.array([[0.5, 2.0], [3.0, -6.0]])
    assert_matches(student.relative_error(a, b), ref.relative_error(a, b), "relative_error")


@number("3.4")
@weight(1)
def test_relative_error_of_two_shapes(student, ref):
    """relative_error raises ValueError for different shapes."""
    a = np.array([1.0, 2.0, -4.0])
    assert_matches(student.relative_error(a, a), ref.relative_error(a, a), "relative_error")
    why = "a has shape (3,) and b has shape (3, 1)."
    assert_raises(lambda: student.relative_error(a, a.reshape(3, 1)), why, kind="ValueError")


@number("4.1")
@weight(6)
def test_right_and_wrong(student):
    """check_gradient accepts the right one and names a sign."""
    right = wave_gradient(VECTOR)
    assert_names(student.check_gradient(wave, VECTOR, right), (), VECTOR.shape, "The right gradient")
    for at in range(3):
        planted = np.where(np.arange(3) == at, -right, right)
        what = f"A gradient with the wrong sign at ({at},)"
        assert_names(student.check_gradient(wave, VECTOR, planted), [(at,)], VECTOR.shape, what)


@number("4.2")
@weight(5)
def test_wrong_entries_of_a_matrix(student):
    """check_gradient names every wrong entry of a matrix."""
    right = wave_gradient(MATRIX)
    planted = {
        "The right gradient": right,
        "Twice the right gradient": 2 * right,
        "A gradient with two entries left at 0": right * [[1, 0, 1], [1, 1, 0]],
        "A gradient with its rows exchanged": right[::-1].copy(),
    }
    for what, gradient in planted.items():
        found = student.check_gradient(wave, MATRIX, gradient)
        assert_names(found, off(gradient, right), MATRIX.shape, what)


@number("4.3")
@weight(1)
def test_a_gradient_of_another_shape(student):
    """check_gradient raises ValueError for another shape."""
    right = wave_gradient(VECTOR)
    assert_names(student.check_gradient(wave, VECTOR, right), (), VECTOR.shape, "The right gradient")
    call = wave, VECTOR, right.reshape(1, 3)
    assert_raises(lambda: student.check_gradient(*call), "The gradient has another shape.", kind="ValueError")


@after("test_right_and_wrong")
@number("4.4")
@weight(4)
def test_at_a_kink(student):
    """check_gradient at a kink: any slope in between is right."""
    x = np.array([0.0, 0.0, 0.75, -0.5])
    smooth = wave_gradient(x[2:])
    for slopes, wrong in (((1.0, 0.0), ()), ((-0.5, 2.0), ()), ((1.5, 0.0), [(0,)]), ((0.0, -0.25), [(1,)])):
        gradient = np.concatenate([slopes, smooth])
        what = f"The slopes {slopes[0]} of |x| and {slopes[1]} of 3 max(x, 0) at 0"
        assert_names(student.check_gradient(bent, x, gradient), wrong, x.shape, what)
