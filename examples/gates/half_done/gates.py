import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


class MultiplicationGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, dz):
        # TODO: which one was larger?
        pass


class SquareGate:
    def forward(self, x):
        self.x = x
        return x ** 2

    def backward(self, dz):
        return dz * 2 * self.x


class ExpGate:
    def forward(self, x):
        self.z = np.exp(x)
        return self.z

    def backward(self, dz):
        return dz * self.z


class LogGate:
    def forward(self, x):
        self.x = x
        return np.log(x)

    def backward(self):
        return 1 / self.x


class NegateGate:
    def forward(self, x):
        return -x

    def backward(self, dz):
        return -dz


class ReluGate:
    def forward(self, x):
        raise NotImplementedError

    def backward(self, dz):
        raise NotImplementedError


SumGate = np.sum(0)
