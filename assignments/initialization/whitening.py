"""What whitening must achieve, whatever the signs, the order and the basis of the new features are.

The training set gets the mean 0 and the variance 1 in every direction in which it varies, and what is done to it, one
linear map after the mean is taken away, is done to every other set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.errors import WrongAnswer
from autograder.tolerance import precision

CLOSE = {"float64": 1e-6, "float32": 2e-3}  # of numbers that are about 1
HUGE = 1e100
CLOSE_WITHOUT_DEVIATION = 2e-3  # where nothing but rounding was divided by a small number


def assert_whitened(got: Any, sets: Sequence[np.ndarray], rank: int) -> None:
    """got: what whiten(*sets) returned. rank: the number of directions in which the training set varies."""
    new = _arrays(got, sets, rank)
    train, mean = sets[0].astype(float), sets[0].mean(axis=0)
    close = CLOSE_WITHOUT_DEVIATION if rank < min(train.shape) else CLOSE[precision(got)]
    if np.abs(new[0].mean(axis=0)).max() > close:
        raise _wrong("The whitened training set should have a mean of zero.")
    covariance = new[0].T @ new[0] / len(train)
    variances = np.linalg.eigvalsh(covariance)[::-1]
    if np.abs(variances - (np.arange(len(variances)) < rank)).max() > close:
        raise _about_covariance(covariance, variances, rank, close)
    # The map that was applied to the training set, as far as it shows there.
    applied = np.linalg.lstsq(train - mean, new[0], rcond=None)[0]
    for X, X_new, what in zip(sets, new, ["training set", *["other sets"] * len(sets)], strict=False):
        expected = (X - mean) @ applied
        if np.abs(X_new - expected).max() > close * (1 + np.abs(expected).max()):
            raise _wrong(
                f"The {what} should go through one linear map after the mean of the training set is taken away: "
                "the map, like the mean, is found with the training set alone."
            )


def _arrays(got: Any, sets: Sequence[np.ndarray], rank: int) -> list[np.ndarray]:
    if not isinstance(got, (tuple, list)) or len(got) != len(sets):
        raise _wrong("whiten should return a list with as many sets as it is given, the training set first.")
    new = []
    for X, one in zip(sets, got, strict=True):
        try:
            array = np.asarray(one)
        except ValueError:
            array = np.array(None)
        if array.dtype.kind not in "iuf" or array.ndim != 2 or len(array) != len(X):
            raise _wrong("Each whitened set should be a matrix of numbers with a row for each example of the set.")
        array = array.astype(float)
        if not (np.abs(array) < HUGE).all():  # nor nan; the square of what is larger may be infinite
            raise _wrong("A whitened set has values that are not finite, or huge: is something divided by zero?")
        new.append(array)
    columns = {array.shape[1] for array in new}
    if len(columns) > 1 or not rank <= new[0].shape[1] <= sets[0].shape[1]:
        raise _wrong(
            "All whitened sets should have the same number of features: one for each direction in which the training "
            "set varies, and at most as many as before."
        )
    return new


def _about_covariance(covariance: np.ndarray, variances: np.ndarray, rank: int, close: float) -> WrongAnswer:
    """Which of its properties the covariance lacks."""
    if np.abs(variances[rank:]).max(initial=0.0) > close:
        return _wrong(
            "There are directions in which the training set does not vary, and your whitened one does: "
            "rounding noise was divided by next to nothing."
        )
    if np.abs(covariance - np.diag(np.diag(covariance))).max() > close * covariance.max():
        return _wrong("The features of the whitened training set should not be correlated, and yours still are.")
    return _wrong("Every feature of the whitened training set should have a variance of one, with division by N.")


def _wrong(message: str) -> WrongAnswer:
    return WrongAnswer(message, message)
