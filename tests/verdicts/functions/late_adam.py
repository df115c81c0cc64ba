"""adam: moving averages m of dx and v of dx**2, corrected for their start, and eps outside the root."""

from __future__ import annotations

import math

import numpy as np

from tests.verdicts.problem import optimizer

PROBLEM = optimizer("adam")


def right_moving(x, dx, state, lr, eps):
    m, v, t = (0 * x, 0 * x, 0) if state is None else (state["m"], state["v"], state["t"])
    m, v, t = m - 0.1 * (m - dx), v - 0.001 * (v - np.square(dx)), t + 1
    return x - lr * m / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + eps), {"m": m, "v": v, "t": t}


def right_sums_of_weights(x, dx, state, lr, eps):
    state = state or {"m": np.zeros(x.shape), "v": np.zeros(x.shape), "t": 0}
    m, v = 0.9 * state["m"] + (1 - 0.9) * dx, 0.999 * state["v"] + (1 - 0.999) * dx * dx
    t = state["t"] + 1
    handed_out = sum(0.1 * 0.9**k for k in range(t)), sum(0.001 * 0.999**k for k in range(t))
    return x - lr * (m / handed_out[0]) / (np.sqrt(v / handed_out[1]) + eps), {"m": m, "v": v, "t": t}


def right_rate_first(x, dx, state, lr, eps):
    m, v, t = (state["m"], state["v"], state["t"]) if state else (0.0, 0.0, 0)
    t += 1
    m = 0.9 * m + 0.1 * dx
    v = 0.999 * v + 0.001 * dx**2
    rate = lr / (1 - 0.9**t) / (eps + np.sqrt(v) / math.sqrt(1 - 0.999**t))
    return x - rate * m, {"t": t, "v": v, "m": m}


def spoilt(beta1=0.9, m=None, v=None, hat=None, root=np.sqrt, step=None, keep=None, t_of=lambda t: t):
    """Adam with one thing changed, each a function of what it is computed from."""

    def run(x, dx, state, lr, eps):
        m0, v0, t = (0 * x, 0 * x, 0) if state is None else (state["m"], state["v"], state["t"])
        t = t + 1
        m1 = m(m0, dx) if m else beta1 * m0 + (1 - beta1) * dx
        v1 = v(v0, dx, m1) if v else 0.999 * v0 + 0.001 * dx**2
        k = t_of(t)
        mh, vh = hat(m1, v1, k) if hat else (m1 / (1 - beta1**k), v1 / (1 - 0.999**k))
        with np.errstate(all="ignore"):
            move = step(mh, vh, eps) if step else mh / (root(vh) + eps)
        return x - lr * move, keep(m1, v1, mh, vh, t) if keep else {"m": m1, "v": v1, "t": t}

    return run


WRONG = {
    "only m corrected": spoilt(hat=lambda m, v, t: (m / (1 - 0.9**t), v)),
    "only v corrected": spoilt(hat=lambda m, v, t: (m, v / (1 - 0.999**t))),
    "betas exchanged in the correction": spoilt(hat=lambda m, v, t: (m / (1 - 0.999**t), v / (1 - 0.9**t))),
    "correction of the first step for ever": spoilt(hat=lambda m, v, t: (m / 0.1, v / 0.001)),
    "multiplied by the correction": spoilt(hat=lambda m, v, t: (m * (1 - 0.9**t), v * (1 - 0.999**t))),
    "corrected by 1 - beta * t": spoilt(hat=lambda m, v, t: (m / (1 - 0.9 * t), v / (1 - 0.999 * t))),
    "corrected moments stored": spoilt(keep=lambda m, v, mh, vh, t: {"m": mh, "v": vh, "t": t}),
    "t not stored": spoilt(keep=lambda m, v, mh, vh, t: {"m": m, "v": v, "t": 0}),
    "t stored one too large": spoilt(keep=lambda m, v, mh, vh, t: {"m": m, "v": v, "t": t + 1}),
    "t counted from 0: nan at the first step": spoilt(t_of=lambda t: t - 1),
    "root forgotten": spoilt(root=lambda v: v),
    "no eps: 0 / 0 without a gradient": spoilt(step=lambda m, v, eps: m / np.sqrt(v)),
    "eps fixed at 1e-8": spoilt(step=lambda m, v, eps: m / (np.sqrt(v) + 1e-8)),
    "eps multiplied": spoilt(step=lambda m, v, eps: m / (np.sqrt(v) * eps)),
    "eps added before the correction": spoilt(
        hat=lambda m, v, t: (m / (1 - 0.9**t), (v + 1e-10) / (1 - 0.999**t)),
    ),
    "gradient for the first moment in the step": lambda x, dx, state, lr, eps: (
        (full := spoilt()(x, dx, state, lr, eps)[1]),
        (x - lr * dx / (np.sqrt(full["v"] / (1 - 0.999 ** full["t"])) + eps), full),
    )[1],
    "m squared for dx squared": spoilt(v=lambda v, dx, m: 0.999 * v + 0.001 * m**2),
    "variance about m": spoilt(v=lambda v, dx, m: 0.999 * v + 0.001 * (dx - m) ** 2),
    "gradient not squared": spoilt(v=lambda v, dx, m: abs(0.999 * v + 0.001 * dx)),
    "1 - beta1 forgotten": spoilt(m=lambda m, dx: 0.9 * m + dx),
    "beta1 and 1 - beta1 exchanged": spoilt(m=lambda m, dx: 0.1 * m + 0.9 * dx),
    "beta1 0.99": spoilt(beta1=0.99),
    "beta1 for both": spoilt(v=lambda v, dx, m: 0.9 * v + 0.1 * dx**2),
    "uphill": spoilt(step=lambda m, v, eps: -m / (np.sqrt(v) + eps)),
    "v forgotten": spoilt(step=lambda m, v, eps: m),
}
