"""Everything with loops and the math module, as I would do it in C."""
import math

import numpy as np


def each(function, *arrays):
    """function of the numbers that stand at the same place"""
    if np.ndim(arrays[0]) == 0:
        return function(*[float(a) for a in arrays])
    return np.array([each(function, *rows) for rows in zip(*arrays)])


class AddGate:
    def forward(self, x, y):
        return each(lambda a, b: a + b, x, y)

    def backward(self, dz):
        dx = each(lambda d: d, dz)
        dy = each(lambda d: d, dz)
        return [dx, dy]


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return each(lambda a, b: a * b, x, y)

    def backward(self, dz):
        return [each(lambda d, b: d * b, dz, self.y), each(lambda d, a: d * a, dz, self.x)]


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return each(max, x, y)

    def backward(self, dz):
        # at a tie each gets one half
        def part(d, a, b):
            if a > b:
                return d
            return d / 2 if a == b else 0.0

        return [each(part, dz, self.x, self.y), each(part, dz, self.y, self.x)]


class SquareGate:
    def forward(self, x):
        self.x = x
        return each(lambda a: a * a, x)

    def backward(self, dz):
        return [each(lambda d, a: 2 * a * d, dz, self.x)]


class ExpGate:
    def forward(self, x):
        self.x = x
        return each(math.exp, x)

    def backward(self, dz):
        return [each(lambda d, a: d * math.exp(a), dz, self.x)]


class LogGate:
    def forward(self, x):
        self.x = x
        return each(math.log, x)

    def backward(self, dz):
        return [each(lambda d, a: d / a, dz, self.x)]


class ReciprocalGate:
    def forward(self, x):
        self.x = x
        return each(lambda a: 1 / a, x)

    def backward(self, dz):
        return [each(lambda d, a: -d / (a * a), dz, self.x)]


class NegateGate:
    def forward(self, x):
        return each(lambda a: -a, x)

    def backward(self, dz):
        return [each(lambda d: -d, dz)]


def sigmoid(a):
    if a >= 0:
        return 1 / (1 + math.exp(-a))
    return math.exp(a) / (1 + math.exp(a))


class SigmoidGate:
    def forward(self, x):
        self.x = x
        return each(sigmoid, x)

    def backward(self, dz):
        return [each(lambda d, a: d * sigmoid(a) * sigmoid(-a), dz, self.x)]


class TanhGate:
    def forward(self, x):
        self.x = x
        return each(math.tanh, x)

    def backward(self, dz):
        return [each(lambda d, a: d * (1 - math.tanh(a)) * (1 + math.tanh(a)), dz, self.x)]


class ReluGate:
    def forward(self, x):
        self.x = x
        return each(lambda a: a if a > 0 else 0.0, x)

    def backward(self, dz):
        return [each(lambda d, a: d if a >= 0 else 0.0, dz, self.x)]


class MatMulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        X, Y = self.matrices()
        Z = np.zeros((len(X), len(Y[0])))
        for i in range(len(X)):
            for j in range(len(Y[0])):
                for k in range(len(Y)):
                    Z[i, j] += X[i, k] * Y[k, j]
        return Z.reshape(x.shape[:-1] + y.shape[1:])

    def matrices(self):
        X = self.x if self.x.ndim == 2 else self.x.reshape(1, len(self.x))
        Y = self.y if self.y.ndim == 2 else self.y.reshape(len(self.y), 1)
        return X, Y

    def backward(self, dz):
        X, Y = self.matrices()
        dZ = np.array(dz).reshape(len(X), len(Y[0]))
        dX, dY = np.zeros(X.shape), np.zeros(Y.shape)
        for i in range(len(X)):
            for j in range(len(Y[0])):
                for k in range(len(Y)):
                    dX[i, k] += dZ[i, j] * Y[k, j]
                    dY[k, j] += dZ[i, j] * X[i, k]
        return [dX.reshape(self.x.shape), dY.reshape(self.y.shape)]


class SumGate:
    def forward(self, x):
        self.x = x
        total = 0.0
        for a in np.ravel(x):
            total += a
        return total

    def backward(self, dz):
        return [each(lambda a: dz, self.x)]
