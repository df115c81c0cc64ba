"""softmax(scores): every row exp(f_c) / sum exp(f_k), without overflow."""

from __future__ import annotations

import math

import numpy as np

from reference import losses
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["softmax"])


def right_row_by_row(f):
    p = np.zeros(f.shape)
    for i, row in enumerate(f):
        e = np.exp(row - np.max(row))
        p[i] = e / np.sum(e)
    return p


def right_transposed(f):
    e = np.exp(f.T - f.T.max(axis=0))
    return (e / e.sum(axis=0)).T


def right_by_log(f):
    shifted = f - np.amax(f, axis=1)[:, None]
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True)))


def right_lists(f):
    rows = [[math.exp(s - max(row)) for s in row] for row in f.tolist()]
    return [[e / math.fsum(row) for e in row] for row in rows]


WRONG = {
    "normalised over the whole matrix": lambda f: (e := np.exp(f - f.max())) / e.sum(),
    "not normalised": lambda f: np.exp(f - f.max(-1, keepdims=True)),
    "normalised to unit length": lambda f: (
        (e := np.exp(f - f.max(-1, keepdims=True))) / np.linalg.norm(e, axis=-1, keepdims=True)
    ),
    "applied twice": lambda f: losses.softmax(losses.softmax(f)),
    "scores normalised, no exponential": lambda f: f / f.sum(-1, keepdims=True),
    "exp(-f)": lambda f: losses.softmax(-f),
    "log-softmax returned": lambda f: np.log(losses.softmax(f)),
    "mean for the sum": lambda f: losses.softmax(f) * f.shape[-1],
    "keepdims forgotten": lambda f: (e := np.exp((f.T - f.max(-1)).T)) / e.sum(-1),
    "maximum subtracted above only": lambda f: np.exp(f - f.max(-1, keepdims=True)) / np.exp(f).sum(-1, keepdims=True),
    "minimum subtracted": lambda f: (e := np.exp(f - f.min(-1, keepdims=True))) / e.sum(-1, keepdims=True),
    "maximum of the columns subtracted": lambda f: (e := np.exp(f - f.max(0))) / e.sum(-1, keepdims=True),
    "scores clipped to +-50": lambda f: losses.softmax(np.clip(f, -50, 50)),
    "sigmoid of each score": lambda f: 1 / (1 + np.exp(-f)),
    "one-hot of the largest": lambda f: 1.0 * (f == f.max(-1, keepdims=True)),
    "probabilities clipped at 1e-7": lambda f: np.clip(losses.softmax(f), 1e-7, 1),
}


def wrong_in_place(f):
    """The maximum is subtracted in place."""
    f -= f.max(axis=-1, keepdims=True)
    return np.exp(f) / np.exp(f).sum(axis=-1, keepdims=True)
