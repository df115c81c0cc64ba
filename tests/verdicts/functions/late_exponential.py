"""exponential(t, lr0, k) = lr0 exp(-k t)."""

from __future__ import annotations

import math

import numpy as np

from reference import schedules
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(schedules.exponential, {"t": (0, 7, 1, 30, 3, 50), "lr0": (0.1,), "k": (0.3,)}))

RIGHT = {
    "math": lambda t, lr0, k: lr0 * math.exp(-k * t),
    "power of e": lambda t, lr0, k: lr0 * math.e ** (-k * t),
    "reciprocal": lambda t, lr0, k: lr0 / np.exp(k * t),
    "epoch by epoch": lambda t, lr0, k: math.prod([lr0] + [math.exp(-k)] * t),
    "logarithm": lambda t, lr0, k: float(np.exp(np.log(lr0) - k * t)),
}
WRONG = {
    "minus lost": lambda t, lr0, k: lr0 * math.exp(k * t),
    "lr0 forgotten": lambda t, lr0, k: math.exp(-k * t),
    "1 - k each epoch": lambda t, lr0, k: lr0 * (1 - k) ** t,
    "k to the power of t": lambda t, lr0, k: lr0 * k**t,
    "linear": lambda t, lr0, k: lr0 * max(0, 1 - k * t),
    "t / k": lambda t, lr0, k: lr0 * math.exp(-t / k),
    "base 10": lambda t, lr0, k: lr0 * 10 ** (-k * t),
    "base 2": lambda t, lr0, k: lr0 * 2 ** (-k * t),
    "one epoch late": lambda t, lr0, k: lr0 * math.exp(-k * max(0, t - 1)),
    "epochs from 1": lambda t, lr0, k: lr0 * math.exp(-k * (t + 1)),
    "1 / (1 + k t)": lambda t, lr0, k: lr0 / (1 + k * t),
    "in an array of one": lambda t, lr0, k: np.array([lr0 * math.exp(-k * t)]),
}
