"""Plain Python lists are quicker than numpy one number at a time, but no match for a matrix product."""
import math

import numpy as np


def scores_loop(X, W):
    W = W.tolist()
    return [[sum(a * b for a, b in zip(x, w)) for w in W] for x in X.tolist()]


def scores_matrix(X, W):
    return np.array(scores_loop(X, W))


def cross_entropy_loop(scores, y):
    J, rows, N = 0.0, [], len(y)
    for s, c in zip(scores.tolist(), y.tolist()):
        top = max(s)
        e = [math.exp(v - top) for v in s]
        total = sum(e)
        J += math.log(total) - (s[c] - top)
        p = [v / total / N for v in e]
        p[c] = (e[c] / total - 1) / N
        rows.append(p)
    return J / N, rows


def cross_entropy_matrix(scores, y):
    J, rows = cross_entropy_loop(scores, y)
    return J, np.array(rows)


def hinge_loop(scores, y):
    J, rows, N = 0.0, [], len(y)
    for s, c in zip(scores.tolist(), y.tolist()):
        g = [0.0] * len(s)
        for j, v in enumerate(s):
            if j != c and v - s[c] + 1 > 0:
                J += v - s[c] + 1
                g[j] = 1 / N
                g[c] -= 1 / N
        rows.append(g)
    return J / N, rows


def hinge_matrix(scores, y):
    J, rows = hinge_loop(scores, y)
    return J, np.array(rows)


def weight_gradient_loop(delta, X):
    columns = X.T.tolist()
    return [[sum(a * b for a, b in zip(d, x)) for x in columns] for d in delta.T.tolist()]


def weight_gradient_matrix(delta, X):
    return np.array(weight_gradient_loop(delta, X))


def squared_distances_loop(A, B):
    B = B.tolist()
    return [[sum((p - q) ** 2 for p, q in zip(a, b)) for b in B] for a in A.tolist()]


def squared_distances_matrix(A, B):
    return np.array(squared_distances_loop(A, B))


def embedding_gradient_loop(dX, ids, V):
    dE = [[0.0] * dX.shape[1] for _ in range(V)]
    for word, row in zip(ids.tolist(), dX.tolist()):
        dE[word] = [p + q for p, q in zip(dE[word], row)]
    return dE


def embedding_gradient_matrix(dX, ids, V):
    return np.array(embedding_gradient_loop(dX, ids, V))
