import numpy as np


def zero_biases(n_out):
    return np.zeros(n_out)


def zero_weights(n_out, n_in):
    return np.zeros((n_out, n_in))


def different_neurons(W, b, U):
    return len(np.unique(np.hstack([W, b.reshape(-1, 1)]), axis=0))


def small_normal(n_out, n_in, rng, std=0.01):
    return rng.normal(0, std, (n_out, n_in))


def uniform(n_out, n_in, r, rng):
    return rng.random((n_out, n_in)) * r


def xavier_uniform(n_out, n_in, rng):
    r = np.sqrt(1 / n_in)
    return rng.uniform(-r, r, (n_out, n_in))


def xavier_normal(n_out, n_in, rng):
    return rng.normal(0, 2 / (n_in + n_out), (n_out, n_in))


def output_bias_from_mean(targets):
    return np.mean(targets, axis=0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = np.clip(np.mean(targets, axis=0), eps, 1 - eps)
    return 1 / (1 + np.exp(-m))


def subtract_mean(X_train, *others):
    mean = np.mean(X_train, axis=0)
    return [X - mean for X in [X_train, *others]]


def normalize(X_train, *others):
    sets = subtract_mean(X_train, *others)
    var = np.var(X_train, axis=0)
    return [X / (var + 1e-8) for X in sets]


def whiten(X_train, *others):
    sets = subtract_mean(X_train, *others)
    cov = np.cov(X_train.T)
    values, vectors = np.linalg.eigh(cov)
    return [X @ vectors / np.sqrt(values + 1e-5) for X in sets]
