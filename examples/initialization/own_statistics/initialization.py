import numpy as np


def zero_biases(n_out):
    return np.zeros((n_out,))


def zero_weights(n_out, n_in):
    return np.zeros([n_out, n_in])


def different_neurons(W, b, U):
    neurons = {tuple(W[j]) + (b[j],) + tuple(U[:, j]) for j in range(len(b))}
    return len(neurons)


def small_normal(n_out, n_in, rng, std=0.01):
    return rng.standard_normal((n_out, n_in)) * std


def uniform(n_out, n_in, r, rng):
    return rng.uniform(low=-r, high=r, size=(n_out, n_in))


def xavier_uniform(n_out, n_in, rng):
    r = np.sqrt(6) / np.sqrt(n_in + n_out)
    return uniform(n_out, n_in, r, rng)


def xavier_normal(n_out, n_in, rng):
    return small_normal(n_out, n_in, rng, std=np.sqrt(2 / (n_in + n_out)))


def output_bias_from_mean(targets):
    return targets.mean(0)


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    m = targets.mean(0)
    m[m < eps] = eps
    m[m > 1 - eps] = 1 - eps
    return np.log(m) - np.log(1 - m)


def subtract_mean(X_train, *others):
    return [X - X.mean(axis=0) for X in (X_train,) + others]


def normalize(X_train, *others):
    return [(X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train,) + others]


def whiten(X_train, *others):
    result = []
    for X in (X_train,) + others:
        X = X - X.mean(axis=0)
        U, S, Vt = np.linalg.svd(X, full_matrices=False)
        result.append(X @ Vt.T / S)
    return result
