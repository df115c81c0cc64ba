import numpy as np


def softmax(x):
    x = np.asarray(x)
    z = x - x.max(axis=-1)[..., None]
    return np.exp(z) / np.exp(z).sum(axis=-1)[..., None]


def softmax_backward(dp, scores):
    p = softmax(scores)
    return p * dp - p * (p * dp).sum(axis=-1)[..., None]


def cross_entropy(scores, y):
    N = len(y)
    top = scores.max(axis=1)
    lse = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    Y = np.zeros(scores.shape)
    Y[range(N), y] = 1
    return (lse - (scores * Y).sum(axis=1)).mean(), (softmax(scores) - Y) / N


def cross_entropy_gradient_by_class(f, y):
    df = softmax(f)
    df[y] = df[y] - 1.0
    return df


def multiclass_hinge(scores, y):
    N = len(y)
    s_y = scores[range(N), y]
    margins = np.maximum(0, (scores.T - s_y + 1).T)
    loss = margins.sum() / N - 1
    g = (margins > 0) / N
    g[range(N), y] -= g.sum(axis=1)
    return loss, g


def max_margin(s, s_c):
    m = 1 - s + s_c
    return np.where(m > 0, m, 0).mean(), np.where(m > 0, -1 / m.size, 0), np.where(m > 0, 1 / m.size, 0)


def l2_penalty(theta, lam):
    return lam * (theta**2).sum(), lam * theta * 2


def l1_penalty(theta, lam):
    return lam * abs(theta).sum(), np.where(theta < 0, -lam, lam)


def regularized_objective(J, gradients, parameters, lam):
    weights = [p for p in parameters if p.ndim == 2]
    return J + sum(l2_penalty(W, lam)[0] for W in weights), [
        g + l2_penalty(p, lam)[1] if p.ndim == 2 else g for g, p in zip(gradients, parameters)
    ]


def dropout_train(h, p, rng, inverted=True):
    mask = np.floor(rng.random(h.shape) + p)
    mask = mask / p if inverted else mask
    return mask * h, mask


def dropout_test(h, p, inverted=True):
    return h * (1 if inverted else p)


def dropout_backward(dout, mask):
    return mask * dout


# ---- does it learn? ----
rng = np.random.default_rng(1)
X = np.concatenate([rng.normal(size=(30, 2)) + c for c in ([0, 3], [3, 0], [-3, -3])])
labels = np.repeat([0, 1, 2], 30)
W, b = 0.01 * rng.normal(size=(3, 2)), np.zeros(3)
print("start", cross_entropy(X @ W.T + b, labels)[0])
for epoch in range(200):
    J, d = cross_entropy(X @ W.T + b, labels)
    J, (dW, db) = regularized_objective(J, [d.T @ X, d.sum(0)], [W, b], 1e-3)
    W, b = W - 0.5 * dW, b - 0.5 * db
    if epoch % 50 == 0:
        print(epoch, J)
assert J < 0.2
