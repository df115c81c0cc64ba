# numpy is only needed to get the numbers out of the arrays; everything is plain lists and floats
import math


def on(function, *things):
    things = [t.tolist() if hasattr(t, "tolist") else t for t in things]
    if isinstance(things[-1], list):
        return [on(function, *parts) for parts in zip(*things)]
    return function(*things)


def s(v):
    if v < -700:
        return 0.0
    return 1 / (1 + math.exp(-v))


def t(v):
    if v > 20: return 1.0
    if v < -20: return -1.0
    return (math.exp(v) - math.exp(-v)) / (math.exp(v) + math.exp(-v))


def sigmoid(z): return on(s, z)
def sigmoid_backward(da, z): return on(lambda d, v: d * s(v) * (1 - s(v)), da, z)
def sigmoid_grad_from_output(a): return on(lambda v: v * (1 - v), a)
def tanh(z): return on(t, z)
def tanh_backward(da, z): return on(lambda d, v: d * (1 - t(v) ** 2), da, z)
def tanh_grad_from_output(a): return on(lambda v: 1 - v * v, a)
def tanh_from_sigmoid(z): return on(lambda v: 2 * s(2 * v) - 1, z)
def hardtanh(z): return on(lambda v: max(-1, min(1, v)), z)
def hardtanh_backward(da, z): return on(lambda d, v: d if -1 <= v <= 1 else 0, da, z)
def softsign(z): return on(lambda v: v / (1 + abs(v)), z)
def softsign_backward(da, z): return on(lambda d, v: d / (1 + abs(v)) ** 2, da, z)
def relu(z): return on(lambda v: v if v > 0 else 0, z)
def relu_backward(da, z): return on(lambda d, v: d if v > 0 else 0, da, z)
def leaky_relu(z, k=0.01): return on(lambda v: v if v > 0 else k * v, z)
def leaky_relu_backward(da, z, k=0.01): return on(lambda d, v: d if v > 0 else k * d, da, z)
def prelu(z, a): return on(lambda v: v if v > 0 else a * v, z)


def flat(thing):
    return [number for part in thing for number in flat(part)] if isinstance(thing, list) else [thing]


def prelu_backward(da, z, a):
    dz = on(lambda d, v: d if v > 0 else a * d, da, z)
    d_a = math.fsum(flat(on(lambda d, v: 0.0 if v > 0 else d * v, da, z)))
    return [dz, d_a]


def neuron(x, w, b):
    return s(sum(p * q for p, q in zip(x, w)) + b)


def neuron_folded(x, w_b):
    return neuron(list(x) + [1], w_b, 0)


def layer(x, W, b):
    return [neuron(x, row, bias) for row, bias in zip(W, b)]
