"""score_backward: the gradients of s = u^T f(W x + b) with respect to x, W, b, u."""

from __future__ import annotations

import numpy as np

from reference import matrix_gradients as mg
from tests.tolerance.subjects import SUBJECTS
from tests.verdicts.problem import Gradient, Problem

PROBLEM = Problem(
    SUBJECTS["score_backward"],
    Gradient(
        lambda args: mg.score_forward(*args[:5]),
        lambda args: args[:4],
        lambda args: None,
        lambda args, arrays, upstream: (*arrays, *args[4:]),
        lambda result: result,
    ),
)


def right_columns(x, W, b, u, f, g):
    """As column vectors, flattened at the end."""
    x, b, u = x[:, None], b[:, None], u[:, None]
    z = W @ x + b
    delta = u * g(z)
    return (W.T @ delta).ravel(), delta @ x.T, delta.ravel(), f(z).ravel()


def right_by_elements(x, W, b, u, f, g):
    z = W @ x + b
    delta = [u[i] * g(z[i]) for i in range(len(u))]
    dW = [[d * x_j for x_j in x] for d in delta]
    dx = [sum(W[i, j] * delta[i] for i in range(len(u))) for j in range(len(x))]
    return dx, dW, delta, f(z)


def right_jacobian(x, W, b, u, f, g):
    J = np.diag(g(W @ x + b))
    return u @ J @ W, np.einsum("i,ij,k->jk", u, J, x), u @ J, f(W @ x + b)


def parts(dx=None, dW=None, db=None, du=None):
    """The right gradients but for these, each a function of (delta, z, x, W, u)."""

    def run(x, W, b, u, f, g):
        z = W @ x + b
        delta = u * g(z)
        right = W.T @ delta, np.outer(delta, x), delta, f(z)
        changes = (dx, dW, db, du)
        return tuple(r if c is None else c(delta, z, x, W, u) for c, r in zip(changes, right, strict=True))

    return run


WRONG = {
    "du is z: the activation forgotten": parts(du=lambda delta, z, x, W, u: z),
    "du times u": parts(du=lambda delta, z, x, W, u: u * np.tanh(z)),
    "du the slope of the activation": parts(du=lambda delta, z, x, W, u: 1 - np.tanh(z) ** 2),
    "dW transposed": parts(dW=lambda delta, z, x, W, u: np.outer(x, delta)),
    "dW without the error signal": parts(dW=lambda delta, z, x, W, u: np.outer(np.ones(len(u)), x)),
    "dW without x": parts(dW=lambda delta, z, x, W, u: np.outer(delta, np.ones(len(x)))),
    "dW without the slope": parts(dW=lambda delta, z, x, W, u: np.outer(u, x)),
    "db all ones": parts(db=lambda delta, z, x, W, u: np.ones(len(u))),
    "db without the slope": parts(db=lambda delta, z, x, W, u: u),
    "db summed to a number": parts(db=lambda delta, z, x, W, u: delta.sum()),
    "dx without the slope": parts(dx=lambda delta, z, x, W, u: W.T @ u),
    "dx without u": parts(dx=lambda delta, z, x, W, u: W.T @ (1 - np.tanh(z) ** 2)),
    "dx from the row sums of W": parts(dx=lambda delta, z, x, W, u: np.full(len(x), delta.sum()) * W.sum(0)),
    "order of the gradients reversed": lambda *args: mg.score_backward(*args)[::-1],
    "slope taken at u": lambda x, W, b, u, f, g: mg.score_backward(x, W, b, u, f, lambda z: g(u)),
    "bias forgotten in z": lambda x, W, b, u, f, g: mg.score_backward(x, W, 0 * b, u, f, g),
}
