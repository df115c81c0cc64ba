"""prelu(z, a): z where z > 0, a z elsewhere."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(
    Subject(act.prelu, {"z": "N,D", "a": (0.25, -0.5), "large": "z", "integers": "z", "kinks": {"z": (0.0,)}})
)

RIGHT = {
    "where": lambda z, a: np.where(z > 0, z, a * z),
    "masks": lambda z, a: z * (z > 0) + a * z * (z <= 0),
    "numbers": lambda z, a: [[x if x > 0 else a * x for x in row] for row in z.tolist()],
    "absolute value": lambda z, a: (z + abs(z)) / 2 + a * (z - abs(z)) / 2,
    "z minus what is lost": lambda z, a: z - (1 - a) * np.minimum(0, z),
}
WRONG = {
    "maximum, which needs a < 1 and a > 0": lambda z, a: np.maximum(z, abs(a) * z),
    "a fixed at 0.25": lambda z, a: np.where(z > 0, z, 0.25 * z),
    "a as the value": lambda z, a: np.where(z > 0, z, a),
    "sign of the negative side": lambda z, a: np.where(z > 0, z, -a * z),
    "sides exchanged": lambda z, a: np.where(z > 0, a * z, z),
    "dead": lambda z, a: np.maximum(z, 0),
    "both sides scaled": lambda z, a: a * z,
    "threshold at a": lambda z, a: np.where(z > a, z, a * z),
    "a squared": lambda z, a: np.where(z > 0, z, a * a * z),
    "elu": lambda z, a: np.where(z > 0, z, a * np.expm1(np.minimum(z, 0))),
    "z + a on the negative side": lambda z, a: np.where(z > 0, z, a + z),
}
