import numpy as np

# backward gives the derivative of every gate


class AddGate:
    def forward(self, x, y):
        self.x = x
        return x + y

    def backward(self, dz):
        return [np.ones_like(self.x), np.ones_like(self.x)]


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [self.y, self.x]


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, dz):
        return [1.0 * (self.x > self.y), 1.0 * (self.y > self.x)]


class SquareGate:
    def forward(self, x):
        self.x = x
        return x ** 2

    def backward(self, dz):
        return [2 * self.x]


class ExpGate:
    def forward(self, x):
        self.x = x
        return np.exp(x)

    def backward(self, dz):
        return [np.exp(self.x)]


class LogGate:
    def forward(self, x):
        self.x = x
        return np.log(x)

    def backward(self, dz):
        return [1 / self.x]


class ReciprocalGate:
    def forward(self, x):
        self.x = x
        return 1 / x

    def backward(self, dz):
        return [-1 / self.x ** 2]


class NegateGate:
    def forward(self, x):
        self.x = x
        return -x

    def backward(self, dz):
        return [-np.ones_like(self.x)]


class SigmoidGate:
    def forward(self, x):
        self.z = 1 / (1 + np.exp(-x))
        return self.z

    def backward(self, dz):
        return [self.z * (1 - self.z)]


class TanhGate:
    def forward(self, x):
        self.z = np.tanh(x)
        return self.z

    def backward(self, dz):
        return [1 - self.z ** 2]


class ReluGate:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dz):
        return [1.0 * (self.x > 0)]


class MatMulGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x @ y

    def backward(self, dz):
        return [self.y.T, self.x.T]


class SumGate:
    def forward(self, x):
        self.x = x
        return np.sum(x)

    def backward(self, dz):
        return [np.ones_like(self.x)]
