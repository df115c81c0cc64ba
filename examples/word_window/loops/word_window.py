# loops all the way, so that I can follow it
import math

import numpy as np


def window_ids(sentence, position):
    window = []
    for place in range(position - 2, position + 3):
        if 0 <= place < len(sentence):
            window.append(int(sentence[place]))
        else:
            window.append(0)
    return window


def window_vectors(E, ids):
    X = []
    for window in ids:
        x = []
        for word in window:
            x.extend(E[word].tolist())
        X.append(x)
    return X


def window_gradient(dx, ids, V):
    d = dx.shape[1] // 5
    dE = np.zeros((V, d))
    for n in range(len(ids)):
        for k in range(5):
            for j in range(d):
                dE[ids[n][k], j] += dx[n][k * d + j]
    return dE


def window_gradient_rows(dx, ids):
    d = len(dx[0]) // 5
    sums = {}
    for n in range(len(ids)):
        for k in range(5):
            word = int(ids[n][k])
            if word not in sums:
                sums[word] = np.zeros(d)
            sums[word] = sums[word] + dx[n][k * d : (k + 1) * d]
    words = sorted(sums)
    return words, [sums[word] for word in words]


def _forward(parameters, window):
    x = np.concatenate([parameters["E"][word] for word in window])
    h = np.tanh(parameters["W"] @ x + parameters["b"])
    return x, h, float(parameters["u"] @ h)


def window_scores(parameters, ids):
    return np.array([_forward(parameters, window)[2] for window in ids])


def window_scores_backward(ds, parameters, ids):
    gradients = {}
    for name in parameters:
        gradients[name] = np.zeros(parameters[name].shape)
    dX = []
    for n in range(len(ids)):
        x, h, _ = _forward(parameters, ids[n])
        gradients["u"] += ds[n] * h
        delta = ds[n] * parameters["u"] * (1 - h ** 2)
        gradients["b"] += delta
        gradients["W"] += np.outer(delta, x)
        dX.append(parameters["W"].T @ delta)
    gradients["E"] = window_gradient(np.array(dX), ids, len(parameters["E"]))
    return gradients


def _sigmoid(s):
    if s > 0:
        return 1 / (1 + math.exp(-s))
    return math.exp(s) / (1 + math.exp(s))


def location_loss(parameters, ids, y):
    scores = window_scores(parameters, ids)
    N = len(scores)
    J, ds = 0.0, []
    for s, label in zip(scores, y):
        margin = s if label == 1 else -s
        J += math.log1p(math.exp(-abs(margin))) + max(0.0, -margin)
        ds.append((_sigmoid(s) - label) / N)
    return J / N, window_scores_backward(ds, parameters, ids)


def max_margin_loss(parameters, ids, corrupt):
    N = len(ids)
    good, bad = window_scores(parameters, ids), window_scores(parameters, corrupt)
    J, d_good, d_bad = 0.0, [0.0] * N, [0.0] * N
    for n in range(N):
        loss = 1 - good[n] + bad[n]
        if loss > 0:
            J += loss / N
            d_good[n], d_bad[n] = -1 / N, 1 / N
    one = window_scores_backward(d_good, parameters, ids)
    two = window_scores_backward(d_bad, parameters, corrupt)
    return J, {name: one[name] + two[name] for name in one}


def corrupt_windows(ids, y, n, rng):
    candidates = [window for window, label in zip(ids, y) if label == 0]
    return np.array([candidates[rng.integers(0, len(candidates))] for _ in range(n)])


def train_windows(parameters, ids, targets, lr, epochs, batch_size, loss="softmax", fine_tune=True):
    parameters = {name: value.copy() for name, value in parameters.items()}
    for _ in range(epochs):
        start = 0
        while start < len(ids):
            some, goals = ids[start : start + batch_size], targets[start : start + batch_size]
            if loss == "softmax":
                _, gradients = location_loss(parameters, some, goals)
            else:
                _, gradients = max_margin_loss(parameters, some, goals)
            for name in parameters:
                if name == "E" and not fine_tune:
                    continue
                parameters[name] -= lr * gradients[name]
            start += batch_size
    return parameters


def sentiment(E, w, b):
    return [_sigmoid(sum(x_i * w_i for x_i, w_i in zip(x, w)) + b) for x in E]


def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    E, w = E.copy(), w.copy()
    N = len(y)
    for _ in range(steps):
        p = sentiment(E[:N], w, b)
        dw, db, dE = np.zeros(w.shape), 0.0, np.zeros(E.shape)
        for n in range(N):
            delta = (p[n] - y[n]) / N
            dw += delta * E[n]
            db += delta
            dE[n] = delta * w
        w -= lr * dw
        b -= lr * db
        if fine_tune:
            E -= lr * dE
    return E, w, b
