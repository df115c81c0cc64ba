import numpy as np

names = "E", "W", "b", "u"
sigmoid = lambda s: 0.5 * (1 + np.tanh(s / 2))
window_ids = lambda sentence, position: np.pad(sentence, 2)[position : position + 5]
window_vectors = lambda E, ids: np.einsum("nkv,vd->nkd", np.eye(len(E))[ids], E).reshape(len(ids), -1)
window_gradient = lambda dx, ids, V: np.einsum("nkv,nkd->vd", np.eye(V)[ids], dx.reshape(*ids.shape, -1))


def window_gradient_rows(dx, ids):
    rows = np.unique(ids)
    return rows, np.einsum("rnk,nkd->rd", (ids == rows[:, None, None]) * 1.0, dx.reshape(*ids.shape, -1))


def hidden(P, ids):
    X = window_vectors(P["E"], ids)
    return X, np.tanh(np.einsum("hx,nx->nh", P["W"], X) + P["b"])


window_scores = lambda P, ids: np.einsum("h,nh->n", P["u"], hidden(P, ids)[1])


def window_scores_backward(ds, P, ids):
    X, H = hidden(P, ids)
    D = np.einsum("n,h,nh->nh", ds, P["u"], 1 - H * H)
    dX = np.einsum("nh,hx->nx", D, P["W"])
    return dict(zip(names, (window_gradient(dX, ids, len(P["E"])), np.einsum("nh,nx->hx", D, X), D.sum(0), ds @ H)))


def location_loss(P, ids, y):
    s = window_scores(P, ids)
    return np.mean(np.logaddexp(0, s) - y * s), window_scores_backward((sigmoid(s) - y) / len(s), P, ids)


def max_margin_loss(P, ids, corrupt):
    both = np.vstack([ids, corrupt])
    sign = np.repeat([-1.0, 1.0], len(ids))
    gap = 1 + (sign * window_scores(P, both)).reshape(2, -1).sum(0)
    return np.maximum(gap, 0).mean(), window_scores_backward(sign * np.tile(gap > 0, 2) / len(gap), P, both)


corrupt_windows = lambda ids, y, n, rng: rng.choice(ids[y == 0], size=n)


def train_windows(P, ids, targets, lr, epochs, batch_size, loss="softmax", fine_tune=True):
    cuts = range(batch_size, len(ids), batch_size)
    for a, t in list(zip(np.split(ids, cuts), np.split(targets, cuts))) * epochs:
        G = {"softmax": location_loss, "max_margin": max_margin_loss}[loss](P, a, t)[1]
        P = {k: P[k] - lr * G[k] * (fine_tune or k != "E") for k in names}
    return P


sentiment = lambda E, w, b: sigmoid(E @ w + b)


def train_sentiment(E, w, b, y, lr, steps, fine_tune):
    seen = np.arange(len(E)) < len(y)
    labels = np.zeros(len(E))
    labels[seen] = y
    for _ in range(steps):
        d = lr * seen * (sentiment(E, w, b) - labels) / len(y)
        E, w, b = E - fine_tune * np.outer(d, w), w - d @ E, b - d.sum()
    return E, w, b
