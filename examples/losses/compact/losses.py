import numpy as np

lse = lambda f: np.logaddexp.reduce(f, axis=-1, keepdims=True)
softmax = lambda f: np.exp(f - lse(f))
softmax_backward = lambda dp, f: (p := softmax(f)) * (dp - np.einsum("nc,nc->n", dp, p)[:, None])


def cross_entropy(f, y):
    onehot = np.eye(f.shape[1])[y]
    return np.einsum("nc,nc->", onehot, lse(f) - f) / len(y), (softmax(f) - onehot) / len(y)


cross_entropy_gradient_by_class = lambda f, y: softmax(f) - (np.arange(f.size) == y)


def multiclass_hinge(f, y):
    rest = 1 - np.eye(f.shape[1])[y]
    m = rest * (1 + f - np.take_along_axis(f, y[:, None], 1))
    v = (m > 0) * rest
    return [m[m > 0].sum() / len(y), (v - (1 - rest) * v.sum(1, keepdims=True)) / len(y)]


def max_margin(s, s_c):
    on = (s < 1 + s_c).astype(float) / s.size
    return on @ (1 - s + s_c), -on, on


l2_penalty = lambda th, lam: (lam * np.vdot(th, th), th * 2 * lam)
l1_penalty = lambda th, lam: (lam * np.linalg.norm(np.ravel(th), 1), np.sign(th) * lam)


def regularized_objective(J, gradients, parameters, lam):
    lams = [lam * (th.ndim == 2) for th in parameters]
    return (
        J + sum(k * np.vdot(th, th) for k, th in zip(lams, parameters)),
        tuple(g + 2 * k * th for k, g, th in zip(lams, gradients, parameters)),
    )


def dropout_train(h, p, rng, inverted=True):
    mask = rng.binomial(1, p, h.shape) / (p if inverted else 1)
    return h * mask, mask


dropout_test = lambda h, p, inverted=True: h * p ** (not inverted)
dropout_backward = np.multiply
