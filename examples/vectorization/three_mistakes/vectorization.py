import numpy as np


def scores_loop(X, W):
    scores = np.zeros((len(X), len(W)))
    for i in range(len(X)):
        scores[i] = W @ X[i]
    return scores


def scores_matrix(X, W):
    return X @ W.T


def cross_entropy_loop(scores, y):
    loss, grad = 0.0, np.zeros(scores.shape)
    for i in range(len(y)):
        p = np.exp(scores[i]) / np.sum(np.exp(scores[i]))
        loss += -np.log(p[y[i]])
        grad[i] = p
        grad[i, y[i]] -= 1
    return loss / len(y), grad / len(y)


def cross_entropy_matrix(scores, y):
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y]))
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


def hinge_loop(scores, y):
    loss, grad = 0.0, np.zeros(scores.shape)
    for i in range(len(y)):
        for j in range(scores.shape[1]):
            if j == y[i]:
                continue
            margin = scores[i, j] - scores[i, y[i]] + 1
            if margin > 0:
                loss += margin
                grad[i, j] += 1
                grad[i, y[i]] -= 1
    return loss / len(y), grad / len(y)


def hinge_matrix(scores, y):
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    loss = margins.sum() / len(y)
    margins[rows, y] = 0
    grad = (margins > 0).astype(float)
    grad[rows, y] = -grad.sum(axis=1)
    return loss, grad / len(y)


def weight_gradient_loop(delta, X):
    dW = np.zeros((delta.shape[1], X.shape[1]))
    for i in range(len(X)):
        dW += np.outer(delta[i], X[i])
    return dW


def weight_gradient_matrix(delta, X):
    return delta.T @ X


def squared_distances_loop(A, B):
    D = np.zeros((len(A), len(B)))
    for i in range(len(A)):
        for j in range(len(B)):
            D[i, j] = np.sum((A[i] - B[j]) ** 2)
    return D


def squared_distances_matrix(A, B):
    return np.sum((A[:, None, :] - B[None, :, :]) ** 2, axis=2)


def embedding_gradient_loop(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    for i in range(len(ids)):
        dE[ids[i]] += dX[i]
    return dE


def embedding_gradient_matrix(dX, ids, V):
    dE = np.zeros((V, dX.shape[1]))
    dE[ids] += dX
    return dE
