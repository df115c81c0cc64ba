import numpy as np


def softmax(scores):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def softmax_backward(dp, scores):
    raise NotImplementedError


def cross_entropy(scores, y):
    p = softmax(scores)
    N = len(y)
    loss = float(-np.log(p[np.arange(N), y]).mean())
    # TODO gradient
    return loss


def cross_entropy_gradient_by_class(f, y):
    p = softmax(f)
    df = p.copy()
    df[y] -= 1
    return df


def multiclass_hinge(scores, y):
    N = len(y)
    margins = np.maximum(0, scores - scores[np.arange(N), y].reshape(N, 1) + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N
    dscores = np.zeros_like(scores)
    return loss, dscores


def max_margin(s, s_c):
    pass


def l2_penalty(theta, lam):
    return lam * np.sum(theta**2), 2 * lam * theta


def l1_penalty(theta, lam):
    return lam * np.sum(np.abs(theta)), lam * np.sign(theta)


def regularised_objective(J, gradients, parameters, lam):
    total = J
    new = []
    for g, theta in zip(gradients, parameters):
        if theta.ndim > 1:
            total += lam * np.sum(theta**2)
            g = g + 2 * lam * theta
        new.append(g)
    return total, new


def dropout_train(h, p, rng):
    mask = (rng.random(h.shape) < p) / p
    return h * mask, mask


def dropout_test(h, p):
    return h
