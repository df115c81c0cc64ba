"""hardtanh_backward(da, z) = da where -1 <= z <= 1, else 0."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("hardtanh_backward", act.hardtanh)

RIGHT = {
    "where with two comparisons": lambda da, z: np.where((z > -1) & (z < 1), da, 0.0),
    "logical_and": lambda da, z: np.logical_and(z >= -1, z <= 1) * da,
    "product of two masks": lambda da, z: da * (z >= -1) * (z <= 1),
    "difference of two masks": lambda da, z: da * ((z > -1) * 1.0 - (z > 1)),
}


def right_zeroed_copy(da, z):
    dz = da.copy()
    dz[z > 1] = 0
    dz[z < -1] = 0
    return dz


WRONG = {
    "open outside, shut inside": lambda da, z: da * (abs(z) > 1),
    "upper end forgotten": lambda da, z: da * (z >= -1),
    "lower end forgotten": lambda da, z: da * (z <= 1),
    "absolute value forgotten: z < 1": lambda da, z: np.where(z < 1, da, 0),
    "no mask": lambda da, z: da.copy(),
    "upstream ignored": lambda da, z: (abs(z) <= 1) * 1.0,
    "times z": lambda da, z: da * np.clip(z, -1, 1),
    "slope of tanh": lambda da, z: da * (1 - np.tanh(z) ** 2),
    "1 - z**2 inside": lambda da, z: da * (1 - np.clip(z, -1, 1) ** 2),
    "sign of z outside instead of 0": lambda da, z: np.where(abs(z) <= 1, da, np.sign(z)),
    "mask over whole rows": lambda da, z: da * (abs(z) <= 1).all(axis=1, keepdims=True),
    "ends at +-2": lambda da, z: da * (abs(z) <= 2),
    "one end off by 1e-3": lambda da, z: da * (abs(z) <= 0.999),
}
