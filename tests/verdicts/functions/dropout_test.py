"""dropout_test(h, p, inverted): h as it is for inverted dropout, p h for the classic one."""

from __future__ import annotations

import numpy as np

from reference import regularization as reg
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(reg.dropout_test, {"h": "N,D", "p": (0.25, 0.8), "inverted": (True, False), "integers": "h"}))

RIGHT = {
    "one factor": lambda h, p, inverted: h * (1.0 if inverted else p),
    "where": lambda h, p, inverted: np.where(inverted, h, h * p),
    "mean over the masks": lambda h, p, inverted: p * (h / p if inverted else h),
    "list": lambda h, p, inverted: (h if inverted else p * h).tolist(),
}
WRONG = {
    "divided by p": lambda h, p, inverted: h / p,
    "scaled by p in both": lambda h, p, inverted: h * p,
    "not scaled in both": lambda h, p, inverted: h * 1.0,
    "modes exchanged": lambda h, p, inverted: h * (p if inverted else 1.0),
    "divided by p where classic": lambda h, p, inverted: h * 1.0 if inverted else h / p,
    "1 - p for p": lambda h, p, inverted: h * 1.0 if inverted else (1 - p) * h,
    "dropped in testing as well": lambda h, p, inverted: reg.dropout_train(h, p, np.random.default_rng(0), inverted)[0],
    "mask returned with it": lambda h, p, inverted: (h * 1.0 if inverted else p * h, np.ones_like(h)),
    "square root of p": lambda h, p, inverted: h * 1.0 if inverted else np.sqrt(p) * h,
}
