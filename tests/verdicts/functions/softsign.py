"""softsign(z) = z / (1 + |z|)."""

from __future__ import annotations

import numpy as np

from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["softsign"])

RIGHT = {
    "two cases": lambda z: np.where(z > 0, z / (1 + np.maximum(z, 0)), z / (1 - np.minimum(z, 0))),
    "power": lambda z: z * (1 + np.abs(z)) ** -1.0,
    "sign times size": lambda z: np.sign(z) * (abs(z) / (abs(z) + 1)),
    "root of the square as the size": lambda z: z / (1 + np.sqrt(z * z)),
}
WRONG = {
    "absolute value forgotten": lambda z: z / (1 + z),
    "1 forgotten": lambda z: z / abs(z),
    "square in the denominator": lambda z: z / (1 + z**2),
    "absolute value in the numerator": lambda z: abs(z) / (1 + abs(z)),
    "minus in the denominator": lambda z: z / (1 - abs(z)),
    "precedence: z / 1 + |z|": lambda z: z / 1 + abs(z),
    "softplus for softsign": lambda z: np.logaddexp(0, z),
    "tanh for softsign": np.tanh,
    "norm of the row for |z|": lambda z: z / (1 + np.linalg.norm(z, axis=1, keepdims=True)),
    "derivative returned": lambda z: 1 / (1 + abs(z)) ** 2,
}
