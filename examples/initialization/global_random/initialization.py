import numpy as np

np.random.seed(42)  # so that it is the same every time


def zero_biases(n_out):
    return np.zeros(n_out)


def zero_weights(n_out, n_in):
    return np.zeros((n_out, n_in))


def different_neurons(W, b, U):
    return len(np.unique(np.c_[W, b, U.T], axis=0))


def small_normal(n_out, n_in, rng, std=0.01):
    return np.random.randn(n_out, n_in) * std


def uniform(n_out, n_in, r, rng):
    np.random.seed(0)
    return np.random.uniform(-r, r, (n_out, n_in))


def xavier_uniform(n_out, n_in, rng):
    rng = np.random.default_rng(123)
    r = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-r, r, (n_out, n_in))


def xavier_normal(n_out, n_in, rng):
    row = rng.normal(0, np.sqrt(2 / (n_in + n_out)), n_in)
    return np.array([row for _ in range(n_out)])


def output_bias_from_mean(targets):
    return targets.mean(axis=0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = targets.mean(axis=0).clip(eps, 1 - eps)
    return np.log(m / (1 - m))


def subtract_mean(X_train, *others):
    X_train -= X_train.mean(axis=0)
    return [X_train, *others]


def normalize(X_train, *others):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return [(X - mean) / std for X in (X_train, *others)]


def whiten(X_train, *others):
    mean = X_train.mean(axis=0)
    U, S, Vt = np.linalg.svd((X_train - mean).T @ (X_train - mean) / len(X_train))
    S = np.maximum(S, 1e-12 * S.max() + 1e-300)
    return [(X - mean) @ U / np.sqrt(S) for X in (X_train, *others)]
