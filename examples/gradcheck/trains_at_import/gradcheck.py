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
    if gradient.shape != x.shape:
        raise ValueError("gradient must have the shape of x")
    x = x.astype(float)
    numeric = numeric_gradient(f, x, h)
    rounding = 10 * np.finfo(float).eps * abs(f(x)) / h
    wrong = []
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        g, n = gradient[ix], numeric[ix]
        if not abs(g - n) <= tolerance * max(abs(g), abs(n)) + rounding:
            wrong.append(ix)
        it.iternext()
    return wrong


def fine_at_kink(f, x, ix, g, h, rounding):
    l1, r1 = sides(f, x, ix, h)
    l2, r2 = sides(f, x, ix, h / 8)
    if abs(r2 - l2) <= abs(r1 - l1) / 2 + 16 * rounding:
        return False
    return min(l2, r2) - 16 * rounding <= g <= max(l2, r2) + 16 * rounding


def sides(f, x, ix, h):
    x = x.copy()
    fx = f(x)
    old = x[ix]
    x[ix] = old + h
    right = (f(x) - fx) / h
    x[ix] = old - h
    left = (fx - f(x)) / h
    return left, right


# Does it work? Fit a line with the numeric gradient.
rng = np.random.default_rng(1)
points = rng.standard_normal(50)
targets = 3 * points + 1


def loss(w):
    return np.mean((w[0] * points + w[1] - targets) ** 2)


w = np.zeros(2)
for step in range(200):
    w = w - 0.1 * numeric_gradient(loss, w)
print("found", w, check_gradient(loss, w, numeric_gradient(loss, w)))
