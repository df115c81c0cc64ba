import numpy as np


def softmax(scores):
    scores = scores - np.max(scores)
    return np.exp(scores) / np.sum(np.exp(scores), axis=-1, keepdims=True)


def softmax_backward(dp, scores):
    p = softmax(scores)
    return p * (dp - np.sum(dp * p, axis=-1, keepdims=True))


def cross_entropy(scores, y):
    N = scores.shape[0]
    p = softmax(scores)
    loss = np.mean(-np.log(p[range(N), y] + 1e-8))
    p[range(N), y] -= 1
    return loss, p / N


def cross_entropy_gradient_by_class(f, y):
    p = softmax(f)
    return np.array([p[c] - 1 if c == y else p[c] for c in range(len(f))])


def multiclass_hinge(scores, y):
    N, C = scores.shape
    loss = 0
    dscores = np.zeros((N, C))
    for i in range(N):
        for j in range(C):
            margin = scores[i, j] - scores[i, y[i]] + 1
            if margin > 0:
                loss += margin
                if j != y[i]:
                    dscores[i, j] = 1
                    dscores[i, y[i]] = -1
    return loss / N, dscores / N


def max_margin(s, s_c):
    m = np.maximum(0, 1 - s + s_c)
    g = (m > 0) / len(m)
    return np.mean(m), -g, g


def l2_penalty(theta, lam):
    return 0.5 * lam * np.sum(theta**2), lam * theta


def l1_penalty(theta, lam):
    return lam * np.sum(abs(theta)), lam * (theta > 0)


def regularized_objective(J, gradients, parameters, lam):
    total = J
    grads = []
    for dtheta, theta in zip(gradients, parameters):
        if theta.ndim == 1:
            grads.append(dtheta)
            continue
        total += lam * np.linalg.norm(theta)
        grads.append(dtheta + 2 * lam * theta)
    return total, grads


def dropout_train(h, p, rng, inverted=True):
    keep = rng.standard_normal(h.shape) < p
    return h * keep, keep


def dropout_test(h, p, inverted=True):
    return h / p


def dropout_backward(dout, mask):
    return np.where(mask > 0, dout, 0)
