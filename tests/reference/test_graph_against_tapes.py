"""The computation graph, and programs that are differentiated, against the tapes of JAX and of torch."""

from __future__ import annotations

import graphlib

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: ./setup.sh test oracles")
pytest.importorskip("torch", reason="torch is not installed: ./setup.sh test oracles")

import jax
import jax.numpy as jnp
import torch

from reference.autodiff import differentiate
from reference.graph import ComputationalGraph, run_graph
from tests.reference.proofs import proves
from tests.reference.random_graphs import random_nodes

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

OPERATIONS = {
    "jax": {
        "AddGate": jnp.add,
        "MultiplyGate": jnp.multiply,
        "MaxGate": jnp.maximum,
        "TanhGate": jnp.tanh,
        "SigmoidGate": jax.nn.sigmoid,
        "NegateGate": jnp.negative,
    },
    "torch": {
        "AddGate": torch.add,
        "MultiplyGate": torch.mul,
        "MaxGate": torch.maximum,
        "TanhGate": torch.tanh,
        "SigmoidGate": torch.sigmoid,
        "NegateGate": torch.neg,
    },
}


def evaluate(nodes, operations, x, y):
    """The value of the last node, computed by an oracle's operations in graphlib's order."""
    by_name = {name: (operations[type(gate).__name__], inputs) for name, gate, inputs in nodes}
    values = {"x": x, "y": y}
    for name in graphlib.TopologicalSorter({name: inputs for name, _, inputs in nodes}).static_order():
        if name not in values:
            operation, inputs = by_name[name]
            values[name] = operation(*(values[source] for source in inputs))
    return values[f"n{len(nodes) - 1}"]


@proves("graph.ComputationalGraph", by=("jax", "torch"))
@pytest.mark.parametrize("seed", range(20))
def test_a_random_circuit_has_the_value_and_the_gradients_of_both_tapes(seed):
    nodes = random_nodes(seed, 1 + seed % 12)
    x, y = np.random.default_rng(seed).normal(size=2)
    graph = ComputationalGraph(nodes)
    value, gradients = graph.forward({"x": x, "y": y}), graph.backward(2.5)

    by_jax, slopes = jax.value_and_grad(lambda x, y: evaluate(nodes, OPERATIONS["jax"], x, y), (0, 1))(x, y)
    np.testing.assert_allclose(value, by_jax, rtol=1e-12)
    np.testing.assert_allclose([gradients["x"], gradients["y"]], 2.5 * np.array(slopes), rtol=1e-11, atol=1e-14)

    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (x, y)]
    by_torch = evaluate(nodes, OPERATIONS["torch"], *leaves)
    # A leaf that is not used has no gradient in torch, and zero in ours.
    slopes = torch.autograd.grad(by_torch, leaves, torch.tensor(2.5, dtype=torch.float64), materialize_grads=True)
    np.testing.assert_allclose(value, by_torch.item(), rtol=1e-12)
    np.testing.assert_allclose([gradients["x"], gradients["y"]], [s.item() for s in slopes], rtol=1e-11, atol=1e-14)


@proves("graph.run_graph", "graph.NamedGate", by=("jax", "torch"))
@pytest.mark.parametrize("seed", range(10))
def test_a_graph_whose_gates_are_functions_of_an_oracle_is_the_whole_function_of_the_oracle(seed):
    nodes = random_nodes(seed, 1 + seed % 12)
    kinds = {name: type(gate).__name__ for name, gate, _ in nodes}
    x, y = np.random.default_rng(seed).normal(size=2)

    def jax_forward(name, *inputs):
        return np.asarray(OPERATIONS["jax"][kinds[name]](*inputs))

    def jax_backward(name, dz, *inputs):
        return [np.asarray(slope) for slope in jax.vjp(OPERATIONS["jax"][kinds[name]], *inputs)[1](jnp.asarray(dz))]

    passes = [({"x": 1.5, "y": -1.0}, [1.0]), ({"x": x, "y": y}, [None, 2.5, 1.0])]
    shape = [(name, inputs) for name, _, inputs in nodes]
    results = _run_each_gate_once(jax_forward, jax_backward, shape, passes)
    assert [len(all_gradients) for _, all_gradients in results] == [1, 3]
    for (given, upstreams), (loss, all_gradients) in zip(passes, results, strict=True):
        by_jax, slopes = jax.value_and_grad(lambda x, y: evaluate(nodes, OPERATIONS["jax"], x, y), (0, 1))(
            given["x"], given["y"]
        )
        leaves = [torch.tensor(given[name], dtype=torch.float64, requires_grad=True) for name in "xy"]
        by_torch = evaluate(nodes, OPERATIONS["torch"], *leaves)
        torch_slopes = torch.autograd.grad(by_torch, leaves, materialize_grads=True)
        for value, expected in ((by_jax, slopes), (by_torch.item(), [s.item() for s in torch_slopes])):
            np.testing.assert_allclose(loss, value, rtol=1e-12)
            for dloss, gradients in zip(upstreams, all_gradients, strict=True):
                scaled = (1.0 if dloss is None else dloss) * np.array(expected)
                np.testing.assert_allclose([gradients["x"], gradients["y"]], scaled, rtol=1e-11, atol=1e-14)


def _run_each_gate_once(forward, backward, nodes, passes):
    """run_graph, which asks every gate once in every forward and once in every backward."""
    asked = []

    def counting(way, function):
        return lambda name, *arguments: asked.append((way, name)) or function(name, *arguments)

    results = run_graph(counting("forward", forward), counting("backward", backward), nodes, passes)
    backwards = sum(len(upstreams) for _, upstreams in passes)
    for name, _ in nodes:
        assert (asked.count(("forward", name)), asked.count(("backward", name))) == (len(passes), backwards)
    return results


PROGRAM = """
t = (x * y + x / (2 + y)) ** 2
u = t - 3 * (A @ x)
f = (u * u + x).sum()
"""


@proves("autodiff.differentiate", by=("jax", "torch"))
def test_a_program_has_the_value_and_the_gradients_of_both_tapes(rng):
    x, y, A = rng.uniform(0.3, 2.0, 4), rng.uniform(0.3, 2.0, 4), rng.normal(size=(4, 4))
    value, gradients = differentiate(PROGRAM, {"x": x, "y": y}, {"A": A}, upstreams=(1.0, -2.5))

    def run(x, y, A):
        names = {"x": x, "y": y, "A": A}
        exec(PROGRAM, names)
        return names["f"]

    by_jax, slopes = jax.value_and_grad(run, (0, 1))(x, y, A)
    leaves = [torch.tensor(array, requires_grad=True) for array in (x, y)]
    by_torch = run(*leaves, torch.tensor(A))
    by_torch.backward()
    for expected, (dx, dy) in ((by_jax, slopes), (by_torch.item(), [leaf.grad.numpy() for leaf in leaves])):
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        np.testing.assert_allclose(gradients["x"], -2.5 * np.asarray(dx), rtol=1e-11)
        np.testing.assert_allclose(gradients["y"], -2.5 * np.asarray(dy), rtol=1e-11)
