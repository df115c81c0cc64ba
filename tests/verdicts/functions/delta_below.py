"""delta_below(delta, W, f_prime_z) = (W^T delta) * f'(z), for a batch of rows."""

from __future__ import annotations

import numpy as np

from reference import matrix_gradients as mg
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(mg.delta_below, {"delta": "N,H", "W": "H,D", "f_prime_z": "N,D", "gradients": "delta"}))

RIGHT = {
    "einsum": lambda d, W, s: np.einsum("nh,hd,nd->nd", d, W, s),
    "columns": lambda d, W, s: ((W.T @ d.T) * s.T).T,
    "rows": lambda d, W, s: [W.T @ row * slope for row, slope in zip(d, s, strict=True)],
    "diagonal Jacobians": lambda d, W, s: np.array([row @ W @ np.diag(f) for row, f in zip(d, s, strict=True)]),
}
WRONG = {
    "slope forgotten": lambda d, W, s: d @ W,
    "matrix product with the slope": lambda d, W, s: d @ W @ s.T,
    "weights forgotten": lambda d, W, s: d.sum(axis=1, keepdims=True) * s,
    "upstream ignored": lambda d, W, s: np.ones_like(d) @ W * s,
    "slope added": lambda d, W, s: d @ W + s,
    "slope squared": lambda d, W, s: d @ W * s**2,
    "W reshaped for transposed": lambda d, W, s: d @ W.T.reshape(W.shape) * s,
    "slope of the first example for all": lambda d, W, s: d @ W * s[:1],
    "divided by N": lambda d, W, s: d @ W * s / len(d),
    "transposed": lambda d, W, s: (d @ W * s).T,
    "normalised by the weights": lambda d, W, s: d @ (W / W.sum(0)) * s,
    "divided by the slope": lambda d, W, s: d @ W / s,
}
