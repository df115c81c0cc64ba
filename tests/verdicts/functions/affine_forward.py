"""affine_forward(X, W, b) = X W^T + b."""

from __future__ import annotations

import numpy as np

from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["affine_forward"])

RIGHT = {
    "rows by themselves": lambda X, W, b: [W @ x + b for x in X],
    "columns, transposed at the end": lambda X, W, b: (W @ X.T + b[:, None]).T,
    "inner": lambda X, W, b: b + np.inner(X, W),
    "broadcast and summed": lambda X, W, b: (X[:, None, :] * W).sum(axis=2) + b,
}


def right_loops(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[0]))
    for n in range(X.shape[0]):
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                Z[n, i] += X[n, j] * W[i, j]
            Z[n, i] += b[i]
    return Z


WRONG = {
    "not transposed": lambda X, W, b: X @ W + b,
    "W reshaped for transposed": lambda X, W, b: X @ W.reshape(W.shape[::-1]) + b,
    "result transposed": lambda X, W, b: (X @ W.T + b).T,
    "bias subtracted": lambda X, W, b: X @ W.T - b,
    "bias summed": lambda X, W, b: X @ W.T + b.sum(),
    "bias to the first example only": lambda X, W, b: X @ W.T + b * (np.arange(len(X)) == 0)[:, None],
    "mean for the sum over the inputs": lambda X, W, b: X @ W.T / X.shape[1] + b,
    "last input lost": lambda X, W, b: X[:, :-1] @ W[:, :-1].T + b,
    "elementwise for the matrix product": lambda X, W, b: X * W + b,
    "activated as well": lambda X, W, b: np.maximum(X @ W.T + b, 0),
    "summed over the batch": lambda X, W, b: (X @ W.T + b).sum(axis=0),
}


def wrong_whole_numbers(X, W, b):
    """Fractions cut off: an array like X, which may hold whole numbers, is filled."""
    Z = np.zeros((len(X), len(W)), X.dtype)
    Z[:] = X @ W.T + b
    return Z
