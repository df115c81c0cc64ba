"""layer_gradients(delta, a, W, b, lam): dW = delta a^T + 2 lam W, db = delta."""

from __future__ import annotations

import numpy as np

from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["layer_gradients"])

RIGHT = {
    "einsum": lambda d, a, W, b, lam: (np.einsum("i,j->ij", d, a) + W * (2 * lam), d.copy()),
    "kron, penalty first": lambda d, a, W, b, lam: (2 * (lam * W) + np.kron(d, a).reshape(W.shape), [*d]),
    "rows": lambda d, a, W, b, lam: ([d_i * a + 2 * lam * w for d_i, w in zip(d, W, strict=True)], d + 0 * b),
    "multiply.outer": lambda d, a, W, b, lam: [np.multiply.outer(d, a) + lam * (W + W), np.array(d)],
}
WRONG = {
    "no penalty": lambda d, a, W, b, lam: (np.outer(d, a), d),
    "penalty twice as large": lambda d, a, W, b, lam: (np.outer(d, a) + 4 * lam * W, d),
    "penalty subtracted": lambda d, a, W, b, lam: (np.outer(d, a) - 2 * lam * W, d),
    "the penalty itself added, not its gradient": lambda d, a, W, b, lam: (np.outer(d, a) + lam * np.sum(W**2), d),
    "penalty multiplied": lambda d, a, W, b, lam: (np.outer(d, a) * 2 * lam * W, d),
    "penalty lam alone, without W": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam, d),
    "sign(W): the gradient of L1": lambda d, a, W, b, lam: (np.outer(d, a) + lam * np.sign(W), d),
    "lam**2": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam**2 * W, d),
    "transposed outer product": lambda d, a, W, b, lam: (np.outer(a, d) + 2 * lam * W.T, d),
    "penalty divided by the layer's width": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam * W / len(d), d),
    "lam W**2": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam * W**2, d),
    "bias counts as an input: db = b delta": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam * W, b * d),
    "lam fixed at 0.1": lambda d, a, W, b, lam: (np.outer(d, a) + 0.2 * W, d),
    "db penalised by lam b": lambda d, a, W, b, lam: (np.outer(d, a) + 2 * lam * W, d + lam * b),
}
