"""max_margin_loss: true windows against corrupt ones, and the gradients of both together."""

from __future__ import annotations

import numpy as np

from reference import word_window as window
from tests.tolerance.rewrites import window_backward_einsum
from tests.tolerance.subjects import Subject, model
from tests.tolerance.wrong import changed
from tests.verdicts.problem import loss_of_parameters

PROBLEM = loss_of_parameters(
    Subject(
        window.max_margin_loss,
        {"E": "V,D", "W": "H,M", "b": "H", "u": "H", "ids": "N,5<V", "corrupt": "N,5<V"},
        lambda E, W, b, u, ids, corrupt: (model(E, np.resize(W, (len(W), 5 * E.shape[1])), b, u), ids, corrupt),
    )
)


def right_one_batch(P, ids, corrupt):
    both = np.concatenate([ids, corrupt])
    s, c = np.split(window.window_scores(P, both), 2)
    slope = (1 - s + c > 0) / len(s)
    return np.maximum(0, 1 - s + c).mean(), window.window_scores_backward(np.concatenate([-slope, slope]), P, both)


def right_pair_by_pair(P, ids, corrupt):
    total, G = 0.0, {name: 0 * value for name, value in P.items()}
    for good, bad in zip(ids, corrupt, strict=True):
        margin = float(1 - window.window_scores(P, good[None])[0] + window.window_scores(P, bad[None])[0])
        if margin > 0:
            total += margin
            for sign, row in ((-1.0, good), (1.0, bad)):
                part = window_backward_einsum(np.array([sign / len(ids)]), P, row[None])
                G = {name: G[name] + part[name] for name in G}
    return total / len(ids), G


def spoilt(mask=lambda m: m > 0, good=-1.0, bad=1.0, part=lambda m: 1 / len(m), loss=None, margin=1.0):
    def run(P, ids, corrupt):
        m = margin - window.window_scores(P, ids) + window.window_scores(P, corrupt)
        slope = mask(m) * part(m)
        rising = window.window_scores_backward(bad * slope, P, corrupt)
        falling = window.window_scores_backward(good * slope, P, ids)
        return np.maximum(0, m).mean() if loss is None else loss(m), {k: rising[k] + falling[k] for k in P}

    return run


WRONG = {
    "corrupt windows have no gradient": spoilt(bad=0.0),
    "signs exchanged": spoilt(good=1.0, bad=-1.0),
    "both with a plus": spoilt(good=1.0),
    "mask forgotten": spoilt(mask=lambda m: m**0),
    "mask upside down": spoilt(mask=lambda m: m <= 0),
    "margin 0": spoilt(margin=0.0),
    "margin 2": spoilt(margin=2.0),
    "gradient not averaged": spoilt(part=lambda m: 1.0),
    "divided by the violated pairs": spoilt(part=lambda m: 1 / max(1, (m > 0).sum())),
    "loss summed": spoilt(loss=lambda m: np.maximum(0, m).sum()),
    "max(0, ...) forgotten": spoilt(loss=np.mean),
    "windows exchanged": lambda P, ids, corrupt: window.max_margin_loss(P, corrupt, ids),
    "the corrupt windows' gradients overwrite the others": lambda P, ids, corrupt: (
        window.max_margin_loss(P, ids, corrupt)[0],
        window.window_scores_backward(
            (1 - window.window_scores(P, ids) + window.window_scores(P, corrupt) > 0) / len(ids), P, corrupt
        ),
    ),
    "E frozen": changed(window.max_margin_loss, lambda r, P, *_: (r[0], r[1] | {"E": 0 * P["E"]})),
    "b frozen": changed(window.max_margin_loss, lambda r, P, *_: (r[0], r[1] | {"b": 0 * P["b"]})),
}
