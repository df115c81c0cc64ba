import numpy as np


def affine_forward(X, W, b):
    return X @ W.T + b


def affine_backward(delta, X, W, b):
    if len(X.shape) == 1:
        dW = np.outer(delta, X)
        db = delta * 1
    else:
        dW = delta.T @ X
        db = delta.sum(axis=0, keepdims=True)
    return delta @ W, dW, db


def weight_gradient_by_elements(delta, x):
    out = np.zeros([len(delta), len(x)])
    for i in range(len(delta)):
        for j in range(len(x)):
            out[i, j] = delta[i] * x[j]
    return out


def score_forward(x, W, b, u, f):
    return u @ f(W @ x + b)


def score_backward(x, W, b, u, f, f_prime):
    h = f(W @ x + b)
    delta = u * f_prime(h)
    return W.T @ delta, np.outer(delta, x), delta, h


def delta_below(delta, W, f_prime_z):
    return delta @ W


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW = np.outer(delta, a)
    dW += 2 * lam * W
    db = delta
    if penalise_biases:
        db += 2 * lam * b
    return dW, db


def gradient_shapes(x_shape, W_shapes, b_shapes):
    shapes = {"dx": x_shape}
    n = x_shape[-1]
    for l, (W, b) in enumerate(zip(W_shapes, b_shapes)):
        if W[1] != n:
            raise ValueError(f"W{l + 1}: expected {n} columns, found {W[1]}")
        if b[0] != W[0]:
            raise ValueError(f"b{l + 1}: expected {W[0]} entries, found {b[0]}")
        n = W[0]
        shapes[f"dW{l + 1}"] = (W[1], W[0])
        shapes[f"db{l + 1}"] = (n,)
        shapes[f"dz{l + 1}"] = (n,)
    return shapes


def network_forward(X, parameters, f):
    hs = [X]
    for l in range(0, len(parameters), 2):
        z = affine_forward(hs[-1], parameters[l], parameters[l + 1])
        hs.append(f(z))
    return hs[-1], hs


def network_backward(dscores, cache, parameters, f_prime):
    grads = []
    delta = dscores
    for l in reversed(range(len(parameters) // 2)):
        delta = delta * f_prime(cache[l + 1])
        delta, dW, db = affine_backward(delta, cache[l], parameters[2 * l], parameters[2 * l + 1])
        grads = [dW, db] + grads
    return delta, grads
