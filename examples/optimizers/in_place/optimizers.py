"""
Optimizers. I had most of the update rules from CS231n (optim.py) already, so I kept their "config" dictionaries;
here they are called state. The schedules and the loop are new.
"""
import math

import numpy as np


# ============================== update rules ==============================


def sgd(w, dw, state=None, lr=1e-3):
    w -= lr * dw
    return w, state


def momentum(w, dw, state=None, lr=1e-3, mu=0.9):
    config = {} if state is None else state
    config.setdefault("velocity", np.zeros_like(w, dtype=float))

    # v <- mu v - lr dw
    config["velocity"] = mu * config["velocity"] - lr * dw
    next_w = w + config["velocity"]

    return next_w, config


def adagrad(w, dw, state=None, lr=1e-3, eps=1e-8):
    config = {} if state is None else state
    config.setdefault("cache", np.zeros_like(w, dtype=float))

    config["cache"] += np.square(dw)
    next_w = w - lr * dw / np.sqrt(config["cache"] + eps)

    return next_w, config


def rmsprop(w, dw, state=None, lr=1e-3, decay=0.99, eps=1e-8):
    old = 0.0 if state is None else state["cache"]
    cache = decay * old + (1 - decay) * np.square(dw)
    next_w = w - lr * dw / (np.sqrt(cache) + eps)
    return next_w, dict(cache=cache)


def _adam_moments(dw, m, v, beta1, beta2):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * (dw * dw)
    return m, v


def adam(w, dw, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    if state is None:
        state = dict(m=np.zeros(np.shape(w)), v=np.zeros(np.shape(w)), t=0)

    t = state["t"] + 1
    m, v = _adam_moments(dw, state["m"], state["v"], beta1, beta2)
    m_unbiased = m / (1 - beta1**t) if bias_correction else m
    v_unbiased = v / (1 - beta2**t) if bias_correction else v

    next_w = w - lr * m_unbiased / (np.sqrt(v_unbiased) + eps)
    return next_w, dict(m=m, v=v, t=t)


def sparse_adam(E, rows, d_rows, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.zeros(E.shape) if state is None else np.array(state["m"])
    v = np.zeros(E.shape) if state is None else np.array(state["v"])
    t = 1 if state is None else state["t"] + 1

    # one gradient for each word, however often it was listed
    words, where = np.unique(rows, return_inverse=True)
    g = np.zeros((words.size, E.shape[1]))
    np.add.at(g, where.ravel(), d_rows)

    m[words], v[words] = _adam_moments(g, m[words], v[words], beta1, beta2)
    step = (m[words] / (1 - beta1**t)) / (np.sqrt(v[words] / (1 - beta2**t)) + eps)

    next_E = E.astype(np.float64)
    next_E[words] -= lr * step
    return next_E, dict(m=m, v=v, t=t)


# ================================ schedules ===============================


def constant(t, lr0):
    return lr0


def halve_every(t, lr0, k):
    return step_factor(t, lr0, k, 0.5)


def step_factor(t, lr0, n, factor):
    lr = lr0
    for _ in range(t // n):
        lr *= factor
    return lr


def exponential(t, lr0, k):
    return lr0 * math.exp(-k * t)


def inverse(t, lr0, tau):
    return lr0 if t <= tau else lr0 * tau / t


def cyclical(t, lr_min, lr_max, half_cycle):
    cycle = math.floor(t / (2 * half_cycle))
    distance = abs(t - (2 * cycle + 1) * half_cycle)  # from the top of this cycle
    return lr_max - (lr_max - lr_min) * distance / half_cycle


def fan_in_scaled(lr, n_in):
    return lr / math.sqrt(n_in)


# ============================== training loop =============================


def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    num_batches = math.ceil(N / batch_size)
    return [order[b * batch_size : (b + 1) * batch_size] for b in range(num_batches)]


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    parameters = [np.array(p, dtype=float) for p in parameters]
    configs = {i: None for i in range(len(parameters))}
    loss_history = []

    for epoch in range(epochs):
        seen = []
        for batch in minibatches(N, batch_size, rng):
            # the optimizers may change arrays, so hand out copies
            loss, grads = loss_and_gradients([p.copy() for p in parameters], batch)
            seen.append((loss, len(batch)))
            if not math.isfinite(loss):
                loss_history.append(float("inf"))
                return parameters, loss_history
            for i, g in enumerate(grads):
                parameters[i], configs[i] = optimizer(parameters[i], g, configs[i], schedule(epoch))
        loss_history.append(sum(l * n for l, n in seen) / sum(n for _, n in seen))

    return parameters, loss_history
