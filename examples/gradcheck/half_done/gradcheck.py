import numpy as np


def forward_difference(f, x, h=1e-7):
    """one-sided, only for vectors so far"""
    g = []
    for i in range(len(x)):
        y = np.array(x, float)
        y[i] = y[i] + h
        g.append((f(y) - f(np.array(x, float))) / h)
    return g


def numeric_gradient(f, x, h=1e-5):
    # same with h on the left, average of both
    g = []
    for i in range(len(x)):
        y = np.array(x, float)
        y[i] = y[i] - h
        g.append((f(np.array(x, float)) - f(y)) / h)
    return [(a + b) / 2 for a, b in zip(forward_difference(f, x, h), g)]


def relative_error(a, b):
    # TODO
    pass


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    raise NotImplementedError
