"""numeric_gradient(f, x, h): (f(x + h) - f(x - h)) / 2h at each index in turn."""

from __future__ import annotations

import numpy as np

from reference import gradcheck
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["numeric_gradient"])


def right_unit_vectors(f, x, h):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + step) - f(x - step)) / 2 / h for step in steps]).reshape(x.shape)


def right_nditer(f, x, h):
    x, gradient = x.astype(float), np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        x[i] = old
        gradient[i] = (up - down) / (2 * h)
        it.iternext()
    return gradient


def right_two_loops(f, x, h):
    def moved(i, j, step):
        copy = x.copy()
        copy[i, j] += step
        return f(copy)

    return [[0.5 * (moved(i, j, h) - moved(i, j, -h)) / h for j in range(x.shape[1])] for i in range(x.shape[0])]


def differences(
    up=lambda x, i, h: x[i] + h, down=lambda x, i, h: x[i] - h, over=lambda h: 2 * h, restore=True, at=None
):
    """A loop over the indices with one thing changed."""

    def run(f, x, h):
        x, gradient = np.array(x, float), np.zeros(x.shape)
        for i in at(x) if at else np.ndindex(x.shape):
            old = x[i]
            x[i] = up(x, i, h)
            right = f(x)
            x[i] = down(x, i, h) if restore is True else old - h
            left = f(x)
            if restore is True:
                x[i] = old
            gradient[i] = (right - left) / over(h)
        return gradient

    return run


WRONG = {
    "divided by h**2": differences(over=lambda h: h**2),
    "not divided": differences(over=lambda h: 1),
    "x moved back by h from x + h: one-sided over 2h": differences(down=lambda x, i, h: x[i] - h),
    "x scaled by 1 + h": differences(lambda x, i, h: x[i] * (1 + h), lambda x, i, h: x[i] / (1 + h) * (1 - h)),
    "h fixed at 1e-5": lambda f, x, h: gradcheck.numeric_gradient(f, x, 1e-5),
    "first row only": differences(down=lambda x, i, h: x[i] - 2 * h, at=lambda x: np.ndindex(1, x.shape[1])),
    "every second index: the iterator steps twice": differences(
        down=lambda x, i, h: x[i] - 2 * h, at=lambda x: list(np.ndindex(x.shape))[::2]
    ),
    "the last index left out": differences(
        down=lambda x, i, h: x[i] - 2 * h, at=lambda x: list(np.ndindex(x.shape))[:-1]
    ),
    "all indices moved at once": lambda f, x, h: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
    "whole rows moved": lambda f, x, h: np.array(
        [[(f(x + h * e) - f(x - h * e)) / (2 * h)] * x.shape[1] for e in np.eye(len(x))[:, :, None]]
    ),
    "sign": lambda f, x, h: -gradcheck.numeric_gradient(f, x, h),
    "x moved back by 3 h": differences(down=lambda x, i, h: x[i] - 3 * h),
}
