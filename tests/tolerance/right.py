"""Right answers in styles that students write: each must lie far inside the tolerance, in every case."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.tolerance.rewrites import (
    adagrad_power,
    adam_by_entries,
    adam_with_one_rate,
    as_gate,
    by_examples,
    dense_adam,
    each,
    each_slope,
    in_steps,
    location_by_softmax,
    logaddexp_softmax,
    loop_affine_backward,
    loop_cross_entropy,
    loop_embedding,
    loop_hinge,
    masked_hinge,
    mean_by_rows,
    momentum_other_order,
    one_hot_cross_entropy,
    other_points,
    rmsprop_moving,
    scalar_sigmoid,
    softmax_jacobians,
    window_backward_einsum,
)

RIGHT: dict[str, dict[str, Callable[..., Any]]] = {
    "MultiplyGate": {"other order": as_gate(lambda x, y, dz: (y * x, [y * dz, x * dz]))},
    "MaxGate": {"where": as_gate(lambda x, y, dz: (np.where(y > x, y, x), [np.where(x > y, dz, 0), dz * (y > x)]))},
    "SigmoidGate": {
        "tanh": as_gate(lambda x, dz: (s := (np.tanh(x / 2) + 1) / 2, [dz * (s - s * s)])),
        "scalars": as_gate(lambda x, dz: (each(scalar_sigmoid)(x), [dz * (s := each(scalar_sigmoid)(x)) * (1 - s)])),
    },
    "ReciprocalGate": {"powers": as_gate(lambda x, dz: (x**-1.0, [-dz / x / x]))},
    "MatMulGate": {
        "einsum": as_gate(
            lambda x, y, g: (np.einsum("ij,jk", x, y), [np.einsum("ik,jk", g, y), np.einsum("ij,ik->jk", x, g)])
        ),
        "sums of outer products": as_gate(
            lambda x, y, g: (sum(map(np.outer, x.T, y)), [sum(map(np.outer, g.T, y.T)), sum(map(np.outer, x, g))])
        ),
    },
    "SumGate": {"fsum": as_gate(lambda x, dz: (math.fsum(x.flat), [np.full(x.shape, dz)]))},
    "shop": {
        "distributed": lambda a, pa, o, po, t: (
            a * pa * t + o * po * t,
            {"total": 1.0, "cost": t, "tax": pa * a + po * o, "apple_cost": t, "orange_cost": t}
            | {"apples": t * pa, "apple_price": a * t, "oranges": t * po, "orange_price": t * o},
        )
    },
    "sigmoid": {
        "scalars": each(scalar_sigmoid),
        "tanh": lambda z: 0.5 + 0.5 * np.tanh(0.5 * z),
        "logaddexp": lambda z: np.exp(-np.logaddexp(0, -z)),
    },
    "sigmoid_backward": {
        "s - s^2": lambda da, z: da * ((s := each(scalar_sigmoid)(z)) - s**2),
        "sigma(z) sigma(-z)": lambda da, z: each(scalar_sigmoid)(z) * da * each(scalar_sigmoid)(-z),
        "cosh": each_slope(lambda z: 0.25 / math.cosh(min(max(z, -700), 700) / 2) ** 2),
    },
    "tanh": {
        "by sigmoid": lambda z: 2 * each(scalar_sigmoid)(2 * z) - 1,
        "exponentials": lambda z: np.sign(z) * (1 - np.exp(-2 * abs(z))) / (1 + np.exp(-2 * abs(z))),
    },
    "tanh_backward": {
        "two factors": lambda da, z: da * (1 - np.tanh(z)) * (1 + np.tanh(z)),
        "cosh": each_slope(lambda z: math.cosh(min(max(z, -350), 350)) ** -2),
        "by sigmoid": lambda da, z: 4 * da * (s := each(scalar_sigmoid)(2 * z)) * (1 - s),
    },
    "hardtanh_backward": {"branches": each_slope(lambda z: 0.0 if z < -1 or z > 1 else 1.0)},
    "softsign": {
        "scalars": each(lambda z: z / (1 + abs(z))),
        "1 - 1/(1+|z|)": each(lambda z: math.copysign(1, z) * (1 - 1 / (1 + abs(z)))),
    },
    "softsign_backward": {
        "by the output": lambda da, z: da * (1 - abs(z / (1 + abs(z)))) ** 2,
        "two cases": lambda da, z: da * np.where(z > 0, (1 + z) ** -2.0, (1 - z) ** -2.0),
    },
    "relu_backward": {"branches": each_slope(lambda z: float(z > 0)), "copy": lambda da, z: np.where(z <= 0, 0, da)},
    "leaky_relu_backward": {"slopes": lambda da, z, k: da * ((z > 0) + k * (z <= 0))},
    "prelu_backward": {
        "loop": lambda da, z, a: (
            da * np.where(z > 0, 1, a),
            sum(d * x for d, x in zip(da.flat, z.flat, strict=True) if x <= 0),
        )
    },
    "neuron": {"loop": lambda x, w, b: scalar_sigmoid(b + sum(i * j for i, j in zip(x, w, strict=True)))},
    "affine_forward": {
        "einsum": lambda X, W, b: np.einsum("nd,hd->nh", X, W) + b,
        "folded bias": lambda X, W, b: np.c_[X, np.ones(len(X))] @ np.c_[W, b].T,
    },
    "affine_backward": {
        "loops": loop_affine_backward,
        "einsum": lambda d, X, W, b: (
            np.einsum("nh,hd->nd", d, W),
            np.einsum("nh,nd->hd", d, X),
            np.einsum("nh->h", d),
        ),
        "ones": lambda d, X, W, b: ((W.T @ d.T).T, (X.T @ d).T, np.ones(len(d)) @ d),
        "by examples": lambda d, X, W, b: (
            np.array([W.T @ r for r in d]),
            sum(map(np.outer, d[::-1], X[::-1])),
            sum(d),
        ),
    },
    "score_backward": {
        "slope from output": lambda x, W, b, u, f, g: (
            (d := u * (1 - (h := f(b + W.dot(x))) * h)) @ W,
            d[:, None] * x,
            d,
            h,
        )
    },
    "layer_gradients": {"products": lambda d, a, W, b, lam: (lam * W + d[:, None] @ a[None] + lam * W, 1.0 * d)},
    "softmax": {
        "logaddexp": logaddexp_softmax,
        "loop": lambda f: np.array([[1 / sum(math.exp(min(o - s, 700)) for o in row) for s in row] for row in f]),
    },
    "softmax_backward": {"Jacobians": softmax_jacobians},
    "cross_entropy": {"one-hot": one_hot_cross_entropy, "loops": loop_cross_entropy},
    "multiclass_hinge": {"loops": loop_hinge, "mask": masked_hinge},
    "max_margin": {
        "loop": lambda s, c: (
            sum(max(0, 1 + b - a) for a, b in zip(s, c, strict=True)) / len(s),
            *((g := (s - c < 1) / len(s)) * -1, g),
        )
    },
    "l2_penalty": {
        "dot": lambda th, lam: (lam * np.dot(th.ravel(), th.ravel()), lam * th + lam * th),
        "norm": lambda th, lam: (lam * np.linalg.norm(th) ** 2, 2 * (lam * th)),
    },
    "l1_penalty": {"fsum": lambda th, lam: (lam * math.fsum(abs(th).flat), np.where(th > 0, lam, -lam) * (th != 0))},
    "dropout_train": {"divided": lambda h, p, r: (np.where(k := r.random(h.shape) < p, h / p, 0), k / p)},
    "momentum": {"other order": in_steps(momentum_other_order)},
    "adagrad": {"powers": in_steps(adagrad_power)},
    "rmsprop": {"moving average": in_steps(rmsprop_moving)},
    "adam": {"one rate": in_steps(adam_with_one_rate), "by entries": in_steps(adam_by_entries)},
    "sparse_adam": {"dense with a mask": dense_adam},
    "normalize": {"short variance": mean_by_rows},
    "inverse_sigmoid_bias": {
        "difference": lambda t: np.log(m := np.clip(sum(t) / len(t), 1e-6, 1 - 1e-6)) - np.log1p(-m)
    },
    "cyclical": {"the course's formula": lambda t, a, b, h: a + (b - a) * max(0, 1 - abs((t / h) % 2 - 1))},
    "numeric_gradient": {"other points": other_points},
    "window_gradient": {"loop": lambda dx, ids, V: loop_embedding(dx.reshape(ids.size, -1), ids.reshape(-1), V)},
    "window_scores_backward": {"einsum": window_backward_einsum},
    "location_loss": {"softmax of two scores": location_by_softmax},
    "network_loss": {"by examples": by_examples},
    "squared_distances": {"expanded": lambda A, B: np.sum(A * A, 1)[:, None] + np.sum(B * B, 1) - 2 * A @ B.T},
    "embedding_gradient": {
        "loop": loop_embedding,
        "one-hot": lambda dX, ids, V: (1.0 * (np.arange(V)[:, None] == ids)) @ dX,
    },
}
