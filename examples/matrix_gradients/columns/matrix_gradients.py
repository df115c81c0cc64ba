"""I always think in columns (n, 1), so everything is turned into columns first and back at the end."""
import numpy as np


def col(v):
    return np.reshape(v, (-1, 1))


def affine_forward(X, W, b):
    if np.ndim(X) == 1:
        return (W @ col(X) + col(b)).ravel()
    return (W @ X.T + col(b)).T


def affine_backward(delta, X, W, b):
    if np.ndim(X) == 1:
        D, A = col(delta), col(X)
        return (W.T @ D).ravel(), D @ A.T, D.ravel()
    D, A = delta.T, X.T
    return (W.T @ D).T, D @ A.T, D @ np.ones(D.shape[1])


def weight_gradient_by_elements(delta, x):
    return [[float(d * x_j) for x_j in x] for d in delta]


def score_forward(x, W, b, u, f):
    h = f(W @ col(x) + col(b))
    return (col(u).T @ h).item()


def score_backward(x, W, b, u, f, f_prime):
    z = W @ col(x) + col(b)
    delta = col(u) * f_prime(z)
    return (W.T @ delta).ravel(), delta @ col(x).T, delta.ravel(), f(z).ravel()


def delta_below(delta, W, f_prime_z):
    return (W.T @ delta.T * f_prime_z.T).T


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW = col(delta) @ col(a).T + 2 * lam * W
    db = col(delta) + (2 * lam * col(b) if penalise_biases else 0)
    return [dW, db.reshape(b.shape)]


class ShapeError(ValueError):
    pass


def gradient_shapes(x_shape, W_shapes, b_shapes):
    shapes = dict(dx=list(x_shape))
    if len(b_shapes) != len(W_shapes):
        raise ShapeError("W and b do not go together")
    width = x_shape[-1]
    for i, W in enumerate(W_shapes):
        if W[-1] != width:
            raise ShapeError(f"expected (?, {width}) at W{i + 1}")
        if list(b_shapes[i]) != [W[0]]:
            raise ShapeError(f"expected ({W[0]},) at b{i + 1}")
        width = W[0]
        shapes[f"dW{i + 1}"] = list(W)
        shapes[f"db{i + 1}"] = [width]
        shapes[f"dz{i + 1}"] = list(x_shape[:-1]) + [width]
    return shapes


class Cache:
    def __init__(self):
        self.A = []
        self.Z = []


def network_forward(X, parameters, f):
    cache = Cache()
    A = X.T
    L = len(parameters) // 2
    for l in range(L):
        cache.A.append(A)
        Z = parameters[2 * l] @ A + col(parameters[2 * l + 1])
        cache.Z.append(Z)
        A = f(Z) if l + 1 < L else Z
    return A.T, cache


def network_backward(dscores, cache, parameters, f_prime):
    gradients = [None for _ in parameters]
    dZ = dscores.T
    for l in range(len(cache.A))[::-1]:
        gradients[2 * l] = dZ @ cache.A[l].T
        gradients[2 * l + 1] = dZ.sum(axis=1)
        dA = parameters[2 * l].T @ dZ
        if l:
            dZ = dA * f_prime(cache.Z[l - 1])
    return dA.T, gradients
