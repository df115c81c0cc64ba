"""sigmoid(z) = 1 / (1 + exp(-z)), without overflow."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from reference import losses
from tests.tolerance.rewrites import scalar_sigmoid
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["sigmoid"])

RIGHT = {
    "1 - sigma(-z) for negative z": lambda z: np.where(
        z >= 0, 1 / (1 + np.exp(-np.maximum(z, 0))), 1 - 1 / (1 + np.exp(np.minimum(z, 0)))
    ),
    "reciprocal with an overflow that is harmless": lambda z: 1 / (1 + np.exp(-z)),
    "list of lists": lambda z: [[scalar_sigmoid(number) for number in row] for row in z.tolist()],
}


def right_masks(z):
    a = np.empty(z.shape)
    positive = z >= 0
    a[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    a[~positive] = e / (1 + e)
    return a


WRONG = {
    "minus sign lost: sigma(-z)": lambda z: act.sigmoid(-z),
    "1 in the denominator lost": lambda z: 1 / np.exp(-z),
    "exp(-|z|) for negative z as well": lambda z: 1 / (1 + np.exp(-abs(z))),
    "tanh for sigmoid": np.tanh,
    "normalised as a softmax": lambda z: losses.softmax(z),
    "z clipped to +-20 against overflow": lambda z: 1 / (1 + np.exp(-np.clip(z, -20, 20))),
    "a step instead of the sigmoid": lambda z: (z > 0) * 1.0,
    "derivative returned": lambda z: act.sigmoid(z) * (1 - act.sigmoid(z)),
    "base 2 for e": lambda z: 1 / (1 + 2.0 ** -np.clip(z, -1000, 1000)),
}


def wrong_whole_numbers(z):
    """Whole numbers in, whole numbers out: zeros_like cuts off the fractions."""
    a = np.zeros_like(z)
    a[...] = act.sigmoid(z)
    return a


def wrong_negative_half(z):
    """Values for z < 0 never filled in."""
    a = np.zeros(z.shape)
    a[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    return a


def wrong_in_place(z):
    """z negated in place."""
    a = act.sigmoid(z)
    z *= -1
    return a
