"""The activation functions f(z) of a neuron and their derivatives, and the neuron and the layer built on them.

Conventions (CS224n lecture 4 and notes part III, "Neuron units"):
- Forward: ``a = f(z)``, element by element, a of the shape of z; z is an array of any shape, or a number.
- Backward: ``dz = f_backward(da, z)``, the upstream gradient first; da and dz have the shape of z.
- At a kink any value between the slopes on its two sides is right. Here: relu, leaky_relu and prelu have at 0 the slope
  of the negative side, hardtanh has at +-1 the slope 1.
- Nothing overflows and nothing warns for |z| up to 1e3. float64 is meant; float32 in gives float32 out.
- No argument is ever changed.
"""

from __future__ import annotations

import numpy as np


def sigmoid(z: np.ndarray) -> np.ndarray:
    """sigma(z) = 1 / (1 + exp(-z)), between 0 and 1; the lecture's "logistic"."""
    # For z < 0 the definition is widened by exp(z): sigma(z) = exp(z) / (1 + exp(z)). So exp is only ever taken of
    # -|z|, which cannot overflow. (min(z, -z) is -|z|, and holds for complex z with a tiny imaginary part too.)
    e = np.exp(np.minimum(z, -z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_backward(da: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = sigmoid(z)."""
    # sigma'(z) = exp(-z) / (1 + exp(-z))**2 = sigma(z) (1 - sigma(z)).
    return da * sigmoid_grad_from_output(sigmoid(z))


def sigmoid_grad_from_output(a: np.ndarray) -> np.ndarray:
    """The derivative sigma'(z), from the output a = sigmoid(z) alone: what a forward pass has kept."""
    return a * (1 - a)


def tanh(z: np.ndarray) -> np.ndarray:
    """tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z)), between -1 and 1."""
    return np.tanh(z)


def tanh_backward(da: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = tanh(z)."""
    # The quotient rule: with s = e^z - e^-z and c = e^z + e^-z, (s/c)' = (c c - s s) / c**2 = 1 - tanh(z)**2.
    return da * tanh_grad_from_output(tanh(z))


def tanh_grad_from_output(a: np.ndarray) -> np.ndarray:
    """The derivative tanh'(z), from the output a = tanh(z) alone: what a forward pass has kept."""
    return 1 - a**2


def tanh_from_sigmoid(z: np.ndarray) -> np.ndarray:
    """tanh(z), computed through the sigmoid, of which it is a rescaled and shifted copy, twice as steep (eq. 9)."""
    # tanh(z) = (1 - e^-2z) / (1 + e^-2z) = 2 / (1 + e^-2z) - 1.
    return 2 * sigmoid(2 * z) - 1


def hardtanh(z: np.ndarray) -> np.ndarray:
    """-1 where z < -1, z where -1 <= z <= 1, and 1 where z > 1: a tanh without exponentials."""
    return np.clip(z, -1, 1)


def hardtanh_backward(da: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = hardtanh(z).

    The slope at the kinks z = -1 and z = 1 is 1.
    """
    return da * (np.abs(z) <= 1)


def softsign(z: np.ndarray) -> np.ndarray:
    """softsign(z) = z / (1 + |z|), between -1 and 1; it saturates more slowly than tanh."""
    return z / (1 + np.maximum(z, -z))  # max(z, -z) is |z|, and holds for complex z with a tiny imaginary part too


def softsign_backward(da: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = softsign(z)."""
    # For z > 0: (z / (1 + z))' = (1 + z - z) / (1 + z)**2 = 1 / (1 + |z|)**2.
    # For z < 0: (z / (1 - z))' = (1 - z + z) / (1 - z)**2 = 1 / (1 + |z|)**2. Positive on both sides: softsign rises
    # everywhere. The notes print sgn(z) / (1 + z)**2, which is wrong for every z < 0.
    return da / (1 + np.abs(z)) ** 2


def relu(z: np.ndarray) -> np.ndarray:
    """rect(z) = max(z, 0), the rectified linear unit."""
    return np.maximum(z, 0)


def relu_backward(da: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = relu(z).

    The slope at the kink z = 0 is 0.
    """
    return da * (z > 0)


def leaky_relu(z: np.ndarray, k: float = 0.01) -> np.ndarray:
    """leaky(z) = max(z, k z) with a fixed slope 0 < k < 1 on the negative side."""
    return np.maximum(z, k * z)


def leaky_relu_backward(da: np.ndarray, z: np.ndarray, k: float = 0.01) -> np.ndarray:
    """The gradient with respect to z, given da, the gradient with respect to a = leaky_relu(z, k).

    The slope at the kink z = 0 is k.
    """
    return np.where(z > 0, da, k * da)


def prelu(z: np.ndarray, a: float) -> np.ndarray:
    """Parametric ReLU: z where z > 0 and a z elsewhere. The slope a, any one number, is learned like a weight."""
    return np.maximum(z, 0) + a * np.minimum(z, 0)


def prelu_backward(da: np.ndarray, z: np.ndarray, a: float) -> tuple[np.ndarray, float]:
    """The gradients ``dz, d_a`` with respect to z and to a, given da, the gradient with respect to prelu(z, a).

    dz has the shape of z; d_a is one number, as a is. The slope at the kink z = 0 is a.
    """
    dz = np.where(z > 0, da, a * da)
    # Every element with z <= 0 contributes a z to the output, so dprelu/da = z there. They all share one a: they sum.
    d_a = np.sum(da * np.minimum(z, 0))
    return dz, d_a


def neuron(x: np.ndarray, w: np.ndarray, b: float) -> float:
    """One sigmoid neuron: a = sigma(w^T x + b). Shapes: x and w (n,), b and a numbers."""
    return sigmoid(w @ x + b).item()


def neuron_folded(x: np.ndarray, w_b: np.ndarray) -> float:
    """The same neuron with the bias folded into the weights: a = sigma([w b] . [x 1]).

    Shapes: x (n,), w_b (n + 1,) with the bias last, a a number.
    """
    x_1 = np.append(x, 1.0)
    return sigmoid(w_b @ x_1).item()


def layer(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A layer of sigmoid neurons that share one input: a = sigma(W x + b).

    Shapes: x (n_in,), W (n_out, n_in) with one neuron's weights in each row, b and a (n_out,).
    """
    return sigmoid(W @ x + b)
