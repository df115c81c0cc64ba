"""Word windows in float32 (half the memory, and the gradients are noisy anyway).

Everything that comes in passes through `f4` first, so nothing is ever promoted to float64.
"""
from typing import Dict, Tuple

import numpy as np

Params = Dict[str, np.ndarray]
SIZE = 5
HALF = SIZE // 2


def f4(a) -> np.ndarray:
    return np.array(a, "f4")  # always a copy


class Net:
    """The network on one batch. What forward computed stays here for backward."""

    def __init__(self, parameters: Params, ids: np.ndarray):
        self.E, self.W, self.b, self.u = (f4(parameters[key]) for key in ("E", "W", "b", "u"))
        self.ids = ids
        self.x = window_vectors(self.E, ids)
        self.a = np.tanh(self.x.dot(self.W.T) + self.b)
        self.s = self.a.dot(self.u)

    def backward(self, ds: np.ndarray) -> Params:
        ds = f4(ds)
        delta = np.outer(ds, self.u) * (np.float32(1) - self.a * self.a)
        return {
            "u": self.a.T.dot(ds),
            "b": np.add.reduce(delta),
            "W": delta.T.dot(self.x),
            "E": window_gradient(delta.dot(self.W), self.ids, self.E.shape[0]),
        }


# --- the windows themselves

def window_ids(sentence, position: int) -> np.ndarray:
    out = np.zeros(SIZE, dtype=int)
    start = max(position - HALF, 0)
    words = sentence[start : position + HALF + 1]
    offset = start - (position - HALF)
    out[offset : offset + len(words)] = words
    return out


def window_vectors(E: np.ndarray, ids: np.ndarray) -> np.ndarray:
    return f4(E).take(ids, axis=0).reshape(len(ids), -1)


def window_gradient(dx: np.ndarray, ids: np.ndarray, V: int) -> np.ndarray:
    rows, d_rows = window_gradient_rows(dx, ids)
    full = np.zeros((V, d_rows.shape[1]), "f4")
    full[rows] = d_rows
    return full


def window_gradient_rows(dx: np.ndarray, ids: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    rows, slot = np.unique(ids, return_inverse=True)
    pieces = f4(dx).reshape(ids.size, -1)
    d_rows = np.zeros((rows.size, pieces.shape[1]), "f4")
    np.add.at(d_rows, slot.ravel(), pieces)
    return rows, d_rows


# --- scores and losses

def window_scores(parameters: Params, ids: np.ndarray) -> np.ndarray:
    return Net(parameters, ids).s


def window_scores_backward(ds: np.ndarray, parameters: Params, ids: np.ndarray) -> Params:
    return Net(parameters, ids).backward(ds)


def location_loss(parameters: Params, ids: np.ndarray, y: np.ndarray) -> Tuple[float, Params]:
    net, y = Net(parameters, ids), f4(y)
    cost = np.logaddexp(0, net.s * (1 - 2 * y))  # softplus of the score with the wrong sign
    return cost.mean(), net.backward((logistic(net.s) - y) / len(y))


def max_margin_loss(parameters: Params, ids: np.ndarray, corrupt: np.ndarray) -> Tuple[float, Params]:
    true, fake = Net(parameters, ids), Net(parameters, corrupt)
    violation = np.maximum(1 + fake.s - true.s, 0)
    push = np.sign(violation) / len(ids)
    up, down = true.backward(-push), fake.backward(push)
    return violation.mean(), {key: up[key] + down[key] for key in up}


def corrupt_windows(ids: np.ndarray, y: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    candidates = ids[np.logical_not(y)]
    return candidates[rng.integers(len(candidates), size=n)]


LOSSES = {"softmax": location_loss, "max_margin": max_margin_loss}


def train_windows(
    parameters: Params, ids, targets, lr: float, epochs: int, batch_size: int, loss: str = "softmax", fine_tune: bool = True
) -> Params:
    learned = {key: f4(value) for key, value in parameters.items()}
    for start in [*range(0, len(ids), batch_size)] * epochs:
        batch = slice(start, start + batch_size)
        _, gradients = LOSSES[loss](learned, ids[batch], targets[batch])
        if not fine_tune:
            del gradients["E"]
        for key, gradient in gradients.items():
            learned[key] -= np.float32(lr) * gradient
    return learned


# --- TV, telly, television

def logistic(s: np.ndarray) -> np.ndarray:
    small = np.exp(-abs(s))
    return np.where(s < 0, small, np.float32(1)) / (1 + small)


def sentiment(E: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    return logistic(f4(E).dot(f4(w)) + np.float32(b))


def train_sentiment(E, w, b, y, lr: float, steps: int, fine_tune: bool):
    E, w, b, y = f4(E), f4(w), np.float32(b), f4(y)
    train, rate = E[: len(y)], np.float32(lr / len(y))  # a view: what moves in train moves in E
    while steps > 0:
        miss = sentiment(train, w, b) - y
        dw, db = miss.dot(train), miss.sum()
        if fine_tune:
            train -= rate * np.outer(miss, w)
        w, b = w - rate * dw, b - rate * db
        steps -= 1
    return E, w, b
