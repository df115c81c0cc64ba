"""Single precision throughout, as on my GPU."""
import functools

import numpy as np


def single(function):
    @functools.wraps(function)
    def in_single_precision(*arguments):
        return function(*[np.float32(argument) for argument in arguments])

    return in_single_precision


@single
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, np.float32(1)) / (1 + e)


@single
def sigmoid_grad_from_output(a):
    return a * (1 - a)


@single
def sigmoid_backward(da, z):
    return da * sigmoid_grad_from_output(sigmoid(z))


@single
def tanh(z):
    return np.tanh(z)


@single
def tanh_grad_from_output(a):
    return 1 - a * a


@single
def tanh_backward(da, z):
    return da * tanh_grad_from_output(np.tanh(z))


@single
def tanh_from_sigmoid(z):
    return 2 * sigmoid(2 * z) - 1


@single
def hardtanh(z):
    return z.clip(-1, 1)


@single
def hardtanh_backward(da, z):
    return da * (np.abs(z) < 1)


@single
def softsign(z):
    return z / (1 + np.abs(z))


@single
def softsign_backward(da, z):
    return da / np.square(1 + np.abs(z))


@single
def relu(z):
    return np.maximum(z, 0)


@single
def relu_backward(da, z):
    return da * (z > 0)


def leaky_relu(z, k=0.01):
    return prelu(z, k)


def leaky_relu_backward(da, z, k=0.01):
    dz, _ = prelu_backward(da, z, k)
    return dz


@single
def prelu(z, a):
    return np.where(z > 0, z, a * z)


@single
def prelu_backward(da, z, a):
    return da * np.where(z > 0, np.float32(1), a), np.sum(da * z * (z <= 0))


@single
def neuron(x, w, b):
    return sigmoid(x @ w + b)


@single
def neuron_folded(x, w_b):
    return sigmoid(np.concatenate([x, [1]]) @ w_b)


@single
def layer(x, W, b):
    return sigmoid(W @ x + b)
