"""Activation functions

Every function has a forward and a backward pass. I checked all of them on paper with z = 2.
"""

import numpy as np

# ---------------------------------------------------------------- sigmoid


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    positive = z >= 0
    out = np.empty(z.shape)
    out[positive] = 1.0 / (1.0 + np.exp(-z[positive]))
    exp_z = np.exp(z[~positive])
    out[~positive] = exp_z / (1.0 + exp_z)
    return out


def sigmoid_grad_from_output(a):
    return a * (1.0 - a)


def sigmoid_backward(da, z):
    out = sigmoid(z)
    return np.multiply(da, sigmoid_grad_from_output(out))


# ------------------------------------------------------------------- tanh


def tanh(z):
    return np.tanh(z)


def tanh_grad_from_output(a):
    return 1.0 - np.square(a)


def tanh_backward(da, z):
    return np.multiply(da, tanh_grad_from_output(tanh(z)))


def tanh_from_sigmoid(z):
    doubled = np.multiply(z, 2.0)
    return sigmoid(doubled) * 2.0 - 1.0


# --------------------------------------------------------------- hardtanh


def hardtanh(z):
    return np.clip(z, -1.0, 1.0)


def hardtanh_backward(da, z):
    dz = np.array(da, dtype=float)
    dz[np.abs(z) >= 1.0] = 0.0
    return dz


# --------------------------------------------------------------- softsign


def softsign(z):
    return np.divide(z, 1.0 + np.abs(z))


def softsign_backward(da, z):
    # derivative from the lecture notes: sgn(z) / (1 + z)^2
    derivative = np.sign(z) / np.square(1.0 + z)
    return np.multiply(da, derivative)


# ------------------------------------------------------------ relu family


def relu(z):
    return np.maximum(z, 0.0)


def relu_backward(da, z):
    dz = np.array(da, dtype=float)
    dz[dz < 0] = 0.0  # relu lets nothing negative through
    return dz


def leaky_relu(z, k=0.01):
    return np.maximum(z, 0.0) + k * np.minimum(z, 0.0)


def leaky_relu_backward(da, z, k=0.01):
    dz = np.array(da, dtype=float)
    dz[np.asarray(z) < 0] *= k
    return dz


def prelu(z, a):
    return leaky_relu(z, a)


def prelu_backward(da, z, a):
    dz = leaky_relu_backward(da, z, a)
    da_da = np.multiply(da, np.minimum(z, 0.0))  # one entry for each z
    return dz, da_da


# ---------------------------------------------------------------- neurons


def neuron(x, w, b):
    z = b
    for i in range(len(x)):
        z += w[i] * x[i]
    return float(sigmoid(z))


def neuron_folded(x, w_b):
    ones_x = np.concatenate(([1.0], x))  # x with a 1 for the bias
    return neuron(ones_x, w_b, 0.0)


def layer(x, W, b):
    return np.array([neuron(x, W[i], b[i]) for i in range(W.shape[0])])
