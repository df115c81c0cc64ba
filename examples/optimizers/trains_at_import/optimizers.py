"""Update rules, learning rates and the training loop. Comparison for section 3 of my report: see the bottom."""
import numpy as np
from numpy import sqrt


def fresh(like, *names, **more):
    """An empty state: zeros of the shape of `like` under each name."""
    return {**{name: np.zeros(np.shape(like)) for name in names}, **more}


def decayed(average, rate, new):
    # exponential moving average
    return rate * average + (1.0 - rate) * new


# ===== learning rates =====
def constant(t, lr0):              return lr0
def halve_every(t, lr0, k):        return lr0 * 0.5 ** (t // k)
def step_factor(t, lr0, n, factor): return lr0 * factor ** int(t / n)
def exponential(t, lr0, k):        return lr0 * np.e ** (-k * t)
def inverse(t, lr0, tau):          return lr0 if t <= tau else lr0 * tau / t
def fan_in_scaled(lr, n_in):       return lr / sqrt(n_in)


def cyclical(t, lr_min, lr_max, half_cycle):
    # triangle wave: 0 at the ends of a cycle, 1 in its middle
    phase = (t / half_cycle) % 2
    height = 1 - abs(phase - 1)
    return (1 - height) * lr_min + height * lr_max


# ===== update rules =====
def sgd(x, dx, state=None, lr=0.001):
    step = np.multiply(lr, dx)
    return np.subtract(x, step), {}


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    state = state or fresh(x, "velocity")
    velocity = mu * state["velocity"] - np.multiply(lr, dx)
    return np.add(x, velocity), dict(velocity=velocity)


def adagrad(x, dx, state=None, lr=0.001, eps=1e-8):
    state = state or fresh(x, "G")
    G = state["G"] + np.square(dx)
    return x - lr / sqrt(G + eps) * dx, dict(G=G)


def rmsprop(x, dx, state=None, lr=0.001, decay=0.99, eps=1e-8):
    G = decayed((state or fresh(x, "G"))["G"], decay, np.square(dx))
    return x - lr / (eps + sqrt(G)) * dx, dict(G=G)


def adam(x, dx, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    old = state or fresh(x, "first", "second", steps=0)
    new = dict(
        first=decayed(old["first"], beta1, dx),
        second=decayed(old["second"], beta2, np.square(dx)),
        steps=old["steps"] + 1,
    )
    c1, c2 = (1 - beta1 ** new["steps"], 1 - beta2 ** new["steps"]) if bias_correction else (1, 1)
    return x - lr * (new["first"] / c1) / (sqrt(new["second"] / c2) + eps), new


def sparse_adam(X, rows, d_rows, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    old = state or fresh(X, "first", "second", steps=0)
    seen, where = np.unique(rows, return_inverse=True)
    summed = np.zeros((len(seen),) + np.shape(X)[1:])
    np.add.at(summed, where.reshape(-1), d_rows)
    # plain adam on the rows that were read, then everything back in its place
    part = {"first": old["first"][seen], "second": old["second"][seen], "steps": old["steps"]}
    moved, part = adam(X[seen], summed, part, lr, beta1, beta2, eps)
    result, new = np.array(X, float), {"steps": part["steps"]}
    result[seen] = moved
    for name in ("first", "second"):
        new[name] = old[name].copy()
        new[name][seen] = part[name]
    return result, new


# ===== training =====
def minibatches(N, batch_size, rng):
    shuffled = rng.permutation(N)
    how_many = -(-N // batch_size)
    return [shuffled[k * batch_size:(k + 1) * batch_size] for k in range(how_many)]


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    pairs, history = [(np.copy(p), None) for p in parameters], []

    def one_batch(rows, lr):
        nonlocal pairs
        J, gradients = loss_and_gradients([p for p, _ in pairs], rows)
        if np.isfinite(J):
            pairs = [optimizer(p, dp, memory, lr) for (p, memory), dp in zip(pairs, gradients)]
        return J * len(rows) / N

    diverged = False
    for epoch in range(epochs):
        history.append(0.0)
        for rows in minibatches(N, batch_size, rng):
            history[-1] += one_batch(rows, schedule(epoch))
            diverged = not np.isfinite(history[-1])
            if diverged: break
        if diverged: break
    return [p for p, _ in pairs], history


# ===== report, section 3: the banana valley of Rosenbrock =====
def valley(w):
    across = w[1] - w[0] ** 2
    return (1 - w[0]) ** 2 + 100 * across ** 2, np.array([2 * (w[0] - 1) - 400 * w[0] * across, 200 * across])


print("Rosenbrock:", "rule", "steps", "height", sep="\t")
for rule, rate in [(sgd, 5e-4), (momentum, 5e-4), (adagrad, 0.3), (rmsprop, 0.01), (adam, 0.02)]:
    w, memory, n = np.array([-1.5, 2.0]), None, 0
    while n < 3000 and valley(w)[0] > 1e-3:
        w, memory = rule(w, valley(w)[1], memory, lr=rate)
        n += 1
    print("Rosenbrock:", rule.__name__, n, "%.5f" % valley(w)[0], sep="\t")
