"""Gradients with respect to a weight matrix: the affine layer, the scoring network s = u^T f(W x + b), any layer.

Conventions (CS224n lecture 4, "Matrix gradients for our simple neural net"; shapes first, it is the lecture's tip 1):
- A vector is 1-D: z = W x + b with x (n_in,), W (n_out, n_in), b and z (n_out,).
- A batch is rows: Z = X W^T + b with X (N, n_in) and Z (N, n_out). Gradients with respect to W and b sum over the rows.
- delta is the error signal at z, the gradient of the loss with respect to z, and has the shape of z.
- A gradient has the shape of what it is the gradient of (the shape convention), and no argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def affine_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The affine layer, for one vector (z = W x + b) or for a batch (Z = X W^T + b).

    Shapes: X (n_in,) or (N, n_in), W (n_out, n_in), b (n_out,). Returns (n_out,) or (N, n_out).
    """
    return X @ W.T + b


def affine_backward(
    delta: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients ``dX, dW, db`` of the affine layer, given delta, the gradient with respect to its output.

    Shapes: delta (n_out,) or (N, n_out); X, W, b as in affine_forward, each gradient of the shape of its variable.
    """
    # z_i = sum_j W_ij x_j + b_i, so dz_i/dx_j = W_ij, dz_i/dW_ij = x_j and dz_i/db_i = 1. By the chain rule
    #   dx_j = sum_i delta_i W_ij,   that is W^T delta;     dW_ij = delta_i x_j;     db_i = delta_i;
    # and for a batch dW and db, to which every row contributes, are sums over the rows.
    dX = delta @ W
    if X.ndim == 1:
        return dX, np.outer(delta, X), delta.copy()
    return dX, delta.T @ X, delta.sum(axis=0)


def weight_gradient_by_elements(delta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The gradient with respect to W, one W_ij at a time: ds/dW_ij = delta_i x_j (when confused, the lecture's tip 4).

    Shapes: delta (n_out,), x (n_in,). Returns (n_out, n_in), equal to the outer product of delta and x.
    """
    dW = np.empty((delta.size, x.size))
    for i in range(delta.size):
        for j in range(x.size):
            # W_ij is used for z_i alone, where it stands before x_j.
            dW[i, j] = delta[i] * x[j]
    return dW


def score_forward(
    x: np.ndarray, W: np.ndarray, b: np.ndarray, u: np.ndarray, f: Callable[[np.ndarray], np.ndarray]
) -> float:
    """The scoring network of the lecture: s = u^T h, h = f(z), z = W x + b (eq. 4).

    Shapes: x (n_in,), W (n_out, n_in), b and u (n_out,); f works element by element. Returns one number.
    """
    s: float = u @ f(W @ x + b)
    return s


def score_backward(
    x: np.ndarray,
    W: np.ndarray,
    b: np.ndarray,
    u: np.ndarray,
    f: Callable[[np.ndarray], np.ndarray],
    f_prime: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The gradients ``dx, dW, db, du`` of the score s with respect to all that it depends on.

    f_prime is the derivative of f as a function of z. Shapes as in score_forward, each gradient as its variable.
    """
    # All of ds/dW, ds/db and ds/dx begin with ds/dh dh/dz. That shared factor, delta, is computed once.
    z = W @ x + b
    delta = u * f_prime(z)
    return W.T @ delta, np.outer(delta, x), delta, f(z)


def delta_below(delta: np.ndarray, W: np.ndarray, f_prime_z: np.ndarray) -> np.ndarray:
    """The error signal one layer down: delta_l = (W_l^T delta_{l+1}) * f'(z_l), where z_{l+1} = W_l f(z_l) + b_l.

    Shapes: delta (n_out,) or (N, n_out), W (n_out, n_in), f_prime_z (n_in,) or (N, n_in), as the result.
    """
    return (delta @ W) * f_prime_z


def layer_gradients(
    delta: np.ndarray, a: np.ndarray, W: np.ndarray, b: np.ndarray, lam: float, penalise_biases: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The gradients ``dW, db`` of E + lam * sum(W**2) for the layer z = W a + b, given delta = dE/dz.

    Biases carry no penalty; with penalise_biases the objective has lam * sum(b**2) too, as in 003.
    Shapes: delta and b (n_out,), a (n_in,), W (n_out, n_in).
    """
    # The blog post halves the penalty (lambda/2 * sum of squares), so the factor 2 is not in its formula.
    dW = np.outer(delta, a) + 2 * lam * W
    db = delta + 2 * lam * b if penalise_biases else delta.copy()
    return dW, db


def gradient_shapes(
    x_shape: tuple[int, ...], W_shapes: Sequence[tuple[int, int]], b_shapes: Sequence[tuple[int]]
) -> dict[str, tuple[int, ...]]:
    """The shape of every gradient in the chain z1 = W1 x + b1, z2 = W2 f(z1) + b2, and so on.

    x_shape is (n_in,) or (N, n_in). Returns "dx", then "dW1", "db1", "dz1", "dW2", ... -> shape. Raises ValueError with
    the names and the shapes where two neighbours do not fit each other.
    """
    if len(W_shapes) != len(b_shapes):
        raise ValueError(f"{len(W_shapes)} weight matrices but {len(b_shapes)} biases")
    shapes: dict[str, tuple[int, ...]] = {"dx": tuple(x_shape)}
    batch, width, below = tuple(x_shape[:-1]), x_shape[-1], "x"
    for layer, (W_shape, b_shape) in enumerate(zip(W_shapes, b_shapes, strict=True), start=1):
        n_out, n_in = W_shape
        if n_in != width:
            raise ValueError(f"W{layer} {tuple(W_shape)} takes {n_in} numbers, but {below} has {width}")
        if tuple(b_shape) != (n_out,):
            raise ValueError(f"b{layer} has shape {tuple(b_shape)}, but W{layer} {tuple(W_shape)} asks for {(n_out,)}")
        shapes[f"dW{layer}"] = (n_out, n_in)
        shapes[f"db{layer}"] = (n_out,)
        shapes[f"dz{layer}"] = (*batch, n_out)
        width, below = n_out, f"z{layer}"
    return shapes
