"""SigmoidGate: z = sigma(x), without overflow."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.verdicts.problem import gate

PROBLEM = gate("SigmoidGate")


class RightFromTheOutput:
    def forward(self, x):
        self.z = 0.5 * (1 + np.tanh(0.5 * x))
        return self.z

    def backward(self, dz):
        return [dz * (self.z - self.z**2)]


class RightFromTheInput:
    def forward(self, x):
        self.x = x
        return np.exp(-np.logaddexp(0, -x))

    def backward(self, dz):
        e = np.exp(-abs(self.x))
        return [dz * e / (1 + e) / (1 + e)]


WRONG = {
    "1 + z for 1 - z": lambda x, dz: ((z := act.sigmoid(x)), [dz * z * (1 + z)]),
    "upstream ignored": lambda x, dz: ((z := act.sigmoid(x)), [z * (1 - z)]),
    "z (1 - z) of the upstream": lambda x, dz: ((z := act.sigmoid(x)), [z * dz * (1 - dz)]),
    "only z": lambda x, dz: ((z := act.sigmoid(x)), [dz * z]),
    "sign": lambda x, dz: ((z := act.sigmoid(x)), [-dz * z * (1 - z)]),
    "gradient not in a list": lambda x, dz: ((z := act.sigmoid(x)), dz * z * (1 - z)),
    "tanh's slope": lambda x, dz: ((z := act.sigmoid(x)), [dz * (1 - z**2)]),
    "exponential of +x": lambda x, dz: ((z := act.sigmoid(-x)), [dz * z * (1 - z)]),
    "slope of the exponential alone": lambda x, dz: (act.sigmoid(x), [-dz * np.exp(-x)]),
    "reciprocal's minus lost in the chain": lambda x, dz: (
        (z := act.sigmoid(x)),
        [dz * -np.exp(-np.maximum(x, -300)) * z**2],
    ),
}
