"""relu_backward(da, z) = da where z > 0, else 0."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("relu_backward", act.relu)

RIGHT = {
    "mask": lambda da, z: (z > 0) * da,
    "heaviside": lambda da, z: da * np.heaviside(z, 0.5),
    "sign": lambda da, z: da * (np.sign(z) + 1) / 2,
    "from the output": lambda da, z: da * (np.maximum(z, 0) > 0).astype(int),
}


def right_zeroed_copy(da, z):
    dz = np.array(da, copy=True)
    dz[z <= 0] = 0
    return dz


WRONG = {
    "upstream ignored": lambda da, z: (z > 0) * 1.0,
    "mask upside down": lambda da, z: da * (z < 0),
    "relu of the upstream": lambda da, z: np.maximum(da, 0),
    "relu of the upstream, masked": lambda da, z: np.maximum(da, 0) * (z > 0),
    "1 where the gate is shut": lambda da, z: np.where(z > 0, da, 1),
    "z where the gate is open": lambda da, z: np.where(z > 0, z, 0),
    "leaky slope 0.01": lambda da, z: np.where(z > 0, da, 0.01 * da),
    "sign instead of mask": lambda da, z: da * np.sign(z),
    "mask of the whole row": lambda da, z: da * (z > 0).any(axis=1, keepdims=True),
    "threshold 1 for 0": lambda da, z: da * (z > 1),
    "mask of the transposed input": lambda da, z: da * (z.T > 0).reshape(z.shape),
    "mask of the first example for all": lambda da, z: da * (z[:1] > 0),
    "mask of the next example": lambda da, z: da * (np.roll(z, 1, axis=0) > 0),
}


def wrong_in_place(da, z):
    """The upstream gradient is zeroed in place."""
    da[z <= 0] = 0
    return da


def wrong_bool(da, z):
    """The mask is returned as truth values."""
    return z > 0
