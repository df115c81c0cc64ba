"""Loops against matrices: the same numbers from one matrix product, about ten times as fast or more.

Every pair ``..._loop`` and ``..._matrix`` returns equal results; the second has no Python loop over the examples.

Conventions (CS224n lecture 4, "Vectorization"): a batch is rows, X (N, d); losses are means over the N examples; labels
are (N,) integers. No argument is ever changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np


def scores_loop(X: np.ndarray, W: np.ndarray) -> np.ndarray:
    """The class scores W x of every window x, one window at a time.

    Shapes: X (N, d), W (C, d). Returns (N, C). The lecture's sizes: N = 500, d = 300, C = 5.
    """
    scores = np.empty((X.shape[0], W.shape[0]))
    for i in range(X.shape[0]):
        scores[i] = W @ X[i]
    return scores


def scores_matrix(X: np.ndarray, W: np.ndarray) -> np.ndarray:
    """The class scores of all windows at once. Shapes and result as scores_loop."""
    return X @ W.T


def cross_entropy_loop(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean of -log(softmax(scores_i)_{y_i}) and its gradient, one example at a time.

    Shapes: scores (N, C), y (N,). Returns one number and (N, C).
    """
    N = scores.shape[0]
    loss, dscores = 0.0, np.empty(scores.shape)
    for i in range(N):
        e = np.exp(scores[i] - scores[i].max())
        loss += np.log(e.sum()) - (scores[i, y[i]] - scores[i].max())
        dscores[i] = e / e.sum()
        dscores[i, y[i]] -= 1
    return loss / N, dscores / N


def cross_entropy_matrix(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The same for the whole batch at once. Shapes and result as cross_entropy_loop."""
    N = scores.shape[0]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    one_hot = y[:, np.newaxis] == np.arange(scores.shape[1])
    return -np.sum(log_p * one_hot) / N, (np.exp(log_p) - one_hot) / N


def hinge_loop(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean of sum_{j != y_i} max(0, s_ij - s_{i y_i} + 1) and its gradient, one margin at a time.

    Shapes: scores (N, C), y (N,). Returns one number and (N, C).
    """
    N, C = scores.shape
    loss, dscores = 0.0, np.zeros(scores.shape)
    for i in range(N):
        for j in range(C):
            margin = np.maximum(0, scores[i, j] - scores[i, y[i]] + 1)
            if j != y[i] and margin > 0:
                loss += margin
                dscores[i, j] += 1
                dscores[i, y[i]] -= 1
    return loss / N, dscores / N


def hinge_matrix(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The same for the whole batch at once. Shapes and result as hinge_loop."""
    N = scores.shape[0]
    one_hot = y[:, np.newaxis] == np.arange(scores.shape[1])
    right = scores[np.arange(N), y][:, np.newaxis]
    margins = np.maximum(0, scores - right + 1) * ~one_hot
    violated = margins > 0
    return margins.sum() / N, (violated - one_hot * violated.sum(axis=1, keepdims=True)) / N


def weight_gradient_loop(delta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """dW of the affine layer Z = X W^T + b: the sum of the outer products delta_i x_i^T, one example at a time.

    Shapes: delta (N, n_out), X (N, n_in). Returns (n_out, n_in).
    """
    dW = np.zeros((delta.shape[1], X.shape[1]))
    for i in range(X.shape[0]):
        dW += np.outer(delta[i], X[i])
    return dW


def weight_gradient_matrix(delta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """The same for the whole batch at once. Shapes and result as weight_gradient_loop."""
    return delta.T @ X


def squared_distances_loop(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """D_ij = |a_i - b_j|**2 for every pair of a row of A and a row of B, one pair at a time.

    Shapes: A (M, d), B (N, d). Returns (M, N).
    """
    D = np.empty((A.shape[0], B.shape[0]))
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            D[i, j] = np.sum((A[i] - B[j]) ** 2)
    return D


def squared_distances_matrix(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """The same for all pairs at once. Shapes and result as squared_distances_loop."""
    # A gets a middle axis, so that broadcasting lays every row of A against every row of B: (M, 1, d) - (N, d). Shorter
    # in memory would be |a|**2 - 2 a.b + |b|**2, but it cancels where two rows are close.
    return np.sum((A[:, np.newaxis, :] - B) ** 2, axis=2)


def embedding_gradient_loop(dX: np.ndarray, ids: np.ndarray, V: int) -> np.ndarray:
    """The gradient of an embedding matrix of V words, of which row ids[i] was read as x_i, one reading at a time.

    Shapes: dX (N, d), ids (N,) integers, repeats allowed. Returns (V, d).
    """
    dE = np.zeros((V, dX.shape[1]))
    for i in range(ids.size):
        dE[ids[i]] += dX[i]
    return dE


def embedding_gradient_matrix(dX: np.ndarray, ids: np.ndarray, V: int) -> np.ndarray:
    """The same for all readings at once. Shapes and result as embedding_gradient_loop."""
    # dE[ids] += dX would keep only the last of the repeats.
    dE = np.zeros((V, dX.shape[1]))
    np.add.at(dE, ids, dX)
    return dE


def speedup(slow: Callable[[], object], fast: Callable[[], object], repeats: int = 9) -> float:
    """How many times as long ``slow()`` takes as ``fast()``, measured here and now.

    The two run in turn, repeats times each, and the shortest time of each counts: what else the machine does can only
    lengthen a run, and it disturbs both alike.
    """
    times: dict[Callable[[], object], float] = {slow: np.inf, fast: np.inf}
    for _ in range(repeats):
        for function in (slow, fast):
            start = time.perf_counter()
            function()
            times[function] = min(times[function], time.perf_counter() - start)
    return times[slow] / times[fast]
