import numpy as np


def scores_loop(X, W):
    return np.array([x @ W.T for x in X])


def scores_matrix(X, W):
    return X @ W.T


def cross_entropy_loop(scores, y):
    J = 0
    dscores = np.zeros_like(scores, dtype=float)
    for i in range(len(y)):
        s = scores[i] - np.max(scores[i])
        J += -s[y[i]] + np.log(np.sum(np.exp(s)))
        dscores[i] = np.exp(s) / np.sum(np.exp(s))
        dscores[i, y[i]] -= 1
    return J / len(y), dscores


def cross_entropy_matrix(scores, y):
    s = scores - np.max(scores, axis=1, keepdims=True)
    logp = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
    J = -np.mean(logp[range(len(y)), y])
    dscores = np.exp(logp)
    dscores[range(len(y)), y] -= 1
    return J, dscores


def hinge_loop(scores, y):
    J = 0
    dscores = np.zeros_like(scores, dtype=float)
    for i in range(len(y)):
        for j in range(scores.shape[1]):
            m = scores[i, j] - scores[i, y[i]] + 1
            if j != y[i] and m > 0:
                J += m
                dscores[i, j] += 1
                dscores[i, y[i]] -= 1
    return J / len(y), dscores


def hinge_matrix(scores, y):
    rows = np.arange(len(y))
    m = np.maximum(0, scores - scores[rows, y].reshape(-1, 1) + 1)
    m[rows, y] = 0
    dscores = (m > 0) * 1.0
    dscores[rows, y] = -1
    return np.sum(m) / len(y), dscores / len(y)


def weight_gradient_loop(delta, X):
    dW = 0
    for i in range(len(X)):
        dW += np.outer(delta[i], X[i])
    return dW / len(X)


def weight_gradient_matrix(delta, X):
    return delta.T @ X / len(X)


def squared_distances_loop(A, B):
    return np.array([[np.linalg.norm(a - b) for b in B] for a in A])


def squared_distances_matrix(A, B):
    return np.sqrt(np.sum((A[:, None] - B) ** 2, axis=-1))


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    for i in range(len(ids)):
        dE[ids[i]] += dX[i]
    return dE


def embedding_gradient_matrix(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    np.add.at(dE, ids, dX)
    return dE
