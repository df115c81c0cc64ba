import numpy as np


def softmax(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    e = np.exp(scores)
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dp, scores):
    p = softmax(scores.copy())
    return p * (dp - (dp * p).sum(axis=-1, keepdims=True))


def cross_entropy(scores, y):
    f = scores.astype(float)
    p = softmax(f)  # f is shifted from here on
    n = np.arange(len(y))
    loss = np.mean(np.log(np.exp(f).sum(axis=1)) - f[n, y])
    p[n, y] -= 1
    return loss, p / len(y)


def cross_entropy_gradient_by_class(f, y):
    p = softmax(f * 1.0)
    p[y] = p[y] - 1
    return p


def multiclass_hinge(scores, y):
    n = np.arange(len(y))
    m = np.maximum(0, scores - scores[n, y, None] + 1)
    m[n, y] = 0
    g = np.sign(m)
    g[n, y] -= g.sum(axis=1)
    return m.sum(axis=1).mean(), g / len(y)


def max_margin(s, s_c):
    g = np.heaviside(1 - s + s_c, 0) / len(s)
    return np.sum(g * (1 - s + s_c)), -g, g


def l2_penalty(theta, lam):
    return lam * np.square(theta).sum(), 2 * lam * theta


def l1_penalty(theta, lam):
    return lam * np.abs(theta).sum(), lam * np.sign(theta)


def regularized_objective(J, gradients, parameters, lam):
    for g, theta in zip(gradients, parameters):
        if theta.ndim == 2:
            J += lam * np.square(theta).sum()
            g += 2 * lam * theta
    return J, gradients


def dropout_train(h, p, rng, inverted=True):
    mask = (rng.uniform(size=h.shape) < p) / (p if inverted else 1.0)
    h *= mask
    return h, mask


def dropout_test(h, p, inverted=True):
    return h.copy() if inverted else h * p


def dropout_backward(dout, mask):
    dout *= mask
    return dout
