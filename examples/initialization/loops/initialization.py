import math

import numpy as np


def zero_biases(n_out):
    return [0.0] * n_out


def zero_weights(n_out, n_in):
    return [[0.0] * n_in for _ in range(n_out)]


def different_neurons(W, b, U):
    seen = []
    for j in range(len(b)):
        same = False
        for k in seen:
            equal_in = all(W[j, i] == W[k, i] for i in range(W.shape[1]))
            equal_out = all(U[o, j] == U[o, k] for o in range(U.shape[0]))
            if equal_in and equal_out and b[j] == b[k]:
                same = True
        if not same:
            seen.append(j)
    return len(seen)


def small_normal(n_out, n_in, rng, std=0.01):
    W = np.zeros((n_out, n_in))
    for i in range(n_out):
        for j in range(n_in):
            W[i, j] = rng.normal(0, std)
    return W


def uniform(n_out, n_in, r, rng):
    W = np.zeros((n_out, n_in))
    for i in range(n_out):
        for j in range(n_in):
            W[i, j] = rng.random() * 2 * r - r
    return W


def xavier_uniform(n_out, n_in, rng):
    return uniform(n_out, n_in, math.sqrt(6.0 / (n_out + n_in)), rng)


def xavier_normal(n_out, n_in, rng):
    return small_normal(n_out, n_in, rng, math.sqrt(2.0 / (n_out + n_in)))


def output_bias_from_mean(targets):
    N, n_out = targets.shape
    return [sum(targets[i, k] for i in range(N)) / N for k in range(n_out)]


def output_bias_from_inverse_sigmoid(targets, eps=1e-6):
    b = []
    for m in output_bias_from_mean(targets):
        m = min(max(m, eps), 1 - eps)
        b.append(-math.log(1 / m - 1))
    return b


def subtract_mean(X_train, *others):
    mean = output_bias_from_mean(X_train)
    result = []
    for X in [X_train] + list(others):
        new = np.zeros(X.shape)
        for i in range(X.shape[0]):
            for k in range(X.shape[1]):
                new[i, k] = X[i, k] - mean[k]
        result.append(new)
    return result


def normalize(X_train, *others):
    sets = subtract_mean(X_train, *others)
    N, d = X_train.shape
    for k in range(d):
        var = 0.0
        for i in range(N):
            var += sets[0][i, k] ** 2 / N
        std = math.sqrt(var)
        if std > 0:
            for X in sets:
                X[:, k] = X[:, k] / std
    return sets


def whiten(X_train, *others):
    sets = subtract_mean(X_train, *others)
    N = X_train.shape[0]
    U, S, Vt = np.linalg.svd(sets[0])
    result = []
    for X in sets:
        new = np.zeros((X.shape[0], len(S)))
        for k in range(len(S)):
            s = S[k]
            if s == 0 or s < 1e-9 * S[0]:
                s = 1e-3 * S[0] + (S[0] == 0)
            new[:, k] = X @ Vt[k] * math.sqrt(N) / s
        result.append(new)
    return result
