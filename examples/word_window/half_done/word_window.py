import numpy as np


def window_ids(sentence, position):
    padded = [0, 0] + list(sentence) + [0, 0]
    return np.array(padded[position : position + 5])


def window_vectors(E, ids):
    return np.concatenate([E[ids[:, k]] for k in range(5)], axis=1)


def window_gradient(dx, ids, V):
    d = dx.shape[1] // 5
    dE = np.zeros((V, d))
    for k in range(5):
        np.add.at(dE, ids[:, k], dx[:, k * d : (k + 1) * d])
    return dE


def window_gradient_rows(dx, ids):
    rows = np.unique(ids)
    full = window_gradient(dx, ids, rows[-1] + 1)
    return rows, full[rows]


def window_scores(parameters, ids):
    X = window_vectors(parameters["E"], ids)
    return np.tanh(X @ parameters["W"].T + parameters["b"]) @ parameters["u"]


def window_scores_backward(ds, parameters, ids):
    E, W, b, u = parameters["E"], parameters["W"], parameters["b"], parameters["u"]
    X = window_vectors(E, ids)
    h = np.tanh(X @ W.T + b)
    du = ds @ h
    dz = ds[:, None] * u * (1 - h**2)
    dW = dz.T @ X
    db = dz.sum(axis=0)
    dX = dz @ W
    return {"E": window_gradient(dX, ids, len(E)), "W": dW, "b": db, "u": du}


def sigmoid(s):
    e = np.exp(-np.abs(s))
    return np.where(s >= 0, 1 / (1 + e), e / (1 + e))


def location_loss(parameters, ids, y):
    s = window_scores(parameters, ids)
    t = np.where(y == 1, s, -s)
    J = np.mean(np.log1p(np.exp(-np.abs(t))) + np.maximum(-t, 0))
    ds = (sigmoid(s) - y) / len(y)
    return J, window_scores_backward(ds, parameters, ids)


def max_margin_loss(parameters, ids, corrupt):
    # TODO: the gradient of the corrupt windows
    margin = 1 - window_scores(parameters, ids) + window_scores(parameters, corrupt)
    return np.maximum(0, margin).mean()


def corrupt_windows(ids, y, n, rng):
    raise NotImplementedError


def sentiment(E, w, b):
    return sigmoid(E @ w + b)
