"""My autograd, with a little training run at the end to see that it works."""
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
    """Depth first, with three colours and a stack of its own."""

    def __init__(self, nodes):
        self.gate = {n: g for n, g, _ in nodes}
        self.sources = {n: list(i) for n, _, i in nodes}

    def nodes_topologically_sorted(self):
        order, state = [], {}
        for root in self.gate:
            stack = [(root, 0)]
            while stack:
                n, at = stack.pop()
                if at == 0:
                    if n in state:
                        continue
                    state[n] = "open"
                below = [s for s in self.sources[n] if s in self.gate]
                if at < len(below):
                    stack.append((n, at + 1))
                    if state.get(below[at]) == "open":
                        raise ValueError(f"{below[at]} depends on itself")
                    stack.append((below[at], 0))
                else:
                    state[n] = "done"
                    order.append(n)
        return order

    def forward(self, inputs):
        self.given, v = list(inputs), dict(inputs)
        self.sorted = self.nodes_topologically_sorted()
        for n in self.sorted:
            try:
                args = [v[s] for s in self.sources[n]]
            except KeyError as e:
                raise ValueError(f"no value for {e.args[0]}, which goes into {n}") from None
            v[n] = self.gate[n].forward(*args)
        self.v = v
        (self.last,) = set(self.gate) - {s for i in self.sources.values() for s in i}
        return v[self.last]

    def backward(self, dloss=1.0):
        d = {n: [] for n in self.v}
        d[self.last] = [dloss]
        for n in reversed(self.sorted):
            for s, g in zip(self.sources[n], self.gate[n].backward(sum(d[n][1:], d[n][0]))):
                d[s].append(g)
        return {n: sum(d[n][1:], d[n][0]) if d[n] else np.zeros_like(self.v[n]) for n in self.given}


class Variable:
    __array_ufunc__ = None
    dtype = np.float64

    def __init__(self, value, *edges):  # edges: (operand, function from upstream to downstream)
        self.value, self.grad, self.edges = np.asarray(value).astype(self.dtype), None, edges

    @classmethod
    def of(cls, x):
        return x if isinstance(x, cls) else cls(x)

    def backward(self, upstream=None):
        waiting, seen = {id(self): 0}, [self]
        for v in seen:  # how many uses each has
            for o, _ in v.edges:
                if id(o) not in waiting:
                    waiting[id(o)] = 0
                    seen.append(o)
                waiting[id(o)] += 1
        for v in seen:
            v.grad = np.zeros(v.value.shape, self.dtype)
        self.grad = np.ones_like(self.value) if upstream is None else np.asarray(upstream, self.dtype)
        ready = [self]
        while ready:
            v = ready.pop()
            for o, back in v.edges:
                o.grad = o.grad + back(v.grad)
                waiting[id(o)] -= 1
                if waiting[id(o)] == 0:
                    ready.append(o)

    def transpose(self, *axes):
        axes = axes or range(self.value.ndim)[::-1]
        return Variable(self.value.transpose(*axes), (self, lambda g: g.transpose(*np.argsort(axes))))

    T = property(transpose)

    def __getitem__(self, index):
        def back(g):
            z = np.zeros(self.value.shape, self.dtype)
            z[index] = g
            return z

        return Variable(self.value[index], (self, back))

    def sum(self, axis=None, keepdims=False):
        kept = self.value.sum(axis=axis, keepdims=True).shape
        return Variable(
            self.value.sum(axis=axis, keepdims=keepdims), (self, lambda g: g.reshape(kept) + np.zeros(self.value.shape))
        )

    def mean(self, axis=None, keepdims=False):
        s = self.sum(axis, keepdims)
        return s / (self.value.size // s.value.size)

    def reshape(self, *shape):
        return Variable(self.value.reshape(shape), (self, lambda g: g.reshape(self.value.shape)))


def fold(g, shape):
    extra = g.ndim - len(shape)
    g = g.sum(tuple(range(extra))) if extra else g
    return g.sum(tuple(i for i, n in enumerate(shape) if n < g.shape[i]), keepdims=True) if g.shape != shape else g


def unary(f, slope):
    def op(self):
        z = f(self.value)
        return Variable(z, (self, lambda g: g * slope(self.value, z)))

    return op


def binary(f, dx, dy):
    def op(x, y):
        x, y = Variable.of(x), Variable.of(y)
        z = f(x.value, y.value)
        return Variable(z, (x, lambda g: dx(g, x.value, y.value, z)), (y, lambda g: dy(g, x.value, y.value, z)))

    return op


def stable_sigmoid(x):
    with np.errstate(over="ignore"):
        return np.where(x < 0, np.exp(np.minimum(x, 0)) / (1 + np.exp(np.minimum(x, 0))), 1 / (1 + np.exp(-x)))


def power_slope(g, x, n, z):
    with np.errstate(all="ignore"):
        return g * z * np.log(x)


for name, op in {
    "add": binary(np.add, lambda g, x, y, z: g, lambda g, x, y, z: g),
    "sub": binary(np.subtract, lambda g, x, y, z: g, lambda g, x, y, z: -g),
    "mul": binary(np.multiply, lambda g, x, y, z: g * y, lambda g, x, y, z: g * x),
    "truediv": binary(np.divide, lambda g, x, y, z: g / y, lambda g, x, y, z: -g * x / y**2),
    "pow": binary(np.power, lambda g, x, y, z: g * y * x ** (y - 1), power_slope),
    "matmul": binary(
        np.matmul,
        lambda g, x, y, z: np.einsum("...,...->...", g, y) if y.ndim == x.ndim == 1 else np.outer(g, y) if y.ndim == 1 else g @ y.T,
        lambda g, x, y, z: g * x if x.ndim == y.ndim == 1 else np.outer(x, g) if x.ndim == 1 else x.T @ g,
    ),
}.items():
    setattr(Variable, f"__{name}__", op)
    setattr(Variable, f"__r{name}__", lambda self, other, op=op: op(other, self))
Variable.__neg__ = lambda self: 0 - self
Variable.maximum = binary(np.maximum, lambda g, x, y, z: g * (x > y), lambda g, x, y, z: g * (x < y))
Variable.exp = unary(np.exp, lambda x, z: z)
Variable.log = unary(np.log, lambda x, z: 1 / x)
Variable.sigmoid = unary(stable_sigmoid, lambda x, z: z * stable_sigmoid(-x))
Variable.tanh = unary(np.tanh, lambda x, z: 1 - z**2)
Variable.relu = unary(lambda x: np.maximum(x, 0), lambda x, z: x > 0)


rng = np.random.default_rng(0)
X, y = rng.standard_normal((200, 3)), rng.standard_normal((200, 1))
w = Variable(np.zeros((3, 1)))
for epoch in range(300):
    error = X @ w - y
    loss = (error * error).mean()
    loss.backward()
    w = Variable(w.value - 0.1 * w.grad)
print("loss", loss.value)
