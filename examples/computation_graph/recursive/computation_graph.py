"""Everything recursive, as we had it in the algorithms course."""
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
        self.gates = {}
        self.inputs_of = {}
        for name, gate, inputs in nodes:
            self.gates[name] = gate
            self.inputs_of[name] = inputs

    def nodes_topologically_sorted(self):
        order = []
        path = []

        def visit(name):
            if name in order or name not in self.gates:
                return
            if name in path:
                raise GraphError("cycle at " + name)
            path.append(name)
            for source in self.inputs_of[name]:
                visit(source)
            path.remove(name)
            order.append(name)

        for name in self.gates:
            visit(name)
        return order

    def forward(self, inputs):
        self.inputs = inputs
        self.order = self.nodes_topologically_sorted()
        self.values = dict(inputs)
        for name in self.order:
            args = []
            for source in self.inputs_of[name]:
                if source not in self.values:
                    raise GraphError("input " + source + " of node " + name + " is missing")
                args.append(self.values[source])
            self.values[name] = self.gates[name].forward(*args)
        return self.values[self.order[-1]]

    def backward(self, dloss=1.0):
        grad = {}
        grad[self.order[-1]] = dloss
        for name in reversed(self.order):
            for source, g in zip(self.inputs_of[name], self.gates[name].backward(grad[name])):
                if source in grad:
                    grad[source] = grad[source] + g
                else:
                    grad[source] = g
        for name in self.inputs:
            if name not in grad:
                grad[name] = 0 * self.inputs[name]
        return {name: grad[name] for name in self.inputs}


def asvar(thing):
    return thing if isinstance(thing, Variable) else Variable(thing)


class Variable:
    """
    parents: the Variables it was computed from
    pull:    takes the gradient of this one, returns those of the parents as a list
    """

    __array_ufunc__ = None

    def __init__(self, value, parents=(), pull=None):
        self.value = np.array(value, float)
        self.parents = parents
        self.pull = pull
        self.grad = None

    # The gradient of v is the sum over its users of what they pull back. Theirs are found in the same way.
    def backward(self, upstream=None):
        users = {}

        def explore(v):
            if id(v) in users:
                return
            users[id(v)] = []
            v.grad = None
            for k, parent in enumerate(v.parents):
                explore(parent)
                users[id(parent)].append((v, k))

        def gradient(v):
            if v.grad is None:
                v.grad = np.zeros(v.value.shape)
                for user, k in users[id(v)]:
                    v.grad = v.grad + fit(user.pull(gradient(user))[k], v.value.shape)
            return v.grad

        def everything(v, done):
            if id(v) not in done:
                done.add(id(v))
                gradient(v)
                for parent in v.parents:
                    everything(parent, done)

        explore(self)
        self.grad = np.ones(self.value.shape) if upstream is None else np.array(upstream, float)
        everything(self, set())

    # + and * are all that is really needed, - and / follow
    def __add__(self, other):
        other = asvar(other)
        return Variable(self.value + other.value, (self, other), lambda g: [g, g])

    def __mul__(self, other):
        other = asvar(other)
        return Variable(self.value * other.value, (self, other), lambda g: [g * other.value, g * self.value])

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return -1.0 * self

    def __sub__(self, other):
        return self + -asvar(other)

    def __rsub__(self, other):
        return other + -self

    def inverted(self):
        return Variable(1 / self.value, (self,), lambda g: [-g / self.value**2])

    def __truediv__(self, other):
        return self * asvar(other).inverted()

    def __rtruediv__(self, other):
        return other * self.inverted()

    def __pow__(self, other):
        other = asvar(other)
        x, n = self.value, other.value
        result = x**n

        def pull(g):
            logs = np.log(np.where(x > 0, x, 1))
            return [g * n * x ** (n - 1), g * result * logs]

        return Variable(result, (self, other), pull)

    def __rpow__(self, other):
        return asvar(other) ** self

    def __matmul__(self, other):
        other = asvar(other)
        A, B = self.value, other.value

        def pull(g):
            # make everything a matrix, and cut it back afterwards
            rows = A.reshape(-1, A.shape[-1])
            columns = B.reshape(B.shape[0], -1)
            G = g.reshape(len(rows), columns.shape[1])
            return [np.dot(G, columns.T).reshape(A.shape), np.dot(rows.T, G).reshape(B.shape)]

        return Variable(A @ B, (self, other), pull)

    def __rmatmul__(self, other):
        return asvar(other) @ self

    def maximum(self, other):
        other = asvar(other)
        mask = self.value > other.value
        return Variable(np.where(mask, self.value, other.value), (self, other), lambda g: [g * mask, g * (1 - mask)])

    def _through(self, value, slope):
        return Variable(value, (self,), lambda g: [g * slope])

    def exp(self):
        e = np.exp(self.value)
        return self._through(e, e)

    def log(self):
        return self._through(np.log(self.value), 1 / self.value)

    def tanh(self):
        t = np.tanh(self.value)
        return self._through(t, 1 - t**2)

    def sigmoid(self):
        log_s, log_1_minus_s = -np.logaddexp(0, -self.value), -np.logaddexp(0, self.value)
        return self._through(np.exp(log_s), np.exp(log_s + log_1_minus_s))

    def relu(self):
        return self._through(np.where(self.value > 0, self.value, 0), np.where(self.value > 0, 1, 0))

    def sum(self, axis=None, keepdims=False):
        full = np.sum(self.value, axis=axis, keepdims=True)
        return Variable(
            np.sum(self.value, axis=axis, keepdims=keepdims),
            (self,),
            lambda g: [np.tile(g.reshape(full.shape), [n // m for n, m in zip(self.value.shape, full.shape)])],
        )

    def mean(self, axis=None, keepdims=False):
        how_many = self.value.size / np.sum(self.value, axis=axis).size
        return self.sum(axis, keepdims) / how_many

    def reshape(self, *shape):
        return Variable(self.value.reshape(*shape), (self,), lambda g: [g.reshape(self.value.shape)])

    def transpose(self, *axes):
        if not axes:
            return Variable(self.value.T, (self,), lambda g: [g.T])
        back = [axes.index(k) for k in range(len(axes))]
        return Variable(self.value.transpose(axes), (self,), lambda g: [g.transpose(back)])

    @property
    def T(self):
        return self.transpose()

    def __getitem__(self, where):
        # which element went where? number them all, index the numbers, and count
        numbers = np.arange(self.value.size).reshape(self.value.shape)[where]

        def pull(g):
            flat = np.bincount(np.ravel(numbers), weights=np.ravel(g), minlength=self.value.size)
            return [flat.reshape(self.value.shape)]

        return Variable(self.value[where], (self,), pull)


def fit(g, shape):
    """Sums over what broadcasting has made larger; one axis a call."""
    if g.ndim > len(shape):
        return fit(g.sum(axis=0), shape)
    for k in range(len(shape)):
        if shape[k] != g.shape[k]:
            return fit(g.sum(axis=k, keepdims=True), shape)
    return g
