import numpy as np

F = np.float32


def zero_biases(n_out):
    return np.zeros(n_out, dtype=F)


def zero_weights(n_out, n_in):
    return np.zeros((n_out, n_in), dtype=F)


def different_neurons(W, b, U):
    rows = np.concatenate([W, b[:, None], U.T], axis=1).astype(F)
    return len(set(row.tobytes() for row in rows))


def small_normal(n_out, n_in, rng, std=0.01):
    return rng.standard_normal((n_out, n_in), dtype=F) * F(std)


def uniform(n_out, n_in, r, rng):
    return (2 * rng.random((n_out, n_in), dtype=F) - 1) * F(r)


def xavier_uniform(n_out, n_in, rng):
    return uniform(n_out, n_in, np.sqrt(F(6) / F(n_in + n_out)), rng)


def xavier_normal(n_out, n_in, rng):
    return small_normal(n_out, n_in, rng, np.sqrt(F(2) / F(n_in + n_out)))


def output_bias_from_mean(targets):
    return targets.astype(F).mean(axis=0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = np.clip(output_bias_from_mean(targets), F(eps), F(1 - eps))
    return np.log(m) - np.log1p(-m)


def subtract_mean(X_train, *others):
    mean = X_train.astype(F).mean(axis=0)
    return [X.astype(F) - mean for X in (X_train, *others)]


def normalize(X_train, *others):
    std = X_train.astype(F).std(axis=0)
    std[std == 0] = 1
    return [X / std for X in subtract_mean(X_train, *others)]


def whiten(X_train, *others):
    sets = subtract_mean(X_train, *others)
    _, s, Vt = np.linalg.svd(sets[0], full_matrices=False)
    s = s / F(np.sqrt(len(X_train)))
    s = np.where(s > F(1e-5) * s[0], s, F(1) if s[0] == 0 else F(0.1) * s[0])
    return [X @ Vt.T / s for X in sets]
