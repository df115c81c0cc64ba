"""The training loop: epochs over shuffled mini-batches, one optimizer step each, the learning rate by a schedule.

Conventions (CS224n lecture 4, "Optimizers" and "Learning rates"):
- An epoch is one pass over the data, in a new random order; every example is in exactly one mini-batch of it.
- Parameters are a list of arrays; gradients come in the same order. No argument is ever changed.
- Randomness comes from the generator that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reference.optimizers import State, sgd

LossAndGradients = Callable[[list[np.ndarray], np.ndarray], tuple[float, list[np.ndarray]]]


def minibatches(N: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """The indices 0 .. N-1 in a random order, that of rng.permutation(N), cut into batches; the last may be smaller.

    No batch is empty, and none is left out.
    """
    order = np.arange(N)
    rng.shuffle(order)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]


def train(
    loss_and_gradients: LossAndGradients,
    parameters: Sequence[np.ndarray],
    N: int,
    epochs: int,
    batch_size: int,
    schedule: Callable[[int], float],
    rng: np.random.Generator,
    optimizer: Callable[..., tuple[np.ndarray, State]] = sgd,
) -> tuple[list[np.ndarray], list[float]]:
    """Returns the trained parameters and the mean loss of every epoch.

    loss_and_gradients(parameters, rows) evaluates the mini-batch of these rows; schedule(t) is the learning rate of
    epoch t = 0, 1, ...; optimizer(x, dx, state, lr) makes a step of each parameter with a state of its own.
    Stops early, with what it has, when the loss is no longer a finite number: training has diverged.
    """
    parameters = list(parameters)
    states: list[State | None] = [None] * len(parameters)
    history: list[float] = []
    for t in range(epochs):
        total = 0.0
        for rows in minibatches(N, batch_size, rng):
            loss, gradients = loss_and_gradients(parameters, rows)
            total += loss * len(rows) / N
            if not np.isfinite(loss):
                return parameters, [*history, total]
            for i, dx in enumerate(gradients):
                parameters[i], states[i] = optimizer(parameters[i], dx, states[i], schedule(t))
        history.append(total)
    return parameters, history
