"""The computation graph: order, one pass each way, sums at branches, and errors that name the node."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.gates import AddGate, ExpGate, MatMulGate, MaxGate, MultiplyGate, NegateGate, SumGate, TanhGate
from reference.graph import ComputationalGraph, GraphError

numbers = st.floats(-10, 10)


class CountingGate:
    """Any gate, with the number of times that each of its passes ran."""

    def __init__(self, gate):
        self.gate, self.forwards, self.backwards = gate, 0, 0

    def forward(self, *inputs):
        self.forwards += 1
        return self.gate.forward(*inputs)

    def backward(self, dz):
        self.backwards += 1
        return self.gate.backward(dz)


def lecture_graph():
    return ComputationalGraph(
        [("f", MultiplyGate(), ["a", "b"]), ("a", AddGate(), ["x", "y"]), ("b", MaxGate(), ["y", "z"])]
    )


def test_the_lecture_graph_gives_6_and_2_5_0():
    graph = lecture_graph()
    assert graph.forward({"x": 1.0, "y": 2.0, "z": 0.0}) == 6
    assert graph.backward() == {"x": 2, "y": 5, "z": 0}


def test_every_node_comes_after_its_inputs():
    order = lecture_graph().nodes_topologically_sorted()
    assert sorted(order) == ["a", "b", "f"]
    assert order[-1] == "f"


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_any_graph_in_any_order_is_sorted_and_each_gate_runs_once(seed, size):
    dice = random.Random(seed)
    nodes = [("n0", CountingGate(AddGate()), ["x", "y"])]
    for i in range(1, size):  # each node uses the one before it, so that one end is left, and any earlier name
        other = dice.choice(["x", "y", *(f"n{j}" for j in range(i))])
        nodes.append((f"n{i}", CountingGate(dice.choice([AddGate, MaxGate])()), [f"n{i - 1}", other]))
    gates = [gate for _, gate, _ in nodes]
    dice.shuffle(nodes)
    graph = ComputationalGraph(nodes)
    place = {name: i for i, name in enumerate(graph.nodes_topologically_sorted())}
    assert all(place[source] < place[name] for name, _, inputs in nodes for source in inputs if source in place)

    graph.forward({"x": 1.0, "y": 2.0})
    gradients = graph.backward()
    assert {gate.forwards for gate in gates} == {gate.backwards for gate in gates} == {1}
    # All gates are homogeneous of degree 1, so Euler's rule gives the value back: x df/dx + y df/dy = f.
    assert gradients["x"] * 1.0 + gradients["y"] * 2.0 == graph.values[f"n{size - 1}"]


def test_ten_thousand_nodes_need_no_recursion_and_one_pass():
    counting = [CountingGate(NegateGate()) for _ in range(10_000)]
    nodes = [(f"n{i}", gate, [f"n{i - 1}" if i else "x"]) for i, gate in enumerate(counting)]
    graph = ComputationalGraph(nodes[::-1])
    assert graph.forward({"x": 3.0}) == 3
    assert graph.backward() == {"x": 1}
    assert sum(gate.forwards for gate in counting) == sum(gate.backwards for gate in counting) == 10_000


def test_shared_paths_are_computed_once():
    # 60 doublings x + x: 2**60 paths, 60 nodes. Only a pass that shares its deltas ends.
    graph = ComputationalGraph([(f"n{i}", AddGate(), [f"n{i - 1}" if i else "x"] * 2) for i in range(60)])
    graph.forward({"x": 1.0})
    assert graph.backward() == {"x": 2.0**60}


@given(st.integers(0, 2**32), st.integers(1, 9))
def test_backward_is_the_sum_over_all_paths_of_the_product_along_each(seed, size):
    # 003, the flow graph: dz/dx is the sum over the paths from x to z. There may be 2**size of them; backward needs one
    # pass. The numbers are small and whole, so that both are exact.
    dice = random.Random(seed)
    names = ["x", "y"]
    nodes = []
    for i in range(size):
        nodes.append((f"n{i}", dice.choice([AddGate, MultiplyGate])(), [names[-1], dice.choice(names)]))
        names.append(f"n{i}")
    graph = ComputationalGraph(nodes)
    inputs = {"x": float(dice.randint(-2, 2)), "y": float(dice.randint(-2, 2))}
    graph.forward(inputs)

    def by_paths(source, name):
        if name == source:
            return 1.0
        if name in inputs:
            return 0.0
        _, gate, (left, right) = nodes[int(name[1:])]
        is_product = isinstance(gate, MultiplyGate)
        local_left = graph.values[right] if is_product else 1.0
        local_right = graph.values[left] if is_product else 1.0
        return local_left * by_paths(source, left) + local_right * by_paths(source, right)

    last = f"n{size - 1}"
    assert graph.backward() == pytest.approx({source: by_paths(source, last) for source in inputs}, rel=1e-9)


@given(x=numbers, y=numbers)
def test_gradients_sum_at_outward_branches(x, y):
    graph = ComputationalGraph([("a", MultiplyGate(), ["x", "x"]), ("f", MultiplyGate(), ["a", "y"])])
    graph.forward({"x": x, "y": y})
    assert graph.backward() == pytest.approx({"x": 2 * x * y, "y": x * x})


@given(x=numbers, y=numbers, dloss=st.floats(-1e3, 1e3))
def test_backward_is_linear_in_the_upstream_gradient(x, y, dloss):
    graph = ComputationalGraph(
        [("e", TanhGate(), ["x"]), ("p", MultiplyGate(), ["e", "y"]), ("f", AddGate(), ["p", "e"])]
    )
    graph.forward({"x": x, "y": y})
    once = graph.backward()
    scaled = graph.backward(dloss)
    assert scaled == pytest.approx({name: dloss * value for name, value in once.items()}, rel=1e-12, abs=1e-12)


def test_a_neural_network_is_a_graph(rng):
    W, x, b, u = rng.normal(size=(3, 5)), rng.normal(size=5), rng.normal(size=3), rng.normal(size=3)
    graph = ComputationalGraph(
        [
            ("Wx", MatMulGate(), ["W", "x"]),
            ("z", AddGate(), ["Wx", "b"]),
            ("h", TanhGate(), ["z"]),
            ("s", MatMulGate(), ["u", "h"]),
        ]
    )
    inputs = {"W": W, "x": x, "b": b, "u": u}
    kept = {name: value.copy() for name, value in inputs.items()}
    assert graph.forward(inputs) == pytest.approx(u @ np.tanh(W @ x + b))
    gradients = graph.backward()
    delta = u * (1 - np.tanh(W @ x + b) ** 2)
    np.testing.assert_allclose(gradients["W"], np.outer(delta, x), rtol=1e-12)
    np.testing.assert_allclose(gradients["x"], W.T @ delta, rtol=1e-12)
    np.testing.assert_allclose(gradients["b"], delta, rtol=1e-12)
    np.testing.assert_allclose(gradients["u"], np.tanh(W @ x + b), rtol=1e-12)
    for name, value in inputs.items():
        np.testing.assert_array_equal(value, kept[name])


def test_two_passes_through_one_graph_do_not_mix():
    graph = lecture_graph()
    graph.forward({"x": 5.0, "y": 1.0, "z": 3.0})
    graph.backward()
    assert graph.forward({"x": 1.0, "y": 2.0, "z": 0.0}) == 6
    assert graph.backward() == graph.backward() == {"x": 2, "y": 5, "z": 0}


def test_an_input_that_no_node_uses_has_the_gradient_zero():
    graph = ComputationalGraph([("f", ExpGate(), ["x"])])
    graph.forward({"x": 0.0, "idle": np.ones(2)})
    gradients = graph.backward()
    assert gradients["x"] == 1
    np.testing.assert_array_equal(gradients["idle"], [0, 0])


def test_a_cycle_is_an_error_that_names_its_nodes():
    nodes = [("a", AddGate(), ["x", "c"]), ("b", NegateGate(), ["a"]), ("c", NegateGate(), ["b"])]
    after = ("after", NegateGate(), ["c"])
    with pytest.raises(GraphError, match=r"cycle: ('a' -> 'b' -> 'c' -> 'a'|'b' -> 'c' -> 'a'|'c' -> )") as error:
        ComputationalGraph([*nodes, after])
    assert "after" not in str(error.value)
    with pytest.raises(GraphError, match="cycle: 'me' -> 'me'"):
        ComputationalGraph([("me", NegateGate(), ["me"])])


def test_a_missing_input_is_an_error_that_names_the_node_and_the_input():
    with pytest.raises(GraphError, match="node 'a' needs the input 'y'"):
        lecture_graph().forward({"x": 1.0, "z": 0.0})


def test_a_shape_mismatch_is_an_error_that_names_the_node_and_the_shapes():
    with pytest.raises(GraphError, match=r"node 'a' cannot take .*'x' \(3,\), 'y' \(2,\)"):
        lecture_graph().forward({"x": np.ones(3), "y": np.ones(2), "z": np.ones(2)})
    product = ComputationalGraph([("Wx", MatMulGate(), ["W", "x"]), ("s", SumGate(), ["Wx"])])
    with pytest.raises(GraphError, match=r"node 'Wx' cannot take .*'W' \(3, 5\), 'x' \(3,\)"):
        product.forward({"W": np.ones((3, 5)), "x": np.ones(3)})


def test_a_gate_that_sends_a_gradient_of_the_wrong_shape_is_named():
    class Careless(NegateGate):
        def backward(self, dz):
            return [np.ones((1, 3))]

    graph = ComputationalGraph([("n", Careless(), ["x"]), ("s", SumGate(), ["n"])])
    graph.forward({"x": np.ones(3)})
    with pytest.raises(GraphError, match=r"node 'n' sent 'x' a gradient of shape \(1, 3\); it should be \(3,\)"):
        graph.backward()


def test_a_loss_that_is_not_one_number_is_an_error():
    graph = lecture_graph()
    graph.forward({"x": np.ones(3), "y": np.ones(3), "z": np.ones(3)})
    with pytest.raises(GraphError, match=r"node 'f' gave the shape \(3,\)"):
        graph.backward()


def test_backward_before_forward_is_an_error():
    with pytest.raises(GraphError, match="needs the values of a forward pass"):
        lecture_graph().backward()


def test_a_name_or_a_gate_that_stands_twice_is_an_error():
    with pytest.raises(GraphError, match="two nodes bear the name 'a'"):
        ComputationalGraph([("a", ExpGate(), ["x"]), ("a", ExpGate(), ["x"])])
    gate = ExpGate()
    with pytest.raises(GraphError, match="'a' and 'b' share one gate"):
        ComputationalGraph([("a", gate, ["x"]), ("b", gate, ["a"])])


def test_two_ends_are_an_error_that_names_them():
    with pytest.raises(GraphError, match="2 are used by no other: a, b"):
        ComputationalGraph([("a", ExpGate(), ["x"]), ("b", ExpGate(), ["x"])])
