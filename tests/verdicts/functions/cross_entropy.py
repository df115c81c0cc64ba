"""cross_entropy(scores, y): the mean of -log softmax at the labels, and its gradient."""

from __future__ import annotations

import numpy as np

from reference import losses
from tests.tolerance.wrong import changed
from tests.verdicts.problem import loss_of

PROBLEM = loss_of("cross_entropy")


def right_pick_and_scatter(f, y):
    log_p = f - np.logaddexp.reduce(f, axis=1)[:, None]
    df = np.exp(log_p)
    np.subtract.at(df, (np.arange(len(y)), y), 1)
    return -log_p[range(len(y)), y].sum() / len(y), df / len(y)


def right_one_hot_zeros(f, y):
    N = f.shape[0]
    Y = np.zeros(f.shape)
    Y[np.arange(N), y] = 1
    shifted = f - f.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    loss = np.sum(np.log(e.sum(1)) - (Y * shifted).sum(1)) / N
    return loss, (e / e.sum(1, keepdims=True) - Y) / N


def right_columns(f, y):
    f = f.T
    top = f.max(0)
    total = np.log(np.exp(f - top).sum(0)) + top
    p = np.exp(f - total)
    p[y, np.arange(y.size)] -= 1.0
    return np.average(total - f[y, np.arange(y.size)]), (p / y.size).T


def right_take_along_axis(f, y):
    log_p = f - f.max(1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(1, keepdims=True))
    loss = -np.take_along_axis(log_p, y[:, None], 1).mean()
    return [float(loss), (np.exp(log_p) - (np.arange(f.shape[1]) == y[:, None])) * (1 / len(y))]


def parts(loss=None, gradient=None):
    """The right results but for these, each a function of (p, y, N)."""

    def run(f, y):
        right, p = losses.cross_entropy(f, y), losses.softmax(f)
        return tuple(r if c is None else c(p, y, len(y)) for c, r in zip((loss, gradient), right, strict=True))

    return run


def hot(p, y):
    return 1.0 * (y[:, None] == np.arange(p.shape[1]))


WRONG = {
    "sign of the loss": changed(losses.cross_entropy, lambda r, *_: (-r[0], r[1])),
    "sign of the gradient": parts(gradient=lambda p, y, N: (hot(p, y) - p) / N),
    "loss averaged over classes as well": changed(losses.cross_entropy, lambda r, f, y: (r[0] / f.shape[1], r[1])),
    "loss summed over all classes": parts(lambda p, y, N: -np.log(p + 1e-300).sum() / N),
    "probability of the label without the log": parts(lambda p, y, N: -p[range(N), y].mean()),
    "log of the mean probability": parts(lambda p, y, N: -np.log(p[range(N), y].mean())),
    "log of p, which underflows to 0": parts(lambda p, y, N: -np.log(p[range(N), y]).mean()),
    "log2": changed(losses.cross_entropy, lambda r, *_: (r[0] / np.log(2), r[1])),
    "the log of the sum missing": changed(
        losses.cross_entropy, lambda r, f, y: (np.mean(f.max(1) - f[range(len(y)), y]), r[1])
    ),
    "the label's entry set to -1": parts(gradient=lambda p, y, N: np.where(hot(p, y), -1, p) / N),
    "only the label's entry": parts(gradient=lambda p, y, N: (p - 1) * hot(p, y) / N),
    "-1/p at the label: the softmax not passed": parts(gradient=lambda p, y, N: -hot(p, y) / (p + 1e-300) / N),
    "divided by N twice": parts(gradient=lambda p, y, N: (p - hot(p, y)) / N**2),
    "p - 1 everywhere": parts(gradient=lambda p, y, N: (p - 1) / N),
    "1 subtracted from the label's whole column": parts(
        gradient=lambda p, y, N: (p - np.isin(np.arange(p.shape[1]), y)) / N
    ),
    "1 subtracted after the division by N": parts(gradient=lambda p, y, N: p / N - hot(p, y)),
    "times p (1 - p) as well": parts(gradient=lambda p, y, N: (p - hot(p, y)) * p * (1 - p) / N),
    "label of the next example": lambda f, y: losses.cross_entropy(f, np.roll(y, 1)),
    "labels shifted by one": lambda f, y: losses.cross_entropy(f, (y + 1) % f.shape[1]),
    "binary terms of the other classes added": parts(
        lambda p, y, N: -(hot(p, y) * np.log(p + 1e-300) + (1 - hot(p, y)) * np.log(1 - p + 1e-300)).sum() / N
    ),
    "squared error of the probabilities": parts(lambda p, y, N: ((p - hot(p, y)) ** 2).sum() / N),
    "p clipped at 1e-7": parts(lambda p, y, N: -np.log(np.clip(p[range(N), y], 1e-7, 1)).mean()),
    "log of p + 1e-8": parts(lambda p, y, N: -np.log(p[range(N), y] + 1e-8).mean()),
    "one maximum for all rows": lambda f, y: (
        (p := (e := np.exp(f - f.max())) / e.sum(1, keepdims=True)),
        (-np.log(p[range(len(y)), y]).mean(), (p - hot(p, y)) / len(y)),
    )[1],
    "the first example only": lambda f, y: (losses.cross_entropy(f[:1], y[:1])[0], losses.cross_entropy(f, y)[1]),
}
