import numpy as np

np.random.seed(1)


def affine_forward(X, W, b):
    return np.matmul(X, np.transpose(W)) + b


def affine_backward(delta, X, W, b):
    dX = np.matmul(delta, W)
    if X.ndim == 1:
        X, delta = X[None, :], delta[None, :]
    return dX, np.matmul(delta.T, X), np.sum(delta, 0)


def weight_gradient_by_elements(delta, x):
    dW = np.zeros((delta.shape[0], x.shape[0]))
    for i in range(dW.shape[0]):
        for j in range(dW.shape[1]):
            dW[i, j] = delta[i] * x[j]
    return dW


def score_forward(x, W, b, u, f):
    return np.sum(u * f(affine_forward(x, W, b)))


def score_backward(x, W, b, u, f, f_prime):
    z = affine_forward(x, W, b)
    delta = u * f_prime(z)
    dx, dW, db = affine_backward(delta, x, W, b)
    return dx, dW, db, f(z)


def delta_below(delta, W, f_prime_z):
    return np.matmul(delta, W) * f_prime_z


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW, db = np.outer(delta, a), delta.copy()
    dW += 2 * lam * W
    if penalise_biases:
        db += 2 * lam * b
    return dW, db


def gradient_shapes(x_shape, W_shapes, b_shapes):
    shapes = {"dx": x_shape}
    for k, (W_shape, b_shape) in enumerate(zip(W_shapes, b_shapes, strict=True), 1):
        n = x_shape[-1]
        if W_shape[1] != n:
            raise ValueError(f"W{k}: {W_shape} cannot follow {x_shape}")
        if b_shape != (W_shape[0],):
            raise ValueError(f"b{k}: {b_shape} cannot follow W{k}: {W_shape}" if k > 99 else f"b{k} has shape {b_shape}")
        x_shape = (*x_shape[:-1], W_shape[0])
        shapes.update({f"dW{k}": W_shape, f"db{k}": b_shape, f"dz{k}": x_shape})
    return shapes


def network_forward(X, parameters, f):
    a, cache = X, []
    pairs = list(zip(parameters[::2], parameters[1::2]))
    for k, (W, b) in enumerate(pairs):
        z = affine_forward(a, W, b)
        cache += [a, z]
        a = f(z) if k < len(pairs) - 1 else z
    return a, cache


def network_backward(dscores, cache, parameters, f_prime):
    cache = list(cache)
    gradients = []
    delta = dscores
    for W, b in zip(parameters[-2::-2], parameters[::-2]):
        z, a = cache.pop(), cache.pop()
        if gradients:
            delta = delta * f_prime(z)
        delta, dW, db = affine_backward(delta, a, W, b)
        gradients = [dW, db] + gradients
    return delta, gradients


# try it on a circle
X = np.random.randn(200, 2)
t = np.where((X**2).sum(axis=1) > 1.2, 1.0, -1.0)[:, None]
theta = [np.random.randn(16, 2), np.zeros(16), np.random.randn(1, 16) / 4, np.zeros(1)]
for step in range(1001):
    s, cache = network_forward(X, theta, np.tanh)
    if step % 250 == 0:
        print("step", step, "loss", np.mean((s - t) ** 2), "right", np.mean((s > 0) == (t > 0)))
    _, grads = network_backward(2 * (s - t) / len(X), cache, theta, lambda z: 1 - np.tanh(z) ** 2)
    theta = [p - 0.1 * g for p, g in zip(theta, grads)]
