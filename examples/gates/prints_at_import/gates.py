import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


x = 0.0
while True:
    x = AddGate().forward(x, 0.1)
    print('x is now', x, 'and the array is', np.full(100, x))
    if x == 1.0:
        break
