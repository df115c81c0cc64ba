"""adagrad: cache <- cache + dx**2; x <- x - lr dx / sqrt(cache + eps)."""

from __future__ import annotations

import math

import numpy as np

from tests.verdicts.problem import optimizer

PROBLEM = optimizer("adagrad")

RIGHT = {
    "rate of each number first": lambda x, dx, state, lr, eps: (
        (c := (0 if state is None else state["cache"]) + dx * dx),
        (x - (lr / np.sqrt(c + eps)) * dx, {"cache": c}),
    )[1],
    "square": lambda x, dx, state, lr, eps: (
        (c := np.square(dx) if state is None else np.square(dx) + state["cache"]),
        (x - lr * (dx / (c + eps) ** 0.5), {"cache": c}),
    )[1],
}


def right_number_by_number(x, dx, state, lr, eps):
    cache = np.zeros(x.shape) if state is None else np.array(state["cache"])
    new = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        cache[i] += dx[i] ** 2
        new[i] = x[i] - lr * dx[i] / math.sqrt(cache[i] + eps)
    return new, {"cache": cache}


def stepped(step=lambda dx, c, eps: dx / np.sqrt(c + eps), cache=lambda old, dx: old + dx**2):
    """x - lr step(dx, cache, eps) with cache(old, dx)."""

    def run(x, dx, state, lr, eps):
        c = cache(np.zeros_like(x) if state is None else state["cache"], dx)
        with np.errstate(all="ignore"):
            return x - lr * step(dx, c, eps), {"cache": c}

    return run


WRONG = {
    "root forgotten, eps outside": stepped(lambda dx, c, eps: dx / c + eps),
    "no eps: 0 / 0 without a gradient": stepped(lambda dx, c, eps: dx / np.sqrt(c)),
    "eps fixed at 1e-8": stepped(lambda dx, c, eps: dx / np.sqrt(c + 1e-8)),
    "eps squared": stepped(lambda dx, c, eps: dx / np.sqrt(c + eps**2)),
    "eps in the cache": stepped(lambda dx, c, eps: dx / np.sqrt(c), lambda old, dx: old + dx**2 + 1e-8),
    "root of the cache plus root of eps": stepped(lambda dx, c, eps: dx / (np.sqrt(c) + np.sqrt(eps))),
    "gradient not squared": stepped(lambda dx, c, eps: dx / np.sqrt(abs(c) + eps), lambda old, dx: old + dx),
    "absolute gradient for the square": stepped(cache=lambda old, dx: old + abs(dx)),
    "old cache doubled": stepped(cache=lambda old, dx: 2 * old + dx**2),
    "decaying, as in rmsprop": stepped(cache=lambda old, dx: 0.99 * old + 0.01 * dx**2),
    "mean of the squares of all numbers": stepped(cache=lambda old, dx: old + np.mean(dx**2)),
    "cache updated after the step": lambda x, dx, state, lr, eps: (
        x - lr * dx / np.sqrt((state["cache"] if state else 0 * x) + eps),
        {"cache": (state["cache"] if state else 0) + dx**2},
    ),
    "uphill": stepped(lambda dx, c, eps: -dx / np.sqrt(c + eps)),
    "multiplied by the root": stepped(lambda dx, c, eps: dx * np.sqrt(c + eps)),
    "gradient forgotten in the step": stepped(lambda dx, c, eps: 1 / np.sqrt(c + eps)),
    "precedence: dx / sqrt(cache) + eps": stepped(lambda dx, c, eps: dx / np.sqrt(c + 1e-300) + eps),
}
