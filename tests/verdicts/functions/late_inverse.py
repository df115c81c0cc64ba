"""inverse(t, lr0, tau) = lr0 tau / max(t, tau)."""

from __future__ import annotations

import math

from reference import schedules
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(schedules.inverse, {"t": (0, 7, 3, 30, 5, 50), "lr0": (0.1,), "tau": (5.0,)}))

RIGHT = {
    "branches": lambda t, lr0, tau: lr0 if t <= tau else lr0 * tau / t,
    "minimum": lambda t, lr0, tau: lr0 * min(1.0, tau / max(t, 1e-300)),
    "max of Python": lambda t, lr0, tau: (lr0 / max(t, tau)) * tau,
    "max(t / tau, 1)": lambda t, lr0, tau: lr0 / max(t / tau, 1),
}
WRONG = {
    "minimum below": lambda t, lr0, tau: lr0 * tau / max(min(t, tau), 1e-9),
    "tau forgotten above": lambda t, lr0, tau: lr0 / max(t, tau),
    "lr0 forgotten": lambda t, lr0, tau: tau / max(t, tau),
    "t + tau": lambda t, lr0, tau: lr0 * tau / (t + tau),
    "not constant at first": lambda t, lr0, tau: lr0 * tau / max(t, 1),
    "square root": lambda t, lr0, tau: lr0 * math.sqrt(tau / max(t, tau)),
    "squared": lambda t, lr0, tau: lr0 * (tau / max(t, tau)) ** 2,
    "drops to 0 after tau": lambda t, lr0, tau: lr0 * (t <= tau),
    "upside down": lambda t, lr0, tau: lr0 * max(t, tau) / tau,
    "counted from tau: 1 / (t - tau + 1)": lambda t, lr0, tau: lr0 / max(1, t - tau + 1),
    "division by zero at t = 0": lambda t, lr0, tau: lr0 * min(1.0, tau / t),
}
