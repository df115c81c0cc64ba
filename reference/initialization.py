"""How parameters start: biases at zero, weights random, small, and scaled so that signals keep their variance.

Conventions (CS224n lecture 4, "Parameter initialization", eq. 10; notes part III, section 2.6):
- A weight matrix is (n_out, n_in): n_in is the fan-in, the size of the layer below, and n_out the fan-out.
- Randomness comes from the generator that is handed in; one generator, one stream of numbers.
"""

from __future__ import annotations

import numpy as np


def zero_biases(n_out: int) -> np.ndarray:
    """The biases of a hidden layer: zeros, (n_out,)."""
    return np.zeros(n_out)


def zero_weights(n_out: int, n_in: int) -> np.ndarray:
    """All weights zero, (n_out, n_in): what not to do, except where no hidden layer lies below.

    Neurons that start equal compute equal outputs and get equal gradients, so they stay equal for ever: symmetry that
    nothing breaks.
    """
    return np.zeros((n_out, n_in))


def different_neurons(W: np.ndarray, b: np.ndarray, U: np.ndarray) -> int:
    """How many different neurons a hidden layer has; gradient descent never makes more of them.

    A neuron is its row of W, its bias, and its column of U, the weights by which the next layer listens to it. Neurons
    that agree in all of these compute equal outputs and get equal gradients, in every step again.
    Shapes: W (n_hidden, n_in), b (n_hidden,), U (n_out, n_hidden).
    """
    neurons = np.column_stack([W, b, U.T])
    return len({tuple(neuron) for neuron in neurons.tolist()})


def small_normal(n_out: int, n_in: int, rng: np.random.Generator, std: float = 0.01) -> np.ndarray:
    """Normal with mean 0 and standard deviation std, (n_out, n_in)."""
    return std * rng.standard_normal((n_out, n_in))


def uniform(n_out: int, n_in: int, r: float, rng: np.random.Generator) -> np.ndarray:
    """Uniform on (-r, r), (n_out, n_in). Its variance is r**2 / 3."""
    return rng.uniform(-r, r, (n_out, n_in))


def xavier_uniform(n_out: int, n_in: int, rng: np.random.Generator) -> np.ndarray:
    """Uniform on (-r, r) with r = sqrt(6 / (n_in + n_out)), (n_out, n_in)."""
    # A variance of 1 / n_in keeps that of the signals forward, 1 / n_out that of the gradients backward: the
    # mean of the two sizes serves both. Var = 2 / (n_in + n_out) = r**2 / 3 gives r.
    return uniform(n_out, n_in, np.sqrt(6 / (n_in + n_out)), rng)


def xavier_normal(n_out: int, n_in: int, rng: np.random.Generator) -> np.ndarray:
    """Normal with mean 0 and variance 2 / (n_in + n_out), (n_out, n_in) (eq. 10)."""
    return small_normal(n_out, n_in, rng, std=np.sqrt(2 / (n_in + n_out)))


def output_bias_from_mean(targets: np.ndarray) -> np.ndarray:
    """The best bias of a linear output if all weights were 0: the mean target.

    Shapes: targets (N, n_out). Returns (n_out,).
    """
    return targets.mean(axis=0)


def output_bias_from_inverse_sigmoid(targets: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The best bias of a sigmoid output if all weights were 0: log(m / (1 - m)), m the mean target.

    A mean outside [eps, 1 - eps] is moved to the nearer end, since the inverse sigmoid of 0 and of 1 is infinite.
    Shapes: targets (N, n_out), values from 0 to 1. Returns (n_out,).
    """
    m = np.clip(targets.mean(axis=0), eps, 1 - eps)
    return np.log(m / (1 - m))
