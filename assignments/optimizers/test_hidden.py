"""Hidden checks: other shapes, constants and rates, states of several arrays and of earlier steps, other batches."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.optimizers.beside import ADAPTIVE, Beside, matches, two_values
from assignments.optimizers.watched import (
    Watched,
    check_cover,
    check_steps,
    falling,
    index_arrays,
    said,
    trained,
)
from autograder import assert_matches, for_each, number, partial_credit, weight

DENSE = ("sgd", "momentum", "adagrad", "rmsprop", "adam")
ALL = (*DENSE, "sparse_adam")
WITH_STATE = ("momentum", "adagrad", "rmsprop", "adam", "sparse_adam")
OTHER_CONSTANTS = {
    "momentum": ({"mu": 0.5}, {"mu": 0.99}),
    "rmsprop": ({"decay": 0.7}, {"decay": 0.999}),
    "adam": ({"beta1": 0.6, "beta2": 0.95}, {"beta1": 0.0, "beta2": 0.5}, {"beta1": 0.8, "bias_correction": False}),
    "sparse_adam": ({"beta1": 0.6, "beta2": 0.95}, {"beta1": 0.0, "beta2": 0.5}),
}
SCHEDULES = {
    "constant": (0.03,),
    "halve_every": (0.4, 3),
    "step_factor": (0.4, 4, 0.7),
    "exponential": (0.4, 0.07),
    "inverse": (0.4, 6.5),
    "cyclical": (0.05, 0.4, 3),
}
ROWS = (np.array([4, 1, 4]), np.array([1, 1, 0]), np.array([3, 4, 4]), np.array([0, 2, 3]), np.array([1, 4, 0]))


def steps_of(name, seed, scale=1.0):
    """The arguments of five steps after x: rows, of which some stand twice, and their gradients; or gradients."""
    gradients = scale * np.random.default_rng(seed).standard_normal((5, 3, 2))
    return list(zip(ROWS, gradients, strict=True)) if name == "sparse_adam" else [(dx,) for dx in gradients]


def start_of(name, seed, scale=1.0):
    return scale * np.random.default_rng(seed).standard_normal((5, 2) if name == "sparse_adam" else (3, 2))


def walk(pair, x, steps):
    for step in steps:
        x = pair.step(x, *step)
    return x


@number("4.1")
@weight(1.5)
@pytest.mark.parametrize("name", DENSE)
def test_arrays_of_any_shape(student, ref, cases, name):
    """Arrays of any shape and size, over two steps."""
    for shape in ("N", "N,D"):
        for x, dx, second in cases(x=shape, dx=shape, second=shape, gradients="dx second"):
            walk(Beside(student, ref, name, lr=0.05, eps=None), x, [(dx,), (second,)])


@number("4.2")
@weight(1.5)
def test_tables_of_any_size(student, ref, cases):
    """sparse_adam: tables of any size, any rows, two steps."""
    declared = {"X": "V,D", "rows": "K<V", "d_rows": "K,D", "other_rows": "M<V", "other": "M,D"}
    for X, rows, d_rows, other_rows, other in cases(**declared, gradients="d_rows other"):
        walk(Beside(student, ref, "sparse_adam", lr=0.05, eps=None), X, [(rows, d_rows), (other_rows, other)])


@number("4.3")
@partial_credit(4)
def test_other_constants(student, ref, set_score):
    """Other constants than the usual ones."""

    def attempt(name):
        for seed, options in enumerate(OTHER_CONSTANTS[name]):
            walk(Beside(student, ref, name, lr=0.1, **options), start_of(name, seed), steps_of(name, seed))

    for_each(dict.fromkeys(OTHER_CONSTANTS, 1), attempt, set_score, named=True)


@number("4.4")
@partial_credit(4)
def test_size_of_epsilon(student, ref, set_score):
    """Gradients of the size of eps, large or tiny, or zero."""

    def attempt(name):
        for seed, (size, eps) in enumerate([(1.0, 0.7), (1e-4, 1e-4), (1e-4, 1e-8), (1e-8, 1e-8), (0.0, 1e-8)]):
            walk(Beside(student, ref, name, lr=0.1, eps=eps), start_of(name, seed), steps_of(name, seed, size))

    for_each(dict.fromkeys(ADAPTIVE, 1), attempt, set_score, named=True)


@number("4.5")
@partial_credit(3)
def test_rates_that_change(student, ref, set_score):
    """A learning rate that changes from step to step."""

    def attempt(name):
        pair, x = Beside(student, ref, name), start_of(name, 5)
        for lr, step in zip((0.1, 0.02, 0.3, 0.001, 0.05), steps_of(name, 5), strict=True):
            x = pair.step(x, *step, lr=lr)

    for_each(dict.fromkeys(ALL, 0.5), attempt, set_score, named=True)


@number("4.6")
@partial_credit(5)
def test_two_arrays_in_turn(student, ref, set_score):
    """Two arrays in turn, each with a state of its own."""

    def attempt(name):
        one, other = Beside(student, ref, name, lr=0.1), Beside(student, ref, name, lr=0.1)
        x, y = start_of(name, 6), start_of(name, 7)
        for dx, dy in zip(steps_of(name, 6), steps_of(name, 7), strict=True):
            x, y = one.step(x, *dx), other.step(y, *dy)

    for_each(dict.fromkeys(WITH_STATE, 1), attempt, set_score, named=True)


@number("4.7")
@partial_credit(2.5)
def test_back_to_an_earlier_state(student, ref, set_score):
    """Going back to the state of an earlier step."""

    def attempt(name):
        pair, steps = Beside(student, ref, name, lr=0.1), steps_of(name, 8)
        x = walk(pair, start_of(name, 8), steps[:2])
        branch = Beside(student, ref, name, lr=0.1).back_to(pair)
        walk(pair, x, steps[2:])
        walk(branch, x, steps_of(name, 9)[2:])

    for_each(dict.fromkeys(WITH_STATE, 0.5), attempt, set_score, named=True)


@number("4.8")
@partial_credit(3)
def test_whole_numbers(student, ref, set_score):
    """Parameters and gradients of integers."""

    def attempt(name):
        rng = np.random.default_rng(10)
        x = rng.integers(-5, 6, (5, 2) if name == "sparse_adam" else (3, 2))
        whole = [(*step[:-1], rng.integers(1, 5, (3, 2))) for step in steps_of(name, 10)]
        walk(Beside(student, ref, name, lr=0.1), x, whole[:3])

    for_each(dict.fromkeys(ALL, 0.5), attempt, set_score, named=True)


@number("4.9")
@partial_credit(1.5)
def test_defaults(student, ref, set_score):
    """What is left out is as the handout says."""

    def attempt(name):
        x, (step, *_) = 1e-3 * start_of(name, 11), steps_of(name, 11, 0.03)
        new_x, _ = two_values(getattr(student, name)(x, *step), name)
        matches(new_x, getattr(ref, name)(x, *step)[0], 0)
        walk(Beside(student, ref, name, eps=None), x, steps_of(name, 11, 0.03))

    for_each(dict.fromkeys(ALL, 0.25), attempt, set_score, named=True)


@number("5.1")
@partial_credit(3)
def test_schedules(student, ref, set_score):
    """Every epoch of the schedules, with other parameters."""

    def attempt(name):
        for t in range(16):
            parameters = SCHEDULES[name]
            assert_matches(getattr(student, name)(t, *parameters), getattr(ref, name)(t, *parameters), "lr")

    for_each(dict.fromkeys(SCHEDULES, 0.5), attempt, set_score, named=True)


@number("6.1")
@weight(2)
def test_batches_of_any_size(student):
    """minibatches: every size, and batches larger than all."""
    for N, batch_size in ((10, 3), (12, 4), (10, 10), (7, 20), (6, 1), (1, 1)):
        got = student.minibatches(N, batch_size, np.random.default_rng(N))
        check_cover(index_arrays(got), N, batch_size)


@number("6.2")
@weight(1)
def test_every_order_comes_up(student):
    """minibatches: every order comes up."""
    # A right way of shuffling misses one of the 24 orders with a probability below 1e-9.
    calls = [(4, 4, np.random.default_rng(seed)) for seed in range(600)]
    orders = {tuple(index_arrays(got)[0].tolist()) for got in student.minibatches.batch(calls)}
    if len(orders) < 24:
        raise said("Some orders of the examples never come up: is it a shuffle?")


@number("6.3")
@weight(2)
def test_longer_training(student):
    """train: more epochs, a short last batch, a changing rate."""
    loss = Watched(10)
    got = student.train(loss.function, [np.zeros(3), np.ones(1)], 10, 4, 3, falling, np.random.default_rng(8))
    after, history = trained(got)
    loss.epochs(3, 4)
    check_steps(loss, after, [falling(call // 4) for call in range(16)])
    means = np.array(loss.losses).reshape(4, 4) @ [0.3, 0.3, 0.3, 0.1]
    assert_matches(history, list(means), " ".join(["history"] * 4))


@number("6.4")
@weight(1)
def test_an_optimizer_with_a_state(student):
    """train: any optimizer, each array with its own state."""

    def slower_and_slower(x, dx, state, lr):
        steps = 1 if state is None else int(state) + 1
        return np.asarray(x) - lr / steps * np.asarray(dx), steps

    loss = Watched(9)
    got = student.train(
        loss.function, [np.zeros(3), np.ones(1)], 9, 2, 3, falling, np.random.default_rng(3), slower_and_slower
    )
    after, _ = trained(got)
    loss.epochs(3, 2)
    check_steps(loss, after, [falling(call // 3) / (call + 1) for call in range(6)])


@number("6.5")
@weight(1)
def test_a_loss_that_is_no_number(student):
    """train: stops where the loss is no longer finite."""
    loss = Watched(9, breaks_at=-30.0)
    start = [np.array([-50.0, 0.0, 0.0]), np.zeros(1)]
    after, history = trained(student.train(loss.function, start, 9, 9, 3, falling, np.random.default_rng(4)))
    if np.isfinite(loss.losses).tolist() != [True] * (len(loss.losses) - 1) + [False]:
        raise said("The loop should stop at the first loss that is not finite.")
    assert_matches(after, loss.parameters[-1], "parameters parameters")
    epochs = (len(loss.losses) - 1) // 3 + 1
    if finite_part(history) != (epochs, epochs - 1):
        raise said("The history should end with the epoch in which the loss was not finite.")


def finite_part(history):
    """How many numbers it has, and how many of them come before the first that is not finite."""
    try:
        numbers = np.asarray(history, float)
    except (TypeError, ValueError):
        return None
    is_finite = np.isfinite(numbers.reshape(-1)).tolist()
    return len(is_finite), is_finite.index(False) if False in is_finite else len(is_finite)
