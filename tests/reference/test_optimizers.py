"""Optimizers: first steps by hand, state that is carried, and rows that a sparse gradient leaves alone."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from reference.optimizers import adagrad, adam, momentum, rmsprop, sgd, sparse_adam

DENSE = {"sgd": sgd, "momentum": momentum, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}


def test_two_steps_by_hand():
    x, dx = np.array([1.0]), np.array([2.0])
    assert sgd(x, dx, lr=0.1) == (0.8, {})
    x_1, state = momentum(x, dx, lr=0.1, mu=0.5)
    x_2, state = momentum(x_1, dx, state, lr=0.1, mu=0.5)
    np.testing.assert_allclose([x_1[0], x_2[0], state["v"][0]], [0.8, 0.5, -0.3])
    x_1, state = adagrad(x, dx, lr=0.1, eps=0)
    x_2, state = adagrad(x_1, dx, state, lr=0.1, eps=0)
    np.testing.assert_allclose([x_1[0], x_2[0], state["cache"][0]], [0.9, 0.9 - 0.1 / np.sqrt(2), 8])
    x_1, state = rmsprop(x, dx, lr=0.1, decay=0.75, eps=0)
    np.testing.assert_allclose([x_1[0], state["cache"][0]], [0.8, 1])


def test_eps_stands_in_the_root_of_adagrad_and_outside_for_the_others():
    x, dx, eps = np.array([0.0]), np.array([3.0]), 16.0
    assert adagrad(x, dx, lr=1.0, eps=eps)[0][0] == -3 / 5
    assert rmsprop(x, dx, lr=1.0, decay=0.0, eps=eps)[0][0] == -3 / 19
    assert adam(x, dx, lr=1.0, eps=eps)[0][0] == pytest.approx(-3 / 19)


def test_the_first_step_of_adam_is_the_learning_rate_and_without_correction_three_times_that():
    x, dx = np.zeros(3), np.array([1e-3, 1.0, -500.0])
    corrected, state = adam(x, dx, lr=0.1, eps=0)
    np.testing.assert_allclose(corrected, [-0.1, -0.1, 0.1])
    assert state["t"] == 1
    np.testing.assert_allclose(state["m"], 0.1 * dx)  # kept uncorrected
    printed, _ = adam(x, dx, lr=0.1, eps=0, bias_correction=False)
    np.testing.assert_allclose(printed / corrected, 0.1 / np.sqrt(0.001))


def test_the_defaults_are_the_usual_ones():
    defaults = {}
    for optimizer in (*DENSE.values(), sparse_adam):
        for name, parameter in inspect.signature(optimizer).parameters.items():
            if parameter.default is not inspect.Parameter.empty:
                defaults.setdefault(name, set()).add(parameter.default)
    assert defaults == {
        "state": {None},
        "lr": {0.001},  # the lecture: "start near 0.001"
        "mu": {0.9},
        "decay": {0.99},
        "beta1": {0.9},
        "beta2": {0.999},
        "eps": {1e-8},
        "bias_correction": {True},
    }


@pytest.mark.parametrize("name", DENSE)
def test_nothing_that_is_handed_in_changes(name, rng):
    x, dx, state = rng.normal(size=5), rng.normal(size=5), None
    for _ in range(3):
        before = [x.copy(), dx.copy(), {key: np.copy(value) for key, value in (state or {}).items()}]
        new_x, new_state = DENSE[name](x, dx, state)
        np.testing.assert_array_equal(x, before[0])
        np.testing.assert_array_equal(dx, before[1])
        for key, value in (state or {}).items():
            np.testing.assert_array_equal(value, before[2][key])
        x, state = new_x, new_state


# The adaptive ones step by about lr whatever the gradient, so rmsprop ends within lr of the bottom; adagrad's steps
# shrink, so it has to begin with larger ones.
@pytest.mark.parametrize(
    ("name", "lr"), [("sgd", 0.01), ("momentum", 0.01), ("adagrad", 0.5), ("rmsprop", 1e-3), ("adam", 0.01)]
)
def test_every_optimizer_finds_the_bottom_of_a_ravine(name, lr):
    x, state, curvature = np.array([1.0, 1.0]), None, np.array([1.0, 50.0])
    for _ in range(3000):
        x, state = DENSE[name](x, curvature * x, state, lr=lr)
    assert np.sum(curvature * x**2) < 1e-3


def test_sparse_adam_touches_only_the_rows_with_a_gradient(rng):
    X = rng.normal(size=(6, 3))
    copy = X.copy()
    new, state = sparse_adam(X, np.array([4, 1]), rng.normal(size=(2, 3)), lr=0.1)
    again, later = sparse_adam(new, np.array([1]), rng.normal(size=(1, 3)), state, lr=0.1)
    np.testing.assert_array_equal(X, copy)
    assert [bool(np.any(new[i] != X[i])) for i in range(6)] == [False, True, False, False, True, False]
    assert [bool(np.any(again[i] != new[i])) for i in range(6)] == [False, True, False, False, False, False]
    np.testing.assert_array_equal(later["m"][4], state["m"][4])
    assert (state["t"], later["t"]) == (1, 2)


def test_sparse_adam_with_every_row_is_adam(rng):
    X, dX = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    order = np.array([3, 1, 5, 0, 2, 4])
    sparse, state = sparse_adam(X, order, dX[order], lr=0.1)
    dense, dense_state = adam(X, dX, lr=0.1)
    np.testing.assert_array_equal(sparse, dense)
    np.testing.assert_array_equal(state["v"], dense_state["v"])


def test_sparse_adam_sums_the_gradients_of_a_repeated_row(rng):
    X, a, b = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3)
    twice, _ = sparse_adam(X, np.array([2, 2]), np.stack([a, b]))
    once, _ = sparse_adam(X, np.array([2]), np.stack([a + b]))
    np.testing.assert_array_equal(twice, once)
