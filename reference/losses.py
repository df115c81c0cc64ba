"""The losses of the lecture, each with its gradient: softmax and cross-entropy, multiclass hinge, max margin.

Conventions (CS224n lecture 4, eq. 8; notes part III; 004 for the multiclass hinge):
- scores are (N, C), one row per example; labels y are (N,) integers from 0 to C - 1.
- The loss of a batch is the mean over its N examples, so every gradient carries a factor 1 / N.
- A loss comes back as ``loss, gradient``; the gradient has the shape of the scores.
- Stable for scores up to 1e3 and rows that lie 1e3 apart. No argument is ever changed.
"""

from __future__ import annotations

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """p_c = exp(f_c) / sum_k exp(f_k) along the last axis; every row is a distribution.

    Shapes: scores (C,) or (N, C), as the result.
    """
    # Numerator and denominator may share any factor exp(-m). With m the row's own maximum no exponent is positive,
    # and the largest term is exp(0) = 1, so nothing overflows and the denominator is never 0.
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dp: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The gradient with respect to the scores, given dp, the gradient with respect to p = softmax(scores).

    Shapes: dp and scores (C,) or (N, C), as the result.
    """
    # Every p_k depends on every f_c: dp_k/df_c = p_k (1(k = c) - p_c). Summed over k with dp_k:
    # df_c = p_c (dp_c - sum_k dp_k p_k).
    p = softmax(scores)
    return p * (dp - (dp * p).sum(axis=-1, keepdims=True))


def cross_entropy(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """J = 1/N sum_i -log(softmax(scores_i)_{y_i}), and its gradient with respect to the scores (eq. 8, first term).

    Shapes: scores (N, C), y (N,) integers. Returns one number and (N, C).
    """
    N = scores.shape[0]
    rows = np.arange(N)
    # -log p_y = log(sum_c exp(f_c)) - f_y, both shifted by the row's maximum; the log of a small p is never taken.
    shifted = scores - scores.max(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y])
    dscores = softmax(scores)
    dscores[rows, y] -= 1
    return loss, dscores / N


def cross_entropy_gradient_by_class(f: np.ndarray, y: int) -> np.ndarray:
    """The gradient of -log(softmax(f)_y) for one example, derived class by class: first c = y, then c != y (tip 3).

    Shapes: f (C,), y one integer. Returns (C,).
    """
    p = softmax(f)
    df = np.empty(f.shape)
    for c in range(f.size):
        if c == y:
            df[c] = p[c] - 1  # d/df_y of log(sum exp f) - f_y
        else:
            df[c] = p[c]  # f_c stands in the sum only
    return df


def multiclass_hinge(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """L = 1/N sum_i sum_{j != y_i} max(0, s_ij - s_{i y_i} + 1), and its gradient with respect to the scores.

    At the kink, a margin of exactly 0, the slope is 0. Shapes: scores (N, C), y (N,). Returns one number and (N, C).
    """
    N = scores.shape[0]
    rows = np.arange(N)
    margins = np.maximum(0, scores - scores[rows, y][:, np.newaxis] + 1)
    margins[rows, y] = 0  # the right class is no competitor of itself
    loss = margins.sum() / N
    # A violated margin has the slope 1 in s_j and -1 in s_y, so the right class loses one for each violated margin.
    dscores = (margins > 0).astype(scores.dtype)
    dscores[rows, y] = -dscores.sum(axis=1)
    return loss, dscores / N


def max_margin(s: np.ndarray, s_c: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """J = mean of max(0, 1 - s + s_c) over pairs of a true window's score s and a corrupt window's score s_c.

    Returns ``J, ds, ds_c``. At the kink, 1 - s + s_c = 0, the slope is 0. Shapes: s and s_c (N,), or two numbers.
    """
    margin = np.maximum(0, 1 - s + s_c)
    slope = (margin > 0) / np.size(margin)
    return np.mean(margin), -slope, slope
