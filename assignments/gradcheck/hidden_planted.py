"""Gradients with a mistake of backpropagation in them, each beside the right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

LAM = 0.375


def layer(seed: int) -> tuple[Callable[[Any], float], np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """(J, W, the right dW, planted ones): J(W) = mean over the rows x of u . tanh(W x), plus lambda |W|**2.

    Wherever a planted entry is not right it is off by a tenth of a percent and more.
    """
    rng = np.random.default_rng(seed)
    X, W, u = rng.uniform(0.5, 2.0, (4, 3)), rng.uniform(0.2, 0.9, (2, 3)), rng.uniform(1.0, 2.0, 2)
    W *= rng.choice([-1.0, 1.0], W.shape)

    def J(W: Any) -> float:
        W = np.asarray(W, float)
        return float(np.mean(np.tanh(X @ W.T) @ u) + LAM * np.sum(W * W))

    a = np.tanh(X @ W.T)
    delta = u * (1 - a**2) / len(X)
    right = delta.T @ X + 2 * LAM * W
    planted = {
        "the penalty's 2 is missing": delta.T @ X + LAM * W,
        "the penalty is missing": delta.T @ X,
        "the upstream gradient is missing": ((1 - a**2) / len(X)).T @ X + 2 * LAM * W,
        "1 - a for 1 - a**2": (u * (1 - a) / len(X)).T @ X + 2 * LAM * W,
        "a sum for the mean": len(X) * delta.T @ X + 2 * LAM * W,
        "the last example is left out": delta[:-1].T @ X[:-1] + 2 * LAM * W,
        "the sign of the penalty": delta.T @ X - 2 * LAM * W,
        "one row is not filled": right * [[1.0], [0.0]],
        "one entry is off by a percent": right * (1 + 0.01 * (np.arange(6).reshape(2, 3) == 4)),
        "an entry is not a number": np.where(np.arange(6).reshape(2, 3) == 1, np.nan, right),
    }
    return J, W, right, planted
