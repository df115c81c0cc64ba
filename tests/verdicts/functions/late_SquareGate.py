"""SquareGate: z = x ** 2."""

from __future__ import annotations

import numpy as np

from reference import gates
from tests.verdicts.problem import gate, gate_subject

PROBLEM = gate(gate_subject(gates.SquareGate, x="N,D", dz="N,D", gradients="dz", integers="x"))

RIGHT = {
    "product": lambda x, dz: (x * x, [dz * (x + x)]),
    "square": lambda x, dz: (np.square(x), [np.multiply(2 * dz, x)]),
    "as a multiply gate with both inputs": lambda x, dz: (np.multiply(x, x), [dz * x + dz * x]),
}


class RightKeptSlope:
    def forward(self, x):
        self.slope = 2.0 * x
        return np.power(x, 2)

    def backward(self, dz):
        return [self.slope * dz]


WRONG = {
    "one branch of x * x": lambda x, dz: (x**2, [dz * x]),
    "upstream ignored": lambda x, dz: (x**2, [2 * x]),
    "2 z": lambda x, dz: (x**2, [dz * 2 * x**2]),
    "2 dz": lambda x, dz: (x**2, [2 * dz]),
    "square of the slope": lambda x, dz: (x**2, [dz * 4 * x**2]),
    "x cubed over 3": lambda x, dz: (x**2, [dz * x**3 / 3]),
    "upstream squared": lambda x, dz: (x**2, [2 * x * dz**2]),
    "absolute value": lambda x, dz: (x**2, [dz * 2 * abs(x)]),
    "half the square forward": lambda x, dz: (x**2 / 2, [dz * x]),
    "sum of squares forward": lambda x, dz: (np.sum(x**2), [dz * 2 * x]),
    "matrix square": lambda x, dz: (x @ x.T, [dz * 2 * x]),
    "2x + dz": lambda x, dz: (x**2, [2 * x + dz]),
}


class WrongInPlace:
    """x squared in place."""

    def forward(self, x):
        self.x = x.copy()
        x *= x
        return x

    def backward(self, dz):
        return [2 * self.x * dz]
