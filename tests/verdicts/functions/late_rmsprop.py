"""rmsprop: cache <- 0.99 cache + 0.01 dx**2; x <- x - lr dx / (sqrt(cache) + eps)."""

from __future__ import annotations

import math

import numpy as np

from tests.verdicts.problem import optimizer

PROBLEM = optimizer("rmsprop")

RIGHT = {
    "power": lambda x, dx, state, lr, eps: (
        (c := 0.01 * dx**2 + 0.99 * (state["cache"] if state else 0)),
        (x - (lr * dx) / (eps + c**0.5), {"cache": c}),
    )[1],
    "np.average": lambda x, dx, state, lr, eps: (
        (c := np.average([0 * x if state is None else state["cache"], dx**2], axis=0, weights=[0.99, 0.01])),
        (x - lr * np.divide(dx, np.sqrt(c) + eps), {"cache": c}),
    )[1],
}


def right_number_by_number(x, dx, state, lr, eps):
    cache = np.zeros(x.shape) if state is None else np.array(state["cache"])
    new = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        cache[i] = 0.99 * cache[i] + (1 - 0.99) * dx[i] * dx[i]
        new[i] = x[i] - lr * dx[i] / (math.sqrt(cache[i]) + eps)
    return new, {"cache": cache}


def stepped(step=lambda dx, c, eps: dx / (np.sqrt(c) + eps), cache=lambda old, dx: 0.99 * old + 0.01 * dx**2):
    """x - lr step(dx, cache, eps) with cache(old, dx)."""

    def run(x, dx, state, lr, eps):
        c = cache(np.zeros_like(x) if state is None else state["cache"], dx)
        with np.errstate(all="ignore"):
            return x - lr * step(dx, c, eps), {"cache": c}

    return run


WRONG = {
    "decay and 1 - decay exchanged": stepped(cache=lambda old, dx: 0.01 * old + 0.99 * dx**2),
    "1 - decay forgotten": stepped(cache=lambda old, dx: 0.99 * old + dx**2),
    "decay forgotten: adagrad": stepped(cache=lambda old, dx: old + dx**2),
    "gradient not squared": stepped(
        lambda dx, c, eps: dx / (np.sqrt(abs(c)) + eps), lambda old, dx: 0.99 * old + 0.01 * dx
    ),
    "square of the average": stepped(cache=lambda old, dx: (0.99 * np.sqrt(old) + 0.01 * abs(dx)) ** 2),
    "root forgotten": stepped(lambda dx, c, eps: dx / (c + eps)),
    "no eps": stepped(lambda dx, c, eps: dx / np.sqrt(c)),
    "eps fixed at 1e-8": stepped(lambda dx, c, eps: dx / (np.sqrt(c) + 1e-8)),
    "old cache forgotten": stepped(cache=lambda old, dx: 0.01 * dx**2),
    "cache not decayed at first": stepped(cache=lambda old, dx: np.where(old == 0, dx**2, 0.99 * old + 0.01 * dx**2)),
    "bias-corrected as adam": stepped(lambda dx, c, eps: dx / (np.sqrt(c / 0.01) + eps)),
    "precedence: dx / sqrt(cache) + eps": stepped(lambda dx, c, eps: dx / np.sqrt(c + 1e-300) + eps),
    "uphill": stepped(lambda dx, c, eps: -dx / (np.sqrt(c) + eps)),
    "decay 0.999": stepped(cache=lambda old, dx: 0.999 * old + 0.001 * dx**2),
    "learning rate in the cache": lambda x, dx, state, lr, eps: (
        (c := 0.99 * (state["cache"] if state else 0) + 0.01 * (lr * dx) ** 2),
        (x - lr * dx / (np.sqrt(c) + eps), {"cache": c}),
    )[1],
    "cache returned as its root": lambda x, dx, state, lr, eps: (
        (c := 0.99 * (state["cache"] ** 2 if state else 0) + 0.01 * dx**2),
        (x - lr * dx / (np.sqrt(c) + eps), {"cache": np.sqrt(c)}),
    )[1],
}
