"""softmax_backward(dp, scores) = p * (dp - sum of dp * p in the row)."""

from __future__ import annotations

import numpy as np

from reference import losses
from tests.tolerance.rewrites import logaddexp_softmax
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("softmax_backward", losses.softmax)

RIGHT = {
    "two products": lambda dp, f: (p := logaddexp_softmax(f)) * dp - p * (p * dp).sum(axis=1)[:, None],
    "einsum": lambda dp, f: (p := logaddexp_softmax(f)) * (dp - np.einsum("nc,nc->n", dp, p)[:, None]),
    "Jacobians in one array": lambda dp, f: np.einsum(
        "nk,nkc->nc", dp, (p := logaddexp_softmax(f))[:, :, None] * (np.eye(f.shape[1]) - p[:, None, :])
    ),
}


def right_two_cases(dp, f):
    p, df = logaddexp_softmax(f), np.zeros(f.shape)
    for n in range(len(f)):
        for c in range(f.shape[1]):
            for k in range(f.shape[1]):
                df[n, c] += dp[n, k] * (p[n, c] * (1 - p[n, c]) if k == c else -p[n, k] * p[n, c])
    return df


WRONG = {
    "p - 1 as with cross-entropy": lambda dp, f: losses.softmax(f) - dp,
    "sum missing": lambda dp, f: losses.softmax(f) * dp,
    "mean for the sum": lambda dp, f: (p := losses.softmax(f)) * (dp - (dp * p).mean(-1, keepdims=True)),
    "sum over the batch": lambda dp, f: (p := losses.softmax(f)) * (dp - (dp * p).sum(0)),
    "sum over everything": lambda dp, f: (p := losses.softmax(f)) * (dp - (dp * p).sum()),
    "sum of dp without p": lambda dp, f: losses.softmax(f) * (dp - dp.sum(-1, keepdims=True)),
    "plus for minus": lambda dp, f: (p := losses.softmax(f)) * (dp + (dp * p).sum(-1, keepdims=True)),
    "factor p forgotten": lambda dp, f: dp - (dp * losses.softmax(f)).sum(-1, keepdims=True),
    "p (1 - p) of the scores": lambda dp, f: dp * f * (1 - f),
    "softmax of the upstream": lambda dp, f: losses.softmax_backward(f, dp),
    "sign": lambda dp, f: -losses.softmax_backward(dp, f),
    "off-diagonal sign": lambda dp, f: (
        (p := losses.softmax(f)) * (dp * (1 - p) + (dp * p).sum(-1, keepdims=True) - dp * p)
    ),
    "divided by N": lambda dp, f: losses.softmax_backward(dp, f) / len(f),
}
