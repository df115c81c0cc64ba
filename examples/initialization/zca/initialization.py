"""Whitening that stays as near to the data as it can (ZCA), and numbers drawn in other ways."""
import numpy as np
from collections import Counter
from statistics import NormalDist


def zero_biases(n_out):
    return np.full(n_out, 0)


def zero_weights(n_out, n_in):
    return np.zeros((n_out, n_in))


def different_neurons(W, b, U):
    return len(Counter(zip(map(tuple, W.tolist()), b.tolist(), map(tuple, U.T.tolist()))))


def small_normal(n_out, n_in, rng, std=0.01):
    u, v = 1 - rng.random((2, n_out, n_in))
    return std * np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)  # Box and Muller


def uniform(n_out, n_in, r, rng):
    return rng.choice([-r, r], (n_out, n_in)) * rng.random((n_out, n_in))


def xavier_uniform(n_out, n_in, rng):
    r = np.sqrt(6 / (n_in + n_out))
    seed = int(rng.integers(2**31))
    return np.random.RandomState(seed).uniform(-r, r, (n_out, n_in))


def xavier_normal(n_out, n_in, rng):
    inverse = NormalDist(0, np.sqrt(2 / (n_in + n_out))).inv_cdf
    return [[inverse(1 - rng.random() or 0.5) for _ in range(n_in)] for _ in range(n_out)]


def output_bias_from_mean(targets):
    return np.ones(len(targets)) @ targets / len(targets)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = np.minimum(np.maximum(output_bias_from_mean(targets), eps), 1 - eps)
    return np.log(m) - np.log1p(-m)


def subtract_mean(*sets):
    return [X - np.median([sets[0].mean(axis=0)], axis=0) for X in sets]


def normalize(*sets):
    std = sets[0].std(axis=0)
    return [np.divide(X, std, out=X.copy(), where=std > 0) for X in subtract_mean(*sets)]


def whiten(*sets):
    centred = subtract_mean(*sets)
    _, s, Vt = np.linalg.svd(centred[0] / np.sqrt(len(sets[0])), full_matrices=False)
    inverse = np.divide(1, s, out=np.zeros_like(s), where=s > 1e-9 * s[0])
    return [X @ (Vt.T * inverse) @ Vt for X in centred]
