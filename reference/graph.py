"""A computation graph of gates: forward in topological order, backward in the reverse order, each gate once.

    forward:  a gate's value from the values of its inputs;
    backward: dz/dx = sum_i dz/dy_i * dy_i/dx over the successors y_i of x; gradients sum at outward branches.

So both passes cost the same order, and what two inputs share on the way to the loss is computed once.

Conventions (CS224n lecture 4, "Backprop in a general computation graph"):
- A graph is a list of nodes ``(name, gate, inputs)`` in any order; ``inputs`` are names. ``gate`` has
  ``forward(*inputs) -> z`` and ``backward(dz) -> [gradient of each input]`` (gates.py) and stands at one place only.
- A name that no node bears is an input of the graph. The one node that no other node uses gives the loss, a number.
- A gradient has the shape of what it is the gradient of. No argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

Value: TypeAlias = "float | np.ndarray"  # what travels along an edge: a number, or an array of numbers


class GraphError(ValueError):
    """The graph, or what was given to it, is wrong; the message names the node."""


class ComputationalGraph:
    """A circuit that computes a loss and, backward, its gradient with respect to every input."""

    def __init__(self, nodes: Sequence[tuple[str, Any, Sequence[str]]]) -> None:
        """Keeps the nodes ``(name, gate, inputs)``.

        Raises GraphError, naming the node, where a name or a gate stands twice, where the nodes form a cycle, and where
        not exactly one node is left to give the loss.
        """
        self.gates: dict[str, Any] = {}
        self.inputs_of: dict[str, list[str]] = {}
        for name, gate, inputs in nodes:
            if name in self.gates:
                raise GraphError(f"two nodes bear the name '{name}'")
            self.gates[name] = gate
            self.inputs_of[name] = list(inputs)
        self._check_that_no_gate_is_shared()
        self.order = self.nodes_topologically_sorted()
        self.loss_name = self._name_of_the_loss()
        self.values: dict[str, Value] = {}

    def nodes_topologically_sorted(self) -> list[str]:
        """The names of all nodes, each after every node that it depends on.

        Works without recursion, in time proportional to nodes plus edges. Raises GraphError with the names of a cycle.
        """
        users: dict[str, list[str]] = {name: [] for name in self.gates}
        waits_for = dict.fromkeys(self.gates, 0)
        for name, inputs in self.inputs_of.items():
            for source in inputs:
                if source in self.gates:
                    users[source].append(name)
                    waits_for[name] += 1
        order = [name for name, count in waits_for.items() if count == 0]
        for name in order:  # grows while we walk along it
            for user in users[name]:
                waits_for[user] -= 1
                if waits_for[user] == 0:
                    order.append(user)
        if len(order) < len(self.gates):
            raise GraphError("the nodes form a cycle: " + " -> ".join(self._a_cycle(set(self.gates) - set(order))))
        return order

    def forward(self, inputs: Mapping[str, Value]) -> Value:
        """Computes every node once, in topological order, and returns the loss.

        inputs: name -> number or array. Raises GraphError, naming the node, where an input is missing or two shapes do
        not fit each other.
        """
        self.values = dict(inputs)
        for name in self.order:
            arguments = [self._value_for(name, source) for source in self.inputs_of[name]]
            try:
                self.values[name] = self.gates[name].forward(*arguments)
            except ValueError as error:
                shapes = ", ".join(f"'{s}' {np.shape(self.values[s])}" for s in self.inputs_of[name])
                raise GraphError(f"node '{name}' cannot take the shapes of its inputs {shapes}: {error}") from error
        return self.values[self.loss_name]

    def backward(self, dloss: float = 1.0) -> dict[str, Value]:
        """Runs every gate backward once, in reverse order, and returns ``inputs_gradients``: input name -> gradient.

        dloss: the gradient at the output, 1 unless the loss itself feeds something else. An input that no node uses
        gets zeros. Raises GraphError before a forward, or where a gradient has not the shape of its value.
        """
        if self.loss_name not in self.values:
            raise GraphError(f"backward needs the values of a forward pass, and '{self.loss_name}' has none yet")
        if np.size(self.values[self.loss_name]) != 1:
            shape = np.shape(self.values[self.loss_name])
            raise GraphError(f"the loss is one number, but node '{self.loss_name}' gave the shape {shape}")
        gradients: dict[str, Value] = {self.loss_name: np.full(np.shape(self.values[self.loss_name]), dloss)[()]}
        for name in reversed(self.order):
            downstream = self.gates[name].backward(gradients[name])
            for source, gradient in zip(self.inputs_of[name], downstream, strict=True):
                self._check_shape(name, source, gradient)
                if source in gradients:
                    gradients[source] = gradients[source] + gradient  # an outward branch: sum, never overwrite
                else:
                    gradients[source] = gradient
        self.gradients = gradients
        inputs = [name for name in self.values if name not in self.gates]
        return {name: gradients.get(name, 0.0 * self.values[name]) for name in inputs}

    def _value_for(self, name: str, source: str) -> Value:
        if source not in self.values:
            raise GraphError(f"node '{name}' needs the input '{source}', which was not given")
        return self.values[source]

    def _check_shape(self, name: str, source: str, gradient: Value) -> None:
        expected = np.shape(self.values[source])
        if np.shape(gradient) != expected:
            found = np.shape(gradient)
            raise GraphError(f"node '{name}' sent '{source}' a gradient of shape {found}; it should be {expected}")

    def _check_that_no_gate_is_shared(self) -> None:
        place: dict[int, str] = {}
        for name, gate in self.gates.items():
            other = place.setdefault(id(gate), name)
            if other != name:
                raise GraphError(f"nodes '{other}' and '{name}' share one gate, which can keep the values of one only")

    def _name_of_the_loss(self) -> str:
        used = {source for inputs in self.inputs_of.values() for source in inputs}
        ends = [name for name in self.gates if name not in used]
        if len(ends) != 1:
            raise GraphError(f"one node gives the loss, but {len(ends)} are used by no other: {', '.join(ends)}")
        return ends[0]

    def _a_cycle(self, unsorted: set[str]) -> list[str]:
        """One cycle among the nodes that could not be sorted: each of them waits for another of them."""
        path = [min(unsorted)]
        while path.count(path[-1]) == 1:
            path.append(next(source for source in self.inputs_of[path[-1]] if source in unsorted))
        cycle = path[path.index(path[-1]) :]
        return [f"'{name}'" for name in reversed(cycle)]


def run_graph(
    forward: Callable[..., Value],
    backward: Callable[..., Sequence[Value]],
    nodes: Sequence[tuple[str, Sequence[str]]],
    passes: Sequence[tuple[Mapping[str, Value], Sequence[float | None]]],
) -> list[tuple[Value, list[dict[str, Value]]]]:
    """One graph, taken forward and backward as often as is asked, with gates whose work two functions do.

    forward(name, x, ...) and backward(name, dz, x, ...) are told which node they stand at: so whoever hands them over
    can count. nodes: (name, inputs). passes: for each forward its inputs, and for each backward after it its dloss,
    None to leave that out. Returns (loss, [inputs_gradients of each backward]) for each of the passes.
    """
    graph = ComputationalGraph([(name, NamedGate(name, forward, backward), inputs) for name, inputs in nodes])
    results = []
    for given, upstream in passes:
        loss = graph.forward(given)
        results.append((loss, [graph.backward() if dloss is None else graph.backward(dloss) for dloss in upstream]))
    return results


class NamedGate:
    """A gate that keeps its inputs, and leaves its work to two functions."""

    def __init__(self, name: str, forward: Callable[..., Value], backward: Callable[..., Sequence[Value]]) -> None:
        """name: what the functions are told, forward(name, x, ...) and backward(name, dz, x, ...)."""
        self.name = name
        self.on_forward, self.on_backward = forward, backward

    def forward(self, *inputs: Value) -> Value:
        self.inputs = inputs
        return self.on_forward(self.name, *inputs)

    def backward(self, dz: Value) -> Sequence[Value]:
        return self.on_backward(self.name, dz, *self.inputs)
