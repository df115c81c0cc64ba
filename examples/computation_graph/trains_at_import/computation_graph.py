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


### PART 1 ###

class ComputationalGraph:

    def __init__(self, nodes):
        self.nodes = nodes
        self.by_name = {}
        for node in nodes:
            self.by_name[node[0]] = node

    def nodes_topologically_sorted(self):
        # Kahn: count what each node still waits for
        waits = {}
        users = {}
        for name, _, inputs in self.nodes:
            waits[name] = 0
            for i in inputs:
                if i in self.by_name:
                    waits[name] += 1
                    users.setdefault(i, []).append(name)
        result = [name for name in waits if waits[name] == 0]
        for name in result:                 # grows while we walk
            for user in users.get(name, []):
                waits[user] -= 1
                if waits[user] == 0:
                    result.append(user)
        if len(result) < len(self.nodes):
            # walk upwards from any node that is left, until one comes a second time
            left = set(waits) - set(result)
            name, trail = left.pop(), []
            left.add(name)
            while name not in trail:
                trail.append(name)
                name = [i for i in self.by_name[name][2] if i in left][0]
            raise GraphError('cycle: ' + ' <- '.join(trail[trail.index(name):] + [name]))
        return result

    def forward(self, inputs):
        self.sorted_names = self.nodes_topologically_sorted()
        self.input_values = inputs
        self.value_of = {}
        self.value_of.update(inputs)
        for name in self.sorted_names:
            _, gate, sources = self.by_name[name]
            for s in sources:
                if s not in self.value_of:
                    raise GraphError('node %s: input %s is missing' % (name, s))
            self.value_of[name] = gate.forward(*map(self.value_of.get, sources))
        used = {s for node in self.nodes for s in node[2]}
        self.end = [name for name in self.sorted_names if name not in used][0]
        return self.value_of[self.end]

    def backward(self, dloss=1.0):
        grad = {}
        for name, value in self.value_of.items():
            grad[name] = 0.0 * np.asarray(value)
        grad[self.end] = grad[self.end] + dloss
        i = len(self.sorted_names) - 1
        while i >= 0:
            _, gate, sources = self.by_name[self.sorted_names[i]]
            parts = gate.backward(grad[self.sorted_names[i]])
            for k in range(len(sources)):
                grad[sources[k]] = grad[sources[k]] + parts[k]
            i -= 1
        return {name: grad[name] for name in self.input_values}


### PART 2 ###

class Variable:
    """A number or array that knows by which operation it was made, from what."""

    __array_ufunc__ = None

    def __init__(self, value, op='leaf', a=None, b=None, info=None):
        self.value = np.array(value, dtype='float64')
        self.op = op
        self.a = a
        self.b = b
        self.info = info
        self.grad = None

    # ---- forward: write down op and operands

    def make(self, op, value, other=None, info=None):
        return Variable(value, op, self, other, info)

    def __add__(self, o):
        o = var(o)
        return self.make('+', self.value + o.value, o)

    def __sub__(self, o):
        o = var(o)
        return self.make('-', self.value - o.value, o)

    def __mul__(self, o):
        o = var(o)
        return self.make('*', self.value * o.value, o)

    def __truediv__(self, o):
        o = var(o)
        return self.make('/', self.value / o.value, o)

    def __pow__(self, o):
        o = var(o)
        return self.make('**', self.value ** o.value, o)

    def __matmul__(self, o):
        o = var(o)
        return self.make('@', self.value @ o.value, o)

    def maximum(self, o):
        o = var(o)
        return self.make('max', np.maximum(self.value, o.value), o)

    def __radd__(self, o):
        return var(o) + self

    def __rsub__(self, o):
        return var(o) - self

    def __rmul__(self, o):
        return var(o) * self

    def __rtruediv__(self, o):
        return var(o) / self

    def __rpow__(self, o):
        return var(o) ** self

    def __rmatmul__(self, o):
        return var(o) @ self

    def __neg__(self):
        return self.make('neg', -self.value)

    def exp(self):
        return self.make('exp', np.exp(self.value))

    def log(self):
        return self.make('log', np.log(self.value))

    def sigmoid(self):
        return self.make('sigmoid', logistic(self.value))

    def tanh(self):
        return self.make('tanh', np.tanh(self.value))

    def relu(self):
        return self.make('relu', np.maximum(self.value, 0))

    def sum(self, axis=None, keepdims=False):
        with_ones = np.sum(self.value, axis=axis, keepdims=True).shape
        return self.make('sum', np.sum(self.value, axis=axis, keepdims=keepdims), info=with_ones)

    def mean(self, axis=None, keepdims=False):
        with_ones = np.mean(self.value, axis=axis, keepdims=True).shape
        return self.make('mean', np.mean(self.value, axis=axis, keepdims=keepdims), info=with_ones)

    def reshape(self, *shape):
        return self.make('reshape', self.value.reshape(*shape))

    def transpose(self, *axes):
        if len(axes) == 0:
            axes = tuple(reversed(range(self.value.ndim)))
        return self.make('transpose', self.value.transpose(axes), info=axes)

    @property
    def T(self):
        return self.transpose()

    def __getitem__(self, index):
        return self.make('index', self.value[index], info=index)

    # ---- backward

    def slopes(self):
        """The gradients of self.a and self.b from self.grad."""
        g, z, op = self.grad, self.value, self.op
        x = self.a.value
        y = self.b.value if self.b is not None else None
        if op == '+':
            return g, g
        elif op == '-':
            return g, -g
        elif op == '*':
            return g * y, g * x
        elif op == '/':
            return g / y, -g * x / (y * y)
        elif op == '**':
            with np.errstate(all='ignore'):
                return g * y * x ** (y - 1), g * np.log(x) * z
        elif op == '@':
            if x.ndim == 1 and y.ndim == 1:
                return g * y, g * x
            elif x.ndim == 1:
                return y @ g, x[:, None] * g[None, :]
            elif y.ndim == 1:
                return g[:, None] * y[None, :], x.T @ g
            else:
                return g @ y.T, x.T @ g
        elif op == 'max':
            return np.where(x > y, g, 0), np.where(x > y, 0, g)
        elif op == 'neg':
            return -g, None
        elif op == 'exp':
            return g * z, None
        elif op == 'log':
            return g / x, None
        elif op == 'sigmoid':
            return g * z * logistic(-x), None
        elif op == 'tanh':
            return g * (1 - z * z), None
        elif op == 'relu':
            return g * (x > 0), None
        elif op == 'sum':
            return np.zeros(x.shape) + g.reshape(self.info), None
        elif op == 'mean':
            return np.zeros(x.shape) + g.reshape(self.info) * (z.size / x.size), None
        elif op == 'reshape':
            return g.reshape(x.shape), None
        elif op == 'transpose':
            return g.transpose(np.argsort(self.info)), None
        elif op == 'index':
            dx = np.zeros(x.shape)
            dx[self.info] = g
            return dx, None
        raise ValueError('no slope for ' + op)

    def backward(self, upstream=None):
        # post-order without recursion: a Variable goes on the stack twice, the second time it is finished
        order, known, stack = [], set(), [(self, False)]
        while stack:
            v, finished = stack.pop()
            if finished:
                order.append(v)
            elif v is not None and id(v) not in known:
                known.add(id(v))
                stack += [(v, True), (v.a, False), (v.b, False)]
        for v in order:
            v.grad = np.zeros(v.value.shape)
        self.grad = np.ones(self.value.shape) if upstream is None else np.array(upstream, dtype='float64')
        for v in reversed(order):
            if v.op != 'leaf':
                da, db = v.slopes()
                v.a.grad = v.a.grad + da
                if db is not None:
                    v.b.grad = v.b.grad + db


def var(o):
    if isinstance(o, Variable):
        return o
    return Variable(o)


def logistic(t):
    # exp of something that is never positive
    e = np.exp(-np.abs(t))
    return np.where(t >= 0, 1 / (1 + e), e / (1 + e))


### DOES IT LEARN? XOR ###

np.random.seed(3)
corners = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., 1.]])   # the third is the bias
xor = np.array([[0.], [1.], [1.], [0.]])
W1, W2 = np.random.randn(3, 8), np.random.randn(8, 1)
for epoch in range(2001):
    first, second = Variable(W1), Variable(W2)
    p = (corners @ first).tanh() @ second
    cost = ((p.sigmoid() - xor) ** 2).sum()
    cost.backward()
    W1, W2 = W1 - first.grad, W2 - second.grad
    if epoch % 500 == 0:
        print(epoch, cost.value)
