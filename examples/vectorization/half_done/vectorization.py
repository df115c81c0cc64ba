import numpy as np


def scores_loop(X, W):
    scores = np.zeros((X.shape[0], W.shape[0]))
    for i in range(X.shape[0]):
        scores[i, :] = np.dot(W, X[i, :])
    return scores


def scores_matrix(X, W):
    return np.dot(X, W.T)


def cross_entropy_loop(scores, y):
    # TODO
    raise NotImplementedError


def cross_entropy_matrix(scores, y):
    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(len(y)), y])
    loss = np.sum(correct_logprobs) / len(y)
    probs[range(len(y)), y] -= 1
    return loss, probs / len(y)


def hinge_loop(scores, y):
    pass


def hinge_matrix(scores, y):
    # TODO: gradient
    margins = np.maximum(0, scores - scores[np.arange(len(y)), y][:, None] + 1)
    margins[np.arange(len(y)), y] = 0
    dscores = None
    return margins.sum() / len(y), dscores


def weight_gradient_loop(delta, X):
    dW = np.zeros((delta.shape[1], X.shape[1]))
    for i in range(X.shape[0]):
        dW += np.outer(delta[i], X[i])
    return dW


def weight_gradient_matrix(delta, X):
    return np.dot(delta.T, X)


def squared_distances_loop(A, B):
    D = np.zeros((A.shape[0], B.shape[0]))
    for i in range(A.shape[0]):
        for j in range(B.shape[0]):
            D[i, j] = np.dot(A[i] - B[j], A[i] - B[j])
    return D
