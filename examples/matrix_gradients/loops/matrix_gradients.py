# Everything written out with sums over i and j, as on the slides.
import numpy as np


def affine_forward(X, W, b):
    if X.ndim == 1:
        z = []
        for i in range(W.shape[0]):
            total = b[i]
            for j in range(W.shape[1]):
                total = total + W[i, j] * X[j]
            z.append(total)
        return np.array(z)
    return np.array([affine_forward(row, W, b) for row in X])


def affine_backward(delta, X, W, b):
    if X.ndim == 1:
        dX = np.zeros(W.shape[1])
        dW = np.zeros(W.shape)
        db = np.zeros(W.shape[0])
        for i in range(W.shape[0]):
            db[i] = delta[i]
            for j in range(W.shape[1]):
                dX[j] += W[i, j] * delta[i]
                dW[i, j] = delta[i] * X[j]
        return dX, dW, db
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[0])
    for n in range(X.shape[0]):
        dx, dw, d = affine_backward(delta[n], X[n], W, b)
        dX[n] = dx
        dW += dw
        db += d
    return dX, dW, db


def weight_gradient_by_elements(delta, x):
    dW = np.zeros((len(delta), len(x)))
    for i in range(len(delta)):
        for j in range(len(x)):
            dW[i, j] = delta[i] * x[j]
    return dW


def score_forward(x, W, b, u, f):
    z = affine_forward(x, W, b)
    s = 0.0
    for i in range(len(z)):
        s += u[i] * f(z[i])
    return s


def score_backward(x, W, b, u, f, f_prime):
    z = affine_forward(x, W, b)
    h = [f(z_i) for z_i in z]
    delta = np.array([u[i] * f_prime(z[i]) for i in range(len(u))])
    dx, dW, db = affine_backward(delta, x, W, b)
    return dx, dW, db, np.array(h)


def delta_below(delta, W, f_prime_z):
    if delta.ndim == 2:
        return np.array([delta_below(d, W, s) for d, s in zip(delta, f_prime_z)])
    below = np.zeros(W.shape[1])
    for j in range(W.shape[1]):
        for i in range(W.shape[0]):
            below[j] += W[i, j] * delta[i]
        below[j] *= f_prime_z[j]
    return below


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    dW = weight_gradient_by_elements(delta, a)
    db = np.zeros(len(delta))
    for i in range(W.shape[0]):
        db[i] = delta[i]
        if penalise_biases:
            db[i] += 2 * lam * b[i]
        for j in range(W.shape[1]):
            dW[i, j] += 2 * lam * W[i, j]
    return dW, db


def gradient_shapes(x_shape, W_shapes, b_shapes):
    if len(W_shapes) != len(b_shapes):
        raise ValueError("there must be as many W as b")
    shapes = {"dx": x_shape}
    n = x_shape[-1]
    for k in range(len(W_shapes)):
        n_out, n_in = W_shapes[k]
        if n_in != n:
            raise ValueError("W%d has %d columns but gets %d numbers" % (k + 1, n_in, n))
        if len(b_shapes[k]) != 1 or b_shapes[k][0] != n_out:
            raise ValueError("b%d does not fit" % (k + 1))
        shapes["dW%d" % (k + 1)] = (n_out, n_in)
        shapes["db%d" % (k + 1)] = (n_out,)
        if len(x_shape) == 2:
            shapes["dz%d" % (k + 1)] = (x_shape[0], n_out)
        else:
            shapes["dz%d" % (k + 1)] = (n_out,)
        n = n_out
    return shapes


class Layer:
    """What one layer has to remember until the way back."""

    def __init__(self, a, z):
        self.a = a
        self.z = z


def network_forward(X, parameters, f):
    layers = []
    a = X
    for k in range(0, len(parameters), 2):
        z = affine_forward(a, parameters[k], parameters[k + 1])
        layers.append(Layer(a, z))
        a = f(z)
    return layers[-1].z, layers


def network_backward(dscores, cache, parameters, f_prime):
    gradients = [None] * len(parameters)
    delta = dscores
    for k in range(len(cache) - 1, -1, -1):
        if k < len(cache) - 1:
            delta = delta * f_prime(cache[k].z)
        dX, dW, db = affine_backward(delta, cache[k].a, parameters[2 * k], parameters[2 * k + 1])
        gradients[2 * k] = dW
        gradients[2 * k + 1] = db
        delta = dX
    return delta, gradients
