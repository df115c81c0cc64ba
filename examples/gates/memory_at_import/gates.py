import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


# a table of all products, for speed
table = []
for i in range(10**9):
    table.append(np.arange(1.0, 1e6) * i)
