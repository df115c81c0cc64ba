"""l2_penalty(theta, lam) = lam * sum(theta**2), and 2 lam theta."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import loss_of

PROBLEM = loss_of("l2_penalty")

RIGHT = {
    "einsum": lambda th, lam: (lam * np.einsum("nd,nd->", th, th), lam * 2 * th),
    "loop": lambda th, lam: (sum(lam * float(x) ** 2 for x in th.flat), [[2 * lam * x for x in row] for row in th]),
    "trace": lambda th, lam: (lam * np.trace(th.T @ th), 2 * (th * lam)),
    "squares of rows": lambda th, lam: (sum(lam * row @ row for row in th), th * (lam + lam)),
}
WRONG = {
    "gradient of half the penalty": lambda th, lam: (lam * np.sum(th**2), 0.5 * lam * th),
    "gradient of the whole, loss of the half": lambda th, lam: (0.5 * lam * np.sum(th**2), 2 * lam * th),
    "square of the sum": lambda th, lam: (lam * np.sum(th) ** 2, 2 * lam * th),
    "mean for the sum": lambda th, lam: (lam * np.mean(th**2), 2 * lam * th / th.size),
    "divided by N": lambda th, lam: (lam * np.sum(th**2) / len(th), 2 * lam * th / len(th)),
    "lam / 2N": lambda th, lam: (lam * np.sum(th**2) / (2 * len(th)), lam * th / len(th)),
    "L1 for L2": lambda th, lam: (lam * np.abs(th).sum(), lam * np.sign(th)),
    "not summed": lambda th, lam: (lam * th**2, 2 * lam * th),
    "lam forgotten in the gradient": lambda th, lam: (lam * np.sum(th**2), 2 * th),
    "lam forgotten in the loss": lambda th, lam: (np.sum(th**2), 2 * lam * th),
    "gradient negated": lambda th, lam: (lam * np.sum(th**2), -2 * lam * th),
    "gradient 2 lam, without theta": lambda th, lam: (lam * np.sum(th**2), 2 * lam * np.ones_like(th)),
    "gradient 2 lam sum(theta)": lambda th, lam: (lam * np.sum(th**2), 2 * lam * np.sum(th)),
    "last column left out as if it were the bias": lambda th, lam: (lam * np.sum(th[:, :-1] ** 2), 2 * lam * th),
    "lam fixed": lambda th, lam: (0.1 * np.sum(th**2), 0.2 * th),
    "lam**2": lambda th, lam: (lam**2 * np.sum(th**2), 2 * lam**2 * th),
    "loss left out": lambda th, lam: 2 * lam * th,
}
