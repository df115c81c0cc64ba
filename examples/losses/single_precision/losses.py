import numpy as np

F = np.float32


def f32(*arrays):
    return [np.asarray(a, dtype=F) for a in arrays]


def log_softmax(scores):
    (f,) = f32(scores)
    f = f - f.max(axis=-1, keepdims=True)
    return f - np.log(np.exp(f).sum(axis=-1, keepdims=True))


def softmax(scores):
    return np.exp(log_softmax(scores))


def softmax_backward(dp, scores):
    dp, p = f32(dp, softmax(scores))
    return p * (dp - np.sum(p * dp, axis=-1, keepdims=True))


def cross_entropy(scores, y):
    n = len(y)
    logp = log_softmax(scores)
    grad = np.exp(logp)
    grad[np.arange(n), y] -= 1
    return -logp[np.arange(n), y].mean(), grad / F(n)


def cross_entropy_gradient_by_class(f, y):
    grad = softmax(f)
    grad[y] -= 1
    return grad


def multiclass_hinge(scores, y):
    (s,) = f32(scores)
    n = len(y)
    margins = np.maximum(s - s[np.arange(n), y][:, None] + F(1), 0)
    margins[np.arange(n), y] = 0
    grad = (margins > 0).astype(F)
    grad[np.arange(n), y] -= grad.sum(axis=1)
    return margins.sum(dtype=F) / F(n), grad / F(n)


def max_margin(s, s_c):
    s, s_c = f32(s, s_c)
    m = F(1) - s + s_c
    g = (m > 0).astype(F) / F(len(s))
    return np.maximum(m, 0).mean(), -g, g


def l2_penalty(theta, lam):
    (theta,) = f32(theta)
    return F(lam) * np.sum(theta * theta), F(2 * lam) * theta


def l1_penalty(theta, lam):
    (theta,) = f32(theta)
    return F(lam) * np.abs(theta).sum(), F(lam) * np.sign(theta)


def regularized_objective(J, gradients, parameters, lam):
    J, grads = F(J), []
    for g, theta in zip(f32(*gradients), f32(*parameters)):
        if theta.ndim == 2:
            penalty, extra = l2_penalty(theta, lam)
            J, g = J + penalty, g + extra
        grads.append(g)
    return J, grads


def dropout_train(h, p, rng, inverted=True):
    (h,) = f32(h)
    mask = ~(rng.random(h.shape, dtype=F) > p)
    mask = mask.astype(F) / F(p if inverted else 1)
    return h * mask, mask


def dropout_test(h, p, inverted=True):
    (h,) = f32(h)
    return h if inverted else F(p) * h


def dropout_backward(dout, mask):
    dout, mask = f32(dout, mask)
    return dout * mask
