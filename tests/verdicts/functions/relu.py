"""relu(z) = max(z, 0)."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(act.relu, {"z": "N,D", "large": "z", "integers": "z", "kinks": {"z": (0.0,)}}))

RIGHT = {
    "mask": lambda z: z * (z > 0),
    "where": lambda z: np.where(z > 0, z, 0),
    "half of z + |z|": lambda z: (z + abs(z)) / 2,
    "clip": lambda z: np.clip(z, 0, None),
    "numbers in a list": lambda z: [[max(0.0, float(x)) for x in row] for row in z],
}
WRONG = {
    "minimum for maximum": lambda z: np.minimum(z, 0),
    "absolute value": np.abs,
    "one maximum for all": lambda z: np.max(z),
    "the identity": lambda z: z * 1.0,
    "the mask itself": lambda z: (z > 0) * 1.0,
    "capped at 6": lambda z: np.clip(z, 0, 6),
    "leaky": lambda z: np.where(z > 0, z, 0.01 * z),
    "maximum with 1": lambda z: np.maximum(z, 1),
    "threshold 1e-3": lambda z: z * (z > 1e-3),
    "softplus": lambda z: np.logaddexp(0, z),
    "negative rows dropped": lambda z: z[z.min(axis=1) > 0],
}


def wrong_in_place(z):
    """z is changed in place."""
    z[z < 0] = 0
    return z


def wrong_whole_numbers(z):
    """Fractions cut off by an integer array."""
    a = np.zeros(z.shape, dtype=int)
    a[z > 0] = z[z > 0]
    return a
