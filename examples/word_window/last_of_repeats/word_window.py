# -*- coding: utf-8 -*-
"""NER with windows, like in the lecture (museums in Paris are amazing)"""

from functools import partial

import numpy as np

NAMES = ("E", "W", "b", "u")


def window_ids(sentence, position):
    pad = lambda i: sentence[i] if -1 < i < len(sentence) else 0
    return np.array(list(map(pad, range(position - 2, position + 3))))


def window_vectors(E, ids):
    return np.hstack([E[column] for column in ids.T])


def window_gradient(dx, ids, V):
    pieces = np.split(dx, 5, axis=1)
    dE = np.zeros((V, pieces[0].shape[1]))
    for column, piece in zip(ids.T, pieces):
        dE[column] += piece  # all windows at once
    return dE


def window_gradient_rows(dx, ids):
    rows = sorted(set(ids.flatten().tolist()))
    return np.array(rows), window_gradient(dx, ids, 1 + max(rows))[rows]


class Net:
    """keeps what the forward pass computed"""

    def __init__(self, parameters, ids):
        self.E, self.W, self.b, self.u = (parameters[n] for n in NAMES)
        self.ids = ids
        self.x = window_vectors(self.E, ids)
        self.a = np.tanh(self.x.dot(self.W.T) + self.b)
        self.s = self.a.dot(self.u)

    def backward(self, ds):
        d_u = self.a.T.dot(ds)
        d_z = ds.reshape(-1, 1) * self.u.reshape(1, -1) * (1 - self.a * self.a)
        d_x = d_z.dot(self.W)
        d_E = window_gradient(d_x, self.ids, self.E.shape[0])
        return dict(zip(NAMES, (d_E, d_z.T.dot(self.x), d_z.sum(0), d_u)))


def window_scores(parameters, ids):
    return Net(parameters, ids).s


def window_scores_backward(ds, parameters, ids):
    return Net(parameters, ids).backward(ds)


def _probability(s):
    # 1/(1+exp(-s)) without overflow
    return 0.5 * (1 + np.tanh(0.5 * s))


def location_loss(parameters, ids, y):
    net = Net(parameters, ids)
    # -log p for y = 1, -log(1-p) for y = 0
    losses = np.logaddexp(0, np.where(y == 1, -net.s, net.s))
    return losses.mean(), net.backward((_probability(net.s) - y) / losses.size)


def max_margin_loss(parameters, ids, corrupt):
    true, wrong = Net(parameters, ids), Net(parameters, corrupt)
    violation = np.clip(1 + wrong.s - true.s, 0, None)
    ds = np.sign(violation) / violation.size
    g_true, g_wrong = true.backward(-ds), wrong.backward(ds)
    return violation.mean(), {n: g_true[n] + g_wrong[n] for n in NAMES}


def corrupt_windows(ids, y, n, rng):
    candidates = [i for i in range(len(y)) if not y[i]]
    return np.stack([ids[candidates[k]] for k in rng.integers(0, len(candidates), n)])


def train_windows(parameters, ids, targets, lr, epochs, batch_size, loss="softmax", fine_tune=True):
    objective = {"softmax": location_loss, "max_margin": max_margin_loss}[loss]
    moving = [n for n in NAMES if n != "E" or fine_tune]
    result = {n: parameters[n].copy() for n in NAMES}
    cuts = list(range(batch_size, len(ids), batch_size))
    for _ in range(epochs):
        for i, t in zip(np.split(ids, cuts), np.split(targets, cuts)):
            _, g = objective(result, i, t)
            result.update((n, result[n] - lr * g[n]) for n in moving)
    return result


def sentiment(E, w, b):
    return _probability(E.dot(w) + b)


def _sentiment_step(E, w, b, y, lr, fine_tune):
    known, rest = E[: len(y)], E[len(y) :]
    delta = (sentiment(known, w, b) - y) / len(y)
    tuned = known - lr * delta[:, None] * w[None, :]
    return np.vstack([tuned if fine_tune else known, rest]), w - lr * known.T.dot(delta), b - lr * delta.sum()


def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    step = partial(_sentiment_step, y=y, lr=lr, fine_tune=fine_tune)
    state = (E, w, b)
    for _ in range(steps):
        state = step(*state)
    return state
