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
    ds = sigmoid(s) - y
    return J, window_scores_backward(ds, parameters, ids)


def max_margin_loss(parameters, ids, corrupt):
    margin = 1 - window_scores(parameters, ids) + window_scores(parameters, corrupt)
    mask = (margin > 0) * 1.0
    good = window_scores_backward(-mask, parameters, ids)
    bad = window_scores_backward(mask, parameters, corrupt)
    gradients = {}
    for name in good:
        gradients[name] = good[name] + bad[name]
    return np.maximum(0, margin).mean(), gradients


def corrupt_windows(ids, y, n, rng):
    others = np.flatnonzero(y == 0)
    return ids[rng.choice(others, n)]


def train_windows(parameters, ids, targets, lr, epochs, batch_size, loss="softmax", fine_tune=True):
    parameters = dict(parameters)
    loss_function = location_loss if loss == "softmax" else max_margin_loss
    for epoch in range(epochs):
        for i in range(0, len(ids), batch_size):
            J, grads = loss_function(parameters, ids[i : i + batch_size], targets[i : i + batch_size])
            for name in parameters:
                if fine_tune or name != "E":
                    parameters[name] = parameters[name] - lr * grads[name]
    return parameters


def sentiment(E, w, b):
    return sigmoid(E @ w + b)


def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    E = E.copy()
    N = len(y)
    for step in range(steps):
        d = (sentiment(E[:N], w, b) - y) / N
        dw, db, dE = E[:N].T @ d, d.sum(), np.outer(d, w)
        w, b = w - lr * dw, b - lr * db
        if fine_tune:
            E[:N] -= lr * dE
    return E, w, b
