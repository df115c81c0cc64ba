import math

import numpy as np


def softmax(scores):
    p = np.zeros(scores.shape)
    if scores.ndim == 1:
        return softmax(scores.reshape(1, -1))[0]
    for i in range(scores.shape[0]):
        m = max(scores[i])
        total = 0.0
        for c in range(scores.shape[1]):
            p[i, c] = math.exp(scores[i, c] - m)
            total += p[i, c]
        for c in range(scores.shape[1]):
            p[i, c] /= total
    return p


def softmax_backward(dp, scores):
    p = softmax(scores)
    df = np.zeros(scores.shape)
    for i in range(scores.shape[0]):
        for c in range(scores.shape[1]):
            for k in range(scores.shape[1]):
                if k == c:
                    df[i, c] += dp[i, k] * p[i, k] * (1 - p[i, k])
                else:
                    df[i, c] -= dp[i, k] * p[i, k] * p[i, c]
    return df


def cross_entropy(scores, y):
    N, C = scores.shape
    loss = 0.0
    p = softmax(scores)
    dscores = np.zeros((N, C))
    for i in range(N):
        m = max(scores[i])
        total = 0.0
        for c in range(C):
            total += math.exp(scores[i, c] - m)
        loss += math.log(total) + m - scores[i, y[i]]
        for c in range(C):
            dscores[i, c] = p[i, c] / N
            if c == y[i]:
                dscores[i, c] -= 1.0 / N
    return loss / N, dscores


def cross_entropy_gradient_by_class(f, y):
    p = softmax(f)
    grad = []
    for c in range(len(f)):
        if c == y:
            grad.append(p[c] - 1)
        else:
            grad.append(p[c])
    return grad


def multiclass_hinge(scores, y):
    N, C = scores.shape
    loss = 0.0
    dscores = np.zeros((N, C))
    for i in range(N):
        for j in range(C):
            if j == y[i]:
                continue
            margin = scores[i, j] - scores[i, y[i]] + 1
            if margin > 0:
                loss += margin
                dscores[i, j] += 1
                dscores[i, y[i]] -= 1
    return loss / N, dscores / N


def max_margin(s, s_c):
    N = len(s)
    J, ds, ds_c = 0.0, np.zeros(N), np.zeros(N)
    for i in range(N):
        if 1 - s[i] + s_c[i] > 0:
            J += (1 - s[i] + s_c[i]) / N
            ds[i] = -1 / N
            ds_c[i] = 1 / N
    return J, ds, ds_c


def l2_penalty(theta, lam):
    total = 0.0
    for x in theta.flat:
        total += x * x
    return lam * total, 2 * lam * theta


def l1_penalty(theta, lam):
    total = 0.0
    grad = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        for j in range(theta.shape[1]):
            total += abs(theta[i, j])
            if theta[i, j] > 0:
                grad[i, j] = lam
            if theta[i, j] < 0:
                grad[i, j] = -lam
    return lam * total, grad


def regularized_objective(J, gradients, parameters, lam):
    result = []
    for k in range(len(parameters)):
        if len(parameters[k].shape) == 2:
            penalty, grad = l2_penalty(parameters[k], lam)
            J = J + penalty
            result.append(gradients[k] + grad)
        else:
            result.append(gradients[k])
    return J, result


def dropout_train(h, p, rng, inverted=True):
    out, mask = np.zeros(h.shape), np.zeros(h.shape)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            if rng.random() < p:
                mask[i, j] = 1 / p if inverted else 1
                out[i, j] = h[i, j] * mask[i, j]
    return out, mask


def dropout_test(h, p, inverted=True):
    if inverted:
        return h
    return p * h


def dropout_backward(dout, mask):
    dh = np.zeros(dout.shape)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            if mask[i, j] != 0:
                dh[i, j] = dout[i, j] * mask[i, j]
    return dh
