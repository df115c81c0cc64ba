"""Expressions over every operation of a Variable, written so that a tape and an oracle can both evaluate them.

Each is ``name: (expression(functions, *inputs), shapes of the inputs)``; the inputs are positive.
"""

from __future__ import annotations

import numpy as np

CONSTANT = np.arange(1.0, 6.0) / 3
REPEATED = np.array([0, 2, 2, 1, 2])

EXPRESSIONS = {
    "arithmetic": (lambda f, x, y: (x + y) * (x - y) / (1.5 + x) - (-y), [(3, 5), (3, 5)]),
    "constants on both sides": (
        lambda f, x: (CONSTANT + x) * (2 - x) / (CONSTANT * x) + (x - CONSTANT) + 1 / x + 3 * x + CONSTANT / x,
        [(3, 5)],
    ),
    "powers": (lambda f, x, y: x**3 + x**-1.5 + x**0 + x**y + 2.0**x, [(3, 5), (3, 5)]),
    "broadcasting rows": (lambda f, x, b: x * b + b, [(3, 5), (5,)]),
    "broadcasting columns": (lambda f, x, b: x / b - b, [(3, 5), (3, 1)]),
    "broadcasting both": (lambda f, x, y: x * y + x, [(3, 1), (1, 5)]),
    "broadcasting a number": (lambda f, x, c: f.maximum(x, c) * c, [(2, 3, 5), ()]),
    "matrix times matrix": (lambda f, x, y: x @ y, [(3, 5), (5, 2)]),
    "matrix times vector": (lambda f, x, y: x @ y, [(3, 5), (5,)]),
    "vector times matrix": (lambda f, x, y: x @ y, [(5,), (5, 2)]),
    "vector times vector": (lambda f, x, y: x @ y, [(5,), (5,)]),
    "a stack of matrices": (lambda f, x, y: x @ y, [(7, 3, 5), (5, 2)]),
    "two stacks of matrices": (lambda f, x, y: x @ y, [(7, 3, 5), (7, 5, 2)]),
    "constant matrix": (lambda f, x: CONSTANT @ x, [(5, 3)]),
    "exp and log": (lambda f, x: f.exp(x) * f.log(x), [(3, 5)]),
    "sigmoid, tanh and relu": (lambda f, x, y: f.sigmoid(x - y) + f.tanh(x) * f.relu(y - x), [(3, 5), (3, 5)]),
    "maximum": (lambda f, x, y: f.maximum(x, y) * f.maximum(x, CONSTANT), [(3, 5), (3, 5)]),
    "sums": (
        lambda f, x: x.sum() + (x.sum(0) * x.sum(axis=0)).sum() + (x / x.sum(axis=1, keepdims=True)).sum(),
        [(3, 5)],
    ),
    "sum over two axes": (lambda f, x: x.sum(axis=(0, 2)) ** 2, [(3, 5, 2)]),
    "means": (lambda f, x: x.mean() * x.mean(axis=1) + x.mean(axis=-1), [(3, 5)]),
    "reshape": (lambda f, x, y: x.reshape(5, 3) @ y.reshape(3, -1), [(3, 5), (6,)]),
    "transpose": (lambda f, x: (x.transpose(1, 2, 0) * x.transpose(1, 2, 0)) + x.T.transpose(1, 0, 2), [(2, 2, 2)]),
    "negative axes": (lambda f, x: x.transpose(-1, 0, 1) ** 2, [(2, 3, 5)]),
    "slices": (lambda f, x: x[1:, ::2] * x[:-1, 1:4], [(3, 5)]),
    "repeated indices": (lambda f, x: x[REPEATED] ** 2, [(3, 5)]),
    "one element": (lambda f, x: x[1, 2] * x[..., -1], [(3, 5)]),
    "repeated use": (lambda f, x: f.tanh(x * x + x) * x, [(3, 5)]),
    "softmax cross-entropy": (
        lambda f, x: (f.log(f.exp(x).sum(axis=1)) - x[np.arange(3), np.array([4, 0, 4])]).mean(),
        [(3, 5)],
    ),
    "scoring network": (lambda f, W, x, b, u: u @ f.sigmoid(W @ x + b), [(3, 5), (5,), (3,), (3,)]),
}
