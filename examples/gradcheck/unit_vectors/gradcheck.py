import numpy as np

EPS = np.finfo(float).eps


def units(x):
    return np.eye(np.size(x)).reshape(np.size(x), *np.shape(x))


def gather(slopes, x):
    return np.array(slopes, float).reshape(np.shape(x))


def forward_difference(f, x, h=1e-7):
    fx = f(np.asarray(x, float))
    return gather([(f(x + h * e) - fx) / h for e in units(x)], x)


def numeric_gradient(f, x, h=1e-5):
    return gather([f(x + h * e) / h / 2 - f(x - h * e) / h / 2 for e in units(x)], x)


def relative_error(a, b):
    assert_same(a, b)
    with np.errstate(invalid="ignore"):
        return np.nanmax(np.where(a == b, 0, abs(a - b) / np.maximum(abs(a), abs(b))))


def assert_same(a, b):
    if np.shape(a) != np.shape(b):
        raise ValueError(f"{np.shape(a)} is not {np.shape(b)}")


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    assert_same(x, gradient)
    n = numeric_gradient(f, x, h)
    noise = 10 * EPS * abs(f(x)) / h
    ok = abs(gradient - n) <= tolerance * np.maximum(abs(gradient), abs(n)) + noise
    for i in np.argwhere(~ok):
        i = tuple(i)
        e = np.zeros(x.shape)
        e[i] = 1
        (l, r), (l8, r8) = [((f(x) - f(x - k * e)) / k, (f(x + k * e) - f(x)) / k) for k in (h, h / 8)]
        rho = 16 * noise
        ok[i] = abs(r8 - l8) > abs(r - l) / 2 + rho and min(l8, r8) - rho <= gradient[i] <= max(l8, r8) + rho
    return np.argwhere(~ok)
