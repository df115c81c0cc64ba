"""The numeric gradient against the complex step: accurate, or honest about it."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.bench import open_bench
from autograder.errors import WrongAnswer
from autograder.gradcheck import check_gradient, directional, numeric_gradient, one_by_one, weighted
from autograder.ladder import HONEST
from autograder.student import Student
from tests.gradcheck_functions import FUNCTIONS, C, complex_step, relu

EACH_FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)
ACCURATE = 1e-7


def real(f):
    return one_by_one(lambda x: np.real(f(x)))


def generator(seed=0):
    return np.random.default_rng(seed)


def sum_of_tanh(x):
    return np.sum(np.tanh(x))


@EACH_FUNCTION
def test_each_function_is_differentiated_to_1e_7_or_the_estimate_says_that_it_is_not(name):
    f, draw = FUNCTIONS[name]
    accurate = 0
    for seed in range(40):
        x = draw(generator(seed))
        true = complex_step(f, x)
        (found,) = numeric_gradient(real(f), (x,))
        size = np.abs(true).max() or 1.0
        error = np.abs(found.value - true)
        assert not found.kink.any()
        told = np.isfinite(found.value)
        assert np.all(error[told] <= HONEST * found.error[told] + 1e-13 * size)
        assert np.all((error[told] <= ACCURATE * size) | (HONEST * found.error[told] > ACCURATE * size))
        accurate += bool(told.all() and np.all(error <= ACCURATE * size))
    assert accurate >= (20 if name == "huge x" else 36)


def test_a_kink_is_reported_with_the_slopes_on_its_two_sides():
    (found,) = numeric_gradient(one_by_one(lambda x: np.sum(relu(x) + x**2)), (np.array([0.0, 1.0, -1.0]),))
    assert found.kink.tolist() == [True, False, False]
    assert np.isnan(found.value[0])
    assert (found.left[0], found.right[0]) == pytest.approx((0.0, 1.0), abs=1e-6)
    np.testing.assert_allclose(found.value[1:], [3.0, -2.0])


def test_a_function_that_spoils_its_argument_spoils_a_copy():
    def f(x):
        value = np.sum(x**2)
        x[:] = 7.0
        return value

    x = np.arange(1.0, 4.0)
    (found,) = numeric_gradient(one_by_one(f), (x,))
    np.testing.assert_allclose(found.value, 2 * x)
    np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])


@pytest.mark.parametrize("wrap", [float, np.asarray, np.float64, lambda v: np.array([[v]])])
def test_any_honest_kind_of_number_may_come_back(wrap):
    (found,) = numeric_gradient(one_by_one(lambda x: wrap(np.sum(x**2))), (np.arange(1.0, 4.0),))
    np.testing.assert_allclose(found.value, [2.0, 4.0, 6.0])


@pytest.mark.parametrize("value", [None, "1.0", [1.0, 2.0], np.zeros(3), 1j, [[1.0], [1.0, 2.0]]])
def test_no_number_is_a_wrong_answer(value):
    with pytest.raises(WrongAnswer, match="one number"):
        numeric_gradient(one_by_one(lambda x: value), (np.ones(2),))


def test_a_function_that_loses_a_point_is_an_error():
    with pytest.raises(ValueError, match="returned"):
        numeric_gradient(lambda points: [1.0], (np.ones(2),))


def test_steps_at_which_f_is_not_finite_are_passed_over():
    (found,) = numeric_gradient(one_by_one(lambda x: np.sum(np.log(x[0] - 0.999 * x[1]))), (np.array([1.0, 1.0]),))
    np.testing.assert_allclose(found.value, [1000.0, -999.0], rtol=1e-7)
    verdict = check_gradient(one_by_one(lambda x: np.nan), (np.ones(2),), (np.ones(2),), generator())
    assert verdict.word == "inconclusive"


def test_steps_that_f_cannot_bear_are_only_taken_where_they_may_help():
    def f(x):
        if abs(x[0]) > 1e-3:
            raise ValueError("math domain error")
        return float(np.exp(x[0]))

    (found,) = numeric_gradient(one_by_one(f), (np.array([1e-8]),))
    assert abs(found.value[0] - 1) <= HONEST * found.error[0] < 1e-2


def test_arrays_inside_of_arguments_are_reached_by_their_way():
    def loss(parameters, x):
        return np.sum(np.tanh(parameters["W"] @ x) * parameters["c"][1])

    parameters = {"W": C.copy(), "c": [1.0, np.array([2.0, 3.0, 4.0])]}
    x = generator().normal(size=7)
    z = np.tanh(C @ x)
    right = [np.outer(parameters["c"][1] * (1 - z**2), x), z]
    ways = [(0, "W"), (0, "c", 1)]
    found = numeric_gradient(one_by_one(loss), (parameters, x), ways)
    np.testing.assert_allclose(found[0].value, right[0], rtol=1e-8, atol=1e-9)
    assert check_gradient(one_by_one(loss), (parameters, x), right, generator(), ways).word == "right"
    assert check_gradient(one_by_one(loss), (parameters, x), [right[0], -z], generator(), ways).word == "wrong"
    np.testing.assert_array_equal(parameters["W"], C)


def test_directions_are_of_ones_and_as_many_as_asked_for():
    x = generator().normal(size=(6, 7))
    (found,) = directional(one_by_one(sum_of_tanh), (x,), generator(), number=5)
    assert found.directions.shape == (5, 6, 7)
    assert set(np.unique(found.directions)) == {-1, 1}
    np.testing.assert_allclose(found.value, np.sum((1 - np.tanh(x) ** 2) * found.directions, axis=(1, 2)))


def test_a_forward_in_the_sandbox_is_differentiated_in_few_exchanges(assignment, submit):
    source = "import numpy as np\ndef forward(X, W):\n    return np.maximum(X @ W.T, 0)\n"
    X, W, dZ = generator().normal(size=(20, 3)), generator(1).normal(size=(4, 3)), generator(2).normal(size=(20, 4))
    exchanges = []
    with open_bench(assignment, submit(source)) as bench:
        bench.workers.begin()
        forward = Student(bench.workers).forward

        def f_batch(points):
            exchanges.append(len(points))
            return forward.batch(points)

        dX, dW = numeric_gradient(weighted(f_batch, dZ), (X, W))
        bench.workers.end()
    masked = dZ * (X @ W.T > 0)
    np.testing.assert_allclose(dX.value, masked @ W, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(dW.value, masked.T @ X, rtol=1e-7, atol=1e-9)
    assert len(exchanges) < sum(exchanges) / 100
