"""neuron(x, w, b) = sigma(w . x + b), one number."""

from __future__ import annotations

import math

import numpy as np

from reference import activations as act
from tests.tolerance.rewrites import scalar_sigmoid
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["neuron"])

RIGHT = {
    "inner product": lambda x, w, b: float(act.sigmoid(np.inner(w, x) + b)),
    "bias first": lambda x, w, b: act.sigmoid(np.float64(b) + np.sum(np.multiply(x, w))),
    "folded bias": lambda x, w, b: act.sigmoid(np.append(w, b) @ np.append(x, 1)),
    "fsum": lambda x, w, b: scalar_sigmoid(math.fsum([b, *(x * w)])),
}
WRONG = {
    "bias subtracted": lambda x, w, b: act.neuron(x, w, -b),
    "sigmoid forgotten": lambda x, w, b: w @ x + b,
    "bias after the sigmoid": lambda x, w, b: act.neuron(x, w, 0.0) + b,
    "sigmoid of each product, then summed": lambda x, w, b: act.sigmoid(w * x).sum() + b,
    "products not summed": lambda x, w, b: act.sigmoid(w * x + b),
    "mean for the sum": lambda x, w, b: act.sigmoid(np.mean(w * x) + b),
    "bias added to every product": lambda x, w, b: act.sigmoid(np.sum(w * x + b)),
    "weights added, not multiplied": lambda x, w, b: act.sigmoid(np.sum(w + x) + b),
    "last input lost": lambda x, w, b: act.neuron(x[:-1], w[:-1], b),
    "returned in an array of one": lambda x, w, b: np.array([act.neuron(x, w, b)]),
    "tanh for sigmoid": lambda x, w, b: np.tanh(w @ x + b),
    "minus in the exponent lost": lambda x, w, b: 1 / (1 + np.exp(w @ x + b)),
}
