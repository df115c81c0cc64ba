import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


class MultiplyGate:
    kept = {}

    def forward(self, x, y):
        self.kept["x"] = x
        self.kept["y"] = y
        return x * y

    def backward(self, dz):
        dx = self.kept["y"] * dz
        dy = self.kept["x"] * dz
        return [dx, dy]


class MaxGate:
    def forward(self, x, y):
        self.x = x
        self.y = y
        return np.maximum(x, y)

    def backward(self, dz):
        x_is_larger = np.where(self.x > self.y, 1.0, 0.0)
        return [dz * x_is_larger, dz * (1.0 - x_is_larger)]


class SquareGate:
    def forward(self, x):
        self.x = x
        return x ** 2

    def backward(self, dz):
        return [2 * self.x * dz]


class ExpGate:
    def forward(self, x):
        self.z = np.exp(x)
        return self.z

    def backward(self, dz):
        return [self.z * dz]


class LogGate:
    def forward(self, x):
        self.x = x
        return np.log(x)

    def backward(self, dz):
        return [dz / self.x]


class ReciprocalGate:
    def forward(self, x):
        self.x = x
        return 1.0 / x

    def backward(self, dz):
        return [-dz / self.x ** 2]


class NegateGate:
    def forward(self, x):
        return -x

    def backward(self, dz):
        return [-dz]


class SigmoidGate:
    def forward(self, x):
        self.z = 0.5 * (1 + np.tanh(0.5 * x))  # does not overflow
        return self.z

    def backward(self, dz):
        return [dz * self.z * (1 - self.z)]


class TanhGate:
    def forward(self, x):
        self.z = np.tanh(x)
        return self.z

    def backward(self, dz):
        return [dz * (1 - self.z ** 2)]


class ReluGate:
    def forward(self, x):
        self.x = x
        return np.maximum(0, x)

    def backward(self, dz):
        return [np.where(self.x > 0, dz, 0)]


class MatMulGate:
    def forward(self, x, y):
        self.x = x
        self.y = y
        return np.dot(x, y)

    def backward(self, dz):
        # as 2-D: a vector on the left is a row, on the right a column
        X = np.atleast_2d(self.x)
        Y = self.y.reshape(len(self.y), -1)
        dZ = np.reshape(dz, (X.shape[0], Y.shape[1]))
        dX = np.dot(dZ, Y.T)
        dY = np.dot(X.T, dZ)
        return [dX.reshape(self.x.shape), dY.reshape(self.y.shape)]


class SumGate:
    def forward(self, x):
        self.x = x
        return np.sum(x)

    def backward(self, dz):
        return [np.full(np.shape(self.x), dz)]
