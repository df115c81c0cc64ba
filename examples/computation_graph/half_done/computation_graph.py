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
    """I assume that the nodes come in the right order."""

    def __init__(self, nodes):
        self.nodes = nodes

    def nodes_topologically_sorted(self):
        return [name for name, gate, inputs in self.nodes]

    def forward(self, inputs):
        self.values = dict(inputs)
        self.inputs = inputs
        for name, gate, sources in self.nodes:
            self.values[name] = gate.forward(*[self.values[s] for s in sources])
        return self.values[name]

    def backward(self, dloss=1.0):
        grads = dict.fromkeys(self.values, 0.0)
        grads[self.nodes[-1][0]] = dloss
        for name, gate, sources in self.nodes[::-1]:
            for source, g in zip(sources, gate.backward(grads[name])):
                grads[source] += g
        return {name: grads[name] for name in self.inputs}


class Variable:
    def __init__(self, value):
        self.value = value
        self.grad = None
        self.from_ = []

    def __add__(self, other):
        z = Variable(self.value + other.value)
        z.from_ = [(self, 1.0), (other, 1.0)]
        return z

    def __mul__(self, other):
        z = Variable(self.value * other.value)
        z.from_ = [(self, other.value), (other, self.value)]
        return z

    def __sub__(self, other):
        pass  # TODO

    def backward(self, upstream=1.0):
        self.grad = upstream if self.grad is None else self.grad + upstream
        for v, local in self.from_:
            v.backward(upstream * local)
