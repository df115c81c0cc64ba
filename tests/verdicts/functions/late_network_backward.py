"""network_backward: gradients of the input and of all parameters through a tanh network."""

from __future__ import annotations

import numpy as np

from reference import network
from tests.tolerance.subjects import Subject, tanh_slope
from tests.tolerance.wrong import changed
from tests.verdicts.problem import Problem


def _called(X, W1, b1, W2, b2, dscores):
    parameters = [W1, b1, W2, b2]
    _, cache = network.network_forward(X, parameters, np.tanh)
    return dscores, cache, parameters, tanh_slope


PROBLEM = Problem(
    Subject(
        network.network_backward,
        {"X": "N,D", "W1": "H,D", "b1": "H", "W2": "C,H", "b2": "C", "dscores": "N,C", "gradients": "dscores"},
        _called,
    )
)


def right_two_layers(dscores, cache, parameters, f_prime):
    (X, Z1), (H, _) = cache
    W1, _, W2, _ = parameters
    delta = np.einsum("nc,ch->nh", dscores, W2) * f_prime(Z1)
    return delta @ W1, [delta.T @ X, delta.sum(0), dscores.T @ H, dscores.sum(0)]


def right_slope_from_the_output(dscores, cache, parameters, f_prime):
    H = cache[1][0]
    delta = (parameters[2].T @ dscores.T).T * (1 + H) * (1 - H)
    grads = [
        sum(map(np.outer, delta, cache[0][0])),
        np.ones(len(delta)) @ delta,
        sum(map(np.outer, dscores, H)),
        np.ones(len(delta)) @ dscores,
    ]
    return delta.dot(parameters[0]), grads


def right_recursive(dscores, cache, parameters, f_prime):
    (a, _), (W, _) = cache[-1], parameters[-2:]
    mine = [dscores.T @ a, dscores.sum(axis=0)]
    below = dscores @ W
    if len(cache) == 1:
        return below, mine
    dX, others = right_recursive(below * f_prime(cache[-2][1]), cache[:-1], parameters[:-2], f_prime)
    return dX, others + mine


def spoilt(slope=lambda Z, H: 1 - H**2, back=lambda d, W2: d @ W2, **parts):
    def run(dscores, cache, parameters, f_prime):
        (X, Z), (H, _) = cache
        W1, _, W2, _ = parameters
        delta = back(dscores, W2) * slope(Z, H)
        v = {"X": X, "Z": Z, "H": H, "d": dscores, "delta": delta, "W1_": W1}
        right = {
            "X": delta @ W1,
            "W1": delta.T @ X,
            "b1": delta.sum(0),
            "W2": dscores.T @ H,
            "b2": dscores.sum(0),
        }
        dX, *gradients = (parts[name](v) if name in parts else value for name, value in right.items())
        return dX, gradients

    return run


WRONG = {
    "slope forgotten": spoilt(lambda Z, H: 1),
    "slope taken at h": spoilt(lambda Z, H: 1 - np.tanh(H) ** 2),
    "slope h (1 - h)": spoilt(lambda Z, H: H * (1 - H)),
    "slope of relu": spoilt(lambda Z, H: Z > 0),
    "slope twice": spoilt(lambda Z, H: (1 - H**2) ** 2),
    "upstream ignored": spoilt(back=lambda d, W2: np.ones_like(d) @ W2),
    "slope for the input as well": spoilt(X=lambda v: v["delta"] @ v["W1_"] * (1 - np.tanh(v["X"]) ** 2)),
    "input's gradient is the error signal": spoilt(X=lambda v: v["delta"]),
    "input's gradient not passed through W1": spoilt(X=lambda v: v["delta"].sum(1, keepdims=True) + 0 * v["X"]),
    "W1 from h": spoilt(W1=lambda v: v["delta"].T @ v["H"]),
    "W2 from z": spoilt(W2=lambda v: v["d"].T @ v["Z"]),
    "W1 averaged": spoilt(W1=lambda v: v["delta"].T @ v["X"] / len(v["X"])),
    "b1 averaged": spoilt(b1=lambda v: v["delta"].mean(0)),
    "b1 before the slope": spoilt(b1=lambda v: v["delta"].sum(0) / (1 - v["H"][0] ** 2)),
    "b2 summed over the wrong axis": spoilt(b2=lambda v: v["d"].sum(1)),
    "gradients in the order of the walk": changed(network.network_backward, lambda r, *_: (r[0], r[1][::-1])),
    "input's gradient left out": changed(network.network_backward, lambda r, *_: r[1]),
    "input's gradient last": changed(network.network_backward, lambda r, *_: r[::-1]),
}
