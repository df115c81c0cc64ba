"""Assignment: optimizers. I like classes, so every state is a small object."""
import math

import numpy as np


class Memory:
    """What an optimizer keeps between two steps."""

    def __init__(self, **what):
        self.__dict__.update(what)


def sgd(x, dx, state=None, lr=0.001):
    new = np.array(x, dtype=float)
    for i in np.ndindex(new.shape):
        new[i] -= lr * dx[i]
    return new, Memory()


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    v = np.zeros(x.shape) if state is None else state.velocity
    new_v = np.zeros(x.shape)
    new = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        new_v[i] = mu * v[i] - lr * dx[i]
        new[i] = x[i] + new_v[i]
    return new, Memory(velocity=new_v)


def adagrad(x, dx, state=None, lr=0.001, eps=1e-8):
    old = np.zeros(x.shape) if state is None else state.squares
    squares = np.zeros(x.shape)
    new = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        squares[i] = old[i] + dx[i] * dx[i]
        new[i] = x[i] - lr * dx[i] / math.sqrt(squares[i] + eps)
    return new, Memory(squares=squares)


def rmsprop(x, dx, state=None, lr=0.001, decay=0.99, eps=1e-8):
    old = np.zeros(x.shape) if state is None else state.squares
    squares = np.zeros(x.shape)
    new = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        squares[i] = decay * old[i] + (1 - decay) * dx[i] * dx[i]
        new[i] = x[i] - lr * dx[i] / (math.sqrt(squares[i]) + eps)
    return new, Memory(squares=squares)


def adam(x, dx, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    if state is None:
        state = Memory(mean=np.zeros(x.shape), square=np.zeros(x.shape), step=0)
    step = state.step + 1
    mean, square, new = np.zeros(x.shape), np.zeros(x.shape), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        mean[i] = beta1 * state.mean[i] + (1 - beta1) * dx[i]
        square[i] = beta2 * state.square[i] + (1 - beta2) * dx[i] ** 2
        m, s = mean[i], square[i]
        if bias_correction:
            m, s = m / (1 - beta1 ** step), s / (1 - beta2 ** step)
        new[i] = x[i] - lr * m / (math.sqrt(s) + eps)
    return new, Memory(mean=mean, square=square, step=step)


def sparse_adam(X, rows, d_rows, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = Memory(rows={}, step=0)  # row -> its two averages; a row that is not there has zeros
    total = {}
    for row, d in zip(rows, d_rows):
        total[int(row)] = total.get(int(row), 0.0) + d
    step = state.step + 1
    new, kept = np.array(X, dtype=float), dict(state.rows)
    for row, d in total.items():
        mean, square = kept.get(row, (0.0, 0.0))
        mean = beta1 * mean + (1 - beta1) * d
        square = beta2 * square + (1 - beta2) * d * d
        kept[row] = (mean, square)
        new[row] -= lr * (mean / (1 - beta1 ** step)) / (np.sqrt(square / (1 - beta2 ** step)) + eps)
    return new, Memory(rows=kept, step=step)


def constant(t, lr0):
    return lr0


def halve_every(t, lr0, k):
    lr = lr0
    for epoch in range(1, int(t) + 1):
        if epoch % k == 0:
            lr = lr / 2
    return lr


def step_factor(t, lr0, n, factor):
    lr = lr0
    for epoch in range(1, int(t) + 1):
        if epoch % n == 0:
            lr = lr * factor
    return lr


def exponential(t, lr0, k):
    return lr0 * math.exp(-k * t)


def inverse(t, lr0, tau):
    if t <= tau:
        return lr0
    return lr0 * tau / t


def cyclical(t, lr_min, lr_max, half_cycle):
    place = t % (2 * half_cycle)
    if place > half_cycle:
        place = 2 * half_cycle - place
    return lr_min + (lr_max - lr_min) * place / half_cycle


def fan_in_scaled(lr, n_in):
    return lr / math.sqrt(n_in)


def minibatches(N, batch_size, rng):
    order = list(range(N))
    for last in range(N - 1, 0, -1):  # Fisher and Yates
        other = int(rng.integers(last + 1))
        order[last], order[other] = order[other], order[last]
    batches = []
    while order:
        batches.append(np.array(order[:batch_size]))
        order = order[batch_size:]
    return batches


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    parameters = [np.array(p, dtype=float) for p in parameters]
    states = [None for p in parameters]
    history = []
    for t in range(epochs):
        losses, sizes = [], []
        for rows in minibatches(N, batch_size, rng):
            loss, gradients = loss_and_gradients(parameters, rows)
            losses.append(loss)
            sizes.append(len(rows))
            if math.isinf(loss) or math.isnan(loss):
                history.append(float("nan"))
                return parameters, history
            for i in range(len(parameters)):
                parameters[i], states[i] = optimizer(parameters[i], gradients[i], states[i], schedule(t))
        history.append(sum(loss * size for loss, size in zip(losses, sizes)) / N)
    return parameters, history
