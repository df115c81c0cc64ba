"""lecture_example(x, y, z): f = (x + y) * max(y, z), and its three gradients."""

from __future__ import annotations

import numpy as np

from reference import circuits
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(circuits.lecture_example, {"x": "", "y": "", "z": ""}, lambda *v: tuple(map(float, v))))

RIGHT = {
    "by cases": lambda x, y, z: ((x + y) * max(y, z), [max(y, z), max(y, z) + (x + y) * (y > z), (x + y) * (z > y)]),
    "product rule": lambda x, y, z: (
        x * max(y, z) + y * max(y, z),
        (m := np.maximum(y, z), m + (x + y) * float(y > z), (x + y) * float(z >= y)),
    ),
}


def right_numbered_edges(x, y, z):
    a, b = x + y, y if y > z else z
    da, db = b, a
    dy = dz = 0.0
    dx = da
    dy += da
    if y > z:
        dy += db
    else:
        dz += db
    return a * b, [dx, dy, dz]


def gradients(dx=None, dy=None, dz=None):
    """The right ones but for these, each a function of a = x + y, b = max(y, z) and y > z."""

    def run(x, y, z):
        a, b, y_wins = x + y, max(y, z), float(y > z)
        right = [b, b + a * y_wins, a * (1 - y_wins)]
        return a * b, [r if f is None else f(a, b, y_wins) for f, r in zip((dx, dy, dz), right, strict=True)]

    return run


WRONG = {
    "= for += at the branch: the sum's part lost": gradients(dy=lambda a, b, y_wins: a * y_wins),
    "= for += at the branch: the maximum's part lost": gradients(dy=lambda a, b, y_wins: b),
    "parts of y multiplied": gradients(dy=lambda a, b, y_wins: b * a * y_wins),
    "parts of y averaged": gradients(dy=lambda a, b, y_wins: (b + a * y_wins) / 2),
    "maximum's gradient to both": gradients(dy=lambda a, b, w: a + b, dz=lambda a, b, w: a),
    "maximum's gradient to the smaller": gradients(dy=lambda a, b, w: b + a * (1 - w), dz=lambda a, b, w: a * w),
    "product not switched": gradients(
        dx=lambda a, b, w: a, dy=lambda a, b, w: a + b * w, dz=lambda a, b, w: b * (1 - w)
    ),
    "z gets nothing": gradients(dz=lambda a, b, w: 0.0),
    "upstream of the maximum ignored": gradients(dy=lambda a, b, w: b + w, dz=lambda a, b, w: 1 - w),
    "minimum for maximum": lambda x, y, z: (
        (x + y) * min(y, z),
        [min(y, z), min(y, z) + (x + y) * (y < z), (x + y) * (z < y)],
    ),
}
