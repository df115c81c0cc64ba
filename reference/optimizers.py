"""The optimizers: one step from parameters x along their gradient dx, plain, with momentum, and adaptive.

Conventions (CS224n lecture 4, "Optimizers"; notes part III, sections 2.8 and 2.9):
- ``x, state = optimizer(x, dx, state, lr, ...)``. x and dx are arrays of one shape. state is what the optimizer keeps
  from step to step, a dict of arrays and numbers, and None before the first step.
- No argument is ever changed: the new x and the new state are new objects.
- lr is the learning rate, alpha in the notes. Where eps stands is part of the rule: within the root for adagrad,
  outside for rmsprop and adam.
"""

from __future__ import annotations

from typing import Any

import numpy as np

State = dict[str, Any]


def sgd(x: np.ndarray, dx: np.ndarray, state: State | None = None, lr: float = 0.001) -> tuple[np.ndarray, State]:
    """Gradient descent: x <- x - lr dx. It keeps nothing: its state is {}."""
    return x - lr * dx, {}


def momentum(
    x: np.ndarray, dx: np.ndarray, state: State | None = None, lr: float = 0.001, mu: float = 0.9
) -> tuple[np.ndarray, State]:
    """v <- mu v - lr dx; x <- x + v. State: "v", the velocity, zeros at first."""
    v = np.zeros_like(x) if state is None else state["v"]
    v = mu * v - lr * dx
    return x + v, {"v": v}


def adagrad(
    x: np.ndarray, dx: np.ndarray, state: State | None = None, lr: float = 0.001, eps: float = 1e-8
) -> tuple[np.ndarray, State]:
    """cache <- cache + dx**2; x <- x - lr dx / sqrt(cache + eps). State: "cache", zeros at first.

    Every parameter has a learning rate of its own, which shrinks with all the gradient that it has ever had.
    """
    cache = np.zeros_like(x) if state is None else state["cache"]
    cache = cache + dx**2
    return x - lr * dx / np.sqrt(cache + eps), {"cache": cache}


def rmsprop(
    x: np.ndarray,
    dx: np.ndarray,
    state: State | None = None,
    lr: float = 0.001,
    decay: float = 0.99,
    eps: float = 1e-8,
) -> tuple[np.ndarray, State]:
    """cache <- decay cache + (1 - decay) dx**2; x <- x - lr dx / (sqrt(cache) + eps). State: "cache", zeros at first.

    Adagrad with a moving average, so that the learning rates do not only shrink.
    """
    cache = np.zeros_like(x) if state is None else state["cache"]
    cache = decay * cache + (1 - decay) * dx**2
    return x - lr * dx / (np.sqrt(cache) + eps), {"cache": cache}


def adam(
    x: np.ndarray,
    dx: np.ndarray,
    state: State | None = None,
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[np.ndarray, State]:
    """m <- beta1 m + (1 - beta1) dx; v <- beta2 v + (1 - beta2) dx**2; x <- x - lr m_hat / (sqrt(v_hat) + eps).

    m_hat = m / (1 - beta1**t) and v_hat = v / (1 - beta2**t) at step t = 1, 2, ...; without bias_correction they are m
    and v themselves, as the notes print it. State: "m" and "v", zeros at first and uncorrected, and "t", the steps
    so far.
    """
    m, v, t = (np.zeros_like(x), np.zeros_like(x), 0) if state is None else (state["m"], state["v"], state["t"])
    t = t + 1
    m = beta1 * m + (1 - beta1) * dx
    v = beta2 * v + (1 - beta2) * dx**2
    # Both averages start at 0 and are too small at first, by exactly the weights 1 - beta**t that they have handed out.
    m_hat = m / (1 - beta1**t) if bias_correction else m
    v_hat = v / (1 - beta2**t) if bias_correction else v
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def sparse_adam(
    X: np.ndarray,
    rows: np.ndarray,
    d_rows: np.ndarray,
    state: State | None = None,
    lr: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, State]:
    """Adam for a matrix of which only a few rows have a gradient: only they move, and only their m and v change.

    Shapes: X (V, d), rows (k,) integers, d_rows (k, d). A row that stands in ``rows`` twice has the sum of its
    gradients. State: "m" and "v" (V, d), zeros at first, and "t", the steps so far, which all rows share for their
    bias correction.
    """
    unique, place = np.unique(rows, return_inverse=True)
    d_unique = np.zeros((unique.size, X.shape[1]))
    np.add.at(d_unique, place, d_rows)

    m, v, t = (np.zeros_like(X), np.zeros_like(X), 0) if state is None else (state["m"], state["v"], state["t"])
    few = {"m": m[unique], "v": v[unique], "t": t}
    moved, few = adam(X[unique], d_unique, few, lr, beta1, beta2, eps)
    return _with_rows(X, unique, moved), {
        "m": _with_rows(m, unique, few["m"]),
        "v": _with_rows(v, unique, few["v"]),
        "t": few["t"],
    }


def _with_rows(X: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """A copy of X with these rows replaced; of floats, where X is of integers."""
    X = X.astype(np.result_type(X, values))
    X[rows] = values
    return X
