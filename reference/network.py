"""A deep network of affine layers with any activation: forward with a cache, backward to all parameters and the input.

    a_0 = x;   z_l = W_l a_{l-1} + b_l;   a_l = f(z_l);   the last layer is linear: its z are the scores.

Conventions (003, "the general formula of any layer"; notes part III; matrix_gradients.py):
- A batch is rows: X is (N, n_0), the scores (N, n_L), W_l (n_l, n_{l-1}), b_l (n_l,).
- Parameters are a flat list ``[W_1, b_1, W_2, b_2, ...]``, and gradients come in the same order and shapes.
- The activation of the hidden layers is given as a function f of z, and on the way back as its derivative f_prime;
  network_loss takes it by name, one of ACTIVATIONS. No argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from reference.activations import (
    hardtanh,
    hardtanh_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softsign,
    softsign_backward,
    tanh,
    tanh_backward,
)
from reference.initialization import xavier_uniform, zero_biases
from reference.losses import cross_entropy
from reference.matrix_gradients import affine_backward, affine_forward
from reference.regularization import regularized_objective

Elementwise = Callable[[np.ndarray], np.ndarray]


def _derivative(f_backward: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Elementwise:
    """f'(z): what flows back through f where 1 flows in."""
    return lambda z: f_backward(np.ones_like(z), z)


ACTIVATIONS: dict[str, tuple[Elementwise, Elementwise]] = {  # f and its derivative, both as functions of z
    "sigmoid": (sigmoid, _derivative(sigmoid_backward)),
    "tanh": (tanh, _derivative(tanh_backward)),
    "hardtanh": (hardtanh, _derivative(hardtanh_backward)),
    "softsign": (softsign, _derivative(softsign_backward)),
    "relu": (relu, _derivative(relu_backward)),
    "leaky_relu": (leaky_relu, _derivative(leaky_relu_backward)),
}

Cache = list[tuple[np.ndarray, np.ndarray]]  # per layer: its input a_{l-1} and its z_l


def init_network(sizes: Sequence[int], rng: np.random.Generator) -> list[np.ndarray]:
    """Parameters for layers of these sizes, the input first: Xavier weights and zero biases."""
    parameters = []
    for n_in, n_out in pairwise(sizes):
        parameters += [xavier_uniform(n_out, n_in, rng), zero_biases(n_out)]
    return parameters


def network_forward(X: np.ndarray, parameters: Sequence[np.ndarray], f: Elementwise) -> tuple[np.ndarray, Cache]:
    """The scores (N, n_L) of a batch X (N, n_0), and the cache that network_backward needs.

    f is the activation of the hidden layers, element by element.
    """
    cache: Cache = []
    a = z = X
    for layer in range(len(parameters) // 2):
        if layer > 0:
            a = f(z)
        z = affine_forward(a, parameters[2 * layer], parameters[2 * layer + 1])
        cache.append((a, z))
    return z, cache


def network_backward(
    dscores: np.ndarray, cache: Cache, parameters: Sequence[np.ndarray], f_prime: Elementwise
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The gradients with respect to the input, (N, n_0), and to all parameters, given dscores (N, n_L).

    cache is network_forward's for the same X and parameters; f_prime is the derivative of its f, as a function of z.
    """
    gradients: list[np.ndarray] = []
    delta = dscores
    for layer in reversed(range(len(cache))):
        a, _ = cache[layer]
        da, dW, db = affine_backward(delta, a, parameters[2 * layer], parameters[2 * layer + 1])
        gradients = [dW, db, *gradients]
        # delta_l = (W^T delta_{l+1}) * f'(z_l): every layer reuses the error signal of the one above.
        delta = da * f_prime(cache[layer - 1][1]) if layer > 0 else da
    return delta, gradients


def network_loss(
    parameters: Sequence[np.ndarray], X: np.ndarray, y: np.ndarray, lam: float = 0.0, activation: str = "tanh"
) -> tuple[float, list[np.ndarray]]:
    """Cross-entropy of the scores plus lam * sum of all squared weights (biases free), and its gradients (eq. 8).

    Shapes: X (N, n_0), y (N,) integers.
    """
    f, f_prime = ACTIVATIONS[activation]
    scores, cache = network_forward(X, parameters, f)
    J, dscores = cross_entropy(scores, y)
    _, gradients = network_backward(dscores, cache, parameters, f_prime)
    return regularized_objective(J, gradients, parameters, lam)
