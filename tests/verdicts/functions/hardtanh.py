"""hardtanh(z) = z between -1 and 1, cut off at both."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.rewrites import each
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(act.hardtanh, {"z": "N,D", "large": "z", "integers": "z", "kinks": {"z": (-1.0, 1.0)}}))

RIGHT = {
    "maximum of minimum": lambda z: np.maximum(-1, np.minimum(z, 1)),
    "nested where": lambda z: np.where(z > 1, 1, np.where(z < -1, -1, z)),
    "numbers": each(lambda z: max(-1.0, min(1.0, z))),
    "two absolute values": lambda z: np.where(abs(z) <= 1, z, np.sign(z)),
}


def right_masks(z):
    a = z.copy()
    a[a > 1], a[a < -1] = 1, -1
    return a


WRONG = {
    "cut off at 0 and 1": lambda z: np.clip(z, 0, 1),
    "only the upper end cut off": lambda z: np.minimum(z, 1),
    "only the lower end cut off": lambda z: np.maximum(z, -1),
    "0 outside instead of +-1": lambda z: z * (abs(z) <= 1),
    "1 on both sides": lambda z: np.where(abs(z) > 1, 1, z),
    "-1 everywhere outside": lambda z: np.where(abs(z) > 1, -1, z),
    "tanh instead": np.tanh,
    "sign instead": np.sign,
    "ends exchanged: min(-1, max(z, 1))": lambda z: np.minimum(-1, np.maximum(z, 1)),
}


def wrong_in_place(z):
    """z is cut off in place."""
    z[z > 1] = 1
    z[z < -1] = -1
    return z
