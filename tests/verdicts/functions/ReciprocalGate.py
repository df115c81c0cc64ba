"""ReciprocalGate: z = 1 / x."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import gate

PROBLEM = gate("ReciprocalGate")


class RightFromTheInput:
    def forward(self, x):
        self.x = x
        return np.reciprocal(x)

    def backward(self, dz):
        return [-dz / self.x**2]


class RightFromTheOutput:
    def forward(self, x):
        self.z = np.divide(1.0, x)
        return self.z

    def backward(self, dz):
        return [self.z * -dz * self.z]


WRONG = {
    "upstream ignored": lambda x, dz: (1 / x, [-1 / x**2]),
    "not squared": lambda x, dz: (1 / x, [-dz / x]),
    "cube": lambda x, dz: (1 / x, [-dz / x**3]),
    "log x, the integral": lambda x, dz: (1 / x, [dz * np.log(x)]),
    "squared output of the upstream": lambda x, dz: (1 / x, [-(dz**2) / x**2]),
    "-x**2 for -1/x**2": lambda x, dz: (1 / x, [-dz * x**2]),
    "factor 2": lambda x, dz: (1 / x, [-2 * dz / x**2]),
    "local gradient 1 / z": lambda x, dz: (1 / x, [-dz * x]),
}
