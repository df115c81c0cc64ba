"""prelu_backward(da, z, a): (dz, d_a), the slope a of the negative side being learned."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Gradient, Problem


def _prelu_da(args, arrays, upstream):
    return upstream, arrays[0], float(arrays[1])


PROBLEM = Problem(
    SUBJECTS["prelu_backward"],
    Gradient(
        lambda args: act.prelu(args[1], args[2]),
        lambda args: [args[1], np.asarray(args[2])],
        lambda args: args[0],
        _prelu_da,
        list,
    ),
)

RIGHT = {
    "masks": lambda da, z, a: ((z > 0) * da + a * (z <= 0) * da, (da * z * (z < 0)).sum()),
    "einsum": lambda da, z, a: (np.where(z < 0, a, 1) * da, np.einsum("nd,nd->", da, np.where(z < 0, z, 0))),
    "masked elements only": lambda da, z, a: [da * (z > 0) + da * a * (z <= 0), float(da[z < 0] @ z[z < 0])],
    "sums of columns": lambda da, z, a: (np.where(z > 0, da, a * da), (da * np.minimum(z, 0)).sum(0).sum()),
}
WRONG = {
    "d_a not summed": lambda da, z, a: (np.where(z > 0, da, a * da), da * np.minimum(z, 0)),
    "d_a summed over the batch only": lambda da, z, a: (np.where(z > 0, da, a * da), (da * np.minimum(z, 0)).sum(0)),
    "d_a without the upstream": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(np.minimum(z, 0))),
    "d_a without z": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(da * (z <= 0))),
    "d_a over the positive side": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(da * np.maximum(z, 0))),
    "d_a with a left in": lambda da, z, a: (np.where(z > 0, da, a * da), a * np.sum(da * np.minimum(z, 0))),
    "d_a negated": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(da * np.maximum(-z, 0))),
    "d_a divided by N": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(da * np.minimum(z, 0)) / len(z)),
    "a fixed at 0.25": lambda da, z, a: (np.where(z > 0, da, 0.25 * da), np.sum(da * np.minimum(z, 0))),
    "dz dead on the negative side": lambda da, z, a: (da * (z > 0), np.sum(da * np.minimum(z, 0))),
    "results exchanged": lambda da, z, a: (np.sum(da * np.minimum(z, 0)), np.where(z > 0, da, a * da)),
    "d_a left out": lambda da, z, a: np.where(z > 0, da, a * da),
}
