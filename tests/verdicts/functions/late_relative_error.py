"""relative_error(a, b): the largest |a - b| / max(|a|, |b|)."""

from __future__ import annotations

import numpy as np

from reference import gradcheck
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(gradcheck.relative_error, {"a": "N,D", "b": "N,D", "gradients": "a"}))

RIGHT = {
    "loop": lambda a, b: max(abs(x - y) / max(abs(x), abs(y)) for x, y in zip(a.flat, b.flat, strict=True)),
    "stacked": lambda a, b: np.amax(abs(b - a) / np.abs([a, b]).max(axis=0)),
    "smaller over larger": lambda a, b: np.max(
        np.where(
            a * b > 0,
            1 - np.minimum(abs(a), abs(b)) / np.maximum(abs(a), abs(b)),
            1 + np.minimum(abs(a), abs(b)) / np.maximum(abs(a), abs(b)),
        )
    ),
    "fmax": lambda a, b: float(np.sort((np.abs(np.subtract(a, b)) / np.fmax(abs(a), abs(b))).ravel())[-1]),
}
WRONG = {
    "absolute value forgotten": lambda a, b: np.max((a - b) / np.maximum(abs(a), abs(b))),
    "sum of the sizes below": lambda a, b: np.max(abs(a - b) / (abs(a) + abs(b))),
    "mean for the largest": lambda a, b: np.mean(abs(a - b) / np.maximum(abs(a), abs(b))),
    "smallest for the largest": lambda a, b: np.min(abs(a - b) / np.maximum(abs(a), abs(b))),
    "minimum below": lambda a, b: np.max(abs(a - b) / np.minimum(abs(a), abs(b))),
    "absolute error": lambda a, b: np.max(abs(a - b)),
    "relative to a alone": lambda a, b: np.max(abs(a - b) / abs(a)),
    "norms": lambda a, b: np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)),
    "largest error over the largest entry": lambda a, b: np.max(abs(a - b)) / np.maximum(abs(a), abs(b)).max(),
    "sizes forgotten below": lambda a, b: np.max(abs(a - b) / abs(np.maximum(a, b))),
    "an array comes back": lambda a, b: abs(a - b) / np.maximum(abs(a), abs(b)),
    "floor of 1 below": lambda a, b: np.max(abs(a - b) / np.maximum(1, np.maximum(abs(a), abs(b)))),
    "differences of the sizes": lambda a, b: np.max(abs(abs(a) - abs(b)) / np.maximum(abs(a), abs(b))),
    "1e-8 added below": lambda a, b: np.max(abs(a - b) / (1e-8 + np.maximum(abs(a), abs(b)))),
}
