"""sparse_adam: adam for the rows that have a gradient; all others stay."""

from __future__ import annotations

import numpy as np

from reference import optimizers
from reference import vectorization as vec
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import changed
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["sparse_adam"])


def rows_of(X, rows, d_rows):
    """The different rows and the sums of their gradients."""
    sums = {}
    for row, d in zip(rows.tolist(), d_rows, strict=True):
        sums[row] = sums.get(row, 0) + d
    return sums


def right_dict_of_rows(X, rows, d_rows):
    X, m, v = X.copy(), np.zeros(X.shape), np.zeros(X.shape)
    for row, d in rows_of(X, rows, d_rows).items():
        m[row], v[row] = 0.1 * d, 0.001 * d * d
        X[row] -= 0.001 * (m[row] / 0.1) / (np.sqrt(v[row] / 0.001) + 1e-8)
    return X, {"m": m, "v": v, "t": 1}


def right_dense(X, rows, d_rows):
    dX = np.zeros(X.shape)
    np.add.at(dX, rows, d_rows)
    m, v = (1 - 0.9) * dX, (1 - 0.999) * dX**2
    step = 0.001 * (m / (1 - 0.9)) / ((v / (1 - 0.999)) ** 0.5 + 1e-8)
    return X - np.where(np.isin(np.arange(len(X)), rows)[:, None], step, 0), {"m": m, "v": v, "t": 1}


def right_one_hot(X, rows, d_rows):
    dX = (np.arange(len(X))[:, None] == rows) @ d_rows
    return (X - 0.001 * dX / (np.abs(dX) + 1e-8)), {"m": dX * 0.1, "v": dX * dX * 0.001, "t": 1}


def each_reading(change=lambda d, X: d, lr=0.001, keep=1.0):
    """One adam step after another for each row as it is read, as if no row stood twice."""

    def run(X, rows, d_rows):
        X, m, v = X.copy(), np.zeros(X.shape), np.zeros(X.shape)
        for row, d in zip(rows, d_rows, strict=True):
            d = change(d, X[row])
            m[row], v[row] = 0.9 * m[row] + 0.1 * d, 0.999 * v[row] + 0.001 * d**2
            X[row] -= lr * (m[row] / 0.1) / (np.sqrt(v[row] / 0.001) + 1e-8)
        return X, {"m": keep * m, "v": keep * v, "t": 1}

    return run


def wrong_mean_of_repeats(X, rows, d_rows):
    """Gradients of a repeated row averaged."""
    unique, counts = np.unique(rows, return_counts=True)
    sums = rows_of(X, rows, d_rows)
    return optimizers.sparse_adam(X, unique, np.array([sums[r] / n for r, n in zip(unique, counts, strict=True)]))


def wrong_rows_only(X, rows, d_rows):
    """Only the rows that moved are returned."""
    unique = np.unique(rows)
    X, state = optimizers.sparse_adam(X, rows, d_rows)
    return X[unique], state


WRONG = {
    "one step for each repeat of a row": each_reading(),
    "uphill": lambda X, rows, d: optimizers.sparse_adam(X, rows, d, lr=-0.001),
    "no bias correction": lambda X, rows, d: (
        (state := optimizers.sparse_adam(X, rows, d)[1]),
        (X - 0.001 * state["m"] / (np.sqrt(state["v"]) + 1e-8), state),
    )[1],
    "plain gradient descent": lambda X, rows, d: (
        X - 0.001 * vec.embedding_gradient_matrix(d, rows, len(X)),
        optimizers.sparse_adam(X, rows, d)[1],
    ),
    "first of the repeats only": lambda X, rows, d: optimizers.sparse_adam(
        X, *(u := np.unique(rows, True))[:1], d[u[1]]
    ),
    "rows taken as 0, 1, 2, ...": lambda X, rows, d: optimizers.sparse_adam(X, np.arange(len(rows)) % len(X), d),
    "t counts the rows": changed(optimizers.sparse_adam, lambda r, X, rows, d: (r[0], {**r[1], "t": len(rows)})),
    "state of the touched rows only": changed(
        optimizers.sparse_adam,
        lambda r, X, rows, d: (r[0], {**r[1], "m": r[1]["m"][np.unique(rows)], "v": r[1]["v"][np.unique(rows)]}),
    ),
    "state not stored": changed(optimizers.sparse_adam, lambda r, X, rows, d: (r[0], {**r[1], "m": 0 * X, "v": 0 * X})),
    "epsilon within the root": lambda X, rows, d: (
        (state := optimizers.sparse_adam(X, rows, d)[1]),
        (X - 0.001 * (state["m"] / 0.1) / np.sqrt(state["v"] / 0.001 + 1e-8), state),
    )[1],
}
