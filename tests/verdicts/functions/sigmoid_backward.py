"""sigmoid_backward(da, z) = da * sigma(z) * (1 - sigma(z))."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("sigmoid_backward", act.sigmoid)

RIGHT = {
    "exponentials of -|z|": lambda da, z: da * (e := np.exp(-abs(z))) / (1 + e) ** 2,
    "by tanh": lambda da, z: da * (1 - np.tanh(z / 2)) * (1 + np.tanh(z / 2)) / 4,
    "da multiplied last": lambda da, z: (act.sigmoid(z) * (1 - act.sigmoid(z))) * da,
    "row by row": lambda da, z: [d * act.sigmoid(r) * (1 - act.sigmoid(r)) for d, r in zip(da, z, strict=True)],
}
WRONG = {
    "slope taken at z instead of sigma(z)": lambda da, z: da * z * (1 - z),
    "s * (1 + s)": lambda da, z: da * (s := act.sigmoid(z)) * (1 + s),
    "1 - s forgotten": lambda da, z: da * act.sigmoid(z),
    "s squared: 1 - s**2, tanh's slope": lambda da, z: da * (1 - act.sigmoid(z) ** 2),
    "s - s**3": lambda da, z: da * ((s := act.sigmoid(z)) - s**3),
    "sigmoid applied twice": lambda da, z: da * (s := act.sigmoid(act.sigmoid(z))) * (1 - s),
    "sign flipped": lambda da, z: -da * (s := act.sigmoid(z)) * (1 - s),
    "sigmoid of the upstream gradient": lambda da, z: z * (s := act.sigmoid(da)) * (1 - s),
    "upstream added instead of multiplied": lambda da, z: da + (s := act.sigmoid(z)) * (1 - s),
    "forward value returned times upstream": lambda da, z: da * act.sigmoid(-z),
    "averaged over the batch": lambda da, z: da * (s := act.sigmoid(z)) * (1 - s) / len(z),
    "matrix product for the elementwise one": lambda da, z: da @ ((s := act.sigmoid(z)) * (1 - s)).T,
    "summed over the batch": lambda da, z: (da * (s := act.sigmoid(z)) * (1 - s)).sum(axis=0),
    "slope rounded to 6 places": lambda da, z: da * np.round((s := act.sigmoid(z)) * (1 - s), 6),
}


def wrong_in_place(da, z):
    """The upstream gradient is multiplied in place."""
    s = act.sigmoid(z)
    da *= s * (1 - s)
    return da
