import numpy as np

# I wrote everything for ONE window first and then loop over the windows, easier to debug


def window_ids(sentence, position):
    result = np.zeros(5, dtype=int)
    for k in range(5):
        i = position + k - 2
        if i >= 0 and i < len(sentence):
            result[k] = sentence[i]
    return result


def window_vectors(E, ids):
    X = []
    for window in ids:
        x = []
        for word in window:
            x.extend(E[word])
        X.append(x)
    return np.array(X)


def window_gradient(dx, ids, V):
    d = dx.shape[1] // 5
    dE = np.zeros((V, d))
    for n in range(ids.shape[0]):
        for k in range(5):
            word = ids[n, k]
            dE[word] = dE[word] + dx[n, k * d:k * d + d]
    return dE


def window_gradient_rows(dx, ids):
    everything = window_gradient(dx, ids, ids.max() + 1)
    rows = np.array([word for word in range(ids.max() + 1) if word in ids])
    return rows, everything[rows]


def one_score(model, x):
    h = np.tanh(np.dot(model['W'], x) + model['b'])
    return np.dot(model['u'], h), h


def window_scores(model, ids):
    return np.array([one_score(model, x)[0] for x in window_vectors(model['E'], ids)])


def window_scores_backward(ds, model, ids):
    dW = np.zeros(model['W'].shape)
    db = np.zeros(model['b'].shape)
    du = np.zeros(model['u'].shape)
    X = window_vectors(model['E'], ids)
    dX = np.zeros(X.shape)
    for n in range(len(X)):
        s, h = one_score(model, X[n])
        delta = ds[n] * model['u'] * (1 - h ** 2)
        du += ds[n] * h
        dW += np.outer(delta, X[n])
        db += delta
        dX[n] = np.dot(model['W'].T, delta)
    return {'E': window_gradient(dX, ids, len(model['E'])), 'W': dW, 'b': db, 'u': du}


def sigmoid(s):
    # two formulas, each for the sign for which exp does not overflow
    p = np.zeros(np.shape(s))
    p[s >= 0] = 1 / (1 + np.exp(-s[s >= 0]))
    p[s < 0] = np.exp(s[s < 0]) / (1 + np.exp(s[s < 0]))
    return p


def location_loss(model, ids, y):
    s = window_scores(model, ids)
    J = 0
    for n in range(len(y)):
        t = s[n] if y[n] == 1 else -s[n]
        if t > 0:
            J += np.log1p(np.exp(-t))
        else:
            J += np.log1p(np.exp(t)) - t
    # the lecture: p - y
    ds = sigmoid(s) - y
    return J / len(y), window_scores_backward(ds, model, ids)


def max_margin_loss(model, ids, corrupt):
    s, s_c = window_scores(model, ids), window_scores(model, corrupt)
    J = 0
    ds, ds_c = np.zeros(len(s)), np.zeros(len(s))
    for n in range(len(s)):
        if 1 - s[n] + s_c[n] > 0:
            J += 1 - s[n] + s_c[n]
            ds[n], ds_c[n] = -1, 1
    g = window_scores_backward(ds, model, ids)
    g_c = window_scores_backward(ds_c, model, corrupt)
    for name in g:
        g[name] = g[name] + g_c[name]
    return J / len(s), g


def corrupt_windows(ids, y, n, rng):
    chosen = []
    while len(chosen) < n:
        i = rng.integers(len(ids))
        if y[i] == 0:
            chosen.append(ids[i])
    return np.array(chosen)


def train_windows(model, ids, targets, lr, epochs, batch_size, loss='softmax', fine_tune=True):
    E, W, b, u = model['E'], model['W'], model['b'], model['u']
    for epoch in range(epochs):
        for first in range(0, len(ids), batch_size):
            some, t = ids[first:first + batch_size], targets[first:first + batch_size]
            now = {'E': E, 'W': W, 'b': b, 'u': u}
            if loss == 'softmax':
                J, g = location_loss(now, some, t)
            else:
                J, g = max_margin_loss(now, some, t)
            if fine_tune:
                E = E - lr * g['E']
            W, b, u = W - lr * g['W'], b - lr * g['b'], u - lr * g['u']
    return {'E': E, 'W': W, 'b': b, 'u': u}


def sentiment(E, w, b):
    return sigmoid(np.dot(E, w) + b)


def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    N = len(y)
    for i in range(steps):
        dz = (sentiment(E[:N], w, b) - y) / N
        dE = np.zeros(E.shape)
        for n in range(N):
            dE[n] = dz[n] * w
        w_new = w - lr * np.dot(dz, E[:N])
        b = b - lr * np.sum(dz)
        if fine_tune:
            E = E - lr * dE
        w = w_new
    return E, w, b
