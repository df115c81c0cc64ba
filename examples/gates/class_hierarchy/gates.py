from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Tuple

import numpy as np


class Gate(ABC):
    """Remembers its inputs; each kind of gate says what it computes and what its local gradients are."""

    def __init__(self) -> None:
        self._inputs: Tuple = ()

    def forward(self, *inputs):
        self._inputs = tuple(np.array(i, dtype=np.float64, copy=True) for i in inputs)
        return self.compute(*self._inputs)

    def backward(self, dz) -> Tuple:
        return tuple(dz * local for local in self.local_gradients(*self._inputs))

    @abstractmethod
    def compute(self, *inputs): ...

    @abstractmethod
    def local_gradients(self, *inputs) -> Tuple: ...


class AddGate(Gate):
    def compute(self, x, y):
        return x + y

    def local_gradients(self, x, y):
        return np.ones_like(x), np.ones_like(y)


class MultiplyGate(Gate):
    def compute(self, x, y):
        return x * y

    def local_gradients(self, x, y):
        return y, x


class MaxGate(Gate):
    def compute(self, x, y):
        return np.maximum(x, y)

    def local_gradients(self, x, y):
        return (x > y).astype(float), (x <= y).astype(float)


class SquareGate(Gate):
    def compute(self, x):
        return np.square(x)

    def local_gradients(self, x):
        return (2 * x,)


class ExpGate(Gate):
    def compute(self, x):
        return np.exp(x)

    def local_gradients(self, x):
        return (np.exp(x),)


class LogGate(Gate):
    def compute(self, x):
        return np.log(x)

    def local_gradients(self, x):
        return (1 / x,)


class ReciprocalGate(Gate):
    def compute(self, x):
        return np.reciprocal(x)

    def local_gradients(self, x):
        return (-1 / np.square(x),)


class NegateGate(Gate):
    def compute(self, x):
        return np.negative(x)

    def local_gradients(self, x):
        return (-np.ones_like(x),)


class SigmoidGate(Gate):
    @staticmethod
    def sigmoid(x):
        return np.exp(-np.logaddexp(0.0, -x))

    def compute(self, x):
        return self.sigmoid(x)

    def local_gradients(self, x):
        return (self.sigmoid(x) * self.sigmoid(-x),)


class TanhGate(Gate):
    def compute(self, x):
        return np.tanh(x)

    def local_gradients(self, x):
        return (1 - np.tanh(x) ** 2,)


class ReluGate(Gate):
    def compute(self, x):
        return x * (x > 0)

    def local_gradients(self, x):
        return (np.heaviside(x, 0.5),)


class MatMulGate(Gate):
    def compute(self, x, y):
        return x @ y

    def local_gradients(self, x, y):
        raise TypeError("the local gradient of a product of matrices is not one array")

    def backward(self, dz):
        x, y = self._inputs
        letters_x, letters_y = ("ik", "kj") if x.ndim == y.ndim == 2 else ("ik"[-x.ndim :], "kj"[: y.ndim])
        letters_z = "".join(letter for letter in "ij" if letter in letters_x + letters_y)
        dx = np.einsum(f"{letters_z},{letters_y}->{letters_x}", dz, y)
        dy = np.einsum(f"{letters_z},{letters_x}->{letters_y}", dz, x)
        return dx, dy


class SumGate(Gate):
    def compute(self, x):
        return x.sum()

    def local_gradients(self, x):
        return (np.ones_like(x),)
