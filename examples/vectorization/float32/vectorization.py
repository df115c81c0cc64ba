import numpy as np

f32 = np.float32


def scores_loop(X, W):
    X, W = X.astype(f32), W.astype(f32)
    S = np.empty((len(X), len(W)), dtype=f32)
    for i, x in enumerate(X):
        S[i] = W.dot(x)
    return S


def scores_matrix(X, W):
    return X.astype(f32) @ W.astype(f32).T


def cross_entropy_loop(scores, y):
    scores = scores.astype(f32)
    N = len(scores)
    loss, d = f32(0), np.empty_like(scores)
    for i in range(N):
        z = scores[i] - scores[i].max()
        e = np.exp(z)
        loss += np.log(e.sum()) - z[y[i]]
        d[i] = e / e.sum()
        d[i, y[i]] -= f32(1)
    return loss / f32(N), d / f32(N)


def cross_entropy_matrix(scores, y):
    z = scores.astype(f32)
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    d = e / total
    d[rows, y] -= 1
    return np.mean(np.log(total[:, 0]) - z[rows, y], dtype=f32), d / f32(len(y))


def hinge_loop(scores, y):
    scores = scores.astype(f32)
    N, C = scores.shape
    loss, d = f32(0), np.zeros_like(scores)
    for i in range(N):
        for j in range(C):
            if j != y[i]:
                m = scores[i, j] - scores[i, y[i]] + f32(1)
                if m > 0:
                    loss += m
                    d[i, j] += 1
                    d[i, y[i]] -= 1
    return loss / f32(N), d / f32(N)


def hinge_matrix(scores, y):
    scores = scores.astype(f32)
    rows = np.arange(len(y))
    m = scores - scores[rows, y, None] + f32(1)
    m[rows, y] = 0
    m = np.maximum(m, 0)
    d = (m > 0).astype(f32)
    d[rows, y] -= d.sum(axis=1)
    return m.sum() / f32(len(y)), d / f32(len(y))


def weight_gradient_loop(delta, X):
    dW = np.zeros((delta.shape[1], X.shape[1]), f32)
    for d, x in zip(delta.astype(f32), X.astype(f32)):
        dW += d[:, None] * x
    return dW


def weight_gradient_matrix(delta, X):
    return delta.astype(f32).T @ X.astype(f32)


def squared_distances_loop(A, B):
    A, B = A.astype(f32), B.astype(f32)
    D = np.empty((len(A), len(B)), f32)
    for i in range(len(A)):
        D[i] = ((A[i] - B) ** 2).sum(axis=1)
    return D


def squared_distances_matrix(A, B):
    A, B = A.astype(f32), B.astype(f32)
    return ((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=-1)


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]), f32)
    for k in range(len(ids)):
        dE[ids[k]] += dX[k].astype(f32)
    return dE


def embedding_gradient_matrix(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]), f32)
    np.add.at(dE, ids, dX.astype(f32))
    return dE
