"""max_margin(s, s_c): the mean of max(0, 1 - s + s_c), and its two gradients."""

from __future__ import annotations

import numpy as np

from reference import losses
from tests.tolerance.wrong import changed
from tests.verdicts.problem import loss_of

PROBLEM = loss_of("max_margin", (0, 1))


def right_masks(s, c):
    margin = 1 - s + c
    active = margin > 0
    return margin[active].sum() / len(s), -1.0 * active / len(s), 1.0 * active / len(s)


def right_where(s, c):
    loss = np.average(np.where(s < c + 1, 1 + c - s, 0))
    ds = np.where(s < c + 1, -1 / s.size, 0)
    return [loss, ds, -ds]


WRONG = {
    "gradients exchanged": changed(losses.max_margin, lambda r, *_: (r[0], r[2], r[1])),
    "gradients not averaged": changed(losses.max_margin, lambda r, s, c: (r[0], r[1] * len(s), r[2] * len(s))),
    "loss not averaged": changed(losses.max_margin, lambda r, s, c: (r[0] * len(s), r[1], r[2])),
    "s_c has no gradient": changed(losses.max_margin, lambda r, s, c: (r[0], r[1], 0 * r[2])),
    "margin 0 for 1": lambda s, c: losses.max_margin(s + 1, c),
    "open where the margin is shut": lambda s, c: (
        losses.max_margin(s, c)[0],
        -1.0 * (1 - s + c <= 0) / len(s),
        1.0 * (1 - s + c <= 0) / len(s),
    ),
    "mask s < s_c, without the 1": lambda s, c: (
        losses.max_margin(s, c)[0],
        -1.0 * (s < c) / len(s),
        1.0 * (s < c) / len(s),
    ),
    "one margin of the mean scores": lambda s, c: (max(0, 1 - s.mean() + c.mean()), *losses.max_margin(s, c)[1:]),
    "divided by the violated pairs": lambda s, c: (
        np.maximum(0, 1 - s + c).sum() / max(1, (1 - s + c > 0).sum()),
        *losses.max_margin(s, c)[1:],
    ),
    "absolute value for max(0, ...)": lambda s, c: (np.mean(abs(1 - s + c)), *losses.max_margin(s, c)[1:]),
    "times the score": changed(losses.max_margin, lambda r, s, c: (r[0], r[1] * s, r[2] * c)),
    "squared margin": lambda s, c: (np.mean(np.maximum(0, 1 - s + c) ** 2), *losses.max_margin(s, c)[1:]),
    "gradients summed to a number": changed(losses.max_margin, lambda r, *_: (r[0], r[1].sum(), r[2].sum())),
}
