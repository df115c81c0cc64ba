"""Homework 2, activations. The stable sigmoid is in stable.py, because I use it in other homeworks too."""
import math

import numpy as np
from stable import stable_sigmoid as sigmoid_of_array

# ---------- slopes: one function of z for each activation ----------


def d_tanh(z):
    # 4 / (e^z + e^-z)^2, with both powers divided by the larger one
    small = np.exp(-2.0 * np.abs(z))
    return 4.0 * small / (1.0 + small) ** 2


def d_hardtanh(z):
    return np.heaviside(1.0 - np.abs(z), 0.0)


def d_softsign(z):
    return 1.0 / np.square(1.0 + np.abs(z))


def d_rectifier(z, below):
    """Slope of all three rectifiers: 1 on the right, `below` on the left."""
    return below + (1.0 - below) * np.heaviside(z, 1.0)


def rectifier(z, below):
    return np.clip(z, 0, math.inf) + below * np.clip(z, -math.inf, 0)


# ---------- what is asked for: forward ----------


def sigmoid(z):
    return sigmoid_of_array(z)


def tanh(z): return -np.expm1(-2.0 * np.abs(z)) / (1.0 + np.exp(-2.0 * np.abs(z))) * np.sign(z)


def hardtanh(z): return np.clip(z, -1, 1)


def softsign(z): return np.divide(z, 1 + np.abs(z))


def relu(z): return rectifier(z, 0.0)


def leaky_relu(z, k=0.01): return rectifier(z, k)


def prelu(z, a): return rectifier(z, a)


# ---------- backward: always upstream times slope ----------


def sigmoid_backward(da, z): return np.multiply(da, sigmoid_grad_from_output(sigmoid(z)))


def tanh_backward(da, z): return np.multiply(da, d_tanh(z))


def hardtanh_backward(da, z): return np.multiply(da, d_hardtanh(z))


def softsign_backward(da, z): return np.multiply(da, d_softsign(z))


def relu_backward(da, z): return np.multiply(da, d_rectifier(z, 0.0))


def leaky_relu_backward(da, z, k=0.01): return np.multiply(da, d_rectifier(z, k))


def prelu_backward(da, z, a):
    dz = np.multiply(da, d_rectifier(z, a))
    d_a = np.vdot(da, np.clip(z, -math.inf, 0))  # da/d(a) is z on the left and 0 on the right
    return dz, d_a


# ---------- the slope again, when only the output is known ----------


def sigmoid_grad_from_output(a): return a * (1.0 - a)


def tanh_grad_from_output(a): return 1.0 - np.square(a)


def tanh_from_sigmoid(z):
    s = sigmoid(np.multiply(2, z))
    return s - (1 - s)


# ---------- neuron and layer ----------


def layer(x, W, b): return sigmoid(np.matmul(W, x) + b)


def neuron(x, w, b): return layer(x, w, b)


def neuron_folded(x, w_b): return sigmoid(np.inner(np.append(x, 1.0), w_b))


if __name__ == "__main__":
    z = np.array([-2, -0.5, 0.25, 3])
    for f in (sigmoid, tanh, hardtanh, softsign):
        print(f"{f.__name__:>10}", f(z).round(6))
