"""leaky_relu(z, k) = max(z, k z)."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(
    Subject(
        act.leaky_relu,
        {"z": "N,D", "k": (0.01, 0.3), "large": "z", "integers": "z", "kinks": {"z": (0.0,)}},
    )
)

RIGHT = {
    "where": lambda z, k: np.where(z > 0, z, k * z),
    "sum of two parts": lambda z, k: np.maximum(z, 0) + k * np.minimum(0, z),
    "slopes": lambda z, k: z * np.where(z < 0, k, 1),
    "with the absolute value": lambda z, k: 0.5 * ((1 + k) * z + (1 - k) * abs(z)),
}
WRONG = {
    "k fixed at 0.01": lambda z, k: np.maximum(z, 0.01 * z),
    "k the value, not the slope": lambda z, k: np.where(z > 0, z, k),
    "sign of the negative side": lambda z, k: np.where(z > 0, z, -k * z),
    "minimum for maximum": lambda z, k: np.minimum(z, k * z),
    "dead: the negative side is 0": lambda z, k: np.maximum(z, 0),
    "k on both sides": lambda z, k: k * z,
    "z / k on the negative side": lambda z, k: np.where(z > 0, z, z / k),
    "threshold at k": lambda z, k: np.where(z > k, z, k * z),
    "elu for leaky relu": lambda z, k: np.where(z > 0, z, k * np.expm1(np.minimum(z, 0))),
}
