import numpy as np


def f4(x):
    return np.asarray(x, dtype=np.float32)


def affine_forward(X, W, b):
    return f4(X) @ f4(W).T + f4(b)


def affine_backward(delta, X, W, b):
    delta, X, W = f4(delta), f4(X), f4(W)
    if X.ndim == 1:
        return W.T @ delta, np.outer(delta, X), delta
    return delta @ W, delta.T @ X, delta.sum(axis=0)


def weight_gradient_by_elements(delta, x):
    dW = np.empty((delta.shape[0], x.shape[0]), dtype=np.float32)
    for i, d in enumerate(delta):
        for j, v in enumerate(x):
            dW[i, j] = d * v
    return dW


def score_forward(x, W, b, u, f):
    return f4(u) @ f4(f(affine_forward(x, W, b)))


def score_backward(x, W, b, u, f, f_prime):
    z = affine_forward(x, W, b)
    delta = f4(u) * f4(f_prime(z))
    return f4(W).T @ delta, np.outer(delta, f4(x)), delta, f4(f(z))


def delta_below(delta, W, f_prime_z):
    return (f4(delta) @ f4(W)) * f4(f_prime_z)


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW = np.outer(f4(delta), f4(a)) + f4(2 * lam) * f4(W)
    db = f4(delta) + f4(2 * lam) * f4(b) if penalise_biases else f4(delta)
    return dW, db


def gradient_shapes(x_shape, W_shapes, b_shapes):
    # let numpy find out: arrays of zeros have shapes too
    try:
        zip(W_shapes, b_shapes, strict=True)
        if len(W_shapes) != len(b_shapes):
            raise ValueError("number of layers")
    except TypeError:
        pass
    a = np.zeros(x_shape)
    out = {"dx": a.shape}
    for n, (Ws, bs) in enumerate(zip(W_shapes, b_shapes)):
        W, b = np.zeros(Ws), np.zeros(bs)
        if W.shape[1] != a.shape[-1]:
            raise ValueError(f"shape of W{n + 1} is {Ws}")
        if b.shape != W.shape[:1]:
            raise ValueError(f"shape of b{n + 1} is {bs}")
        a = a @ W.T + b
        out[f"dW{n + 1}"], out[f"db{n + 1}"], out[f"dz{n + 1}"] = W.shape, b.shape, a.shape
    return out


def network_forward(X, parameters, f):
    a, cache = f4(X), []
    for i in range(0, len(parameters), 2):
        z = affine_forward(a, parameters[i], parameters[i + 1])
        cache.append((a, parameters[i], parameters[i + 1], z))
        a = f4(f(z))
    return z, tuple(cache)


def network_backward(dscores, cache, parameters, f_prime):
    grads = []
    d = f4(dscores)
    for i, (a, W, b, z) in enumerate(reversed(cache)):
        if i:
            d = d * f4(f_prime(z))
        d, dW, db = affine_backward(d, a, W, b)
        grads = [dW, db] + grads
    return d, grads
