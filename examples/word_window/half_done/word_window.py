# word_window.py
# status: windows ok, scores ok, location loss ok. max margin: in progress.  training: not started!!

import numpy as np
from numpy import exp, log1p, tanh


def window_ids(sentence, position):
    # I first forgot that sentence[-1] is the LAST word in Python...
    ids = []
    for i in (position - 2, position - 1, position, position + 1, position + 2):
        ids.append(sentence[i] if i >= 0 and i < len(sentence) else 0)
    return np.array(ids)


def window_vectors(E, ids):
    far_left, left, middle, right, far_right = ids.T
    return np.hstack((E[far_left], E[left], E[middle], E[right], E[far_right]))


def window_gradient(dx, ids, V):
    words = ids.flatten()
    pieces = dx.reshape(len(words), -1)       # one row for each word that was read
    columns = []
    for column in pieces.T:
        # bincount with weights = sum over equal words. Found this on the web, it is what I want
        columns.append(np.bincount(words, weights=column, minlength=V))
    return np.column_stack(columns)


def window_gradient_rows(dx, ids):
    # all of it, then throw away the rows nobody asked for
    biggest = ids.max()
    dE = window_gradient(dx, ids, biggest + 1)
    rows = np.array(sorted(set(ids.flatten().tolist())))
    return rows, dE[rows, :]


def window_scores(parameters, ids):
    # s = u^T tanh(W x + b), but with the windows in rows
    x = window_vectors(parameters['E'], ids)
    z = np.dot(x, parameters['W'].T) + parameters['b']
    return np.dot(tanh(z), parameters['u'])


def window_scores_backward(ds, parameters, ids):
    grads = {}
    # forward again
    x = window_vectors(parameters['E'], ids)
    a = tanh(np.dot(x, parameters['W'].T) + parameters['b'])
    # s = a . u
    grads['u'] = np.dot(a.T, ds)
    da = ds.reshape(-1, 1) * parameters['u'].reshape(1, -1)
    # a = tanh(z)
    delta = da - da * a**2
    # z = W x + b
    grads['W'] = np.dot(delta.T, x)
    grads['b'] = delta.sum(0)
    # and into the words
    grads['E'] = window_gradient(np.dot(delta, parameters['W']), ids, parameters['E'].shape[0])
    return grads


def sigmoid_stable(s):
    positive = s >= 0
    out = np.empty(s.shape)
    out[positive] = 1 / (1 + exp(-s[positive]))
    out[~positive] = exp(s[~positive]) / (1 + exp(s[~positive]))
    return out


def location_loss(parameters, ids, y):
    N = ids.shape[0]
    s = window_scores(parameters, ids)
    # -y log p - (1-y) log(1-p) = softplus(s) - y s
    softplus = np.maximum(s, 0) + log1p(exp(-abs(s)))
    J = (softplus - y * s).sum() / N
    return J, window_scores_backward((sigmoid_stable(s) - y) / N, parameters, ids)


def max_margin_loss(parameters, ids, corrupt):
    s_true = window_scores(parameters, ids)
    s_corrupt = window_scores(parameters, corrupt)
    hinge = 1 - s_true + s_corrupt
    hinge[hinge < 0] = 0
    return hinge.sum() / len(hinge)
    # TODO return the gradients too. -1 to the true ones and +1 to the corrupt ones where hinge > 0 ?


def corrupt_windows(ids, y, n, rng):
    # TODO
    raise NotImplementedError


# TODO train_windows
#   for epoch: for batch: loss, step


def sentiment(E, w, b):
    return sigmoid_stable(np.dot(E, w) + b)


# TODO train_sentiment(E, w, b, y, lr, steps, fine_tune)
