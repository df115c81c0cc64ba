"""Gradient checking with numpy's iterator, as in the course notes."""
import numpy as np


def forward_difference(f, x, h=1e-7):
    x = x.astype(float)
    grad = np.zeros_like(x)
    fx = f(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval
        grad[ix] = (fxph - fx) / h
        it.iternext()
    return grad


def numeric_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        pos = f(x)
        x[ix] = oldval - h
        neg = f(x)
        x[ix] = oldval
        grad[ix] = (pos - neg) / (2 * h)
        it.iternext()
    return grad


def relative_error(a, b):
    if a.shape != b.shape:
        raise ValueError("different shapes")
    worst = 0.0
    for p, q in zip(a.flatten(), b.flatten()):
        if p != q:
            worst = max(worst, abs(p - q) / max(abs(p), abs(q)))
    return worst


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    """wants the two to be equal"""
    numeric = numeric_gradient(f, x, h)
    return [i for i in np.ndindex(x.shape) if numeric[i] != gradient[i]]
