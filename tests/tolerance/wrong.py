"""Mistakes that people make: each must lie far outside the tolerance, in at least one case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference import activations as act
from reference import circuits, gradcheck, losses, network, optimizers, preprocessing
from reference import matrix_gradients as mg
from reference import regularization as reg
from reference import vectorization as vec
from reference import word_window as window
from tests.tolerance.rewrites import as_gate, in_steps


def numeric(forward: Callable[[Any], Any], h: float = 1e-5) -> Callable[..., Any]:
    """A backward that takes differences instead of derivatives."""
    return lambda da, z, *rest: da * (forward(z + h, *rest) - forward(z - h, *rest)) / (2 * h)


def changed(function: Callable[..., Any], change: Callable[..., Any]) -> Callable[..., Any]:
    """The right result, then spoilt: change(result, *arguments)."""
    return lambda *args: change(function(*args), *args)


def gradient_times(function: Callable[..., Any], factor: Callable[..., Any]) -> Callable[..., Any]:
    """``loss, gradient`` with the gradient times factor(*arguments)."""
    return changed(function, lambda r, *args: (r[0], r[1] * factor(*args)))


def adam(
    beta2: float = 0.999, correct: bool = True, keep: bool = True, inside: bool = False, t_late: int = 0
) -> Callable[..., Any]:
    def step(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
        m, v = (state["m"], state["v"]) if state and keep else (0 * x, 0 * x)
        m, v, t_used = 0.9 * m + 0.1 * dx, beta2 * v + (1 - beta2) * dx**2, t + t_late
        mh, vh = (m / (1 - 0.9**t_used), v / (1 - beta2**t_used)) if correct else (m, v)
        return x - lr * mh / (np.sqrt(vh + eps) if inside else np.sqrt(vh) + eps), {"m": m, "v": v, "t": t}

    return in_steps(step)


def cached(rule: Callable[..., Any], decay: float = 1.0, keep: bool = True) -> Callable[..., Any]:
    def step(x: Any, dx: Any, state: Any, t: int, lr: float, eps: float) -> Any:
        cache = decay * (state["cache"] if state and keep else 0 * x) + (1 if decay == 1 else 1 - decay) * dx**2
        return x - lr * rule(dx, cache, eps), {"cache": cache}

    return in_steps(step)


def hinge_counting_right_class(f: Any, y: Any) -> Any:
    loss, df = losses.multiclass_hinge(f, y)
    return loss + 1, df


def last_of_repeats(dX: Any, ids: Any, V: int) -> Any:
    dE = np.zeros((V, dX.shape[1]))
    dE[ids] += dX
    return dE


def not_put_back(f: Any, x: Any, h: float) -> Any:
    x, gradient = x.copy(), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        gradient[i] = (up - f(x)) / (2 * h)
    return gradient


def global_max_softmax(f: Any) -> Any:
    e = np.exp(f - f.max())
    return e / e.sum(-1, keepdims=True)


def first_layer(place: int, change: Callable[[Any], Any]) -> Callable[..., Any]:
    def spoilt(parameters: Any, X: Any, y: Any, lam: float) -> Any:
        loss, gradients = network.network_loss(parameters, X, y, lam)
        return loss, [change(g) if k == place else g for k, g in enumerate(gradients)]

    return spoilt


WRONG: dict[str, dict[str, Callable[..., Any]]] = {
    "MultiplyGate": {
        "not switched": as_gate(lambda x, y, dz: (x * y, [dz * x, dz * y])),
        "upstream ignored": as_gate(lambda x, y, dz: (x * y, [y, x])),
    },
    "MaxGate": {
        "to both": as_gate(lambda x, y, dz: (np.maximum(x, y), [dz, dz])),
        "to the smaller": as_gate(lambda x, y, dz: (np.maximum(x, y), [dz * (x < y), dz * (y <= x)])),
        "nearly equal counts as equal": as_gate(
            lambda x, y, dz: (np.maximum(x, y), [dz * (x >= y - 1e-8), dz * (x < y - 1e-8)])
        ),
    },
    "SigmoidGate": {
        "slope at the input": as_gate(lambda x, dz: (act.sigmoid(x), [dz * x * (1 - x)])),
        "twice": as_gate(lambda x, dz: (s := act.sigmoid(x), [dz * act.sigmoid(s) * (1 - act.sigmoid(s))])),
        "overflow": as_gate(lambda x, dz: (s := np.exp(x) / (1 + np.exp(x)), [dz * s * (1 - s)])),
    },
    "ReciprocalGate": {
        "sign": as_gate(lambda x, dz: (1 / x, [dz / x**2])),
        "epsilon added": as_gate(lambda x, dz: (1 / (x + 1e-8), [-dz / x**2])),
    },
    "MatMulGate": {"reshaped": as_gate(lambda x, y, g: (x @ y, [(y @ g.T).reshape(x.shape), x.T @ g]))},
    "SumGate": {"mean": as_gate(lambda x, dz: (x.sum(), [np.full(x.shape, dz / x.size)]))},
    "shop": {"tax on the apples only": changed(circuits.shop, lambda r, a, p, o, q, t: (a * p * t + o * q, r[1]))},
    "sigmoid": {
        "clipped": lambda z: np.clip(act.sigmoid(z), 1e-7, 1 - 1e-7),
        "naive": lambda z: np.exp(z) / (1 + np.exp(z)),
    },
    "sigmoid_backward": {
        "upstream ignored": lambda da, z: act.sigmoid(z) * (1 - act.sigmoid(z)),
        "1 - s": lambda da, z: da * (1 - act.sigmoid(z)),
        "numeric": numeric(act.sigmoid),
        "naive": lambda da, z: da * np.exp(-z) / (1 + np.exp(-z)) ** 2,
    },
    "tanh": {
        "naive": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        "2 s - 1": lambda z: 2 * act.sigmoid(z) - 1,
    },
    "tanh_backward": {
        "1 - a": lambda da, z: da * (1 - np.tanh(z)),
        "slope at the input": lambda da, z: da * (1 - z**2),
        "numeric": numeric(np.tanh),
        "numeric, small step": numeric(np.tanh, 1e-7),
    },
    "hardtanh_backward": {
        "as relu": lambda da, z: da * (z > 0),
        "mask of the upstream": lambda da, z: da * (abs(da) <= 1),
        "kink at 1 + 1e-6": lambda da, z: da * (abs(z) <= 1 + 1e-6),
    },
    "softsign": {"square root": lambda z: z / np.sqrt(1 + z**2)},
    "softsign_backward": {
        "as printed": lambda da, z: da * np.sign(z) / (1 + z) ** 2,
        "sign": lambda da, z: da * np.sign(z) / (1 + abs(z)) ** 2,
        "not squared": lambda da, z: da / (1 + abs(z)),
    },
    "relu_backward": {
        "mask of the upstream": lambda da, z: da * (da > 0),
        "times the input": lambda da, z: da * np.maximum(z, 0),
        "no mask": lambda da, z: da * 1.0,
        "threshold 1e-8": lambda da, z: da * (z > 1e-8),
    },
    "leaky_relu_backward": {
        "k fixed": lambda da, z, k: np.where(z > 0, da, 0.01 * da),
        "dead": lambda da, z, k: da * (z > 0),
    },
    "prelu_backward": {
        "mean for a": lambda da, z, a: (np.where(z > 0, da, a * da), np.mean(da * np.minimum(z, 0))),
        "all for a": lambda da, z, a: (np.where(z > 0, da, a * da), np.sum(da * z)),
    },
    "neuron": {"bias twice": lambda x, w, b: act.neuron(x, w, 2 * b), "no bias": lambda x, w, b: act.neuron(x, w, 0.0)},
    "affine_forward": {"bias last only": lambda X, W, b: X @ W.T + b[-1], "bias lost": lambda X, W, b: X @ W.T},
    "affine_backward": {
        "db mean": changed(mg.affine_backward, lambda r, *a: (r[0], r[1], r[2] / len(a[0]))),
        "dW mean": changed(mg.affine_backward, lambda r, *a: (r[0], r[1] / len(a[0]), r[2])),
        "dX reshaped": changed(mg.affine_backward, lambda r, d, X, W, b: ((W.T @ d.T).reshape(X.shape), *r[1:])),
        "last example only": changed(mg.affine_backward, lambda r, d, X, W, b: (r[0], np.outer(d[-1], X[-1]), r[2])),
        "db keeps its axis": changed(mg.affine_backward, lambda r, *a: (r[0], r[1], r[2][None])),
        "sign": changed(mg.affine_backward, lambda r, *a: (-r[0], r[1], r[2])),
    },
    "score_backward": {
        "slope at h": lambda x, W, b, u, f, g: mg.score_backward(x, W, b, u, f, lambda z: g(f(z))),
        "no slope": lambda x, W, b, u, f, g: mg.score_backward(x, W, b, u, f, np.ones_like),
    },
    "layer_gradients": {
        "half the penalty": lambda d, a, W, b, lam: mg.layer_gradients(d, a, W, b, lam / 2),
        "biases penalised": lambda d, a, W, b, lam: mg.layer_gradients(d, a, W, b, lam, True),
    },
    "softmax": {
        "naive": lambda f: np.exp(f) / np.exp(f).sum(-1, keepdims=True),
        "one maximum for all": global_max_softmax,
        "wrong axis": lambda f: losses.softmax(f.T).T,
        "epsilon in the denominator": lambda f: (
            (e := np.exp(f - f.max(-1, keepdims=True))) / (e.sum(-1, keepdims=True) + 1e-8)
        ),
    },
    "softmax_backward": {
        "diagonal only": lambda dp, f: dp * (p := losses.softmax(f)) * (1 - p),
        "upstream ignored": lambda dp, f: losses.softmax_backward(np.ones_like(dp), f),
    },
    "cross_entropy": {
        "gradient not averaged": gradient_times(losses.cross_entropy, lambda f, y: len(y)),
        "sum": changed(losses.cross_entropy, lambda r, f, y: (r[0] * len(y), r[1])),
        "log10": changed(losses.cross_entropy, lambda r, f, y: (r[0] / np.log(10), r[1])),
        "averaged over classes": gradient_times(losses.cross_entropy, lambda f, y: 1 / f.shape[1]),
        "log of p + 1e-12": changed(
            losses.cross_entropy,
            lambda r, f, y: (-np.log(losses.softmax(f)[np.arange(len(y)), y] + 1e-12).mean(), r[1]),
        ),
        "no p - 1": changed(losses.cross_entropy, lambda r, f, y: (r[0], losses.softmax(f) / len(y))),
    },
    "multiclass_hinge": {
        "right class counted": hinge_counting_right_class,
        "right class gets -1": changed(
            losses.multiclass_hinge, lambda r, f, y: (r[0], np.where(r[1] < 0, -1 / len(y), r[1]))
        ),
        "no margin": lambda f, y: losses.multiclass_hinge(f + 1.0 * (y[:, None] == np.arange(f.shape[1])), y),
        "margin 1 + 1e-6": lambda f, y: losses.multiclass_hinge(f - 1e-6 * (y[:, None] == np.arange(f.shape[1])), y),
    },
    "max_margin": {
        "sum": changed(losses.max_margin, lambda r, s, c: tuple(len(s) * part for part in r)),
        "roles": lambda s, c: losses.max_margin(c, s),
        "no kink": lambda s, c: (np.mean(1 - s + c), 0 * s - 1 / len(s), 0 * s + 1 / len(s)),
    },
    "l2_penalty": {
        "half": lambda th, lam: reg.l2_penalty(th, lam / 2),
        "gradient of the half": lambda th, lam: (lam * np.sum(th**2), lam * th),
        "norm": lambda th, lam: (lam * np.linalg.norm(th), 2 * lam * th),
    },
    "l1_penalty": {
        "no sign": lambda th, lam: (lam * np.sum(abs(th)), lam + 0 * th),
        "no abs": lambda th, lam: (lam * th.sum(), lam * np.sign(th)),
    },
    "dropout_train": {
        "p dropped": lambda h, p, rng: reg.dropout_train(h, 1 - p, rng),
        "not scaled": lambda h, p, rng: reg.dropout_train(h, p, rng, inverted=False),
    },
    "momentum": {
        "no memory": in_steps(lambda x, dx, state, t, lr, eps: (x - lr * dx, {"v": -lr * dx})),
        "sign": in_steps(lambda x, dx, state, t, lr, eps: (x + lr * dx, {"v": lr * dx})),
    },
    "adagrad": {
        "eps outside": cached(lambda dx, cache, eps: dx / (np.sqrt(cache) + eps)),
        "not kept": cached(lambda dx, cache, eps: dx / np.sqrt(cache + eps), keep=False),
        "no root": cached(lambda dx, cache, eps: dx / (cache + eps)),
    },
    "rmsprop": {
        "eps inside": cached(lambda dx, cache, eps: dx / np.sqrt(cache + eps), 0.99),
        "decay 0.9": cached(lambda dx, cache, eps: dx / (np.sqrt(cache) + eps), 0.9),
        "eps times": cached(lambda dx, cache, eps: dx / (np.sqrt(cache) * eps), 0.99),
    },
    "adam": {
        "no bias correction": adam(correct=False),
        "eps inside": adam(inside=True),
        "state not kept": adam(keep=False),
        "t one ahead": adam(t_late=1),
        "beta2 0.99": adam(beta2=0.99),
    },
    "sparse_adam": {
        "last of repeats": lambda X, rows, d: optimizers.sparse_adam(
            X, (u := np.unique(rows)), last_of_repeats(d, rows, len(X))[u]
        ),
        "all rows": lambda X, rows, d: (optimizers.adam(X + 1e-3, 0 * X)[0], optimizers.adam(X, 0 * X)[1]),
    },
    "normalize": {
        "N - 1": lambda X, other: [(A - X.mean(0)) / X.std(0, ddof=1) for A in (X, other)],
        "own statistics": lambda X, other: [(A - A.mean(0)) / (A.std(0) + 1e-300) for A in (X, other)],
        "variance": lambda X, other: [(A - X.mean(0)) / X.var(0) for A in (X, other)],
        "epsilon": lambda X, other: [(A - X.mean(0)) / (X.std(0) + 1e-8) for A in (X, other)],
        "centred only": lambda X, other: preprocessing.subtract_mean(X, other),
    },
    "inverse_sigmoid_bias": {"flipped": lambda t: np.log((1 - t.mean(0)) / t.mean(0)), "mean": lambda t: t.mean(0)},
    "cyclical": {"sawtooth": lambda t, a, b, h: a + (b - a) * (t / h % 1)},
    "numeric_gradient": {
        "one-sided": gradcheck.forward_difference,
        "/ 2 * h": lambda f, x, h: gradcheck.numeric_gradient(f, x, h) * h**2,
        "not put back": not_put_back,
    },
    "window_gradient": {
        "last of repeats": lambda dx, ids, V: last_of_repeats(dx.reshape(ids.size, -1), ids.reshape(-1), V)
    },
    "window_scores_backward": {
        "no slope": lambda ds, P, ids: window.window_scores_backward(ds, {**P, "W": 1e-9 * P["W"]}, ids),
        "upstream ignored": lambda ds, P, ids: window.window_scores_backward(0 * ds + 1, P, ids),
    },
    "location_loss": {"labels flipped": lambda P, ids, y: window.location_loss(P, ids, 1 - y)},
    "network_loss": {
        "half the penalty": lambda P, X, y, lam: network.network_loss(P, X, y, lam / 2),
        "biases penalised": lambda P, X, y, lam: changed(
            network.network_loss,
            lambda r, *a: (r[0], [g + 2 * lam * p * (p.ndim == 1) for g, p in zip(r[1], P, strict=True)]),
        )(P, X, y, lam),
        "sigmoid for tanh": lambda P, X, y, lam: network.network_loss(P, X, y, lam, "sigmoid"),
        "db1 halved": first_layer(1, lambda g: 0.5 * g),
        "dW1 negated": first_layer(0, lambda g: -g),
    },
    "squared_distances": {
        "rooted": lambda A, B: np.sqrt(vec.squared_distances_matrix(A, B)),
        "half the product": lambda A, B: np.sum(A * A, 1)[:, None] + np.sum(B * B, 1) - A @ B.T,
    },
    "embedding_gradient": {
        "last of repeats": last_of_repeats,
        "overwritten": lambda dX, ids, V: last_of_repeats(dX[::-1], ids[::-1], V),
    },
}
