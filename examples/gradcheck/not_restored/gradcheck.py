import numpy as np

# simple loops over flat copies


def forward_difference(f, x, h=1e-7):
    grad = np.zeros(x.shape)
    for i in range(x.size):
        y = x.copy()
        y.flat[i] += h
        grad.flat[i] = (f(y) - f(x)) / h
    return grad


def numeric_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    x = x.copy()
    for i in range(x.size):
        x.flat[i] += h
        up = f(x)
        x.flat[i] -= 2 * h
        down = f(x)
        grad.flat[i] = (up - down) / (2 * h)
    return grad


def relative_error(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b)))


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    n = numeric_gradient(f, x, h)
    bad = np.abs(n - gradient) > tolerance * np.maximum(np.abs(n), np.abs(gradient))
    return [tuple(i) for i in np.argwhere(bad)]
