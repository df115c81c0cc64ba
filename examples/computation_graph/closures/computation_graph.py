"""Graph with Kahn's algorithm, Variable with one closure for each operation, in the way of micrograd."""
from collections import deque

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
        self.order = self.nodes_topologically_sorted()

    def nodes_topologically_sorted(self):
        missing = {n: {i for i in ins if i in self.nodes} for n, (_, ins) in self.nodes.items()}
        users = {n: [] for n in self.nodes}
        for n, needed in missing.items():
            for i in needed:
                users[i].append(n)
        order = []
        ready = deque(n for n in missing if not missing[n])
        while ready:
            n = ready.popleft()
            order.append(n)
            for user in users[n]:
                missing[user].discard(n)
                if not missing[user]:
                    ready.append(user)
        if len(order) != len(self.nodes):
            stuck = sorted(set(self.nodes) - set(order))
            raise GraphError(f"there is a cycle: {stuck} all wait for each other")
        return order

    def forward(self, inputs):
        self.inputs = inputs
        self.values = dict(inputs)
        for name in self.order:
            gate, sources = self.nodes[name]
            for source in sources:
                if source not in self.values:
                    raise GraphError(f"{name} needs {source}, but nobody gave it a value")
            self.values[name] = gate.forward(*[self.values[s] for s in sources])
        return self.values[self.order[-1]]

    def backward(self, dloss=1.0):
        grads = {name: np.zeros(np.shape(value)) for name, value in self.values.items()}
        grads[self.order[-1]] = grads[self.order[-1]] + dloss
        for name in self.order[::-1]:
            gate, sources = self.nodes[name]
            for source, g in zip(sources, gate.backward(grads[name])):
                grads[source] = grads[source] + g
        return {name: grads[name] for name in self.inputs}


def unbroadcast(grad, shape):
    """sum out what numpy has copied"""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


class Variable:
    __array_ufunc__ = None

    def __init__(self, value, parents=()):
        self.value = np.array(value, dtype=float)
        self.grad = None
        self.parents = parents
        self._backward = lambda: None

    def _wrap(self, other):
        return other if isinstance(other, Variable) else Variable(other)

    def _add_grad(self, grad):
        self.grad = self.grad + unbroadcast(np.asarray(grad, dtype=float), self.value.shape)

    def __add__(self, other):
        other = self._wrap(other)
        out = Variable(self.value + other.value, (self, other))

        def _backward():
            self._add_grad(out.grad)
            other._add_grad(out.grad)

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = self._wrap(other)
        out = Variable(self.value * other.value, (self, other))

        def _backward():
            self._add_grad(out.grad * other.value)
            other._add_grad(out.grad * self.value)

        out._backward = _backward
        return out

    def __pow__(self, other):
        if not isinstance(other, Variable):
            out = Variable(self.value**other, (self,))

            def _backward():
                self._add_grad(out.grad * other * self.value ** (other - 1))

            out._backward = _backward
            return out
        return (other * self.log()).exp()

    def __rpow__(self, base):
        return (self * np.log(base)).exp()

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-self._wrap(other))

    def __truediv__(self, other):
        return self * self._wrap(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return self._wrap(other) - self

    def __rtruediv__(self, other):
        return self._wrap(other) / self

    def __matmul__(self, other):
        other = self._wrap(other)
        a, b = self.value, other.value
        out = Variable(a @ b, (self, other))

        def _backward():
            A = a if a.ndim == 2 else a.reshape(1, -1)
            B = b if b.ndim == 2 else b.reshape(-1, 1)
            G = out.grad.reshape(A.shape[0], B.shape[1])
            self._add_grad((G @ B.T).reshape(a.shape))
            other._add_grad((A.T @ G).reshape(b.shape))

        out._backward = _backward
        return out

    def __rmatmul__(self, other):
        return self._wrap(other) @ self

    def _elementwise(self, value, slope):
        out = Variable(value, (self,))

        def _backward():
            self._add_grad(out.grad * slope)

        out._backward = _backward
        return out

    def exp(self):
        e = np.exp(self.value)
        return self._elementwise(e, e)

    def log(self):
        return self._elementwise(np.log(self.value), 1 / self.value)

    def sigmoid(self):
        s = 0.5 * (1 + np.tanh(0.5 * self.value))
        small = np.exp(-np.abs(self.value))
        return self._elementwise(np.where(self.value < 0, small / (1 + small), s), small / (1 + small) ** 2)

    def tanh(self):
        t = np.tanh(self.value)
        return self._elementwise(t, 1 - t * t)

    def relu(self):
        return self._elementwise(self.value * (self.value > 0), self.value > 0)

    def maximum(self, other):
        other = self._wrap(other)
        mine = self.value > other.value
        out = Variable(np.where(mine, self.value, other.value), (self, other))

        def _backward():
            self._add_grad(out.grad * mine)
            other._add_grad(out.grad * (1 - mine))

        out._backward = _backward
        return out

    def sum(self, axis=None, keepdims=False):
        out = Variable(self.value.sum(axis=axis, keepdims=keepdims), (self,))

        def _backward():
            g = out.grad
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            self._add_grad(np.ones_like(self.value) * g)

        out._backward = _backward
        return out

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total * (total.value.size / self.value.size)

    def reshape(self, *shape):
        out = Variable(self.value.reshape(*shape), (self,))

        def _backward():
            self._add_grad(out.grad.reshape(self.value.shape))

        out._backward = _backward
        return out

    def transpose(self, *axes):
        axes = axes or tuple(range(self.value.ndim))[::-1]
        out = Variable(self.value.transpose(axes), (self,))

        def _backward():
            back = [axes.index(i) for i in range(len(axes))]
            self._add_grad(out.grad.transpose(back))

        out._backward = _backward
        return out

    @property
    def T(self):
        return self.transpose()

    def __getitem__(self, index):
        out = Variable(self.value[index], (self,))

        def _backward():
            g = np.zeros_like(self.value)
            np.add.at(g, index, out.grad)
            self._add_grad(g)

        out._backward = _backward
        return out

    def backward(self, upstream=None):
        order, seen, stack = [], set(), [(self, iter(self.parents))]
        seen.add(self)
        while stack:
            node, parents = stack[-1]
            for parent in parents:
                if parent not in seen:
                    seen.add(parent)
                    stack.append((parent, iter(parent.parents)))
                    break
            else:
                order.append(node)
                stack.pop()
        for node in order:
            node.grad = np.zeros_like(node.value)
        self.grad = self.grad + (1.0 if upstream is None else upstream)
        for node in reversed(order):
            node._backward()
