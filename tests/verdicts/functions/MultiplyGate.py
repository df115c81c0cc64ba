"""MultiplyGate: z = x * y; the upstream gradient is switched."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import gate


PROBLEM = gate("MultiplyGate")


class right_cache:
    def forward(self, *inputs):
        self.cache = inputs
        return np.multiply(*inputs)

    def backward(self, dz):
        x, y = self.cache
        return y * dz, x * dz


class right_local_gradients:
    def forward(self, x, y):
        self.local = {"x": y.copy(), "y": x.copy()}
        return x * y

    def backward(self, dz):
        return [dz * self.local[name] for name in "xy"]


class right_loop:
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
    "first input twice": lambda x, y, dz: (x * y, [dz * y, dz * y]),
    "upstream added": lambda x, y, dz: (x * y, [dz + y, dz + x]),
    "gradients of the loss z: ones upstream": lambda x, y, dz: (x * y, [np.ones_like(dz) * y, np.ones_like(dz) * x]),
    "matrix product of upstream and input": lambda x, y, dz: (x * y, [dz @ y.T, dz @ x.T]),
    "averaged over the batch": lambda x, y, dz: (x * y, [dz * y / len(x), dz * x / len(x)]),
    "sum forward": lambda x, y, dz: (x + y, [dz * y, dz * x]),
}


class wrong_forgotten_input:
    """The second input is kept where the first one belongs."""

    def forward(self, x, y):
        self.x = self.y = y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]


class wrong_shared_by_all_gates:
    """The inputs are kept in the class, the first ones for ever."""

    kept = []

    def forward(self, x, y):
        self.kept += [x, y]
        return x * y

    def backward(self, dz):
        return [dz * self.kept[1], dz * self.kept[0]]
