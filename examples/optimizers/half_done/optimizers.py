import numpy as np


def sgd(x, dx, state=None, lr=0.001):
    return x - lr * dx, state


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    if state is None:
        state = {"v": np.zeros(x.shape)}
    v = mu * state["v"] - lr * dx
    return x + v, {"v": v}


def adagrad(x, dx, state=None, lr=0.001, eps=1e-8):
    if state is None:
        state = {"cache": np.zeros(x.shape)}
    cache = state["cache"] + dx**2
    return x - lr * dx / np.sqrt(cache + eps), {"cache": cache}


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
    raise NotImplementedError


def constant(t, lr0):
    return lr0


def halve_every(t, lr0, k):
    return lr0 / 2 ** (t // k)


def step_factor(t, lr0, n, factor):
    pass  # TODO


def exponential(t, lr0, k):
    return lr0 * np.exp(-k * t)


def minibatches(N, batch_size, rng):
    # TODO: return the batches
    order = rng.permutation(N)
    batches = [order[i : i + batch_size] for i in range(0, N, batch_size)]
