import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


# train until it is good enough
w, loss = np.zeros(3), 1.0
while loss > 1e-3:
    w = w - 0.0 * np.ones(3)
    loss = np.sum((w - 1) ** 2)
