"""subtract_mean(X_train, other): both minus the mean of the training set's features."""

from __future__ import annotations

import numpy as np

from reference import preprocessing
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(preprocessing.subtract_mean, {"X": "7,D", "other": "N,D", "integers": "X"}))

RIGHT = {
    "sum divided by N": lambda X, other: [A - X.sum(0) / len(X) for A in (X, other)],
    "matrix of ones": lambda X, other: (X - np.ones((7, 7)) @ X / 7, other - np.ones((len(other), 7)) @ X / 7),
    "columns": lambda X, other: [
        np.stack([a - x.mean() for a, x in zip(A.T, X.T, strict=True)], 1) for A in (X, other)
    ],
    "running mean": lambda X, other: [A - np.cumsum(X, axis=0)[-1] / X.shape[0] for A in (X, other)],
}
WRONG = {
    "one mean for all features": lambda X, other: [A - X.mean() for A in (X, other)],
    "mean of each example": lambda X, other: [A - A.mean(axis=1, keepdims=True) for A in (X, other)],
    "each set by its own mean": lambda X, other: [A - A.mean(axis=0) for A in (X, other)],
    "mean of both sets together": lambda X, other: [A - np.concatenate([X, other]).mean(0) for A in (X, other)],
    "only the training set": lambda X, other: [X - X.mean(0), 1.0 * other],
    "median for the mean": lambda X, other: [A - np.median(X, axis=0) for A in (X, other)],
    "divided by N - 1": lambda X, other: [A - X.sum(0) / (len(X) - 1) for A in (X, other)],
    "mean added": lambda X, other: [A + X.mean(0) for A in (X, other)],
    "order of the sets": lambda X, other: preprocessing.subtract_mean(X, other)[::-1],
    "mean of the test set for both": lambda X, other: [A - other.mean(0) for A in (X, other)],
    "mean rounded to whole numbers": lambda X, other: [A - X.mean(0).astype(int) for A in (X, other)],
    "normalised as well": preprocessing.normalize,
}
