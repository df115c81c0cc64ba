import sys

import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


print(AddGate().forward(1, 2))
sys.exit(0)
