# everything in single precision, as on the GPU
import numpy as np

f = np.float32


def _f(a):
    return np.asarray(a).astype(f)


def sgd(x, dx, state=None, lr=0.001):
    return _f(x) - f(lr) * _f(dx), {}


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    x, dx = _f(x), _f(dx)
    v = np.zeros_like(x) if state is None else state["v"]
    v = f(mu) * v - f(lr) * dx
    return x + v, {"v": v}


def adagrad(x, dx, state=None, lr=0.001, eps=1e-8):
    x, dx = _f(x), _f(dx)
    cache = np.zeros_like(x) if state is None else state["cache"]
    cache = cache + dx * dx
    return x - f(lr) * dx / np.sqrt(cache + f(eps)), {"cache": cache}


def rmsprop(x, dx, state=None, lr=0.001, decay=0.99, eps=1e-8):
    x, dx = _f(x), _f(dx)
    cache = np.zeros_like(x) if state is None else state["cache"]
    cache = f(decay) * cache + f(1 - decay) * dx * dx
    return x - f(lr) * dx / (np.sqrt(cache) + f(eps)), {"cache": cache}


def adam(x, dx, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    x, dx = _f(x), _f(dx)
    if state is None:
        state = {"m": np.zeros_like(x), "v": np.zeros_like(x), "t": 0}
    t = state["t"] + 1
    m = f(beta1) * state["m"] + f(1 - beta1) * dx
    v = f(beta2) * state["v"] + f(1 - beta2) * dx * dx
    mh, vh = (m / f(1 - beta1**t), v / f(1 - beta2**t)) if bias_correction else (m, v)
    return x - f(lr) * mh / (np.sqrt(vh) + f(eps)), {"m": m, "v": v, "t": t}


def sparse_adam(X, rows, d_rows, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    X, d_rows = _f(X), _f(d_rows)
    if state is None:
        state = {"m": np.zeros_like(X), "v": np.zeros_like(X), "t": 0}
    m, v, X = state["m"].copy(), state["v"].copy(), X.copy()
    for row in set(rows.tolist()):
        g = d_rows[rows == row].sum(axis=0)
        inner = {"m": m[row], "v": v[row], "t": state["t"]}
        X[row], inner = adam(X[row], g, inner, lr, beta1, beta2, eps)
        m[row], v[row] = inner["m"], inner["v"]
    return X, {"m": m, "v": v, "t": state["t"] + 1}


def constant(t, lr0):
    return f(lr0)


def halve_every(t, lr0, k):
    return f(lr0) * f(0.5) ** (t // k)


def step_factor(t, lr0, n, factor):
    return f(lr0) * f(factor) ** (t // n)


def exponential(t, lr0, k):
    return f(lr0) * np.exp(f(-k * t))


def inverse(t, lr0, tau):
    return f(lr0) * f(tau) / f(max(t, tau))


def cyclical(t, lr_min, lr_max, half_cycle):
    x = f(abs((t + half_cycle) % (2 * half_cycle) - half_cycle)) / f(half_cycle)
    return f(lr_min) + (f(lr_max) - f(lr_min)) * x


def fan_in_scaled(lr, n_in):
    return f(lr) / np.sqrt(f(n_in))


def minibatches(N, batch_size, rng):
    p = rng.permutation(N)
    return [p[i : i + batch_size] for i in range(0, N, batch_size)]


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    parameters = [_f(p) for p in parameters]
    states, history = [None] * len(parameters), []
    for t in range(epochs):
        lr, epoch_loss = schedule(t), f(0)
        for rows in minibatches(N, batch_size, rng):
            loss, grads = loss_and_gradients(parameters, rows)
            epoch_loss += f(loss) * f(len(rows) / N)
            if not np.isfinite(loss):
                history.append(loss)
                return parameters, history
            for i, g in enumerate(grads):
                parameters[i], states[i] = optimizer(parameters[i], g, states[i], lr)
        history.append(epoch_loss)
    return parameters, history
