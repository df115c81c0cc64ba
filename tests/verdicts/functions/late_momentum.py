"""momentum: v <- mu v - lr dx; x <- x + v."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import optimizer

PROBLEM = optimizer("momentum")

RIGHT = {
    "velocity without a start": lambda x, dx, state, lr, eps: (
        (v := -lr * dx if state is None else 0.9 * state["v"] - lr * dx),
        (x + v, {"v": v}),
    )[1],
    "minus the accumulated step": lambda x, dx, state, lr, eps: (
        (step := lr * dx - (0.9 * state["v"] if state else 0)),
        (x - step, {"v": -step}),
    )[1],
}


def right_number_by_number(x, dx, state, lr, eps):
    v = np.zeros(x.shape) if state is None else np.array(state["v"])
    x = x.copy()
    for i in np.ndindex(x.shape):
        v[i] = v[i] * 0.9 - dx[i] * lr
        x[i] += v[i]
    return x, {"v": v}


def stepped(rule, keep=lambda v, dx, lr: v):
    """rule(v, dx, lr) -> (what is added to x, the new v)."""

    def step(x, dx, state, lr, eps):
        move, v = rule(np.zeros_like(x) if state is None else state["v"], dx, lr)
        return x + move, {"v": keep(v, dx, lr)}

    return step


WRONG = {
    "learning rate on the velocity as well": stepped(lambda v, dx, lr: ((n := lr * (0.9 * v - dx)), n)),
    "learning rate forgotten": stepped(lambda v, dx, lr: ((n := 0.9 * v - dx), n)),
    "velocity = mu v + dx, step lr v": stepped(lambda v, dx, lr: (-lr * (n := 0.9 * v + dx), n)),
    "velocity positive, x - v": stepped(lambda v, dx, lr: (-(n := 0.9 * v + lr * dx), n)),
    "averaged: (1 - mu) dx": stepped(lambda v, dx, lr: ((n := 0.9 * v - 0.1 * lr * dx), n)),
    "mu 0.99": stepped(lambda v, dx, lr: ((n := 0.99 * v - lr * dx), n)),
    "mu 0.5": stepped(lambda v, dx, lr: ((n := 0.5 * v - lr * dx), n)),
    "mu forgotten": stepped(lambda v, dx, lr: ((n := v - lr * dx), n)),
    "mu and 1 - mu exchanged": stepped(lambda v, dx, lr: ((n := 0.1 * v - lr * dx), n)),
    "old velocity used for the step": stepped(lambda v, dx, lr: (v, 0.9 * v - lr * dx)),
    "Nesterov's step": stepped(lambda v, dx, lr: (-0.9 * v + 1.9 * (n := 0.9 * v - lr * dx), n)),
    "velocity not stored": stepped(lambda v, dx, lr: ((n := 0.9 * v - lr * dx), n), lambda v, dx, lr: 0 * v),
    "gradient stored for the velocity": stepped(lambda v, dx, lr: ((n := 0.9 * v - lr * dx), n), lambda v, dx, lr: dx),
    "plain gradient descent": stepped(lambda v, dx, lr: (-lr * dx, v)),
    "sign of the velocity's part": stepped(lambda v, dx, lr: ((n := -0.9 * v - lr * dx), n)),
}


def wrong_name(x, dx, state, lr, eps):
    """The velocity is stored under another name."""
    v = (0 * x if state is None else state["velocity"]) * 0.9 - lr * dx
    return x + v, {"velocity": v}
