"""multiclass_hinge(scores, y): the mean of all margins max(0, s_j - s_y + 1), and its gradient."""

from __future__ import annotations

import numpy as np

from reference import losses
from tests.tolerance.wrong import changed, gradient_times
from tests.verdicts.problem import loss_of

PROBLEM = loss_of("multiclass_hinge")


def right_subtract_delta(f, y):
    rows = range(len(y))
    margins = np.maximum(0, f - f[rows, y].reshape(-1, 1) + 1)
    loss = margins.sum() / len(y) - 1.0
    df = (margins > 0) * 1.0
    df[rows, y] -= df.sum(axis=1)
    return loss, df / len(y)


def right_rows(f, y):
    total, df = 0.0, []
    for scores, label in zip(f, y, strict=True):
        margins = np.delete(scores - scores[label] + 1, label)
        violated = margins > 0
        total += margins[violated].sum()
        df.append(np.insert(violated * 1.0, label, -violated.sum()))
    return total / len(y), np.array(df) / len(y)


def right_transposed(f, y):
    f, N = f.T, len(y)
    margins = np.clip(f - f[y, np.arange(N)] + 1, 0, None)
    margins[y, np.arange(N)] = 0
    slopes = np.sign(margins)
    slopes[y, np.arange(N)] = -np.count_nonzero(margins, axis=0)
    return np.mean(margins.sum(axis=0)), slopes.T / N


def spoilt(margin=1.0, own=False, squared=False, reduce="mean", slope=None):
    """The loss with one thing changed. slope: the label's entry, from the violated margins of each row."""

    def run(f, y):
        rows, N = np.arange(len(y)), len(y)
        margins = np.maximum(0, f - f[rows, y][:, None] + margin)
        if not own:
            margins[rows, y] = 0
        df = (margins > 0) * 1.0
        violated = df.sum(1)
        df[rows, y] = -violated if slope is None else slope(violated, f.shape[1])
        loss = (margins**2 if squared else margins).sum() / (N if reduce == "mean" else f.size)
        return loss, df / N

    return run


WRONG = {
    "label's entry left at 0": spoilt(slope=lambda violated, C: 0),
    "label's entry minus (C - 1)": spoilt(slope=lambda violated, C: 1 - C),
    "label's entry plus the violated margins": spoilt(slope=lambda violated, C: violated),
    "label's entry -1 if any margin is violated": spoilt(slope=lambda violated, C: -1.0 * (violated > 0)),
    "label counted among the violated": spoilt(slope=lambda violated, C: -violated - 1),
    "margin 0.5": spoilt(0.5),
    "right class counted in the loss alone": spoilt(own=True, slope=lambda violated, C: 1 - violated),
    "squared hinge": spoilt(squared=True),
    "averaged over the classes": spoilt(reduce="all"),
    "sum for the mean in the gradient": gradient_times(losses.multiclass_hinge, lambda f, y: len(y)),
    "loss summed over the batch": changed(losses.multiclass_hinge, lambda r, f, y: (r[0] * len(y), r[1])),
    "sign of the gradient": gradient_times(losses.multiclass_hinge, lambda f, y: -1),
    "the margins themselves in the gradient": changed(
        losses.multiclass_hinge,
        lambda r, f, y: (r[0], r[1] * np.maximum(0, f - f[range(len(y)), y][:, None] + 1)),
    ),
    "roles of the scores exchanged": lambda f, y: losses.multiclass_hinge(-f, y),
    "largest margin only": lambda f, y: (
        np.mean(np.maximum(0, (f + 1.0 * (y[:, None] != np.arange(f.shape[1]))).max(1) - f[range(len(y)), y])),
        losses.multiclass_hinge(f, y)[1],
    ),
    "label of the first example for all": lambda f, y: losses.multiclass_hinge(f, 0 * y + y[0]),
    "y[j] for y[i]: labels by the class": lambda f, y: losses.multiclass_hinge(f, np.resize(y[::-1], len(y))),
    "max(0, ...) forgotten": lambda f, y: (
        (f - f[range(len(y)), y][:, None] + 1).sum() / len(y) - 1,
        losses.multiclass_hinge(f, y)[1],
    ),
    "slope 1 / C for each": changed(losses.multiclass_hinge, lambda r, f, y: (r[0], r[1] / f.shape[1])),
}
