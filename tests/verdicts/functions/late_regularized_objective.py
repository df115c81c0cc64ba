"""regularized_objective(J, gradients, parameters, lam): weights penalised, biases free."""

from __future__ import annotations

import numpy as np

from reference import regularization as reg
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(
    Subject(
        reg.regularized_objective,
        {"J": "", "dW": "H,D", "db": "H", "W": "H,D", "b": "H", "lam": (0.1, 5.0), "gradients": "dW db"},
        lambda J, dW, db, W, b, lam: (float(J), [dW, db], [W, b], lam),
    )
)

RIGHT = {
    "comprehensions": lambda J, G, P, lam: (
        J + lam * sum((p**2).sum() for p in P if p.ndim == 2),
        [g + 2 * lam * p if p.ndim == 2 else g + 0 for g, p in zip(G, P, strict=True)],
    ),
    "norm": lambda J, G, P, lam: (J + lam * np.linalg.norm(P[0]) ** 2, (G[0] + 2 * lam * P[0], G[1].copy())),
    "dot": lambda J, G, P, lam: [
        float(J) + lam * P[0].ravel() @ P[0].ravel(),
        [lam * P[0] + G[0] + lam * P[0], 1 * G[1]],
    ],
    "masked by the number of axes": lambda J, G, P, lam: (
        J + sum(lam * (p.ndim > 1) * np.sum(p * p) for p in P),
        [g + (p.ndim > 1) * 2 * lam * p for g, p in zip(G, P, strict=True)],
    ),
}
WRONG = {
    "biases penalised": lambda J, G, P, lam: reg.regularized_objective(J, G, P, lam, True),
    "biases penalised in the loss only": lambda J, G, P, lam: (
        reg.regularized_objective(J, G, P, lam, True)[0],
        reg.regularized_objective(J, G, P, lam)[1],
    ),
    "half the penalty": lambda J, G, P, lam: reg.regularized_objective(J, G, P, lam / 2),
    "gradient of half the penalty": lambda J, G, P, lam: (
        reg.regularized_objective(J, G, P, lam)[0],
        reg.regularized_objective(J, G, P, lam / 2)[1],
    ),
    "gradients not changed": lambda J, G, P, lam: (reg.regularized_objective(J, G, P, lam)[0], [1 * g for g in G]),
    "loss not changed": lambda J, G, P, lam: (J, reg.regularized_objective(J, G, P, lam)[1]),
    "penalty for the loss: J lost": lambda J, G, P, lam: reg.regularized_objective(0.0, G, P, lam),
    "penalty's gradient for the whole: the loss's lost": lambda J, G, P, lam: (
        reg.regularized_objective(J, G, P, lam)[0],
        [2 * lam * P[0], 0 * P[1]],
    ),
    "penalty subtracted": lambda J, G, P, lam: reg.regularized_objective(J, G, P, -lam),
    "loss scaled by lam": lambda J, G, P, lam: (
        lam * (J + np.sum(P[0] ** 2)),
        reg.regularized_objective(J, G, P, lam)[1],
    ),
    "norm, not squared": lambda J, G, P, lam: (
        J + lam * np.linalg.norm(P[0]),
        reg.regularized_objective(J, G, P, lam)[1],
    ),
    "L1": lambda J, G, P, lam: (J + lam * abs(P[0]).sum(), [G[0] + lam * np.sign(P[0]), 1 * G[1]]),
    "bias gradient dropped": lambda J, G, P, lam: (
        reg.regularized_objective(J, G, P, lam)[0],
        reg.regularized_objective(J, G, P, lam)[1][:1],
    ),
    "mean of the squares": lambda J, G, P, lam: reg.regularized_objective(J, G, P, lam / P[0].size),
}


def wrong_in_place(J, G, P, lam):
    """The loss's gradients are added to in place."""
    G[0] += 2 * lam * P[0]
    return J + lam * np.sum(P[0] ** 2), G
