# optimizers.py, from the formulas in the lecture notes (part III), pages 14-18
import numpy as np
from numpy import sqrt

# state of an optimizer = tuple of the things with a bar/hat in the notes


def sgd(x, dx, state=None, lr=.001):
    return x - lr*dx, None


def momentum(x, dx, state=None, lr=.001, mu=.9):
    v = 0*x if state is None else state[0]
    v = mu*v - lr*dx
    return x + v, (v,)


def adagrad(x, dx, state=None, lr=.001, eps=1e-8):
    c, = state or (0*x,)
    c = c + dx*dx
    return x - lr*dx/(sqrt(c) + eps), (c,)      # eps so that we don't divide by 0


def rmsprop(x, dx, state=None, lr=.001, decay=.99, eps=1e-8):
    c, = state or (0*x,)
    c = decay*c + (1 - decay)*dx*dx
    return x - lr*dx/(sqrt(c) + eps), (c,)


def adam(x, dx, state=None, lr=.001, beta1=.9, beta2=.999, eps=1e-8, bias_correction=True):
    m, v = state or (0*x, 0*x)
    m = beta1*m + (1 - beta1)*dx
    v = beta2*v + (1 - beta2)*dx*dx
    return x - lr*m/(sqrt(v) + eps), (m, v)


def sparse_adam(X, rows, d_rows, state=None, lr=.001, beta1=.9, beta2=.999, eps=1e-8):
    m, v, t = state or (np.zeros(X.shape), np.zeros(X.shape), 0)
    X, m, v, t = X + 0., m + 0., v + 0., t + 1
    for r in sorted(set(int(i) for i in rows)):
        g = sum(d for i, d in zip(rows, d_rows) if i == r)
        m[r] = beta1*m[r] + (1 - beta1)*g
        v[r] = beta2*v[r] + (1 - beta2)*g*g
        X[r] -= lr*(m[r]/(1 - beta1**t))/(sqrt(v[r]/(1 - beta2**t)) + eps)
    return X, (m, v, t)


# learning rates. t counts epochs from 0
constant = lambda t, lr0: lr0
halve_every = lambda t, lr0, k: lr0*.5**(t//k)
step_factor = lambda t, lr0, n, factor: lr0*factor**(t//n)
exponential = lambda t, lr0, k: lr0*np.exp(-k*t)
inverse = lambda t, lr0, tau: lr0*min(1, tau/t) if t else lr0
fan_in_scaled = lambda lr, n_in: lr*n_in**-.5


def cyclical(t, lr_min, lr_max, half_cycle):
    return np.interp(t % (2*half_cycle), [0, half_cycle, 2*half_cycle], [lr_min, lr_max, lr_min])


def minibatches(N, batch_size, rng):
    return np.split(rng.permutation(N), range(batch_size, N, batch_size))


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    P, S, history = list(parameters), [None]*len(parameters), []
    for t in range(epochs):
        J = 0
        for rows in minibatches(N, batch_size, rng):
            loss, dP = loss_and_gradients(P, rows)
            J += loss*rows.size/N
            if not np.isfinite(J):
                return P, history + [J]
            new = [optimizer(p, dp, s, schedule(t)) for p, dp, s in zip(P, dP, S)]
            P, S = [p for p, _ in new], [s for _, s in new]
        history += [J]
    return P, history
