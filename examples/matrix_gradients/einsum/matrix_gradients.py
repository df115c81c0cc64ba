import numpy as np

affine_forward = lambda X, W, b: np.einsum("...j,ij->...i", X, W) + b


def affine_backward(delta, X, W, b):
    D, A = np.atleast_2d(delta), np.atleast_2d(X)
    return np.einsum("...i,ij->...j", delta, W), np.einsum("ni,nj->ij", D, A), np.einsum("ni->i", D)


weight_gradient_by_elements = lambda delta, x: np.array([[d * x_j for x_j in x] for d in delta])
score_forward = lambda x, W, b, u, f: np.dot(u, f(affine_forward(x, W, b)))


def score_backward(x, W, b, u, f, f_prime):
    z = affine_forward(x, W, b)
    return *affine_backward(u * f_prime(z), x, W, b), f(z)


delta_below = lambda delta, W, f_prime_z: np.einsum("...i,ij,...j->...j", delta, W, f_prime_z)


def layer_gradients(delta, a, W, b, lam, penalise_biases=False):
    return delta[:, None] * a + lam * (W + W), delta + 2 * lam * penalise_biases * b


def gradient_shapes(x_shape, W_shapes, b_shapes):
    (*batch, width), shapes = x_shape, {"dx": x_shape}
    assert len(W_shapes) == len(b_shapes), "as many matrices as biases, please"
    for l, (W, b) in enumerate(zip(W_shapes, b_shapes), 1):
        assert W[1] == width, f"W{l}: {W} after {width}"
        assert b == W[:1], f"b{l}: {b} for {W}"
        shapes |= {f"dW{l}": W, f"db{l}": b, f"dz{l}": (*batch, *b)}
        width = W[0]
    return shapes


def network_forward(X, parameters, f):
    inputs, slopes_at = [X], []
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        slopes_at.append(affine_forward(inputs[-1], W, b))
        inputs.append(f(slopes_at[-1]))
    return affine_forward(inputs[-1], *parameters[-2:]), {"inputs": inputs, "z": slopes_at}


def network_backward(dscores, cache, parameters, f_prime):
    delta, grads = dscores, []
    for l in reversed(range(len(cache["inputs"]))):
        dA, *own = affine_backward(delta, cache["inputs"][l], *parameters[2 * l : 2 * l + 2])
        grads = own + grads
        delta = dA * f_prime(cache["z"][l - 1]) if l else dA
    return delta, grads
