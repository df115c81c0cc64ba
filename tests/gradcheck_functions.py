"""Functions on which a numeric gradient can fail, written so that the complex step can differentiate them exactly.

Each takes one array and returns one number, and works on complex numbers with a tiny imaginary part: kinks go by the
real part. Each comes with the way to draw an x for it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], complex]
Draw = Callable[[np.random.Generator], np.ndarray]

DATA = np.random.default_rng(20190117)
A = DATA.normal(size=(7, 5))
B = DATA.normal(size=(11, 5))
C = DATA.normal(size=(3, 7))
MANY = DATA.normal(size=(3000, 5))
SIGNS = np.sign(DATA.normal(size=3000))


def complex_step(f: Function, x: np.ndarray) -> np.ndarray:
    """The gradient to the last digit, by Im f(x + ih) / h with an h that no square of can matter."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-200j
        gradient[index] = np.imag(f(moved)) / 1e-200
    return gradient


def relu(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) > 0, z, 0)


def absolute(z: np.ndarray) -> np.ndarray:
    return np.where(np.real(z) >= 0, z, -z)


def log_sum_exp(z: np.ndarray) -> complex:
    top = np.max(np.real(z))
    return top + np.log(np.sum(np.exp(z - top)))


def softmax_cross_entropy(x: np.ndarray) -> complex:
    z = A @ x
    return log_sum_exp(z) - z[2]


def logistic(x: np.ndarray) -> complex:
    return np.sum(np.log1p(np.exp(-SIGNS[:11] * (B @ x)))) / 11


def tanh_net(x: np.ndarray) -> complex:
    return np.sum(np.tanh(C @ np.tanh(A @ x)) ** 2)


def relu_net(x: np.ndarray) -> complex:
    return np.sum((C @ relu(A @ x + 0.1) - 1) ** 2)


def hinge(x: np.ndarray) -> complex:
    """3000 kinks, the nearest some 1e-4 away."""
    return np.sum(relu(1 - SIGNS * (MANY @ x))) / 3000


def ridge_hinge(x: np.ndarray) -> complex:
    return hinge(x) + 0.5 * np.sum(x**2)


def rosenbrock(x: np.ndarray) -> complex:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def max_pool(x: np.ndarray) -> complex:
    blocks = x.reshape(-1, 3)
    return np.sum(blocks[np.arange(len(blocks)), np.argmax(np.real(blocks), axis=1)] ** 2)


def batch_norm(x: np.ndarray) -> complex:
    z = x.reshape(-1, 2)
    centred = z - z.mean(axis=0)
    return np.sum(np.arange(1.0, z.size + 1) * (centred / np.sqrt(np.mean(centred**2, axis=0) + 1e-5)).ravel())


def word_window(x: np.ndarray) -> complex:
    """Repeated rows of an embedding."""
    rows = x.reshape(-1, 2)[[0, 2, 0, 1, 0]]
    return np.sum(np.tanh(rows.ravel() * np.arange(1.0, 11.0) / 5))


def normal(n: int, scale: float = 1.0) -> Draw:
    return lambda rng: scale * rng.normal(size=n)


def near(places: float) -> Draw:
    """Some of the entries this near to 0, on either side."""
    return lambda rng: np.concatenate([places * rng.choice([-1.0, 1.0], 3), rng.normal(size=3)])


def badly_scaled(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=7) * 10.0 ** np.arange(-5, 9, 2)


FUNCTIONS: dict[str, tuple[Function, Draw]] = {
    "quadratic": (lambda x: np.sum((A @ x) ** 2), normal(5)),
    "rosenbrock": (rosenbrock, normal(6)),
    "softmax cross-entropy": (softmax_cross_entropy, normal(5)),
    "logistic regression": (logistic, normal(5)),
    "tanh net": (tanh_net, normal(5)),
    "relu net": (relu_net, normal(5)),
    "leaky relu near a kink": (lambda x: np.sum(np.where(np.real(x) > 0, x, 0.01 * x) * (1 + x)), near(1e-6)),
    "absolute value near a kink": (lambda x: np.sum(absolute(x) + x**2), near(1e-4)),
    "hinge with 3000 kinks": (hinge, normal(5)),
    "hinge with 3000 kinks and weight decay": (ridge_hinge, normal(5)),
    "max pooling": (max_pool, normal(9)),
    "batch normalisation": (batch_norm, normal(10)),
    "word window": (word_window, normal(6)),
    "badly scaled": (lambda x: np.sum((x / 10.0 ** np.arange(-5, 9, 2)) ** 3), badly_scaled),
    "large offset": (lambda x: 1e4 + np.sum(np.sin(x)), normal(5)),
    "high frequency": (lambda x: np.sum(np.sin(1e4 * x)), normal(5)),
    "slow and fast together": (lambda x: np.sum(x**2 + 1e-3 * np.sin(1e3 * x)), normal(5)),
    "steep": (lambda x: np.sum(np.exp(20 * x)), normal(5)),
    "tiny x": (lambda x: np.sum(np.exp(x)), normal(5, 1e-8)),
    "huge x": (lambda x: np.sum(np.sin(x)), normal(5, 1e8)),
    "near a pole": (lambda x: np.sum(1 / (x - 1)), lambda rng: 1 + 1e-3 * rng.uniform(0.5, 1, 5)),
    "log-sum-exp of large numbers": (log_sum_exp, normal(5, 700.0)),
    "cancellation inside": (lambda x: np.sum((1e6 + x) - 1e6) + np.sum(x**2), normal(5)),
    "norm": (lambda x: np.sqrt(np.sum(x**2)), normal(5, 1e-3)),
    "constant": (lambda x: 3.7 + 0 * np.sum(x), normal(5)),
}
assert len(FUNCTIONS) == 25
