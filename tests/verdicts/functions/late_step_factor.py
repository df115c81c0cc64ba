"""step_factor(t, lr0, n, factor) = lr0 * factor**floor(t / n)."""

from __future__ import annotations

import math

from reference import schedules
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(
    Subject(
        schedules.step_factor,
        {"t": (0, 2, 3, 5, 6, 7, 9), "lr0": (0.1,), "n": (3,), "factor": (0.5, 0.7, 0.3, 0.9)},
    )
)

RIGHT = {
    "floor": lambda t, lr0, n, factor: lr0 * math.pow(factor, math.floor(t / n)),
    "loop": lambda t, lr0, n, factor: math.prod([lr0] + [factor] * int(t / n)),
    "log": lambda t, lr0, n, factor: math.exp(math.log(lr0) + (t // n) * math.log(factor)),
}


def right_epoch_by_epoch(t, lr0, n, factor):
    lr = lr0
    for epoch in range(1, t + 1):
        if epoch % n == 0:
            lr = lr * factor
    return lr


WRONG = {
    "smooth: t / n without the floor": lambda t, lr0, n, factor: lr0 * factor ** (t / n),
    "ceil for floor: one stage early": lambda t, lr0, n, factor: lr0 * factor ** math.ceil(t / n),
    "boundary belongs to the earlier stage": lambda t, lr0, n, factor: lr0 * factor ** max(0, (t - 1) // n),
    "round for floor": lambda t, lr0, n, factor: lr0 * factor ** round(t / n),
    "every epoch": lambda t, lr0, n, factor: lr0 * factor**t,
    "only once": lambda t, lr0, n, factor: lr0 * (factor if t >= n else 1),
    "factor fixed at a half": lambda t, lr0, n, factor: lr0 * 0.5 ** (t // n),
    "divided by the factor": lambda t, lr0, n, factor: lr0 / factor ** (t // n),
    "multiplied, not to the power": lambda t, lr0, n, factor: lr0 * factor * (t // n),
    "one stage ahead": lambda t, lr0, n, factor: lr0 * factor ** (t // n + 1),
    "remainder for quotient": lambda t, lr0, n, factor: lr0 * factor ** (t % n),
    "precedence: (lr0 * factor)**stage": lambda t, lr0, n, factor: (lr0 * factor) ** (t // n),
}
