import numpy as np

# Everything works on the flat array and goes back into shape at the end.
# f only ever sees copies.


def evaluate_at(f, flat, shape):
    return float(f(flat.reshape(shape).copy()))


def forward_difference(f, x, h=1e-7):
    flat = np.asarray(x, float).ravel().copy()
    result = []
    start = evaluate_at(f, flat, x.shape)
    for k in range(flat.size):
        keep, flat[k] = flat[k], flat[k] + h
        result.append(evaluate_at(f, flat, x.shape))
        flat[k] = keep
    return ((np.array(result) - start) / h).reshape(x.shape)


def numeric_gradient(f, x, h=1e-5):
    flat = np.asarray(x, float).ravel().copy()
    result = np.zeros(flat.size)
    for k in range(flat.size):
        keep = flat[k]
        for sign in (1, -1):
            flat[k] = keep + sign * h
            result[k] += sign * evaluate_at(f, flat, x.shape)
        flat[k] = keep
    return result.reshape(x.shape) / (2 * h)


def relative_error(a, b):
    assert_same_shape(a, b)
    top = np.abs(np.asarray(a, float) - b)
    bottom = np.maximum(np.abs(a), np.abs(b))
    # 0/0 where both are 0: no error
    return np.divide(top, bottom, out=np.zeros(top.shape), where=bottom > 0).max()


def assert_same_shape(a, b):
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} is not {b.shape}")


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    numeric = numeric_gradient(f, x, h)
    different = numeric != gradient
    return list(map(tuple, np.argwhere(different)))
