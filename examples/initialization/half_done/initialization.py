import numpy as np


def zero_biases(n_out):
    return np.zeros((n_out, 1))


def zero_weights(n_out, n_in):
    return np.zeros((n_out, n_in))


def different_neurons(W, b, U):
    # all zeros -> all the same?
    return len(np.unique(W, axis=0))


def small_normal(n_out, n_in, rng, std=0.01):
    return rng.randn(n_out, n_in) * std


def uniform(n_out, n_in, r, rng):
    return rng.uniform(-r, r, size=(n_out, n_in))


def xavier_uniform(n_out, n_in):
    r = np.sqrt(6 / (n_in + n_out))
    return uniform(n_out, n_in, r, np.random.default_rng())


def xavier_normal(n_out, n_in, rng):
    raise NotImplementedError()


def output_bias_from_mean(targets):
    return targets.mean(axis=0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = targets.mean(axis=0)
    return np.log(m / (1 - m))


def subtract_mean(X_train, *others):
    mean = X_train.mean(axis=0)
    return X_train - mean  # TODO: the others


def normalize(X_train):
    return [(X_train - X_train.mean(axis=0)) / X_train.std(axis=0)]
