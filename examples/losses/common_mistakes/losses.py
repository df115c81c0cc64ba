import numpy as np


def softmax(scores):
    e = np.exp(scores)
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dp, scores):
    p = softmax(scores)
    return dp * p * (1 - p)


def cross_entropy(scores, y):
    N = scores.shape[0]
    p = softmax(scores)
    loss = -np.sum(np.log(p[np.arange(N), y])) / N
    dscores = p.copy()
    dscores[np.arange(N), y] -= 1
    return loss, dscores


def cross_entropy_gradient_by_class(f, y):
    p = softmax(f)
    p[y] -= 1
    return p


def multiclass_hinge(scores, y):
    N = scores.shape[0]
    correct = scores[np.arange(N), y][:, np.newaxis]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(N), y] = 0
    binary = (margins > 0).astype(float)
    binary[np.arange(N), y] = -binary.sum(axis=1)
    return margins.sum() / N, binary / N


def max_margin(s, s_c):
    margin = np.maximum(0, 1 - s + s_c)
    active = (margin > 0).astype(float)
    return margin.mean(), -active, active


def l2_penalty(theta, lam):
    return lam * np.sum(theta * theta), lam * theta


def l1_penalty(theta, lam):
    return lam * np.abs(theta).sum(), lam * np.sign(theta)


def regularized_objective(J, gradients, parameters, lam):
    grads = []
    for g, theta in zip(gradients, parameters):
        penalty, dpenalty = l2_penalty(theta, lam)
        J = J + penalty
        grads.append(g + dpenalty)
    return J, grads


def dropout_train(h, p, rng, inverted=True):
    mask = rng.random(h.shape) < p
    if inverted:
        mask = mask / p
    return h * mask, mask


def dropout_test(h, p, inverted=True):
    return h if inverted else h * p


def dropout_backward(dout, mask):
    return dout * mask
