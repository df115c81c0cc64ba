import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


# my own tests
gate = AddGate()
data = np.loadtxt("my_data/inputs.txt")
assert gate.forward(data[0], data[1]) == 3.0
