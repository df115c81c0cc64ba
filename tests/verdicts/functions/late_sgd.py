"""sgd(x, dx, state, lr): x - lr dx, and an empty state."""

from __future__ import annotations

import numpy as np

from reference import optimizers
from tests.tolerance.subjects import SUBJECTS, Subject
from tests.verdicts.problem import optimizer

PROBLEM = optimizer(
    Subject(
        SUBJECTS["momentum"].function,
        {**SUBJECTS["momentum"].declared},
        lambda *values: (optimizers.sgd, *values),
    )
)

RIGHT = {
    "product first": lambda x, dx, state, lr, eps: (-lr * dx + x, {}),
    "subtract": lambda x, dx, state, lr, eps: (np.subtract(x, np.multiply(dx, lr)), {}),
    "rows": lambda x, dx, state, lr, eps: ([r - lr * d for r, d in zip(np.array(x), dx, strict=True)], {}),
}


def right_on_a_copy(x, dx, state, lr, eps):
    x = np.array(x)
    x -= lr * dx
    return x, {}


WRONG = {
    "uphill": lambda x, dx, state, lr, eps: (x + lr * dx, {}),
    "learning rate forgotten": lambda x, dx, state, lr, eps: (x - dx, {}),
    "learning rate fixed": lambda x, dx, state, lr, eps: (x - 0.001 * dx, {}),
    "divided by the learning rate": lambda x, dx, state, lr, eps: (x - dx / lr, {}),
    "the step for the new x": lambda x, dx, state, lr, eps: (-lr * dx, {}),
    "sign of the gradient": lambda x, dx, state, lr, eps: (x - lr * np.sign(dx), {}),
    "gradient normalised": lambda x, dx, state, lr, eps: (x - lr * dx / (np.linalg.norm(dx) + 1e-12), {}),
    "gradient averaged over the rows": lambda x, dx, state, lr, eps: (x - lr * dx.mean(0), {}),
    "x scaled: precedence (x - lr) * dx": lambda x, dx, state, lr, eps: ((x - lr) * dx, {}),
    "x returned unchanged": lambda x, dx, state, lr, eps: (x.copy(), {}),
    "state left out": lambda x, dx, state, lr, eps: x - lr * dx,
}


def wrong_in_place(x, dx, state, lr, eps):
    """x is updated in place."""
    x -= lr * dx
    return x, {}
