"""tanh_backward(da, z) = da * (1 - tanh(z)**2)."""

from __future__ import annotations

import math

import numpy as np

from tests.verdicts.problem import backward_of

PROBLEM = backward_of("tanh_backward", np.tanh)

RIGHT = {
    "exponentials": lambda da, z: da * 4 * (e := np.exp(-2 * abs(z))) / (1 + e) ** 2,
    "subtracted after the product": lambda da, z: da - da * np.tanh(z) * np.tanh(z),
    "loops": lambda da, z: [
        [d * (1 - math.tanh(x) ** 2) for d, x in zip(*rows, strict=True)] for rows in zip(da, z, strict=True)
    ],
}
WRONG = {
    "upstream ignored": lambda da, z: 1 - np.tanh(z) ** 2,
    "sigmoid's slope of the output": lambda da, z: da * (a := np.tanh(z)) * (1 - a),
    "sign: a**2 - 1": lambda da, z: da * (np.tanh(z) ** 2 - 1),
    "1 + a**2": lambda da, z: da * (1 + np.tanh(z) ** 2),
    "precedence: da * 1 - a**2": lambda da, z: da * 1 - np.tanh(z) ** 2,
    "upstream inside the square": lambda da, z: 1 - (da * np.tanh(z)) ** 2,
    "tanh applied twice": lambda da, z: da * (1 - np.tanh(np.tanh(z)) ** 2),
    "tanh of the upstream gradient": lambda da, z: z * (1 - np.tanh(da) ** 2),
    "2 a for the square": lambda da, z: da * (1 - 2 * np.tanh(z)),
    "cube for the square": lambda da, z: da * (1 - np.tanh(z) ** 3),
    "matrix product for the elementwise one": lambda da, z: np.dot(da, (1 - np.tanh(z) ** 2).T),
    "divided by N": lambda da, z: da * (1 - np.tanh(z) ** 2) / len(z),
    "only the first row": lambda da, z: da * (1 - np.tanh(z[:1]) ** 2),
}
