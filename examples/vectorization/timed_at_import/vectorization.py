import time

import numpy as np

rng = np.random.default_rng(10)


def scores_loop(X, W):
    S = np.zeros((X.shape[0], W.shape[0]))
    for i, x in enumerate(X):
        S[i] = W @ x
    return S


def scores_matrix(X, W):
    return np.matmul(X, W.transpose())


def softmax(f):
    e = np.exp(f - np.amax(f, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def logsumexp(f):
    top = np.amax(f, axis=-1)
    return top + np.log(np.sum(np.exp(f - top[..., None]), axis=-1))


def cross_entropy_loop(scores, y):
    N = scores.shape[0]
    J, d = 0.0, []
    for i in range(N):
        J += (logsumexp(scores[i]) - scores[i, y[i]]) / N
        p = softmax(scores[i])
        p[y[i]] -= 1
        d.append(p / N)
    return J, np.array(d)


def cross_entropy_matrix(scores, y):
    N = scores.shape[0]
    d = softmax(scores)
    d[np.arange(N), y] -= 1
    return np.mean(logsumexp(scores) - scores[np.arange(N), y]), d / N


def hinge_loop(scores, y):
    N, C = scores.shape
    J, d = 0.0, np.zeros((N, C))
    for i in range(N):
        for j in range(C):
            if j != y[i] and scores[i, j] + 1 > scores[i, y[i]]:
                J += scores[i, j] + 1 - scores[i, y[i]]
                d[i, j] += 1.0
                d[i, y[i]] -= 1.0
    return J / N, d / N


def hinge_matrix(scores, y):
    N, C = scores.shape
    wrong = np.ones((N, C), dtype=bool)
    wrong[np.arange(N), y] = False
    m = np.where(wrong, scores - np.take_along_axis(scores, y[:, None], axis=1) + 1, 0)
    m = np.where(m > 0, m, 0)
    d = (m > 0) / N
    d[np.arange(N), y] = -np.count_nonzero(m > 0, axis=1) / N
    return np.sum(m) / N, d


def weight_gradient_loop(delta, X):
    dW = np.zeros((delta.shape[1], X.shape[1]))
    for i in range(X.shape[0]):
        dW += delta[i].reshape(-1, 1) @ X[i].reshape(1, -1)
    return dW


def weight_gradient_matrix(delta, X):
    return np.tensordot(delta, X, axes=(0, 0))


def squared_distances_loop(A, B):
    D = np.zeros((A.shape[0], B.shape[0]))
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            D[i, j] = np.square(A[i] - B[j]).sum()
    return D


def squared_distances_matrix(A, B):
    D = np.zeros((A.shape[0], B.shape[0]))
    for k in range(A.shape[1]):  # only over the features
        D += np.subtract.outer(A[:, k], B[:, k]) ** 2
    return D


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    for i in range(ids.shape[0]):
        dE[ids[i]] += dX[i]
    return dE


def embedding_gradient_matrix(dX, ids, V):
    return np.stack([np.bincount(ids, weights=column, minlength=V) for column in dX.T], axis=1)


# how much faster is it?
X, W = rng.normal(size=(500, 300)), rng.normal(size=(5, 300))
for f in (scores_loop, scores_matrix):
    start = time.time()
    for _ in range(20):
        f(X, W)
    print(f.__name__, (time.time() - start) / 20 * 1e3, "ms")
delta = rng.normal(size=(500, 5))
for f in (weight_gradient_loop, weight_gradient_matrix):
    start = time.time()
    for _ in range(20):
        f(delta, X)
    print(f.__name__, (time.time() - start) / 20 * 1e3, "ms")
