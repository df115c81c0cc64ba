"""MatMulGate: z = x y, the matrix product."""

from __future__ import annotations

import numpy as np

from tests.verdicts.problem import gate

PROBLEM = gate("MatMulGate")


class RightDot:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x.dot(y)

    def backward(self, dz):
        return [dz.dot(self.y.T), self.x.T.dot(dz)]


class RightTransposedTwice:
    def forward(self, x, y):
        self.inputs = x, y
        return (y.T @ x.T).T

    def backward(self, dz):
        x, y = self.inputs
        return (y @ dz.T).T, (dz.T @ x).T


def right_rows(x, y, dz):
    z = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in y.T] for row in x]
    return z, [np.array([d @ y.T for d in dz]), np.tensordot(x, dz, axes=(0, 0))]


WRONG = {
    "gradients exchanged": lambda x, y, dz: (x @ y, [x.T @ dz, dz @ y.T]),
    "as a multiply gate": lambda x, y, dz: (x @ y, [dz * y, dz * x]),
    "transposes forgotten": lambda x, y, dz: (x @ y, [dz @ y, x @ dz]),
    "dy transposed": lambda x, y, dz: (x @ y, [dz @ y.T, dz.T @ x]),
    "dy reshaped for transposed": lambda x, y, dz: (x @ y, [dz @ y.T, (dz.T @ x).reshape(y.shape)]),
    "upstream ignored": lambda x, y, dz: (x @ y, [np.ones_like(dz) @ y.T, x.T @ np.ones_like(dz)]),
    "divided by N": lambda x, y, dz: (x @ y, [dz @ y.T, x.T @ dz / len(x)]),
    "y reshaped for transposed": lambda x, y, dz: (x @ y, [dz @ y.reshape(y.shape[::-1]), x.T @ dz]),
    "last example only": lambda x, y, dz: (x @ y, [dz @ y.T, np.outer(x[-1], dz[-1])]),
    "upstream summed over the batch": lambda x, y, dz: (x @ y, [dz @ y.T, x.sum(0)[:, None] * dz.sum(0)]),
    "dx the same for all examples": lambda x, y, dz: (x @ y, [np.ones((len(x), 1)) * (dz @ y.T)[:1], x.T @ dz]),
    "minus": lambda x, y, dz: (x @ y, [-dz @ y.T, x.T @ dz]),
}
