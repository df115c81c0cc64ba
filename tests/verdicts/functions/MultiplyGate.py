"""MultiplyGate: z = x * y; the upstream gradient is switched."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tests.verdicts.problem import gate

PROBLEM = gate("MultiplyGate")


class RightCache:
    def forward(self, *inputs):
        self.cache = inputs
        return np.multiply(*inputs)

    def backward(self, dz):
        x, y = self.cache
        return y * dz, x * dz


class RightLocalGradients:
    def forward(self, x, y):
        self.local = {"x": y.copy(), "y": x.copy()}
        return x * y

    def backward(self, dz):
        return [dz * self.local[name] for name in "xy"]


class RightLoop:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.array([a * b for a, b in zip(x.flat, y.flat, strict=True)]).reshape(x.shape)

    def backward(self, dz):
        dx, dy = np.zeros(dz.shape), np.zeros(dz.shape)
        for i in np.ndindex(dz.shape):
            dx[i], dy[i] = dz[i] * self.y[i], dz[i] * self.x[i]
        return [dx, dy]


WRONG = {
    "as an add gate": lambda x, y, dz: (x * y, [dz, dz]),
    "both by the product": lambda x, y, dz: (x * y, [dz * x * y, dz * x * y]),
    "divided by the own input": lambda x, y, dz: (x * y, [dz / x, dz / y]),
    "sum of both switched": lambda x, y, dz: (x * y, [dz * (x + y), dz * (x + y)]),
    "upstream added": lambda x, y, dz: (x * y, [dz + y, dz + x]),
    "matrix product of upstream and input": lambda x, y, dz: (x * y, [dz @ y.T, dz @ x.T]),
    "averaged over the batch": lambda x, y, dz: (x * y, [dz * y / len(x), dz * x / len(x)]),
    "sum forward": lambda x, y, dz: (x + y, [dz * y, dz * x]),
}


class WrongForgottenInput:
    """The second input is kept where the first one belongs."""

    def forward(self, x, y):
        self.x = self.y = y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]


class WrongSharedByAllGates:
    """The inputs are kept in the class, the first ones for ever."""

    kept: ClassVar[list] = []

    def forward(self, x, y):
        self.kept += [x, y]
        return x * y

    def backward(self, dz):
        return [dz * self.kept[1], dz * self.kept[0]]
