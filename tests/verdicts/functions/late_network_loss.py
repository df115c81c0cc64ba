"""network_loss: cross-entropy of a tanh network plus the L2 penalty, and all gradients."""

from __future__ import annotations

import numpy as np

from reference import losses, network
from tests.tolerance.rewrites import loop_cross_entropy, one_hot_cross_entropy
from tests.tolerance.wrong import changed
from tests.verdicts.problem import loss_of_parameters

PROBLEM = loss_of_parameters("network_loss")


def right_by_hand(parameters, X, y, lam):
    W1, b1, W2, b2 = parameters
    H = np.tanh(X @ W1.T + b1)
    data, dS = one_hot_cross_entropy(H @ W2.T + b2, y)
    dZ = (dS @ W2) * (1 - H) * (1 + H)
    loss = data + lam * ((W1**2).sum() + (W2**2).sum())
    return loss, [dZ.T @ X + 2 * lam * W1, dZ.sum(0), dS.T @ H + 2 * lam * W2, dS.sum(0)]


def right_columns(parameters, X, y, lam):
    W1, b1, W2, b2 = (p if p.ndim == 2 else p[:, None] for p in parameters)
    X = X.T
    H = np.tanh(W1 @ X + b1)
    data, dS = loop_cross_entropy((W2 @ H + b2).T, y)
    dS = dS.T
    dZ = W2.T @ dS * (1 - np.square(H))
    penalty = lam * sum(np.linalg.norm(W) ** 2 for W in (W1, W2))
    return data + penalty, (dZ @ X.T + 2 * lam * W1, dZ.sum(1), dS @ H.T + 2 * lam * W2, dS.sum(1))


class Layers:
    """The same with a class for each layer, that keeps what its backward needs."""

    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, X):
            self.X = X
            return X.dot(self.W.T) + self.b

        def backward(self, dZ):
            self.dW, self.db = dZ.T.dot(self.X), dZ.sum(axis=0)
            return dZ.dot(self.W)

    class Tanh:
        def forward(self, Z):
            self.A = np.tanh(Z)
            return self.A

        def backward(self, dA):
            return dA - dA * self.A * self.A


def right_layer_classes(parameters, X, y, lam):
    first, second = Layers.Affine(*parameters[:2]), Layers.Affine(*parameters[2:])
    layers = [first, Layers.Tanh(), second]
    for layer in layers:
        X = layer.forward(X)
    loss, d = losses.cross_entropy(X, y)
    for layer in reversed(layers):
        d = layer.backward(d)
    gradients = []
    for affine in (first, second):
        loss = loss + lam * np.sum(affine.W * affine.W)
        gradients += [affine.dW + 2 * lam * affine.W, affine.db]
    return loss, gradients


def spoilt(slope=lambda H, Z: 1 - H**2, back=lambda dS, W2: dS @ W2, **parts):
    """By hand with one thing changed. parts: loss, W1, b1, W2, b2, each a function of the names used by hand."""

    def run(parameters, X, y, lam):
        W1, b1, W2, b2 = parameters
        Z = X @ W1.T + b1
        H = np.tanh(Z)
        data, dS = losses.cross_entropy(H @ W2.T + b2, y)
        dZ = back(dS, W2) * slope(H, Z)
        right = {
            "loss": data + lam * ((W1**2).sum() + (W2**2).sum()),
            "W1": dZ.T @ X + 2 * lam * W1,
            "b1": dZ.sum(0),
            "W2": dS.T @ H + 2 * lam * W2,
            "b2": dS.sum(0),
        }
        v = {"W1_": W1, "W2_": W2, "H": H, "dS": dS, "dZ": dZ, "X": X, "lam": lam, "data": data, "N": len(y), "Z": Z}
        loss, *gradients = (parts[name](v) if name in parts else value for name, value in right.items())
        return loss, gradients

    return run


def penalty(v):
    return v["lam"] * ((v["W1_"] ** 2).sum() + (v["W2_"] ** 2).sum())


WRONG = {
    "slope of tanh forgotten": spoilt(lambda H, Z: 1),
    "slope 1 - h": spoilt(lambda H, Z: 1 - H),
    "slope taken at z": spoilt(lambda H, Z: 1 - Z**2),
    "slope of relu": spoilt(lambda H, Z: Z > 0),
    "slope of the sigmoid": spoilt(lambda H, Z: H * (1 - H)),
    "error signal not passed through W2": spoilt(back=lambda dS, W2: np.ones((len(dS), W2.shape[1])) * dS.mean()),
    "W2 from z, not from h": spoilt(W2=lambda v: v["dS"].T @ v["Z"] + 2 * v["lam"] * v["W2_"]),
    "penalty on W1 only": spoilt(
        loss=lambda v: v["data"] + v["lam"] * (v["W1_"] ** 2).sum(), W2=lambda v: v["dS"].T @ v["H"]
    ),
    "penalty in the loss only": spoilt(W1=lambda v: v["dZ"].T @ v["X"], W2=lambda v: v["dS"].T @ v["H"]),
    "penalty in the gradients only": spoilt(loss=lambda v: v["data"]),
    "gradient lam W for the penalty lam W**2": spoilt(
        W1=lambda v: v["dZ"].T @ v["X"] + v["lam"] * v["W1_"], W2=lambda v: v["dS"].T @ v["H"] + v["lam"] * v["W2_"]
    ),
    "penalty divided by N": spoilt(loss=lambda v: v["data"] + penalty(v) / v["N"]),
    "W2's penalty taken from W1's size": spoilt(W2=lambda v: v["dS"].T @ v["H"] + 2 * v["lam"] * v["W1_"].sum()),
    "dW /= N + 2 lam W": spoilt(W1=lambda v: v["dZ"].T @ v["X"] * v["N"] / (v["N"] + 2 * v["lam"] * v["W1_"])),
    "b1 from dS": spoilt(b1=lambda v: (v["dS"] @ v["W2_"]).sum(0)),
    "b2 averaged": spoilt(b2=lambda v: v["dS"].mean(0)),
    "b1 averaged": spoilt(b1=lambda v: v["dZ"].mean(0)),
    "b2 keeps its axis": spoilt(b2=lambda v: v["dS"].sum(0, keepdims=True)),
    "divided by N twice": spoilt(W2=lambda v: v["dS"].T @ v["H"] / v["N"] + 2 * v["lam"] * v["W2_"]),
    "order of the gradients reversed": changed(network.network_loss, lambda r, *_: (r[0], r[1][::-1])),
    "gradients summed, loss a mean": spoilt(b2=lambda v: v["dS"].sum(0) * v["N"]),
}
