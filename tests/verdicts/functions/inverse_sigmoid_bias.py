"""output_bias_from_inverse_sigmoid(targets) = log(m / (1 - m)), m the mean target."""

from __future__ import annotations

import math

import numpy as np

from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["inverse_sigmoid_bias"])


def mean(t):
    return np.clip(t.mean(axis=0), 1e-6, 1 - 1e-6)


RIGHT = {
    "logs apart": lambda t: np.log(mean(t)) - np.log(1 - mean(t)),
    "minus log(1/m - 1)": lambda t: -np.log(1 / mean(t) - 1),
    "columns": lambda t: [math.log(m) - math.log1p(-m) for m in mean(t)],
    "arctanh": lambda t: 2 * np.arctanh(2 * mean(t) - 1),
}
WRONG = {
    "ends not moved: infinite, or too far": lambda t: np.log(t.mean(0) / (1 - t.mean(0))),
    "log of the mean alone": lambda t: np.log(t.mean(0)),
    "m / (1 - m) without the log": lambda t: t.mean(0) / (1 - t.mean(0)),
    "sigmoid instead of its inverse": lambda t: 1 / (1 + np.exp(-t.mean(0))),
    "mean over the outputs": lambda t: np.log(t.mean(1) / (1 - t.mean(1))),
    "one mean for all outputs": lambda t: np.log(t.mean() / (1 - t.mean())) + 0 * t[0],
    "mean of the inverse sigmoids": lambda t: np.log(t / (1 - t)).mean(0),
    "median for the mean": lambda t: np.log(np.median(t, 0) / (1 - np.median(t, 0))),
    "log10": lambda t: np.log10(t.mean(0) / (1 - t.mean(0))),
    "1 + m in the denominator": lambda t: np.log(t.mean(0) / (1 + t.mean(0))),
    "precedence: log(m) / (1 - m)": lambda t: np.log(t.mean(0)) / (1 - t.mean(0)),
    "epsilon 1e-3 within the log": lambda t: np.log(t.mean(0) / (1 - t.mean(0)) + 1e-3),
    "all biases zero": lambda t: np.zeros(t.shape[1]),
}
