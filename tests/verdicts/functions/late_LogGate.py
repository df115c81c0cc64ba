"""LogGate: z = log(x)."""

from __future__ import annotations

import math

import numpy as np

from reference import gates
from tests.tolerance.rewrites import each
from tests.verdicts.problem import gate, gate_subject

PROBLEM = gate(gate_subject(gates.LogGate, x="N,D", dz="N,D", positive="x", gradients="dz"))

RIGHT = {
    "numbers": lambda x, dz: (each(math.log)(x), [dz * each(lambda v: 1 / v)(x)]),
    "log2": lambda x, dz: (np.log2(x) * math.log(2), [np.divide(dz, x)]),
    "from the output": lambda x, dz: ((z := np.log(x)), [dz * np.exp(-z)]),
}


class RightKept:
    def forward(self, x):
        self.cache = (x,)
        return np.log(x)

    def backward(self, dz):
        (x,) = self.cache
        return (x**-1.0 * dz,)


WRONG = {
    "times x": lambda x, dz: (np.log(x), [dz * x]),
    "upstream ignored": lambda x, dz: (np.log(x), [1 / x]),
    "1 / z": lambda x, dz: ((z := np.log(x)), [dz / z]),
    "log10": lambda x, dz: (np.log10(x), [dz / x]),
    "log10 backward as well": lambda x, dz: (np.log10(x), [dz / (x * np.log(10))]),
    "log1p": lambda x, dz: (np.log1p(x), [dz / (1 + x)]),
    "minus": lambda x, dz: (np.log(x), [-dz / x]),
    "1 / x**2": lambda x, dz: (np.log(x), [dz / x**2]),
    "epsilon in the log": lambda x, dz: (np.log(x + 1e-8), [dz / (x + 1e-8)]),
    "epsilon backward only": lambda x, dz: (np.log(x), [dz / (x + 1e-8)]),
    "exponential, the other way round": lambda x, dz: (np.exp(x), [dz * np.exp(x)]),
    "division the wrong way round": lambda x, dz: (np.log(x), [x / np.where(dz == 0, 1, dz)]),
}
