"""dropout_backward(dout, mask) = dout * mask, with the forward pass's own mask."""

from __future__ import annotations

import numpy as np

from reference import regularization as reg
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(
    Subject(
        reg.dropout_backward,
        {"dout": "N,D", "h": "N,D", "p": (0.25, 0.8), "gradients": "dout"},
        lambda dout, h, p: (dout, (h > 0) / p),
    )
)

RIGHT = {
    "where": lambda dout, mask: np.where(mask > 0, dout * mask, 0),
    "rows": lambda dout, mask: [d * m for d, m in zip(dout, mask, strict=True)],
    "einsum": lambda dout, mask: np.einsum("nd,nd->nd", mask, dout),
}


def right_kept_only(dout, mask):
    dh = np.zeros(dout.shape)
    dh[mask > 0] = dout[mask > 0] * mask[mask > 0]
    return dh


WRONG = {
    "not scaled": lambda dout, mask: dout * (mask > 0),
    "divided by the mask's scale": lambda dout, mask: dout * (mask > 0) / np.maximum(mask.max(), 1),
    "mask forgotten": lambda dout, mask: dout.copy(),
    "scaled everywhere": lambda dout, mask: dout * mask.max(),
    "dropped units pass": lambda dout, mask: dout * (mask == 0),
    "scaled twice": lambda dout, mask: dout * mask**2,
    "mask of the upstream": lambda dout, mask: dout * (dout > 0) * mask.max(),
    "a new mask": lambda dout, mask: dout * (np.random.default_rng(0).random(mask.shape) < 0.5) * 2,
    "upstream ignored": lambda dout, mask: mask.copy(),
    "mask added": lambda dout, mask: dout + mask,
    "fixed at p = 0.5": lambda dout, mask: dout * (mask > 0) * 2,
    "mask of the first example for all": lambda dout, mask: dout * mask[:1],
}


def wrong_in_place(dout, mask):
    """The upstream gradient is masked in place."""
    dout *= mask
    return dout
