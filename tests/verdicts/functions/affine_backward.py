"""affine_backward(delta, X, W, b): dX = delta W, dW = delta^T X, db = the sum of delta's rows."""

from __future__ import annotations

import numpy as np

from reference import matrix_gradients as mg
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("affine_backward", mg.affine_forward, (1, 2, 3))

RIGHT = {
    "tensordot": lambda d, X, W, b: (np.tensordot(d, W, (1, 0)), np.tensordot(d, X, (0, 0)), np.add.reduce(d)),
    "outer products": lambda d, X, W, b: [d @ W, (d[:, :, None] * X[:, None, :]).sum(0), d.T.sum(axis=1)],
    "db reshaped": lambda d, X, W, b: (d.dot(W), d.T.dot(X), d.sum(0, keepdims=True).reshape(b.shape)),
}


def right_columns_first(d, X, W, b):
    dX, dW, db = np.zeros_like(X, dtype=float), np.zeros_like(W), np.zeros_like(b)
    for j in reversed(range(W.shape[1])):
        dX[:, j] = d @ W[:, j]
        dW[:, j] = d.T @ X[:, j]
    for row in d:
        db += row
    return dX, dW, db


def parts(dX=None, dW=None, db=None):
    """The right gradients but for these, each a function of (delta, X, W)."""

    def run(d, X, W, b):
        right = mg.affine_backward(d, X, W, b)
        return tuple(r if f is None else f(d, X, W) for f, r in zip((dX, dW, db), right, strict=True))

    return run


WRONG = {
    "dW transposed": parts(dW=lambda d, X, W: X.T @ d),
    "dW reshaped for transposed": parts(dW=lambda d, X, W: (X.T @ d).reshape(W.shape)),
    "dW ignores the upstream": parts(dW=lambda d, X, W: np.ones_like(d).T @ X),
    "dX ignores the upstream": parts(dX=lambda d, X, W: np.ones_like(d) @ W),
    "dX with W reshaped": parts(dX=lambda d, X, W: d @ W.reshape(W.shape[::-1]).T),
    "dX summed over the batch": parts(dX=lambda d, X, W: (d @ W).sum(0)),
    "dX divided by N": parts(dX=lambda d, X, W: d @ W / len(X)),
    "all divided by N": parts(
        lambda d, X, W: d @ W / len(X), lambda d, X, W: d.T @ X / len(X), lambda d, X, W: d.mean(0)
    ),
    "db summed over the wrong axis": parts(db=lambda d, X, W: d.sum(axis=1)),
    "db not summed": parts(db=lambda d, X, W: d),
    "db one number": parts(db=lambda d, X, W: d.sum()),
    "db of the first example": parts(db=lambda d, X, W: d[0]),
    "db multiplied by b's weights": parts(db=lambda d, X, W: d.sum(0) * W.sum(1)),
    "db all ones": parts(db=lambda d, X, W: np.ones(d.shape[1])),
    "sign of dW": parts(dW=lambda d, X, W: -d.T @ X),
    "sign of db": parts(db=lambda d, X, W: -d.sum(0)),
    "outer product of the means": parts(dW=lambda d, X, W: np.outer(d.mean(0), X.mean(0)) * len(X)),
    "outer product of the sums": parts(dW=lambda d, X, W: np.outer(d.sum(0), X.sum(0))),
    "first example lost": parts(dW=lambda d, X, W: d[1:].T @ X[1:]),
    "dW and db exchanged": lambda d, X, W, b: (d @ W, d.sum(0), d.T @ X),
    "db left out": lambda d, X, W, b: (d @ W, d.T @ X),
}
