"""p as in the other course: the probability that a unit is dropped. And numpy's own generator."""
import numpy as np


def softmax(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


def softmax_backward(dp, scores):
    p = softmax(scores)
    J = np.einsum("nk,kc->nkc", p, np.eye(p.shape[1])) - np.einsum("nk,nc->nkc", p, p)
    return np.einsum("nk,nkc->nc", dp, J)


def cross_entropy(scores, y):
    n = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dscores = np.exp(log_p)
    dscores[n, y] -= 1
    return -np.mean(log_p[n, y]), dscores / len(y)


def cross_entropy_gradient_by_class(f, y):
    df = softmax(f)
    df[y] -= 1
    return df


def multiclass_hinge(scores, y):
    n = np.arange(len(y))
    margins = scores - scores[n, y][:, None] + 1
    margins[n, y] = 0
    violated = (margins > 0) * 1.0
    loss = np.sum(margins * violated) / len(y)
    violated[n, y] = -violated.sum(axis=1)
    return loss, violated / len(y)


def max_margin(s, s_c):
    violated = (1 - s + s_c > 0) / len(s)
    return np.sum(violated * (1 - s + s_c)), -violated, violated


def l2_penalty(theta, lam):
    return lam * np.sum(theta**2), 2 * lam * theta


def l1_penalty(theta, lam):
    return lam * np.sum(np.abs(theta)), lam * np.sign(theta)


def regularized_objective(J, gradients, parameters, lam):
    grads = []
    for g, th in zip(gradients, parameters):
        if th.ndim == 2:
            J, g = J + lam * np.sum(th**2), g + 2 * lam * th
        grads.append(g)
    return J, grads


def dropout_train(h, p, rng, inverted=True):
    mask = (np.random.rand(*h.shape) > p).astype(float)
    if inverted:
        mask /= 1 - p
    return h * mask, mask


def dropout_test(h, p, inverted=True):
    return h if inverted else (1 - p) * h


def dropout_backward(dout, mask):
    return dout * mask
