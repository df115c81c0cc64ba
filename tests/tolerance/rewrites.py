"""Right answers that take more than a line: loops, other formulas, other orders of summation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def as_gate(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function (*inputs, dz) -> (z, gradients) called as a gate's steps are."""
    return lambda made_with, inputs, upstream: function(*inputs, *upstream)


def in_steps(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step (x, dx, state, t, lr, eps) -> (x, state) taken twice, as tolerance_subjects.two_steps does."""

    def run(optimizer: Any, x: Any, dx: Any, second_dx: Any, eps: float, lr: float = 0.01) -> Any:
        first, state = step(x, dx, None, 1, lr, eps)
        return first, *step(first, second_dx, state, 2, lr, eps)

    return run


def each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    return np.vectorize(lambda number: function(float(number)), otypes=[float])


def each_slope(function: Callable[[float], float]) -> Callable[[Any, Any], Any]:
    return lambda da, z: da * each(function)(z)


def scalar_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def logaddexp_softmax(f: Any) -> Any:
    return np.exp(f - np.logaddexp.reduce(f, axis=-1, keepdims=True))


def loop_affine_backward(delta: Any, X: Any, W: Any, b: Any) -> Any:
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n in range(X.shape[0]):
        for i in range(W.shape[0]):
            db[i] += delta[n, i]
            for j in range(W.shape[1]):
                dX[n, j] += delta[n, i] * W[i, j]
                dW[i, j] += delta[n, i] * X[n, j]
    return dX, dW, db


def softmax_jacobians(dp: Any, f: Any) -> Any:
    rows = []
    for d, p in zip(dp, logaddexp_softmax(f), strict=True):
        rows.append((np.diag(p) - np.outer(p, p)) @ d)
    return np.array(rows)


def one_hot_cross_entropy(f: Any, y: Any) -> Any:
    hot = np.eye(f.shape[1])[y]
    p = logaddexp_softmax(f)
    return float(np.sum(np.logaddexp.reduce(f, axis=1) - (f * hot).sum(1)) / len(y)), (p - hot) / len(y)


def loop_cross_entropy(f: Any, y: Any) -> Any:
    loss, df = 0.0, np.zeros(f.shape)
    for i in reversed(range(len(y))):
        top = max(f[i])
        e = [math.exp(s - top) for s in f[i]]
        loss += (top - f[i, y[i]] + math.log(math.fsum(e))) / len(y)
        df[i] = [part / sum(e) / len(y) for part in e]
        df[i, y[i]] -= 1 / len(y)
    return loss, df


def loop_hinge(f: Any, y: Any) -> Any:
    loss, df = 0.0, np.zeros(f.shape)
    for i in range(len(y)):
        for j in range(f.shape[1]):
            margin = 1 - f[i, y[i]] + f[i, j]
            if j != y[i] and margin > 0:
                loss += margin / len(y)
                df[i, j] += 1 / len(y)
                df[i, y[i]] -= 1 / len(y)
    return loss, df


def masked_hinge(f: Any, y: Any) -> Any:
    other = np.arange(f.shape[1]) != y[:, None]
    margins = np.where(other, f - np.take_along_axis(f, y[:, None], 1) + 1.0, 0)
    df = ((margins > 0) * 1.0) - (~other) * np.sum(margins > 0, axis=1, keepdims=True)
    return np.mean(np.sum(np.maximum(margins, 0), axis=1)), df / len(y)


def adam_with_one_rate(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
    """Both corrections in the learning rate, as in section 2 of the paper; eps is scaled to match."""
    m, v = (state["m"], state["v"]) if state else (0 * x, 0 * x)
    m, v = m + (1 - 0.9) * (dx - m), v + (1 - 0.999) * (dx * dx - v)
    root = math.sqrt(1 - 0.999**t)
    return x - lr * root / (1 - 0.9**t) * m / (np.sqrt(v) + eps * root), {"m": m, "v": v, "t": t}


def adam_by_entries(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
    m, v, x = (state["m"].copy(), state["v"].copy(), x.copy()) if state else (0 * x, 0 * x, x.copy())
    for i in np.ndindex(x.shape):
        m[i] = 0.9 * m[i] + 0.1 * dx[i]
        v[i] = 0.999 * v[i] + 0.001 * dx[i] ** 2
        x[i] -= lr * (m[i] / (1 - 0.9**t)) / ((v[i] / (1 - 0.999**t)) ** 0.5 + eps)
    return x, {"m": m, "v": v, "t": t}


def rmsprop_moving(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
    cache = state["cache"] if state else 0 * x
    cache = cache + (1 - 0.99) * (np.square(dx) - cache)
    return x - lr / (cache**0.5 + eps) * dx, {"cache": cache}


def adagrad_power(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
    cache = np.abs(dx) ** 2 + (state["cache"] if state else 0)
    return x + dx * (eps + cache) ** -0.5 * -lr, {"cache": cache}


def momentum_other_order(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
    v = (state["v"] * 0.9 if state else 0) - dx * lr
    return v + x, {"v": v}


def dense_adam(X: Any, rows: Any, d_rows: Any) -> Any:
    """Only rows with a gradient, but on the whole matrix with a mask."""
    hit = np.zeros((len(X), 1), bool)
    hit[rows] = True
    dX = np.array([sum(d for d, r in zip(d_rows, rows, strict=True) if r == k) + 0 * X[k] for k in range(len(X))])
    moved, state = adam_with_one_rate(X, dX, None, 1, 0.001, 1e-8)
    return np.where(hit, moved, X), {**state, "m": state["m"] * hit, "v": state["v"] * hit}


def loop_embedding(dX: Any, ids: Any, V: int) -> Any:
    dE = [[0.0] * dX.shape[1] for _ in range(V)]
    for dx, word in reversed(list(zip(dX, ids, strict=True))):
        dE[word] = [old + new for old, new in zip(dE[word], dx, strict=True)]
    return np.array(dE)


def other_points(f: Any, x: Any, h: float) -> Any:
    """Steps along unit vectors, back from x + h to x - h in one step of 2 h."""
    gradient = np.zeros(x.size)
    for i in range(x.size):
        point = x.reshape(-1).copy()
        point[i] += h
        up = f(point.reshape(x.shape))
        point[i] -= 2 * h
        gradient[i] = (up - f(point.reshape(x.shape))) / h / 2
    return gradient.reshape(x.shape)


def mean_by_rows(X: Any, other: Any) -> Any:
    m = sum(X) / len(X)
    sd = np.sqrt(np.mean(X * X, axis=0) - m * m)  # the short formula for the variance
    return [(X - m) * (1 / sd), other / sd - m / sd]


def window_backward_einsum(ds: Any, P: Any, ids: Any) -> Any:
    X = P["E"][ids].reshape(len(ids), -1)
    H = np.tanh(np.einsum("hx,nx->nh", P["W"], X) + P["b"])
    delta = ds[:, None] * P["u"] * (1 - H) * (1 + H)
    dX = np.einsum("nh,hx->nx", delta, P["W"]).reshape(*ids.shape, -1)
    dE = np.einsum("nkv,nkd->vd", 1.0 * (ids[..., None] == np.arange(len(P["E"]))), dX)
    return {"E": dE, "W": np.einsum("nh,nx->hx", delta, X), "b": sum(delta), "u": np.einsum("n,nh->h", ds, H)}


def location_by_softmax(P: Any, ids: Any, y: Any) -> Any:
    s = np.tanh(P["E"][ids].reshape(len(ids), -1) @ P["W"].T + P["b"]) @ P["u"]
    loss, df = one_hot_cross_entropy(np.c_[0 * s, s], y)
    return loss, window_backward_einsum(df[:, 1], P, ids)


def by_examples(parameters: Any, X: Any, y: Any, lam: float) -> Any:
    """The two-layer network, one example at a time from the last to the first."""
    W1, b1, W2, b2 = parameters
    loss, grads = lam * (np.sum(W1 * W1) + np.sum(W2 * W2)), [2 * lam * W1, 0 * b1, 2 * lam * W2, 0 * b2]
    for x, label in list(zip(X, y, strict=True))[::-1]:
        h = np.tanh(W1 @ x + b1)
        one, df = loop_cross_entropy((W2 @ h + b2)[None], [label])
        dz = W2.T @ df[0] * (1 - h**2)
        new = [np.outer(dz, x), dz, np.outer(df[0], h), df[0]]
        loss, grads = loss + one / len(y), [g + n / len(y) for g, n in zip(grads, new, strict=True)]
    return loss, grads
