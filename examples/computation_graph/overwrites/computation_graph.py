import numpy as np
from collections import deque


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
                grads[source] = g
        return {name: grads[name] for name in self.inputs}


# ---- Variable writes a tape: a line for each operation, in the order in which they were computed

tape = []


def record(rule, inputs, value, **extra):
    out = Variable(value)
    out.line = len(tape)
    tape.append((rule, inputs, out, extra))
    return out


def lift(x):
    return x if isinstance(x, Variable) else Variable(x)


def add_rule(g, z, x, y): return g, g
def sub_rule(g, z, x, y): return g, -g
def mul_rule(g, z, x, y): return y * g, x * g
def div_rule(g, z, x, y): return g / y, -(z / y) * g
def max_rule(g, z, x, y): return np.where(x > y, g, 0.0), np.where(x > y, 0.0, g)
def exp_rule(g, z, x): return [z * g]
def log_rule(g, z, x): return [g / x]
def sigmoid_rule(g, z, x): return [g / (2 + 2 * np.cosh(np.clip(x, -700, 700)))]
def tanh_rule(g, z, x): return [g * (1 + z) * (1 - z)]
def relu_rule(g, z, x): return [np.heaviside(x, 0) * g]
def reshape_rule(g, z, x): return [g.reshape(np.shape(x))]
def transpose_rule(g, z, x, axes): return [np.transpose(g, np.argsort(axes))]


def pow_rule(g, z, x, n):
    safe = np.where(x > 0, x, 1.0)
    return g * n * np.power(x, n - 1), g * z * np.log(safe)


def matmul_rule(g, z, x, y):
    if x.ndim == y.ndim == 1:
        return g * y, g * x
    if y.ndim == 1:
        return np.multiply.outer(g, y), np.dot(g, x)
    if x.ndim == 1:
        return np.dot(y, g), np.multiply.outer(x, g)
    return np.dot(g, y.T), np.dot(x.T, g)


def sum_rule(g, z, x, axis, keepdims):
    if not keepdims and axis is not None:
        g = np.expand_dims(g, axis)
    return [np.full(x.shape, g)]


def index_rule(g, z, x, index):
    d = x * 0.0
    np.add.at(d, index, g)
    return [d]


class Variable:
    __array_ufunc__ = None
    line = -1  # not on the tape: a leaf

    def __init__(self, value):
        self.value, self.grad = np.array(value, dtype=np.float64), None

    def backward(self, upstream=None):
        self.grad = np.full(self.value.shape, 1.0) if upstream is None else np.array(upstream, dtype=np.float64)
        reached = {id(self)}
        for rule, inputs, out, extra in tape[self.line :: -1] if self.line >= 0 else []:
            if id(out) not in reached:
                continue
            parts = rule(out.grad, out.value, *(v.value for v in inputs), **extra)
            for v, part in zip(inputs, parts):
                v.grad = like(part, v.value)
                reached.add(id(v))

    def exp(self): return record(exp_rule, [self], np.exp(self.value))
    def log(self): return record(log_rule, [self], np.log(self.value))
    def sigmoid(self): return record(sigmoid_rule, [self], np.exp(-np.logaddexp(0.0, -self.value)))
    def tanh(self): return record(tanh_rule, [self], np.tanh(self.value))
    def relu(self): return record(relu_rule, [self], np.fmax(self.value, 0.0))
    def reshape(self, *shape): return record(reshape_rule, [self], self.value.reshape(*shape))
    def __getitem__(self, index): return record(index_rule, [self], self.value[index], index=index)
    def __neg__(self): return lift(0.0) - self

    def transpose(self, *axes):
        axes = axes or tuple(range(self.value.ndim - 1, -1, -1))
        return record(transpose_rule, [self], np.transpose(self.value, axes), axes=axes)

    @property
    def T(self): return self.transpose()

    def sum(self, axis=None, keepdims=False):
        return record(sum_rule, [self], np.sum(self.value, axis, keepdims=keepdims), axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        s = self.sum(axis, keepdims)
        return s * (s.value.size / self.value.size)


def operator(rule, function):
    def method(self, other):
        x, y = lift(self), lift(other)
        return record(rule, [x, y], function(x.value, y.value))

    def swapped(self, other):
        return method(other, self)

    return method, swapped


Variable.__add__, Variable.__radd__ = operator(add_rule, np.add)
Variable.__sub__, Variable.__rsub__ = operator(sub_rule, np.subtract)
Variable.__mul__, Variable.__rmul__ = operator(mul_rule, np.multiply)
Variable.__truediv__, Variable.__rtruediv__ = operator(div_rule, np.true_divide)
Variable.__pow__, Variable.__rpow__ = operator(pow_rule, np.power)
Variable.__matmul__, Variable.__rmatmul__ = operator(matmul_rule, np.matmul)
Variable.maximum, _ = operator(max_rule, np.maximum)


def like(g, value):
    g = np.asarray(g)
    for _ in range(g.ndim - value.ndim):
        g = g.sum(0)
    return g if g.shape == value.shape else g.sum(tuple(np.flatnonzero(np.array(value.shape) == 1)), keepdims=True)
