"""The gates of a circuit: each knows how to compute its output, and how to send the gradient back to its inputs.

    downstream gradient = upstream gradient * local gradient        (one local gradient per input)

Conventions (CS224n lecture 4, "Computation graphs and backpropagation"):
- ``forward(x, y) -> z`` or ``forward(x) -> z``; ``backward(dz) -> [dx, dy]`` or ``[dx]``, in the order of the inputs.
- ``dz`` is the upstream gradient, of the shape of z; every gradient that comes back has the shape of its input.
- forward keeps what backward needs, so forward comes first; a gate stands at one place of a circuit.
- Scalars and arrays alike. A gate works element by element and does not broadcast: two inputs have one shape.
- No argument is ever changed.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

Value: TypeAlias = "float | np.ndarray"  # what travels along an edge: a number, or an array of numbers


class AddGate:
    """z = x + y. Distributes: the upstream gradient goes to both summands as it is."""

    def forward(self, x: Value, y: Value) -> Value:
        """Returns x + y. Raises ValueError unless x and y have the same shape."""
        _check_same_shape(x, y)
        return x + y

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx, dy], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 1 and dz/dy = 1.
        return [dz, dz]


class MultiplyGate:
    """z = x * y. Switches: each input's local gradient is the value of the other input."""

    def forward(self, x: Value, y: Value) -> Value:
        """Returns x * y, element by element. Raises ValueError unless x and y have the same shape."""
        _check_same_shape(x, y)
        self.x, self.y = x, y  # backward needs both
        return x * y

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx, dy], given dz, the gradient of the loss with respect to z."""
        # dz/dx = y and dz/dy = x.
        dx = dz * self.y
        dy = dz * self.x
        return [dx, dy]


class MaxGate:
    """z = max(x, y). Routes: the upstream gradient goes to the larger input, and nothing to the other.

    At a tie any split of dz is a subgradient; here x takes all of it.
    """

    def forward(self, x: Value, y: Value) -> Value:
        """Returns the larger of x and y, element by element. Raises ValueError unless they have the same shape."""
        _check_same_shape(x, y)
        self.x_wins = np.greater_equal(x, y)
        return np.maximum(x, y)

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx, dy], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 1(x > y) and dz/dy = 1(y > x).
        dx = dz * self.x_wins
        dy = dz * ~self.x_wins
        return [dx, dy]


class SquareGate:
    """z = x ** 2."""

    def forward(self, x: Value) -> Value:
        """Returns the square of x."""
        self.x = x
        return x**2

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 2 x.
        dx = dz * 2 * self.x
        return [dx]


class ExpGate:
    """z = exp(x)."""

    def forward(self, x: Value) -> Value:
        """Returns e to the power of x."""
        self.z: Value = np.exp(x)  # the output is its own derivative
        return self.z

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = exp(x) = z.
        dx = dz * self.z
        return [dx]


class LogGate:
    """z = log(x), the natural logarithm; x > 0."""

    def forward(self, x: Value) -> Value:
        """Returns the natural logarithm of x."""
        self.x = x
        return np.log(x)

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 1 / x.
        dx = dz / self.x
        return [dx]


class ReciprocalGate:
    """z = 1 / x; x is not 0."""

    def forward(self, x: Value) -> Value:
        """Returns 1 / x."""
        self.z: Value = 1 / x
        return self.z

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = -1 / x**2 = -z**2.
        dx = -dz * self.z**2
        return [dx]


class NegateGate:
    """z = -x."""

    def forward(self, x: Value) -> Value:
        """Returns -x."""
        return -x

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = -1.
        dx = -dz
        return [dx]


class SigmoidGate:
    """z = 1 / (1 + exp(-x)): negate, exp, add 1 and reciprocal, merged into one gate. No overflow up to |x| = 1e3."""

    def forward(self, x: Value) -> Value:
        """Returns the sigmoid of x."""
        e = np.exp(np.minimum(x, -x))  # exp(-|x|): never of a positive number, so it cannot overflow
        self.z = np.where(x >= 0, 1, e) / (1 + e)
        return self.z

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = z (1 - z): the merged gate needs nothing but its output.
        dx = dz * self.z * (1 - self.z)
        return [dx]


class TanhGate:
    """z = tanh(x)."""

    def forward(self, x: Value) -> Value:
        """Returns the hyperbolic tangent of x."""
        self.z: Value = np.tanh(x)
        return self.z

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 1 - tanh(x)**2 = 1 - z**2.
        dx = dz * (1 - self.z**2)
        return [dx]


class ReluGate:
    """z = max(x, 0). Open where x > 0, shut elsewhere; at the kink, x = 0, its local gradient is 0 here."""

    def forward(self, x: Value) -> Value:
        """Returns x where it is positive, else 0."""
        self.is_open = np.greater(x, 0)
        return np.maximum(x, 0)

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], given dz, the gradient of the loss with respect to z."""
        # dz/dx = 1(x > 0): the input decides whether the gate is open, never the upstream gradient.
        dx = dz * self.is_open
        return [dx]


class MatMulGate:
    """z = x y, the matrix product, of two matrices or of a matrix and a vector (z = W x), on either side.

    Shapes: x (n, m) or (m,), y (m, p) or (m,); z has what is left of (n, p).
    """

    def forward(self, x: np.ndarray, y: np.ndarray) -> Value:
        """Returns the matrix product of x and y. Raises ValueError unless the inner dimensions agree."""
        self.x, self.y = x, y
        z: Value = x @ y
        return z

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx, dy], given dz, the gradient of the loss with respect to z; shapes as x and y."""
        # z_ij = sum_k x_ik y_kj, so dx_ik = sum_j dz_ij y_kj and dy_kj = sum_i x_ik dz_ij: every sum runs over the
        # index that is missing on the left. A vector is a row on the left side, and a column on the right.
        X = self.x.reshape(-1, self.x.shape[-1])
        Y = self.y.reshape(self.y.shape[0], -1)
        dZ = np.reshape(dz, (X.shape[0], Y.shape[1]))
        dx = (dZ @ Y.T).reshape(self.x.shape)
        dy = (X.T @ dZ).reshape(self.y.shape)
        return [dx, dy]


class SumGate:
    """z = the sum of all elements of x, a number."""

    def forward(self, x: Value) -> Value:
        """Returns the sum over every axis of x."""
        self.shape = np.shape(x)
        return np.sum(x)

    def backward(self, dz: Value) -> list[Value]:
        """Returns [dx], of the shape of x, given the number dz, the gradient of the loss with respect to z."""
        # dz/dx_i = 1 for every i: a sum of many inputs distributes as + does.
        dx = dz * np.ones(self.shape)
        return [dx]


def _check_same_shape(x: Value, y: Value) -> None:
    if np.shape(x) != np.shape(y):
        raise ValueError(f"the inputs have different shapes, {np.shape(x)} and {np.shape(y)}")
