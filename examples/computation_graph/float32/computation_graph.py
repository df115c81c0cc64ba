"""Autograd with a class for each operation, like torch.autograd.Function. float32, also like torch."""
from __future__ import annotations

import graphlib
import itertools

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
        self.nodes = list(nodes)
        self.gates = {name: gate for name, gate, _ in self.nodes}
        self.inputs_of = {name: tuple(inputs) for name, _, inputs in self.nodes}

    def nodes_topologically_sorted(self) -> list[str]:
        # the standard library can do this; its CycleError lists the cycle
        everything = graphlib.TopologicalSorter(self.inputs_of).static_order()
        return [name for name in everything if name in self.gates]

    def forward(self, inputs):
        self.order = self.nodes_topologically_sorted()
        needed = ((name, wanted) for name in self.order for wanted in self.inputs_of[name])
        for name, wanted in needed:
            if wanted not in self.gates and wanted not in inputs:
                raise GraphError(f"cannot compute {name}: there is no input {wanted}")
        self.shapes = {name: np.shape(value) for name, value in inputs.items()}
        table = {**inputs}
        for name in self.order:
            table[name] = self.gates[name].forward(*(table[wanted] for wanted in self.inputs_of[name]))
        used = set(itertools.chain.from_iterable(self.inputs_of.values()))
        self.loss = next(name for name in self.order if name not in used)
        return table[self.loss]

    def backward(self, dloss=1.0):
        total = {self.loss: dloss}
        for name in self.order[::-1]:
            for wanted, part in zip(self.inputs_of[name], self.gates[name].backward(total.pop(name))):
                total[wanted] = total[wanted] + part if wanted in total else part
        return {name: total.get(name, np.zeros(shape)) for name, shape in self.shapes.items()}


class Function:
    """One operation. __call__ is forward and remembers what grad needs."""

    def __init__(self, **options):
        self.__dict__.update(options)

    def __call__(self, *operands) -> Variable:
        variables = [v if isinstance(v, Variable) else Variable(v) for v in operands]
        self.x = [v.value for v in variables]
        self.z = np.asarray(self.forward(*self.x), np.float32)
        return Variable(self.z, self, variables)


class Add(Function):
    def forward(self, a, b):
        return a + b

    def grad(self, g):
        return g, g


class Sub(Function):
    def forward(self, a, b):
        return a - b

    def grad(self, g):
        return g, -g


class Mul(Function):
    def forward(self, a, b):
        return a * b

    def grad(self, g):
        a, b = self.x
        return g * b, g * a


class Div(Function):
    def forward(self, a, b):
        return a / b

    def grad(self, g):
        a, b = self.x
        return g / b, -g * self.z / b


class Pow(Function):
    def forward(self, a, b):
        return a**b

    def grad(self, g):
        a, b = self.x
        log = np.log(a, out=np.zeros_like(a), where=a > 0)
        return g * b * a ** (b - 1), g * self.z * log


class MatMul(Function):
    def forward(self, a, b):
        return a @ b

    def grad(self, g):
        a, b = self.x
        if a.ndim == 2 and b.ndim == 2:
            return g @ b.T, a.T @ g
        if a.ndim == 2:
            return np.outer(g, b), g @ a
        if b.ndim == 2:
            return b @ g, np.outer(a, g)
        return g * b, g * a


class Maximum(Function):
    def forward(self, a, b):
        return np.maximum(a, b)

    def grad(self, g):
        first = self.x[0] >= self.x[1]
        return g * first, g * ~first


class Exp(Function):
    def forward(self, a):
        return np.exp(a)

    def grad(self, g):
        return (g * self.z,)


class Log(Function):
    def forward(self, a):
        return np.log(a)

    def grad(self, g):
        return (g / self.x[0],)


class Sigmoid(Function):
    def forward(self, a):
        self.small = np.exp(-np.abs(a))
        return np.where(a < 0, self.small, 1) / (1 + self.small)

    def grad(self, g):
        return (g * self.small / (1 + self.small) ** 2,)


class Tanh(Function):
    def forward(self, a):
        return np.tanh(a)

    def grad(self, g):
        return (g - g * self.z**2,)


class Relu(Function):
    def forward(self, a):
        return a.clip(min=0)

    def grad(self, g):
        return (np.where(self.x[0] > 0, g, 0),)


class Sum(Function):
    def forward(self, a):
        return a.sum(axis=self.axis, keepdims=self.keepdims)

    def grad(self, g):
        (a,) = self.x
        if self.axis is not None and not self.keepdims:
            g = np.expand_dims(g, self.axis)
        return (np.ones_like(a) * g,)


class Reshape(Function):
    def forward(self, a):
        return np.reshape(a, self.shape)

    def grad(self, g):
        return (np.reshape(g, self.x[0].shape),)


class Transpose(Function):
    def forward(self, a):
        return np.transpose(a, self.axes)

    def grad(self, g):
        return (np.transpose(g, self.axes and np.argsort(self.axes)),)


class Index(Function):
    def forward(self, a):
        return a[self.index]

    def grad(self, g):
        out = np.zeros_like(self.x[0])
        np.add.at(out, self.index, g)
        return (out,)


class Variable:
    __array_ufunc__ = None
    clock = itertools.count()

    def __init__(self, value, made_by=None, operands=()):
        self.value = np.array(value, dtype=np.float32)
        self.grad = None
        self.made_by, self.operands = made_by, operands
        self.born = next(Variable.clock)  # operands are always older

    def backward(self, upstream=None):
        family, look_at = {}, [self]
        while look_at:
            v = look_at.pop()
            if v.born not in family:
                family[v.born] = v
                v.grad = np.zeros_like(v.value)
                look_at.extend(v.operands)
        self.grad += 1 if upstream is None else np.asarray(upstream, np.float32)
        for birthday in sorted(family, reverse=True):  # youngest first
            v = family[birthday]
            if v.made_by is not None:
                for operand, part in zip(v.operands, v.made_by.grad(v.grad)):
                    operand.grad = operand.grad + sum_to(part, operand.value.shape)

    def __add__(self, other): return Add()(self, other)
    def __radd__(self, other): return Add()(other, self)
    def __sub__(self, other): return Sub()(self, other)
    def __rsub__(self, other): return Sub()(other, self)
    def __mul__(self, other): return Mul()(self, other)
    def __rmul__(self, other): return Mul()(other, self)
    def __truediv__(self, other): return Div()(self, other)
    def __rtruediv__(self, other): return Div()(other, self)
    def __pow__(self, other): return Pow()(self, other)
    def __rpow__(self, other): return Pow()(other, self)
    def __matmul__(self, other): return MatMul()(self, other)
    def __rmatmul__(self, other): return MatMul()(other, self)
    def __neg__(self): return Mul()(self, -1)
    def __getitem__(self, index): return Index(index=index)(self)
    def maximum(self, other): return Maximum()(self, other)
    def exp(self): return Exp()(self)
    def log(self): return Log()(self)
    def sigmoid(self): return Sigmoid()(self)
    def tanh(self): return Tanh()(self)
    def relu(self): return Relu()(self)
    def sum(self, axis=None, keepdims=False): return Sum(axis=axis, keepdims=keepdims)(self)
    def reshape(self, *shape): return Reshape(shape=shape)(self)
    def transpose(self, *axes): return Transpose(axes=axes or None)(self)

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total * (total.value.size / self.value.size)

    @property
    def T(self): return self.transpose()


def sum_to(g, shape):
    """The gradient of what was broadcast from `shape`."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    copied = tuple(k for k in range(len(shape)) if shape[k] == 1 != g.shape[k])
    return g.sum(axis=copied, keepdims=True)
