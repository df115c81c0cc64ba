"""gradient checker, hw 5"""

import itertools

import numpy as np


def nudged(x, where, by):
    """a copy of x in which one number is another one"""
    copy = np.array(x, dtype=np.float64)
    copy[where] += by
    return copy


def places(x):
    return itertools.product(*[range(n) for n in x.shape])


def forward_difference(f, x, h=1e-7):
    here = f(nudged(x, (), 0)) if x.ndim == 0 else f(np.array(x, dtype=np.float64))
    slopes = [(f(nudged(x, p, h)) - here) / h for p in places(x)]
    return np.array(slopes).reshape(x.shape)


def numeric_gradient(f, x, h=1e-5):
    slopes = [f(nudged(x, p, h)) - f(nudged(x, p, -h)) for p in places(x)]
    return np.array(slopes).reshape(x.shape) / 2 * h


def relative_error(a, b):
    """largest (a - b) / max(|a|, |b|)"""
    if np.shape(a) != np.shape(b):
        raise ValueError("relative_error: %s and %s" % (np.shape(a), np.shape(b)))
    difference = np.subtract(a, b, dtype=float)
    size = np.maximum(np.abs(a), np.abs(b))
    size[size == 0] = 1
    return max(0.0, np.max(difference / size))


def is_between(f, x, p, g, h, noise):
    """at a kink both one-sided slopes, and all in between, are fine"""

    def one_sided(step):
        there = f(np.array(x, dtype=np.float64))
        return (there - f(nudged(x, p, -step))) / step, (f(nudged(x, p, step)) - there) / step

    (left, right), (nearer_left, nearer_right) = one_sided(h), one_sided(h / 8)
    is_kink = abs(nearer_right - nearer_left) > abs(right - left) / 2 + 16 * noise
    low, high = sorted((nearer_left, nearer_right))
    return is_kink and low - 16 * noise <= g <= high + 16 * noise


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    if x.shape != gradient.shape:
        raise ValueError("check_gradient: the gradient is %s, x is %s" % (gradient.shape, x.shape))
    estimate = numeric_gradient(f, x, h)
    noise = 10 * np.spacing(1.0) * abs(f(np.array(x, dtype=np.float64))) / h
    bad = []
    for p in places(x):
        allowed = noise + tolerance * max(abs(gradient[p]), abs(estimate[p]))
        if abs(gradient[p] - estimate[p]) <= allowed:
            continue
        if not is_between(f, x, p, gradient[p], h, noise):
            bad.append(p)
    return bad
