"""SumGate: z = the sum of all elements."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import gate

PROBLEM = gate("SumGate")

RIGHT = {
    "axis by axis": lambda x, dz: (x.sum(0).sum(), [np.broadcast_to(dz, x.shape)]),
    "Python's sum": lambda x, dz: (float(sum(map(sum, x.tolist()))), [[[float(dz)] * x.shape[1]] * x.shape[0]]),
    "ones": lambda x, dz: (np.ones(x.size) @ x.ravel(), [0 * x + dz]),
}
WRONG = {
    "a number for the array": lambda x, dz: (x.sum(), [dz]),
    "upstream ignored": lambda x, dz: (x.sum(), [np.ones(x.shape)]),
    "times x": lambda x, dz: (x.sum(), [dz * x]),
    "divided by the rows": lambda x, dz: (x.sum(), [np.full(x.shape, dz / len(x))]),
    "transposed": lambda x, dz: (x.sum(), [np.full(x.T.shape, dz)]),
    "to the largest only": lambda x, dz: (x.sum(), [dz * (x == x.max())]),
    "over one axis only": lambda x, dz: (x.sum(axis=0), [np.full(x.shape, dz)]),
    "mean forward": lambda x, dz: (x.mean(), [np.full(x.shape, dz)]),
    "times the number of elements": lambda x, dz: (x.sum(), [np.full(x.shape, dz * x.size)]),
    "zeros_like never filled": lambda x, dz: (x.sum(), [np.zeros_like(x)]),
}
