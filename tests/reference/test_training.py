"""The training loop: every example once an epoch, and what the size of the learning rate does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.optimizers import adam, momentum
from reference.schedules import halve_every
from reference.training import minibatches, train

# A quadratic of one parameter: gradient descent multiplies x by 1 - 2 lr, so it diverges from lr = 1 on.
CENTRE = 3.0


def quadratic(parameters, rows):
    (x,) = parameters
    return float((x[0] - CENTRE) ** 2), [2 * (x - CENTRE)]


def run(lr, epochs=30):
    return train(quadratic, [np.zeros(1)], 1, epochs, 1, lambda t: lr, np.random.default_rng(0))


@given(N=st.integers(1, 60), batch_size=st.integers(1, 70), seed=st.integers(0, 2**32))
def test_every_example_is_in_exactly_one_batch_and_no_batch_is_empty(N, batch_size, seed):
    batches = minibatches(N, batch_size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(N))
    assert len(batches) == -(-N // batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1])
    assert 1 <= len(batches[-1]) <= batch_size


def test_an_epoch_has_a_new_order():
    rng = np.random.default_rng(0)
    assert not np.array_equal(minibatches(50, 50, rng)[0], minibatches(50, 50, rng)[0])


def test_the_powers_of_ten_show_too_small_right_and_too_large():
    losses = {lr: run(lr)[1] for lr in (1e-4, 1e-3, 1e-2, 1e-1, 10.0)}
    assert losses[1e-4][-1] > 0.98 * losses[1e-4][0]  # stalls
    assert losses[1e-1][-1] < 1e-5 * losses[1e-1][0]  # learns
    assert losses[10.0][-1] > 1e6 * losses[10.0][0]  # diverges
    assert run(0.1)[0][0] == pytest.approx(CENTRE, rel=1e-2)


def test_training_stops_when_the_loss_is_no_number():
    calls = []

    def explodes(parameters, rows):
        calls.append(rows)
        return (np.inf if len(calls) == 7 else 1.0), [np.zeros(1)]

    _, history = train(explodes, [np.zeros(1)], 3, 100, 1, lambda t: 0.1, np.random.default_rng(0))
    assert len(calls) == 7
    assert history[:-1] == pytest.approx([1, 1])
    assert history[-1] == np.inf


def test_the_schedule_is_asked_for_every_epoch_and_each_parameter_keeps_its_own_state():
    asked, seen = [], []

    def schedule(t):
        asked.append(t)
        return halve_every(t, 0.4, 2)

    def optimizer(x, dx, state, lr):
        seen.append((None if state is None else id(state), lr))
        return momentum(x, dx, state, lr)

    def loss(parameters, rows):
        return 1.0, [np.ones(1), np.ones(1)]

    start = [np.zeros(1), np.zeros(1)]
    train(loss, start, 4, 3, 2, schedule, np.random.default_rng(0), optimizer)
    assert sorted(set(asked)) == [0, 1, 2]
    assert [lr for _, lr in seen] == [0.4] * 8 + [0.2] * 4
    assert [state for state, _ in seen[:2]] == [None, None]
    np.testing.assert_array_equal(start[0], np.zeros(1))


def test_the_mean_loss_of_an_epoch_weighs_a_smaller_last_batch_less():
    def loss(parameters, rows):
        return float(len(rows)), [np.zeros(1)]

    _, history = train(loss, [np.zeros(1)], 5, 1, 3, lambda t: 0.1, np.random.default_rng(0), adam)
    assert history == [pytest.approx((3 * 3 + 2 * 2) / 5)]
