"""window_scores_backward: gradients of all parameters from those of the scores."""

from __future__ import annotations

import numpy as np

from reference import word_window as window
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import last_of_repeats
from tests.verdicts.problem import Gradient, Problem, like, values

PROBLEM = Problem(
    SUBJECTS["window_scores_backward"],
    Gradient(
        lambda args: window.window_scores(args[1], args[2]),
        lambda args: values(args[1]),
        lambda args: args[0],
        lambda args, arrays, upstream: (upstream, like(args[1], arrays), args[2]),
        values,
    ),
)


def right_window_by_window(ds, P, ids):
    G = {name: np.zeros(value.shape) for name, value in P.items()}
    d = P["E"].shape[1]
    for s, row in zip(ds, ids, strict=True):
        x = np.concatenate(P["E"][row])
        h = np.tanh(P["W"] @ x + P["b"])
        delta = s * P["u"] * (1 - h * h)
        G["u"] += s * h
        G["b"] += delta
        G["W"] += np.outer(delta, x)
        dx = P["W"].T @ delta
        for k, word in enumerate(row):
            G["E"][word] += dx[k * d : (k + 1) * d]
    return G


def right_columns(ds, P, ids):
    X = P["E"][ids].reshape(len(ids), -1).T
    H = np.tanh(P["W"] @ X + P["b"][:, None])
    delta = np.outer(P["u"], ds) * (1 - H**2)
    E = np.zeros(P["E"].shape)
    np.add.at(E, ids.ravel(), (P["W"].T @ delta).T.reshape(ids.size, -1))
    return {"b": delta.sum(axis=1), "u": H @ ds, "W": delta @ X.T, "E": E}


def spoilt(**changes):
    """The right gradients but for these, each a function of (ds, X, H, delta, P)."""

    def run(ds, P, ids):
        X = window.window_vectors(P["E"], ids)
        H = np.tanh(X @ P["W"].T + P["b"])
        delta = np.outer(ds, P["u"]) * (1 - H**2)
        right = window.window_scores_backward(ds, P, ids)
        return right | {name: change(ds, X, H, delta, P) for name, change in changes.items()}

    return run


WRONG = {
    "W transposed": spoilt(W=lambda ds, X, H, delta, P: X.T @ delta),
    "W without the slope": spoilt(W=lambda ds, X, H, delta, P: np.outer(ds, P["u"]).T @ X),
    "W averaged over the windows": spoilt(W=lambda ds, X, H, delta, P: delta.T @ X / len(X)),
    "b averaged over the windows": spoilt(b=lambda ds, X, H, delta, P: delta.mean(0)),
    "b not summed": spoilt(b=lambda ds, X, H, delta, P: delta),
    "b keeps its axis": spoilt(b=lambda ds, X, H, delta, P: delta.sum(0, keepdims=True)),
    "b without u": spoilt(b=lambda ds, X, H, delta, P: ds @ (1 - H**2)),
    "u without the upstream": spoilt(u=lambda ds, X, H, delta, P: H.sum(0)),
    "u of z, not of h": spoilt(u=lambda ds, X, H, delta, P: ds @ (X @ P["W"].T + P["b"])),
    "u times u": spoilt(u=lambda ds, X, H, delta, P: (ds @ H) * P["u"]),
    "E frozen": spoilt(E=lambda ds, X, H, delta, P: np.zeros(P["E"].shape)),
    "E in windows, not in rows": spoilt(E=lambda ds, X, H, delta, P: delta @ P["W"]),
    "repeats of a word lost": lambda ds, P, ids: (
        window.window_scores_backward(ds, P, ids)
        | {
            "E": last_of_repeats(
                window_backward_dx(ds, P, ids).reshape(ids.size, -1),
                ids.ravel(),
                len(P["E"]),
            )
        }
    ),
    "slope of the sigmoid": lambda ds, P, ids: (
        (H := np.tanh(window.window_vectors(P["E"], ids) @ P["W"].T + P["b"])),
        (delta := np.outer(ds, P["u"]) * H * (1 - H)),
        window.window_scores_backward(ds, P, ids) | {"b": delta.sum(0)},
    )[-1],
    "sign of everything": lambda ds, P, ids: window.window_scores_backward(-ds, P, ids),
    "slope 1 - h": spoilt(b=lambda ds, X, H, delta, P: (np.outer(ds, P["u"]) * (1 - H)).sum(0)),
}


def window_backward_dx(ds, P, ids):
    H = np.tanh(window.window_vectors(P["E"], ids) @ P["W"].T + P["b"])
    return (np.outer(ds, P["u"]) * (1 - H**2)) @ P["W"]
