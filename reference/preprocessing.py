"""Data preprocessing: mean subtraction, normalization, whitening, with the statistics of the training set alone.

Conventions (CS224n notes part III, section 2.5):
- A set is (N, d), one example per row. The first argument is the training set, the others (validation, test) follow.
- Mean, deviation and basis come from the training set and are applied to all sets; a list of the sets comes back.
- Variances divide by N. No argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# Directions in which the training set has less than this part of its largest deviation hold rounding noise only.
FLOOR = 1e-8

# Among numbers that are not finite LAPACK may look for singular values for ever: they are an error here.
_svd: Callable[[np.ndarray], Any] = lambda X: np.linalg.svd(np.asarray_chkfinite(X), full_matrices=False)  # noqa: E731


def subtract_mean(X_train: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Every set minus the mean feature vector of the training set. The training set then has the mean 0."""
    mean = X_train.mean(axis=0)
    return [X - mean for X in (X_train, *others)]


def normalize(X_train: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Mean subtraction, and every feature divided by its standard deviation in the training set.

    A feature that is constant in the training set is only centred.
    """
    std = X_train.std(axis=0)
    divisor = np.where(std <= FLOOR * np.abs(X_train).max(axis=0, initial=0), 1, std)
    return [X / divisor for X in subtract_mean(X_train, *others)]


def whiten(X_train: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Mean subtraction, projection onto the principal directions, and division by the deviation along each.

    The training set then has the mean 0 and the identity as its covariance, except that a direction without any
    deviation gives zeros, since a floor stands in for a singular value of 0. Signs and order of the new features are
    free. Shapes: every set (N, d); the results (N, k) with k the smaller of d and the number of training examples.
    """
    centred = subtract_mean(X_train, *others)
    # X' / sqrt(N) = U diag(s) V^T, so the covariance X'^T X' / N is V diag(s**2) V^T: along V_k the deviation is s_k.
    _, deviation, V_transposed = _svd(centred[0] / np.sqrt(X_train.shape[0]))
    floor = max(FLOOR * deviation.max(initial=0), np.finfo(float).tiny)
    return [X @ V_transposed.T / np.maximum(deviation, floor) for X in centred]
