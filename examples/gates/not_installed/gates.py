import numpy as np
import numexpr as ne
from course_tools.plotting import draw_circuit


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dz):
        return [dz * self.y, dz * self.x]


class MaxGate:
    def forward(self, x, y):
        self.mask = x > y
        return np.maximum(x, y)

    def backward(self, dz):
        return [dz * self.mask, dz * np.logical_not(self.mask)]


class SigmoidGate:
    def forward(self, x):
        self.z = ne.evaluate("1 / (1 + exp(-x))")
        return self.z

    def backward(self, dz):
        return [dz * self.z * (1 - self.z)]


if __name__ == "__main__":
    draw_circuit(AddGate(), MultiplyGate(), MaxGate())
