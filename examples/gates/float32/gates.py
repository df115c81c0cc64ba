import numpy as np

F = np.float32


class AddGate:
    def forward(self, x, y): return F(x) + F(y)
    def backward(self, dz): return F(dz), F(dz)


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = F(x), F(y)
        return self.x * self.y
    def backward(self, dz): return F(dz) * self.y, F(dz) * self.x


class MaxGate:
    def forward(self, x, y):
        self.first = F(x) > F(y)
        return np.where(self.first, F(x), F(y))
    def backward(self, dz): return F(dz) * F(self.first), F(dz) * F(~self.first)


class SquareGate:
    def forward(self, x):
        self.x = F(x)
        return self.x * self.x
    def backward(self, dz): return F(2) * self.x * F(dz)


class ExpGate:
    def forward(self, x):
        self.z = np.exp(F(x))
        return self.z
    def backward(self, dz): return self.z * F(dz)


class LogGate:
    def forward(self, x):
        self.x = F(x)
        return np.log(self.x)
    def backward(self, dz): return F(dz) / self.x


class ReciprocalGate:
    def forward(self, x):
        self.z = F(1) / F(x)
        return self.z
    def backward(self, dz): return -F(dz) * self.z * self.z


class NegateGate:
    def forward(self, x): return -F(x)
    def backward(self, dz): return -F(dz)


class SigmoidGate:
    def forward(self, x):
        self.z = F(1) / (F(1) + np.exp(-F(x)))   # overflows to inf, and 1/inf is 0: fine
        return self.z
    def backward(self, dz): return F(dz) * self.z * (F(1) - self.z)


class TanhGate:
    def forward(self, x):
        self.z = np.tanh(F(x))
        return self.z
    def backward(self, dz): return F(dz) * (F(1) - self.z * self.z)


class ReluGate:
    def forward(self, x):
        self.x = F(x)
        return np.maximum(self.x, F(0))
    def backward(self, dz): return F(dz) * F(self.x > 0)


class MatMulGate:
    def forward(self, x, y):
        self.x, self.y = F(x), F(y)
        return self.x @ self.y
    def backward(self, dz):
        dz = F(dz)
        x, y = self.x, self.y
        if x.ndim == 1 and y.ndim == 1: return dz * y, dz * x
        if x.ndim == 1: return y @ dz, np.outer(x, dz)
        if y.ndim == 1: return np.outer(dz, y), x.T @ dz
        return dz @ y.T, x.T @ dz


class SumGate:
    def forward(self, x):
        self.shape = np.shape(x)
        return F(x).sum()
    def backward(self, dz): return np.broadcast_to(F(dz), self.shape)
