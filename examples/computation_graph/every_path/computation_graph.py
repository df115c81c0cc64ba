"""Each node asks those above it: gradients are right, but shared ones are computed again and again."""
import numpy as np


class GraphError(ValueError):
    """The graph, or what was given to it, is wrong; the message names the node."""


class NamedGate:
    """A gate that keeps its inputs, and leaves its work to two functions."""

    def __init__(self, name, forward, backward):
        self.name = name
        self.on_forward, self.on_backward = forward, backward

    def forward(self, *inputs):
        self.inputs = inputs
        return self.on_forward(self.name, *inputs)

    def backward(self, dz):
        return self.on_backward(self.name, dz, *self.inputs)


def run_graph(forward, backward, nodes, passes):
    """One graph, taken forward and backward as often as is asked, with gates whose work two functions do."""
    graph = ComputationalGraph([(name, NamedGate(name, forward, backward), inputs) for name, inputs in nodes])
    results = []
    for given, upstream in passes:
        loss = graph.forward(given)
        results.append((loss, [graph.backward() if dloss is None else graph.backward(dloss) for dloss in upstream]))
    return results


def differentiate(program, inputs, constants=None, upstreams=(None,)):
    """The value of f, and its gradient with respect to each input, where a few lines of Python compute f."""
    variables = {name: Variable(value) for name, value in inputs.items()}
    names = {**variables, **(constants or {})}
    exec(program, names)
    f = names["f"]
    for upstream in upstreams:
        if upstream is None:
            f.backward()
        else:
            f.backward(upstream)
    return f.value, {name: variable.grad for name, variable in variables.items() if variable.grad is not None}

class ComputationalGraph:
    def __init__(self, nodes):
        self.nodes = {name: (gate, inputs) for name, gate, inputs in nodes}

    def nodes_topologically_sorted(self):
        order = []

        def visit(name, path):
            if name in path:
                raise GraphError(f"cycle through {name}")
            for source in self.nodes[name][1]:
                if source in self.nodes and source not in order:
                    visit(source, path + [name])
            if name not in order:
                order.append(name)

        for name in self.nodes:
            visit(name, [])
        return order

    def value(self, name, wanted_by=None):
        if name in self.inputs:
            return self.inputs[name]
        if name not in self.nodes:
            raise GraphError(f"{name} is missing, {wanted_by} needs it")
        gate, sources = self.nodes[name]
        return gate.forward(*[self.value(source, name) for source in sources])

    def forward(self, inputs):
        self.inputs = inputs
        self.last = self.nodes_topologically_sorted()[-1]
        return self.value(self.last)

    def backward(self, dloss=1.0):
        grads = {name: 0 * np.asarray(value) for name, value in self.inputs.items()}

        def send(name, d):
            if name in grads:
                grads[name] = grads[name] + d
                return
            gate, sources = self.nodes[name]
            for source, g in zip(sources, gate.backward(d)):
                send(source, g)

        send(self.last, dloss)
        return grads


class Variable:
    __array_ufunc__ = None  # numpy, keep out

    def __init__(self, value, sends=()):
        self.value = np.asarray(value, dtype=float)
        self.sends = sends  # to whom, and what becomes of g on the way
        self.grad = None

    def forget(self):
        self.grad = np.zeros_like(self.value)
        for to, _ in self.sends: to.forget()

    def receive(self, g):
        # what was broadcast on the way here has to be added up
        lead = g.ndim - self.value.ndim
        axes = [*range(lead)] + [lead + k for k, n in enumerate(self.value.shape) if n == 1]
        g = g.sum(axis=tuple(axes)).reshape(self.value.shape)
        self.grad = self.grad + g
        for to, way in self.sends: to.receive(np.asarray(way(g)))

    def backward(self, upstream=None):
        self.forget()
        self.receive(np.ones_like(self.value) if upstream is None else np.asarray(upstream, dtype=float))

    # ........ arithmetic ........

    def __add__(self, that):
        that = V(that)
        return Variable(self.value + that.value, [(self, lambda g: g), (that, lambda g: g)])

    def __sub__(self, that):
        that = V(that)
        return Variable(self.value - that.value, [(self, lambda g: g), (that, lambda g: -g)])

    def __mul__(self, that):
        that = V(that)
        return Variable(self.value * that.value, [(self, lambda g: g * that.value), (that, lambda g: self.value * g)])

    def __truediv__(self, that):
        that = V(that)
        ratio = self.value / that.value
        return Variable(ratio, [(self, lambda g: g / that.value), (that, lambda g: -ratio * g / that.value)])

    def __pow__(self, that):
        that = V(that)
        p = self.value ** that.value
        base = lambda g: g * that.value * self.value ** (that.value - 1)
        exponent = lambda g: g * p * np.log(abs(self.value) + (self.value == 0))
        return Variable(p, [(self, base), (that, exponent)])

    def __matmul__(self, that):
        that = V(that)
        x, y = self.value, that.value
        letters = {(2, 2): "ij,jk->ik", (2, 1): "ij,j->i", (1, 2): "j,jk->k", (1, 1): "j,j->"}[x.ndim, y.ndim]
        operands, out = letters.split("->")
        left, right = operands.split(",")
        return Variable(
            np.einsum(letters, x, y),
            [
                (self, lambda g: np.einsum(f"{out},{right}->{left}", g, y)),
                (that, lambda g: np.einsum(f"{left},{out}->{right}", x, g)),
            ],
        )

    def __neg__(self): return 0 - self
    def __radd__(self, that): return V(that) + self
    def __rsub__(self, that): return V(that) - self
    def __rmul__(self, that): return V(that) * self
    def __rtruediv__(self, that): return V(that) / self
    def __rpow__(self, that): return V(that) ** self
    def __rmatmul__(self, that): return V(that) @ self

    def maximum(self, that):
        that = V(that)
        here = self.value >= that.value
        return Variable(np.maximum(self.value, that.value), [(self, lambda g: here * g), (that, lambda g: ~here * g)])

    # ........ functions ........

    def exp(self):
        e = np.exp(self.value)
        return Variable(e, [(self, lambda g: g * e)])

    def log(self): return Variable(np.log(self.value), [(self, lambda g: g / self.value)])

    def sigmoid(self):
        t = np.exp(-abs(self.value))  # between 0 and 1
        return Variable(np.where(self.value > 0, 1.0, t) / (1 + t), [(self, lambda g: g * t / (1 + t) ** 2)])

    def tanh(self):
        return Variable(np.tanh(self.value), [(self, lambda g: g * (1 - np.tanh(self.value) ** 2))])

    def relu(self): return self.maximum(0)

    # ........ shapes ........

    def sum(self, axis=None, keepdims=False):
        total = self.value.sum(axis=axis, keepdims=True)
        away = tuple(range(self.value.ndim)) if axis is None else axis
        z = total if keepdims else np.squeeze(total, axis=away)
        return Variable(z, [(self, lambda g: np.broadcast_to(g.reshape(total.shape), self.value.shape))])

    def mean(self, axis=None, keepdims=False):
        n = np.ones(self.value.shape).sum(axis=axis).max()
        return self.sum(axis=axis, keepdims=keepdims) / n

    def reshape(self, *shape):
        return Variable(np.reshape(self.value, shape), [(self, lambda g: np.reshape(g, self.value.shape))])

    def transpose(self, *axes):
        to = axes if axes else tuple(range(self.value.ndim))[::-1]
        return Variable(np.moveaxis(self.value, to, range(len(to))), [(self, lambda g: np.moveaxis(g, range(len(to)), to))])

    T = property(lambda self: self.transpose())

    def __getitem__(self, index):
        def way(g):
            back = np.zeros_like(self.value)
            np.add.at(back, index, g)
            return back
        return Variable(self.value[index], [(self, way)])


def V(x): return x if type(x) is Variable else Variable(x)
