import numpy as np


def affine_forward(X, W, b):
    return X.dot(W.T) + b


def affine_backward(delta, X, W, b):
    if X.ndim == 1:
        return W.T.dot(delta), np.outer(delta, X), delta
    N = X.shape[0]
    dX = delta.dot(W)
    dW = delta.T.dot(X) / N
    db = np.mean(delta, axis=0)
    return dX, dW, db


def weight_gradient_by_elements(delta, x):
    dW = np.zeros((delta.size, x.size))
    for i in range(delta.size):
        for j in range(x.size):
            dW[i, j] = delta[i] * x[j]
    return dW


def score_forward(x, W, b, u, f):
    return u.dot(f(W.dot(x) + b))


def score_backward(x, W, b, u, f, f_prime):
    z = W.dot(x) + b
    dx = W.T.dot(u * f_prime(z))
    dW = np.outer(u * f_prime(z), x)
    db = u * f_prime(z)
    return dx, dW, db, f(z)


def delta_below(delta, W, f_prime_z):
    return delta.dot(W) * f_prime_z


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW = np.outer(delta, a) + lam * W
    db = delta
    if penalise_biases:
        db = db + lam * b
    return dW, db


def gradient_shapes(x_shape, W_shapes, b_shapes):
    batch = tuple(x_shape[:-1])
    size = x_shape[-1]
    shapes = {"dx": tuple(x_shape)}
    for i in range(len(W_shapes)):
        rows, columns = W_shapes[i]
        if columns != size or b_shapes[i] != (rows,):
            raise Exception("shapes do not match!")
        shapes["dW" + str(i + 1)] = (rows, columns)
        shapes["db" + str(i + 1)] = (rows,)
        shapes["dz" + str(i + 1)] = batch + (rows,)
        size = rows
    return shapes


def network_forward(X, parameters, f):
    cache = [X]
    A = X
    L = len(parameters) // 2
    for l in range(L):
        Z = affine_forward(A, parameters[2 * l], parameters[2 * l + 1])
        A = f(Z) if l < L - 1 else Z
        cache.extend([Z, A])
    return A, cache


def network_backward(dscores, cache, parameters, f_prime):
    L = len(parameters) // 2
    grads = {}
    dZ = dscores
    for l in reversed(range(L)):
        dA, grads[2 * l], grads[2 * l + 1] = affine_backward(dZ, cache[2 * l], parameters[2 * l], parameters[2 * l + 1])
        if l > 0:
            dZ = dA * f_prime(cache[2 * l - 1])
    return dA, [grads[k] for k in sorted(grads)]
