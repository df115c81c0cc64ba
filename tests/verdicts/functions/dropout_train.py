"""dropout_train(h, p, rng): units kept where rng.random(h.shape) < p, scaled by 1/p, and the mask."""

from __future__ import annotations

import numpy as np

from reference import regularization as reg
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["dropout_train"])


def right_scaled_afterwards(h, p, rng):
    keep = rng.random(h.shape) < p
    return h * keep / p, keep / p


def right_uniform(h, p, rng):
    mask = np.zeros(h.shape)
    mask[rng.uniform(size=h.shape) < p] = 1 / p
    return mask * h, mask


def right_number_by_number(h, p, rng):
    mask = np.array([1 / p if rng.random() < p else 0.0 for _ in range(h.size)]).reshape(h.shape)
    return np.multiply(h, mask), mask


def kept(mask_of, out=lambda h, mask, p: h * mask):
    """mask_of(rng, shape, p)."""

    def run(h, p, rng):
        mask = mask_of(rng, h.shape, p)
        return out(h, mask, p), mask

    return run


WRONG = {
    "p taken as the drop probability, scaled by 1/p": kept(lambda r, s, p: (r.random(s) > p) / p),
    "scaled by p": kept(lambda r, s, p: (r.random(s) < p) * p),
    "scaled by 1/(1-p)": kept(lambda r, s, p: (r.random(s) < p) / (1 - p)),
    "normal for uniform": kept(lambda r, s, p: (r.standard_normal(s) < p) / p),
    "one draw for a whole example": kept(lambda r, s, p: np.ones(s) * (r.random((s[0], 1)) < p) / p),
    "one draw for the whole batch": kept(lambda r, s, p: np.ones(s) * (r.random(s[1]) < p) / p),
    "scaled twice": kept(lambda r, s, p: (r.random(s) < p) / p, lambda h, mask, p: h * mask / p),
    "output scaled, mask not": lambda h, p, r: (h * (m := r.random(h.shape) < p) / p, 1.0 * m),
    "mask scaled, output not": lambda h, p, r: (h * (m := r.random(h.shape) < p), m / p),
    "generator of its own": kept(lambda r, s, p: (np.random.default_rng(0).random(s) < p) / p),
    "test mode: nothing dropped": kept(lambda r, s, p: np.ones(s)),
    "p for the random numbers: kept values random": kept(lambda r, s, p: r.random(s)),
    "drawn in columns": kept(lambda r, s, p: (p > r.random(s[::-1]).T) / p),
    "p at 0.5": kept(lambda r, s, p: (r.random(s) < 0.5) / 0.5),
    "mask and output exchanged": lambda h, p, r: reg.dropout_train(h, p, r)[::-1],
    "mask left out": lambda h, p, r: reg.dropout_train(h, p, r)[0],
    "two draws: one for the output, one for the mask": lambda h, p, r: (
        h * (r.random(h.shape) < p) / p,
        (r.random(h.shape) < p) / p,
    ),
}
