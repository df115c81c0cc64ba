"""Public checks: five steps of each optimizer, schedules with their boundaries, mini-batches and the training loop."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.optimizers.beside import Beside, check_moved, two_values
from assignments.optimizers.watched import (
    Watched,
    always,
    check_cover,
    check_steps,
    falling,
    index_arrays,
    said,
    trained,
)
from autograder import assert_matches, number, weight

X = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.5]])
GRADIENTS = np.array(  # of five steps; an entry without a gradient at first, one that changes its sign, a large one
    [
        [[0.5, 0.0, -1.0], [2.0, -0.25, 8.0]],
        [[0.75, 0.5, -2.0], [-1.0, -0.5, 4.0]],
        [[-0.25, 1.0, 1.5], [0.5, -1.0, 2.0]],
        [[1.0, -0.5, 0.25], [-2.0, -2.0, 1.0]],
        [[0.5, 0.75, -1.0], [1.5, -4.0, 0.5]],
    ]
)
DENSE = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


def five_steps(student, ref, name, **options):
    pair, x = Beside(student, ref, name, lr=0.1, **options), X
    for dx in GRADIENTS:
        x = pair.step(x, dx)


@number("1.1")
@weight(2)
def test_sgd(student, ref):
    """sgd: five steps down the gradient."""
    five_steps(student, ref, "sgd")


@number("1.2")
@weight(4)
def test_momentum(student, ref):
    """momentum: five steps, the velocity carried along."""
    five_steps(student, ref, "momentum")


@number("1.3")
@weight(4)
def test_adagrad(student, ref):
    """adagrad: five steps, the cache carried along."""
    five_steps(student, ref, "adagrad")


@number("1.4")
@weight(4)
def test_rmsprop(student, ref):
    """rmsprop: five steps, a decaying cache."""
    five_steps(student, ref, "rmsprop")


@number("1.5")
@weight(5)
def test_adam(student, ref):
    """adam: five steps with bias correction."""
    five_steps(student, ref, "adam")


@number("1.6")
@weight(2)
def test_adam_without_bias_correction(student, ref):
    """adam: five steps with bias_correction=False."""
    five_steps(student, ref, "adam", bias_correction=False)


@number("1.7")
@weight(1)
@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
def test_where_eps_stands(student, ref, name):
    """A large eps = 0.5 shows where it stands."""
    five_steps(student, ref, name, eps=0.5)


@number("1.8")
@weight(4)
def test_sparse_adam(student, ref):
    """sparse_adam: one row stands twice, others not at all."""
    table = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.25], [-2.0, 1.5], [0.75, -0.5]])
    pair = Beside(student, ref, "sparse_adam", lr=0.1)
    table = pair.step(table, np.array([3, 1, 3]), np.array([[0.5, -1.0], [2.0, 0.25], [1.5, 3.0]]))
    pair.step(table, np.array([1, 4]), np.array([[-1.0, 0.5], [0.25, -2.0]]))


@number("1.9")
@weight(1)
@pytest.mark.parametrize("name", [*DENSE, "sparse_adam"])
def test_arguments_stay_as_they_were(student, name):
    """Nothing that is handed in is changed, the state neither."""
    rows = (np.array([1, 0]),) if name == "sparse_adam" else ()
    state = None
    for dx in GRADIENTS[:2]:
        x, state = two_values(getattr(student, name)(X, *rows, dx, state, lr=0.1), name)
        check_moved(x, X, name)


@number("2.1")
@weight(1)
def test_constant(student, ref):
    """constant: lr0 at every epoch."""
    curve(student, ref, "constant", 0.1)


@number("2.2")
@weight(2)
def test_halve_every(student, ref):
    """halve_every: with k = 10, epoch 9 is still whole."""
    curve(student, ref, "halve_every", 0.1, 10)


@number("2.3")
@weight(2)
def test_step_factor(student, ref):
    """step_factor: times 0.3 every 10 epochs."""
    curve(student, ref, "step_factor", 0.1, 10, 0.3)


@number("2.4")
@weight(1)
def test_exponential(student, ref):
    """exponential: lr0 exp(-k t)."""
    curve(student, ref, "exponential", 0.1, 0.25)


@number("2.5")
@weight(2)
def test_inverse(student, ref):
    """inverse: lr0 up to epoch tau, then falling as 1 / t."""
    curve(student, ref, "inverse", 0.1, 10.0)


@number("2.6")
@weight(2)
def test_cyclical(student, ref):
    """cyclical: up in half_cycle epochs, and down again."""
    curve(student, ref, "cyclical", 0.02, 0.1, 10)


@number("2.7")
@weight(1)
def test_fan_in_scaled(student, ref):
    """fan_in_scaled: lr over the root of the fan-in."""
    assert_matches(student.fan_in_scaled(0.1, 7), ref.fan_in_scaled(0.1, 7), "lr")


@number("3.1")
@weight(3)
def test_every_example_is_in_one_batch(student):
    """minibatches(23, 5): every example once, the last batch short."""
    batches = index_arrays(student.minibatches(23, 5, np.random.default_rng(1)))
    check_cover(batches, 23, 5)
    if all(np.array_equal(np.sort(batch), np.arange(min(batch), max(batch) + 1)) for batch in batches):
        raise said("The examples stay beside their neighbours: shuffle the examples, not only the batches.")


@number("3.2")
@weight(2)
def test_the_generator_decides(student):
    """minibatches: the order comes from rng and nothing else."""
    first, again, other = (
        [batch.tolist() for batch in index_arrays(student.minibatches(23, 5, np.random.default_rng(seed)))]
        for seed in (1, 1, 2)
    )
    if first != again:
        raise said("The same seed of rng gave two orders: draw from rng, and from nothing else.")
    if first == other:
        raise said("Two seeds of rng gave one order: draw from the rng that is handed in.")


@number("3.3")
@weight(3)
def test_an_epoch_has_every_example_once(student):
    """train: each epoch goes once through all, in a new order."""
    loss = Watched(11)
    student.train(loss.function, [np.zeros(3), np.zeros(1)], 11, 3, 4, always(0.1), np.random.default_rng(5))
    first, second, third = (np.concatenate(batches).tolist() for batches in loss.epochs(4, 3))
    if first == second or second == third:
        raise said("Every epoch has the same order: shuffle anew for each.")


@number("3.4")
@weight(3)
def test_a_step_is_the_rate_times_the_gradient(student, ref):
    """train: each batch moves x by schedule(t) times its gradient."""
    loss = Watched(8)
    got = student.train(loss.function, [np.ones(3), np.zeros(1)], 8, 3, 4, falling, np.random.default_rng(2))
    after, history = trained(got)
    loss.epochs(4, 3)
    check_steps(loss, after, [falling(call // 2) for call in range(6)])
    means = np.array(loss.losses).reshape(3, 2).mean(axis=1)
    assert_matches(history, list(means), "history[0] history[1] history[2]")


@number("3.5")
@weight(2)
def test_too_large_too_small_and_right(student, ref):
    """train: lr = 1.5 diverges, 0.0001 stalls, 0.1 learns."""
    for lr, least, most in ((1.5, 1e6, np.inf), (1e-4, 0.97, 1.0), (0.1, 0.0, 1e-4)):
        loss = Watched(1)
        got = student.train(loss.function, [np.zeros(3), np.zeros(1)], 1, 30, 1, always(lr), np.random.default_rng(0))
        _, history = trained(got)
        loss.epochs(1, 30)
        assert_matches(history, loss.losses, " ".join(f"history[{t}]" for t in range(30)))
        if not least <= loss.losses[-1] / loss.losses[0] <= most:
            change = f" It went from {loss.losses[0]:.3g} to {loss.losses[-1]:.3g}."
            raise said(f"With lr = {lr:g} the loss should go another way.", change)


def curve(student, ref, name, *parameters):
    """A schedule at the epochs beside its boundaries and at some others."""
    for t in (0, 1, 5, 9, 10, 11, 15, 19, 20, 21, 30, 35):
        assert_matches(getattr(student, name)(t, *parameters), getattr(ref, name)(t, *parameters), f"lr(t={t})")
