"""l1_penalty(theta, lam) = lam * sum |theta|, and lam sign(theta)."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import loss_of

PROBLEM = loss_of("l1_penalty")

RIGHT = {
    "norm": lambda th, lam: (lam * np.linalg.norm(th.ravel(), 1), lam * np.sign(th)),
    "two masks": lambda th, lam: (lam * (th[th > 0].sum() - th[th < 0].sum()), lam * ((th > 0) * 1.0 - (th < 0))),
    "x / |x|": lambda th, lam: (np.sum(lam * abs(th)), lam * th / abs(th)),
    "loop": lambda th, lam: (lam * sum(abs(float(x)) for x in th.flat), [np.copysign(lam, row) for row in th]),
}
WRONG = {
    "gradient of L2": lambda th, lam: (lam * np.abs(th).sum(), 2 * lam * th),
    "gradient |theta|": lambda th, lam: (lam * np.abs(th).sum(), lam * np.abs(th)),
    "gradient negated": lambda th, lam: (lam * np.abs(th).sum(), -lam * np.sign(th)),
    "lam forgotten in the gradient": lambda th, lam: (lam * np.abs(th).sum(), np.sign(th)),
    "lam forgotten in the loss": lambda th, lam: (np.abs(th).sum(), lam * np.sign(th)),
    "largest column sum: the matrix norm": lambda th, lam: (lam * np.linalg.norm(th, 1), lam * np.sign(th)),
    "absolute value of the sum": lambda th, lam: (lam * abs(th.sum()), lam * np.sign(th)),
    "mean for the sum": lambda th, lam: (lam * np.abs(th).mean(), lam * np.sign(th) / th.size),
    "mask for the sign": lambda th, lam: (lam * np.abs(th).sum(), lam * (th > 0)),
    "half": lambda th, lam: (lam / 2 * np.abs(th).sum(), lam / 2 * np.sign(th)),
    "sign of the sum": lambda th, lam: (lam * np.abs(th).sum(), lam * np.sign(th.sum()) * np.ones_like(th)),
    "smoothed: theta / sqrt(theta**2 + 1e-8)": lambda th, lam: (
        lam * np.abs(th).sum(),
        lam * th / np.sqrt(th**2 + 1e-8),
    ),
    "gradient 0 below 1e-6": lambda th, lam: (lam * np.abs(th).sum(), lam * np.sign(th) * (abs(th) > 1e-6)),
}
