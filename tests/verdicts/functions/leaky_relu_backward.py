"""leaky_relu_backward(da, z, k) = da where z > 0, else k da."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.rewrites import each
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("leaky_relu_backward", act.leaky_relu)

RIGHT = {
    "two masked terms": lambda da, z, k: da * (z > 0) + k * da * (z <= 0),
    "1 - (1 - k) where shut": lambda da, z, k: da * (1 - (1 - k) * (z < 0)),
    "branches": lambda da, z, k: da * each(lambda x: 1.0 if x > 0 else k)(z),
}


def right_scaled_copy(da, z, k):
    dz = 1.0 * da
    dz[z < 0] *= k
    return dz


WRONG = {
    "upstream ignored": lambda da, z, k: np.where(z > 0, 1, k),
    "k without the upstream": lambda da, z, k: np.where(z > 0, da, k),
    "mask of the upstream": lambda da, z, k: np.where(da > 0, da, k * da),
    "sides exchanged": lambda da, z, k: np.where(z > 0, k * da, da),
    "sign of the negative side": lambda da, z, k: np.where(z > 0, da, -k * da),
    "k z on the negative side": lambda da, z, k: np.where(z > 0, da, k * z),
    "k squared": lambda da, z, k: np.where(z > 0, da, k * k * da),
    "k added everywhere": lambda da, z, k: da * ((z > 0) + k),
    "1 - k for k": lambda da, z, k: np.where(z > 0, da, (1 - k) * da),
}
