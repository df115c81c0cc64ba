import numpy as np


def zero_biases(n_out):
    return np.zeros(n_out)


def zero_weights(n_out, n_in):
    return np.outer(zero_biases(n_out), np.ones(n_in))


def different_neurons(W, b, U):
    neurons = np.hstack([W, b[:, None], U.T])
    equal = (neurons[:, None, :] == neurons[None, :, :]).all(axis=2)
    return sum(1 for j in range(len(b)) if not equal[j, :j].any())


def small_normal(n_out, n_in, rng, std=0.01):
    return std * rng.standard_normal(size=(n_out, n_in))


def uniform(n_out, n_in, r, rng):
    return rng.uniform(-r, r, size=(n_out, n_in))


def xavier_uniform(n_out, n_in, rng):
    return uniform(n_out, n_in, (6 / (n_in + n_out)) ** 0.5, rng)


def xavier_normal(n_out, n_in, rng):
    return small_normal(n_out, n_in, rng, (2 / (n_in + n_out)) ** 0.5)


def output_bias_from_mean(targets):
    return np.average(targets, axis=0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = np.average(targets, axis=0)
    m = np.where(m < eps, eps, np.where(m > 1 - eps, 1 - eps, m))
    return np.log(m / (1 - m))


def subtract_mean(X_train, *others):
    mu = np.mean(X_train, axis=0, keepdims=True)
    return [X - mu for X in [X_train] + list(others)]


def normalize(X_train, *others):
    sigma = np.sqrt(np.mean(subtract_mean(X_train)[0] ** 2, axis=0))
    sigma = np.where(sigma < 1e-12 * np.abs(X_train).max(axis=0) + 1e-300, 1.0, sigma)
    return [X / sigma for X in subtract_mean(X_train, *others)]


def whiten(X_train, *others):
    sets = subtract_mean(X_train, *others)
    cov = sets[0].T @ sets[0] / len(X_train)
    lam, V = np.linalg.eigh(cov)
    lam = np.maximum(lam, 1e-12 * lam.max() + 1e-300)
    return [X @ V / np.sqrt(lam) for X in sets]


def train(W, b, U, c, steps=300):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2))
    t = X[:, :1] * X[:, 1:]
    for _ in range(steps):
        h = np.tanh(X @ W.T + b)
        d = 2 * (h @ U.T + c - t) / len(X)
        dh = d @ U * (1 - h**2)
        U, c, W, b = U - 0.1 * d.T @ h, c - 0.1 * d.sum(0), W - 0.1 * dh.T @ X, b - 0.1 * dh.sum(0)
    return W, b, U


rng = np.random.default_rng(3)
for start in (zero_weights(5, 2), np.full((5, 2), 0.3), xavier_uniform(5, 2, rng)):
    print("before", different_neurons(start, zero_biases(5), np.ones((1, 5))))
    W, b, U = train(start, zero_biases(5), np.ones((1, 5)), zero_biases(1))
    print("after ", different_neurons(W.round(9), b.round(9), U.round(9)))
