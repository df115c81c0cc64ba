"""tanh(z)."""

from __future__ import annotations

import math

import numpy as np

from reference import activations as act
from tests.tolerance.rewrites import each
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["tanh"])

RIGHT = {
    "math.tanh, number by number": each(math.tanh),
    "expm1": each(lambda z: math.copysign(-math.expm1(-2 * abs(z)) / (1 + math.exp(-2 * abs(z))), z)),
    "sinh over cosh where they exist": each(lambda z: math.sinh(z) / math.cosh(z) if abs(z) < 20 else math.tanh(z)),
}
WRONG = {
    "sigmoid(2z) not rescaled": lambda z: act.sigmoid(2 * z),
    "2 sigma(2z), the shift lost": lambda z: 2 * act.sigmoid(2 * z),
    "2 sigma(z/2) - 1": lambda z: 2 * act.sigmoid(z / 2) - 1,
    "quotient upside down": lambda z: 1 / np.tanh(z),
    "sign lost for negative z": lambda z: np.tanh(abs(z)),
    "clipped to hard tanh": lambda z: np.clip(z, -1, 1),
    "tan for tanh": np.tan,
    "arctan for tanh": np.arctan,
    "derivative returned": lambda z: 1 - np.tanh(z) ** 2,
    "z clipped to +-5": lambda z: np.tanh(np.clip(z, -5, 5)),
    "epsilon 1e-8 in the denominator": lambda z: np.tanh(z) / (1 + 1e-8),
}
