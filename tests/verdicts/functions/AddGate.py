"""AddGate: z = x + y; the upstream gradient goes to both."""

from __future__ import annotations

import numpy as np

from reference import gates
from tests.verdicts.problem import gate, gate_subject

PROBLEM = gate(gate_subject(gates.AddGate, x="N,D", y="N,D", dz="N,D", gradients="dz", integers="x y"))

RIGHT = {
    "ones times upstream": lambda x, y, dz: (y + x, [np.ones_like(x) * dz, np.ones_like(y) * dz]),
    "np.add, a tuple": lambda x, y, dz: (np.add(x, y), (1 * dz, 1.0 * dz)),
}


class RightGate:
    def forward(self, x, y):
        self.shapes = x.shape, y.shape
        return np.sum([x, y], axis=0)

    def backward(self, dz):
        return [np.reshape(dz, shape) for shape in self.shapes]


WRONG = {
    "as a multiply gate": lambda x, y, dz: (x + y, [dz * y, dz * x]),
    "local gradient without upstream": lambda x, y, dz: (x + y, [np.ones_like(dz), np.ones_like(dz)]),
    "split in halves": lambda x, y, dz: (x + y, [dz / 2, dz / 2]),
    "to the first input only": lambda x, y, dz: (x + y, [dz, 0 * dz]),
    "minus for the second input": lambda x, y, dz: (x + y, [dz, -dz]),
    "times the inputs": lambda x, y, dz: (x + y, [dz * x, dz * y]),
    "one gradient for both": lambda x, y, dz: (x + y, [dz]),
    "product forward": lambda x, y, dz: (x * y, [dz, dz]),
    "summed to a number": lambda x, y, dz: ((x + y).sum(), [dz, dz]),
}


class WrongInPlace:
    """x is added to in place."""

    def forward(self, x, y):
        x += y
        return x

    def backward(self, dz):
        return [dz, dz]
