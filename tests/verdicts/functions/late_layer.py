"""layer(x, W, b) = sigma(W x + b)."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from reference import losses
from tests.tolerance.rewrites import scalar_sigmoid
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(act.layer, {"x": "D", "W": "H,D", "b": "H", "large": "b"}))

RIGHT = {
    "row by row": lambda x, W, b: [
        scalar_sigmoid(float(row @ x) + float(bias)) for row, bias in zip(W, b, strict=True)
    ],
    "folded bias": lambda x, W, b: act.sigmoid(np.c_[W, b] @ np.r_[x, 1]),
    "row vector": lambda x, W, b: act.sigmoid(x[None] @ W.T + b)[0],
    "tanh": lambda x, W, b: 0.5 * (1 + np.tanh(0.5 * (np.einsum("hd,d->h", W, x) + b))),
}
WRONG = {
    "bias subtracted": lambda x, W, b: act.sigmoid(W @ x - b),
    "bias after the sigmoid": lambda x, W, b: act.sigmoid(W @ x) + b,
    "bias forgotten": lambda x, W, b: act.sigmoid(W @ x),
    "one bias for all": lambda x, W, b: act.sigmoid(W @ x + b[0]),
    "sigmoid forgotten": lambda x, W, b: W @ x + b,
    "transposed weights by reshape": lambda x, W, b: act.sigmoid(x @ W.reshape(W.shape[::-1]) + b),
    "products not summed": lambda x, W, b: act.sigmoid(W * x + b[:, None]),
    "a column comes back": lambda x, W, b: act.sigmoid(W @ x + b)[:, None],
    "softmax for sigmoid": lambda x, W, b: losses.softmax(W @ x + b),
    "tanh for sigmoid": lambda x, W, b: np.tanh(W @ x + b),
    "overflow": lambda x, W, b: np.exp(W @ x + b) / (1 + np.exp(W @ x + b)),
    "minus in the exponent lost": lambda x, W, b: act.sigmoid(-(W @ x + b)),
    "x normalised": lambda x, W, b: act.sigmoid(W @ (x / np.linalg.norm(x)) + b),
}
