"""MaxGate: z = max(x, y); the upstream gradient goes to the larger input."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import gate

PROBLEM = gate("MaxGate")

RIGHT = {
    "sign of the difference": lambda x, y, dz: (
        np.maximum(x, y),
        [dz * (1 + np.sign(x - y)) / 2, dz * (1 - np.sign(x - y)) / 2],
    ),
    "equal to the output": lambda x, y, dz: ((z := np.maximum(x, y)), [dz * (z == x), dz * (z == y)]),
}


class RightMaskedAssignment:
    def forward(self, x, y):
        self.mask = x > y
        z = y.copy()
        z[self.mask] = x[self.mask]
        return z

    def backward(self, dz):
        dx, dy = np.zeros(dz.shape), np.zeros(dz.shape)
        dx[self.mask] = dz[self.mask]
        dy[~self.mask] = dz[~self.mask]
        return [dx, dy]


class RightStacked:
    def forward(self, x, y):
        both = np.stack([x, y])
        self.winner = both.argmax(axis=0)
        return both.max(axis=0)

    def backward(self, dz):
        return [np.where(self.winner == place, dz, 0.0) for place in (0, 1)]


WRONG = {
    "always to the first": lambda x, y, dz: (np.maximum(x, y), [dz, 0 * dz]),
    "split in halves": lambda x, y, dz: (np.maximum(x, y), [dz / 2, dz / 2]),
    "compared with 0": lambda x, y, dz: (np.maximum(x, y), [dz * (x > 0), dz * (y > 0)]),
    "absolute values compared": lambda x, y, dz: (np.maximum(x, y), [dz * (abs(x) > abs(y)), dz * (abs(y) >= abs(x))]),
    "upstream ignored": lambda x, y, dz: (np.maximum(x, y), [(x > y) * 1.0, (x <= y) * 1.0]),
    "times the input": lambda x, y, dz: (np.maximum(x, y), [dz * x * (x > y), dz * y * (x <= y)]),
    "one maximum for the whole array": lambda x, y, dz: (
        np.maximum(x, y),
        [dz * (x.max() > y.max()), dz * (x.max() <= y.max())],
    ),
    "minimum forward": lambda x, y, dz: (np.minimum(x, y), [dz * (x < y), dz * (x >= y)]),
    "isclose counts as a tie, to neither": lambda x, y, dz: (
        np.maximum(x, y),
        [dz * (x > y) * ~np.isclose(x, y), dz * (y > x) * ~np.isclose(x, y)],
    ),
    "mask of the upstream": lambda x, y, dz: (np.maximum(x, y), [dz * (dz > 0), dz * (dz <= 0)]),
    "one gate for all rows": lambda x, y, dz: (
        np.maximum(x, y),
        [dz * (x > y).all(1, keepdims=True), dz * ~(x > y).all(1, keepdims=True)],
    ),
}
