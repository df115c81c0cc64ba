"""cyclical: the triangle between lr_min and lr_max."""

from __future__ import annotations

import math

import numpy as np

from reference import schedules
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["cyclical"])

RIGHT = {
    "interp": lambda t, a, b, h: float(np.interp(t % (2 * h), [0, h, 2 * h], [a, b, a])),
    "branches": lambda t, a, b, h: (
        a + (b - a) * (t % (2 * h)) / h if t % (2 * h) <= h else b - (b - a) * (t % (2 * h) - h) / h
    ),
    "distance from the peak": lambda t, a, b, h: b - (b - a) * abs(t % (2 * h) - h) / h,
    "arccos of the cosine": lambda t, a, b, h: a + (b - a) * math.acos(math.cos(math.pi * t / h)) / math.pi,
}
WRONG = {
    "begins at the top": lambda t, a, b, h: schedules.cyclical(t + h, a, b, h),
    "half_cycle taken for the whole cycle": lambda t, a, b, h: schedules.cyclical(t, a, b, h / 2),
    "half_cycle doubled": lambda t, a, b, h: schedules.cyclical(t, a, b, 2 * h),
    "no descent: stays at lr_max": lambda t, a, b, h: min(b, a + (b - a) * t / h),
    "lr_min forgotten": lambda t, a, b, h: schedules.cyclical(t, 0, b - a, h),
    "from 0 to lr_max": lambda t, a, b, h: schedules.cyclical(t, 0, b, h),
    "lr_max added, not reached": lambda t, a, b, h: schedules.cyclical(t, a, a + b, h),
    "cosine for the triangle": lambda t, a, b, h: a + (b - a) * (1 - math.cos(math.pi * t / h)) / 2,
    "whole cycles by integer division": lambda t, a, b, h: a + (b - a) * (t // h % 2),
    "epochs counted from 1": lambda t, a, b, h: schedules.cyclical(t + 1, a, b, h),
    "one cycle only, lr_min afterwards": lambda t, a, b, h: schedules.cyclical(min(t, 2 * h), a, b, h),
}
