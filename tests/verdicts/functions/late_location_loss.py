"""location_loss: the mean cross-entropy of location or not, and its gradients."""

from __future__ import annotations

import math

import numpy as np

from reference import activations as act
from reference import word_window as window
from tests.tolerance.rewrites import scalar_sigmoid, window_backward_einsum
from tests.verdicts.problem import loss_of_parameters

PROBLEM = loss_of_parameters("location_loss")


def scores(P, ids):
    return np.tanh(P["E"][ids].reshape(len(ids), -1) @ P["W"].T + P["b"]) @ P["u"]


def right_logaddexp(P, ids, y):
    s = scores(P, ids)
    loss = np.mean(np.logaddexp(0, s) - y * s)
    return loss, window.window_scores_backward((act.sigmoid(s) - y) / len(y), P, ids)


def right_window_by_window(P, ids, y):
    loss, ds = 0.0, []
    for s, label in zip(scores(P, ids), y, strict=True):
        sign = 1 if label else -1
        loss += math.log1p(math.exp(-abs(s))) + max(0, -sign * s)
        ds.append(-sign * scalar_sigmoid(-sign * s) / len(y))
    return loss / len(y), window_backward_einsum(np.array(ds), P, ids)


def spoilt(loss=None, ds=None):
    """loss and the scores' gradient, each a function of (s, y), or right."""

    def run(P, ids, y):
        s = scores(P, ids)
        right_loss = np.mean(np.logaddexp(0, s) - y * s)
        right_ds = (act.sigmoid(s) - y) / len(y)
        return (
            right_loss if loss is None else loss(s, y),
            window.window_scores_backward(right_ds if ds is None else ds(s, y), P, ids),
        )

    return run


WRONG = {
    "gradient not averaged": spoilt(ds=lambda s, y: act.sigmoid(s) - y),
    "loss not averaged": spoilt(lambda s, y: np.sum(np.logaddexp(0, s) - y * s)),
    "sign of the gradient": spoilt(ds=lambda s, y: (y - act.sigmoid(s)) / len(y)),
    "p - y times p (1 - p) as well": spoilt(
        ds=lambda s, y: (act.sigmoid(s) - y) * act.sigmoid(s) * (1 - act.sigmoid(s)) / len(y)
    ),
    "only y log p": spoilt(lambda s, y: np.mean(y * np.logaddexp(0, -s))),
    "only the negatives": spoilt(lambda s, y: np.mean((1 - y) * np.logaddexp(0, s))),
    "squared error": spoilt(lambda s, y: np.mean((act.sigmoid(s) - y) ** 2)),
    "the score in the place of p": spoilt(ds=lambda s, y: (s - y) / len(y)),
    "labels -1 and 1": spoilt(ds=lambda s, y: (act.sigmoid(s) - (2 * y - 1)) / len(y)),
    "p without the label": spoilt(ds=lambda s, y: act.sigmoid(s) / len(y)),
    "log10": spoilt(lambda s, y: np.mean(np.logaddexp(0, s) - y * s) / np.log(10)),
    "accuracy for the loss": spoilt(lambda s, y: np.mean((s > 0) == y)),
    "hinge for the loss": spoilt(lambda s, y: np.mean(np.maximum(0, 1 - (2 * y - 1) * s))),
    "sigmoid twice": spoilt(ds=lambda s, y: (act.sigmoid(act.sigmoid(s)) - y) / len(y)),
    "negative loss": spoilt(lambda s, y: -np.mean(np.logaddexp(0, s) - y * s)),
}
