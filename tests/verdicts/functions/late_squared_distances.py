"""squared_distances(A, B): |a_i - b_j|**2 for every pair of rows."""

from __future__ import annotations

import math

import numpy as np

from reference import vectorization as vec
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["squared_distances"])

RIGHT = {
    "rows of A": lambda A, B: np.array([((B - a) ** 2).sum(axis=1) for a in A]),
    "einsum": lambda A, B: np.einsum("mnd,mnd->mn", A[:, None] - B[None], A[:, None] - B[None]),
    "norm squared": lambda A, B: np.linalg.norm(A[:, None] - B, axis=-1) ** 2,
    "numbers": lambda A, B: [[math.fsum((x - y) ** 2 for x, y in zip(a, b, strict=True)) for b in B] for a in A],
    "feature by feature": lambda A, B: sum(np.subtract.outer(a, b) ** 2 for a, b in zip(A.T, B.T, strict=True)),
}
WRONG = {
    "not squared": lambda A, B: np.sum(A[:, None] - B, axis=2),
    "absolute differences": lambda A, B: np.abs(A[:, None] - B).sum(axis=2),
    "square of the sum": lambda A, B: np.sum(A[:, None] - B, axis=2) ** 2,
    "mean for the sum": lambda A, B: np.mean((A[:, None] - B) ** 2, axis=2),
    "largest difference": lambda A, B: np.max((A[:, None] - B) ** 2, axis=2),
    "transposed": lambda A, B: vec.squared_distances_loop(B, A),
    "plus for minus": lambda A, B: vec.squared_distances_loop(A, -B),
    "|b|**2 forgotten": lambda A, B: np.sum(A * A, 1)[:, None] - 2 * A @ B.T,
    "|a|**2 forgotten": lambda A, B: np.sum(B * B, 1) - 2 * A @ B.T,
    "norms not squared": lambda A, B: np.linalg.norm(A, axis=1)[:, None] + np.linalg.norm(B, axis=1) - 2 * A @ B.T,
    "products for the distances": lambda A, B: A @ B.T,
    "last feature lost": lambda A, B: vec.squared_distances_loop(A[:, :-1], B[:, :-1]),
    "summed to one number": lambda A, B: vec.squared_distances_loop(A, B).sum(),
    "distances to the first row only": lambda A, B: vec.squared_distances_loop(A, 0 * B + B[0]),
}
