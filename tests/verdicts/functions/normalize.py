"""normalize(X_train, other): centred and divided by the training set's deviation, feature by feature."""

from __future__ import annotations

import math

import numpy as np

from reference import preprocessing
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["normalize"])


def right_two_passes(X, other):
    mean = np.add.reduce(X) / X.shape[0]
    deviation = np.sqrt(((X - mean) ** 2).sum(0) / X.shape[0])
    return (X - mean) / deviation, (other - mean) / deviation


def right_root_of_var(X, other):
    return [(A - np.mean(X, 0)) * np.var(X, axis=0) ** -0.5 for A in (X, other)]


def right_columns(X, other):
    done = [np.empty(A.shape) for A in (X, other)]
    for j in range(X.shape[1]):
        for out, A in zip(done, (X, other), strict=True):
            out[:, j] = (A[:, j] - np.mean(X[:, j])) / math.sqrt(np.mean((X[:, j] - np.mean(X[:, j])) ** 2))
    return done


def spoilt(mean=lambda X, A: X.mean(0), deviation=lambda X, A: X.std(0)):
    return lambda X, other: [(A - mean(X, A)) / deviation(X, A) for A in (X, other)]


WRONG = {
    "one deviation for all features": spoilt(deviation=lambda X, A: X.std()),
    "one mean for all features": spoilt(mean=lambda X, A: X.mean()),
    "deviation of each example": spoilt(deviation=lambda X, A: A.std(axis=1, keepdims=True)),
    "mean of each example": spoilt(mean=lambda X, A: A.mean(axis=1, keepdims=True)),
    "mean of each set": spoilt(mean=lambda X, A: A.mean(0)),
    "deviation of each set": spoilt(deviation=lambda X, A: A.std(0) + 1e-300),
    "not centred": spoilt(mean=lambda X, A: 0),
    "multiplied by the deviation": spoilt(deviation=lambda X, A: 1 / X.std(0)),
    "range for the deviation": spoilt(deviation=lambda X, A: X.max(0) - X.min(0)),
    "norm for the deviation": spoilt(deviation=lambda X, A: np.linalg.norm(X - X.mean(0), axis=0)),
    "deviation about 0": spoilt(deviation=lambda X, A: np.sqrt((X**2).mean(0))),
    "mean absolute deviation": spoilt(deviation=lambda X, A: abs(X - X.mean(0)).mean(0)),
    "precedence: X - mean / std": lambda X, other: [A - X.mean(0) / X.std(0) for A in (X, other)],
    "root of the variance plus 1e-5": spoilt(deviation=lambda X, A: np.sqrt(X.var(0) + 1e-5)),
    "only the training set": lambda X, other: [preprocessing.normalize(X)[0], other],
    "scaled to 0 .. 1": lambda X, other: [(A - X.min(0)) / (X.max(0) - X.min(0)) for A in (X, other)],
}
