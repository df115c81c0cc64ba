import numpy as np


def sgd(x, dx, state=None, lr=0.001):
    x -= lr * dx
    return x, state


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    if state is None:
        state = {"v": np.zeros(x.shape)}
    state["v"] = mu * state["v"] - lr * dx
    return x + state["v"], state


def adagrad(x, dx, state=None, lr=0.001, eps=1e-8):
    if state is None:
        state = {"cache": np.zeros(x.shape)}
    state["cache"] += dx**2
    return x - lr * dx / np.sqrt(state["cache"] + eps), state


def rmsprop(x, dx, state=None, lr=0.001, decay=0.99, eps=1e-8):
    if state is None:
        state = {"cache": np.zeros(x.shape)}
    cache = decay * state["cache"] + (1 - decay) * dx**2
    return x - lr * dx / (np.sqrt(cache) + eps), {"cache": cache}


def adam(x, dx, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    if state is None:
        state = {"m": np.zeros(x.shape), "v": np.zeros(x.shape), "t": 0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * dx
    v = beta2 * state["v"] + (1 - beta2) * dx**2
    mt, vt = m, v
    if bias_correction:
        mt = m / (1 - beta1**t)
        vt = v / (1 - beta2**t)
    return x - lr * mt / (np.sqrt(vt) + eps), {"m": m, "v": v, "t": t}


def sparse_adam(X, rows, d_rows, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"m": np.zeros(X.shape), "v": np.zeros(X.shape), "t": 0}
    touched = np.unique(rows)
    grad = np.zeros(X.shape)
    for r, d in zip(rows, d_rows):
        grad[r] += d
    X, m, v, t = X.astype(float), state["m"].copy(), state["v"].copy(), state["t"] + 1
    m[touched] = beta1 * m[touched] + (1 - beta1) * grad[touched]
    v[touched] = beta2 * v[touched] + (1 - beta2) * grad[touched] ** 2
    mt = m[touched] / (1 - beta1**t)
    vt = v[touched] / (1 - beta2**t)
    X[touched] -= lr * mt / (np.sqrt(vt) + eps)
    return X, {"m": m, "v": v, "t": t}


def constant(t, lr0):
    return lr0


def halve_every(t, lr0, k):
    return lr0 / 2 ** (t // k)


def step_factor(t, lr0, n, factor):
    return lr0 * factor ** (t // n)


def exponential(t, lr0, k):
    return lr0 * np.exp(-k * t)


def inverse(t, lr0, tau):
    return lr0 * tau / max(t, tau)


def cyclical(t, lr_min, lr_max, half_cycle):
    position = t % (2 * half_cycle)
    if position < half_cycle:
        return lr_min + (lr_max - lr_min) * position / half_cycle
    return lr_max - (lr_max - lr_min) * (position - half_cycle) / half_cycle


def fan_in_scaled(lr, n_in):
    return lr / np.sqrt(n_in)


def minibatches(N, batch_size, rng):
    indices = np.arange(N)
    rng.shuffle(indices)
    batches = []
    for start in range(0, N, batch_size):
        batches.append(indices[start : start + batch_size])
    return batches


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    params = [p.copy() for p in parameters]
    states = [None for _ in params]
    history = []
    for epoch in range(epochs):
        lr = schedule(epoch)
        total = 0.0
        for rows in minibatches(N, batch_size, rng):
            loss, grads = loss_and_gradients(params, rows)
            total += loss * len(rows)
            if not np.isfinite(loss):
                history.append(total / N)
                return params, history
            for i in range(len(params)):
                params[i], states[i] = optimizer(params[i], grads[i], states[i], lr)
        history.append(total / N)
    return params, history
