import numpy as np

sgd = lambda x, dx, state=None, lr=1e-3: (x - lr * dx, None)


def momentum(x, dx, state=None, lr=1e-3, mu=0.9):
    back = lr * dx - mu * (state if state is not None else 0)  # minus the velocity
    return x - back, -back


def adagrad(x, dx, state=None, lr=1e-3, eps=1e-8):
    c = np.square(dx) + (0 if state is None else state)
    return x - lr * dx * (c + eps) ** -0.5, c


def rmsprop(x, dx, state=None, lr=1e-3, decay=0.99, eps=1e-8):
    c = np.square(dx) if state is None else state
    c = (1 - decay) * c if state is None else c + (1 - decay) * (np.square(dx) - c)
    return x - lr * dx / (c ** 0.5 + eps), c


def adam(x, dx, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    moments, t = state or (np.zeros((2, *x.shape)), 0)
    betas = np.reshape([beta1, beta2], (2,) + (1,) * x.ndim)
    moments, t = betas * moments + (1 - betas) * np.stack([dx, dx * dx]), t + 1
    m, v = moments / (1 - betas ** t) if bias_correction else moments
    return x - lr * m / (np.sqrt(v) + eps), [moments, t]


def sparse_adam(X, rows, d_rows, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    (m, v), t = state or ((0.0 * X, 0.0 * X), 0)
    d = (rows == np.arange(len(X))[:, None]) @ d_rows
    read, t = np.isin(np.arange(len(X)), rows)[:, None], t + 1
    m = np.where(read, beta1 * m + (1 - beta1) * d, m)
    v = np.where(read, beta2 * v + (1 - beta2) * d ** 2, v)
    return X - read * lr * m / (1 - beta1 ** t) / (np.sqrt(v / (1 - beta2 ** t)) + eps), ((m, v), t)


constant = lambda t, lr0: lr0
step_factor = lambda t, lr0, n, factor: lr0 * factor ** (t // n)
halve_every = lambda t, lr0, k: step_factor(t, lr0, k, 1 / 2)
exponential = lambda t, lr0, k: lr0 / np.exp(k * t)
inverse = lambda t, lr0, tau: lr0 * min(1, tau / max(t, 1e-12))
cyclical = lambda t, lr_min, lr_max, half_cycle: np.interp(t % (2 * half_cycle), [0, half_cycle, 2 * half_cycle], [lr_min, lr_max, lr_min])
fan_in_scaled = lambda lr, n_in: lr * n_in ** -0.5
minibatches = lambda N, batch_size, rng: np.split(rng.random(N).argsort(), range(batch_size, N, batch_size))


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    xs, states, history = list(parameters), [None] * len(parameters), []
    for lr in map(schedule, range(epochs)):
        history += [0]
        for rows in minibatches(N, batch_size, rng):
            J, dxs = loss_and_gradients(xs, rows)
            history[-1] += J * rows.size / N
            if not np.isfinite(J):
                return xs, history
            xs, states = map(list, zip(*(optimizer(x, dx, s, lr) for x, dx, s in zip(xs, dxs, states))))
    return xs, history
