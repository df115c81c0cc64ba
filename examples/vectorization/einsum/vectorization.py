import numpy as np


def scores_loop(X, W):
    return np.stack([W @ x for x in X])


def scores_matrix(X, W):
    return np.einsum("nd,cd->nc", X, W)


def cross_entropy_loop(scores, y):
    losses, grads = zip(*(_one_softmax(s, c) for s, c in zip(scores, y)))
    return np.mean(losses), np.stack(grads) / len(y)


def _one_softmax(s, c):
    s = s - np.max(s)
    log_p = s - np.log(np.exp(s).sum())
    return -log_p[c], np.exp(log_p) - np.eye(len(s))[c]


def cross_entropy_matrix(scores, y):
    n = np.arange(len(y))
    log_p = scores - np.logaddexp.reduce(scores, axis=1)[:, None]
    d = np.exp(log_p)
    d[n, y] -= 1
    return -log_p[n, y].mean(), d / len(y)


def hinge_loop(scores, y):
    J, d = 0.0, np.zeros(scores.shape)
    for i, (s, c) in enumerate(zip(scores, y)):
        m = s - s[c] + 1
        m[c] = 0
        J += m[m > 0].sum()
        d[i, m > 0] = 1
        d[i, c] = -np.count_nonzero(m > 0)
    return J / len(y), d / len(y)


def hinge_matrix(scores, y):
    n = np.arange(len(y))
    m = (scores - scores[n, y][:, None] + 1).clip(0)
    m[n, y] = 0
    d = np.sign(m).astype(float)
    d[n, y] = -d.sum(axis=1)
    return m.sum() / len(y), d / len(y)


def weight_gradient_loop(delta, X):
    return sum(np.multiply.outer(d, x) for d, x in zip(delta, X))


def weight_gradient_matrix(delta, X):
    return np.einsum("no,ni->oi", delta, X)


def squared_distances_loop(A, B):
    return np.array([[(a - b) @ (a - b) for b in B] for a in A])


def squared_distances_matrix(A, B):
    diff = A[:, None] - B[None]
    return np.einsum("mnd,mnd->mn", diff, diff)


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    for row, word in zip(dX, ids):
        dE[word] += row
    return dE


def embedding_gradient_matrix(dX, ids, V):
    return np.einsum("nv,nd->vd", np.eye(V)[ids], dX)
