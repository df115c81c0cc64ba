"""Public checks: the lecture's circuit and small ones like it, then every operation of a Variable."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.computation_graph.counted import Counted, assert_passes, backward, forward
from assignments.computation_graph.differentiated import assert_differentiated
from assignments.computation_graph.orders import assert_refused, assert_topological, order_of
from autograder import after, number, weight

LECTURE = [("plus1", ["x", "y"]), ("max1", ["y", "z"]), ("times1", ["plus1", "max1"])]
AT = {"x": 1.0, "y": 2.0, "z": 0.0}
SHUFFLED = [LECTURE[2], LECTURE[0], LECTURE[1]]
# x goes to three places, and square to two; one gate has both of its inputs from the same place.
BRANCHES = [
    ("times1", ["x", "x"]),
    ("plus1", ["times1", "x"]),
    ("minus1", ["times1", "y"]),
    ("times2", ["plus1", "minus1"]),
]
DIAMONDS = [
    ("double1", ["x"]),
    ("plus1", ["double1", "y"]),
    ("minus1", ["double1", "y"]),
    ("times1", ["plus1", "minus1"]),
    ("times2", ["times1", "times1"]),
]

X, Y = np.array([[0.5, -2.0, 1.5], [3.0, 0.25, -1.0]]), np.array([[2.0, 4.0, -0.5], [1.0, -8.0, 2.5]])
P, Q = np.array([[0.5, 2.0, 1.5], [3.0, 0.25, 1.0]]), np.array([[2.0, 1.5, 0.5], [-1.0, 3.0, 2.5]])
DF = np.array([[2.0, -1.0, -0.5], [4.0, -3.0, 0.25]])


def assert_run(student, ref, nodes, passes):
    """The graph of these nodes gives the right losses and gradients."""
    assert_passes(Counted().run(student, nodes, passes), ref.run_graph(forward, backward, nodes, passes))


@number("1.1")
@weight(3)
def test_loss_of_the_lecture_circuit(student, ref):
    """The loss of (x + y) * max(y, z) at (1, 2, 0)."""
    assert_run(student, ref, LECTURE, [(AT, [])])


@number("1.2")
@weight(5)
def test_gradients_of_the_lecture_circuit(student, ref):
    """Its gradients: y goes to two gates."""
    assert_run(student, ref, LECTURE, [(AT, [None])])


@number("1.3")
@weight(4)
def test_branches(student, ref):
    """Gradients sum where a value goes to several gates."""
    assert_run(student, ref, BRANCHES, [({"x": 3.0, "y": 4.0}, [None])])


@number("1.4")
@weight(3)
def test_any_order_of_nodes(student, ref):
    """The nodes are listed in any order."""
    for nodes in (SHUFFLED, DIAMONDS[::-1]):
        assert_run(student, ref, nodes, [({"x": 1.0, "y": 3.0, **({"z": 4.0} if nodes is SHUFFLED else {})}, [None])])


@number("1.5")
@weight(3)
def test_topological_order(student):
    """nodes_topologically_sorted: each after its inputs."""
    for nodes in (LECTURE, SHUFFLED, DIAMONDS[::-1]):
        assert_topological(order_of(student, nodes), nodes)


@number("1.6")
@weight(4)
def test_each_gate_once(student):
    """Each gate's forward and backward run once a pass."""
    for nodes in (LECTURE, DIAMONDS):
        counted = Counted()
        counted.run(student, nodes, [({"x": 1.0, "y": 3.0, "z": 4.0}, [None])])
        counted.assert_times(nodes, 1, 1, 1, 1)


@number("1.7")
@weight(3)
def test_forward_and_backward_again(student, ref):
    """Forward and backward again, with other inputs."""
    passes = [({"x": 3.0, "y": 4.0}, [None, None]), ({"x": -1.0, "y": 2.0}, [None])]
    assert_run(student, ref, BRANCHES, passes)


@after("test_loss_of_the_lecture_circuit")  # a sound graph raises nothing
@number("1.8")
@weight(2)
def test_a_cycle(student):
    """A cycle raises an exception that names a node of it."""
    nodes = [("double1", ["x"]), ("plus1", ["double1", "half1"]), ("negate1", ["plus1"]), ("half1", ["negate1"])]
    assert_refused(student, [*nodes, ("sum1", ["half1"])], {"x": 1.0}, [("plus1", "negate1", "half1")], "a cycle")


@after("test_loss_of_the_lecture_circuit")
@number("1.9")
@weight(2)
def test_a_missing_input(student):
    """A missing input: named, with the node that needs it."""
    nodes = [("double1", ["x"]), ("times1", ["double1", "price"]), ("plus1", ["times1", "x"])]
    assert_refused(student, nodes, {"x": 1.0}, [("price",), ("times1",)], "an input missing")


@number("2.1")
@weight(2)
def test_addition(student, ref):
    """x + y, x - y and -x."""
    assert_differentiated(student, ref, "f = x + y", {"x": X, "y": Y}, DF)
    assert_differentiated(student, ref, "f = x - y", {"x": X, "y": Y}, DF)
    assert_differentiated(student, ref, "f = -x", {"x": X}, DF)


@number("2.2")
@weight(2)
def test_multiplication(student, ref):
    """x * y and x / y."""
    assert_differentiated(student, ref, "f = x * y", {"x": X, "y": Y}, DF)
    assert_differentiated(student, ref, "f = x / y", {"x": X, "y": Y}, DF)


@number("2.3")
@weight(2)
def test_powers(student, ref):
    """x ** n, for numbers n."""
    assert_differentiated(student, ref, "f = x ** 3", {"x": X}, DF)
    assert_differentiated(student, ref, "f = x ** 0.5", {"x": P}, DF)


@number("2.4")
@weight(3)
def test_constants(student, ref):
    """Numbers and arrays on either side: 2 * x, c - x, x / 4."""
    for program in ("f = 2 * x + 3", "f = 1 - x", "f = x / 4 - 1", "f = 6 / x", "f = 0.5 + x * 3"):
        assert_differentiated(student, ref, program, {"x": X}, DF)
    for program in ("f = x * c - c", "f = c - x * x", "f = c / x", "f = c + x / c"):
        assert_differentiated(student, ref, program, {"x": X}, DF, c=Y)


@number("2.5")
@weight(1)
@pytest.mark.parametrize("name", ["exp", "log", "sigmoid", "tanh", "relu"])
def test_functions(student, ref, name):
    """Element by element, times the upstream gradient."""
    assert_differentiated(student, ref, f"f = x.{name}()", {"x": P if name == "log" else X}, DF)


@number("2.6")
@weight(2)
def test_maximum(student, ref):
    """x.maximum(y), of a Variable and of a number."""
    assert_differentiated(student, ref, "f = x.maximum(y)", {"x": X, "y": Y}, DF)
    assert_differentiated(student, ref, "f = x.maximum(1.25)", {"x": X}, DF)


@number("2.7")
@weight(2)
def test_matrix_product(student, ref):
    """W @ x, of two matrices and of a matrix and a vector."""
    assert_differentiated(student, ref, "f = x @ y", {"x": X, "y": Y.reshape(3, 2)}, DF[:, 1:])
    assert_differentiated(student, ref, "f = W @ x", {"W": X, "x": np.array([2.0, -1.0, 0.5])}, np.array([3.0, -2.0]))


@number("2.8")
@weight(2)
def test_sum_and_mean(student, ref):
    """x.sum() and x.mean(), with and without an axis."""
    for program in ("f = x.sum()", "f = x.mean()"):
        assert_differentiated(student, ref, program, {"x": X}, 3.0)
    for program in ("f = x.sum(axis=0)", "f = x.mean(axis=0)"):
        assert_differentiated(student, ref, program, {"x": X}, np.array([2.0, -1.0, 0.5]))


@number("2.9")
@weight(2)
def test_shapes(student, ref):
    """x.reshape(3, 2), x.transpose(1, 0) and x.T."""
    for program in ("f = x.reshape(3, 2)", "f = x.transpose(1, 0)", "f = x.T"):
        assert_differentiated(student, ref, program, {"x": X}, DF.reshape(3, 2) * 2)


@number("2.10")
@weight(2)
def test_indexing(student, ref):
    """x[1, 2], x[:, 1:] and x[rows]."""
    assert_differentiated(student, ref, "f = x[1, 2]", {"x": X}, 3.0)
    assert_differentiated(student, ref, "f = x[:, 1:]", {"x": X}, DF[:, 1:])
    assert_differentiated(student, ref, "f = x[rows]", {"x": X}, DF, rows=np.array([1, 0]))


@number("2.11")
@weight(3)
def test_broadcasting(student, ref):
    """Broadcasting: a row, a column and a number."""
    for other in (np.array([2.0, -1.0, 0.5]), np.array([[3.0], [-2.0]]), 4.0):
        assert_differentiated(student, ref, "f = x + b", {"x": X, "b": other}, DF)
        assert_differentiated(student, ref, "f = b * x", {"x": X, "b": other}, DF)


@after("test_addition", "test_multiplication")
@number("2.12")
@weight(3)
def test_used_again(student, ref):
    """A Variable that is used again: x * x, and diamonds."""
    assert_differentiated(student, ref, "f = x * x + x", {"x": X}, DF)
    assert_differentiated(student, ref, "a = x * y; b = a + x; c = a - y; f = b * c + a", {"x": X, "y": Y}, DF)
    assert_differentiated(student, ref, "f = (x + y) * y.maximum(z)", {"x": 1.0, "y": 2.0, "z": 0.0})


@after("test_multiplication")
@number("2.13")
@weight(2)
def test_backward_again(student, ref):
    """A second backward replaces what the first one left."""
    assert_differentiated(student, ref, "a = x * x; f = a * x", {"x": 3.0}, None, 2.0)
    assert_differentiated(student, ref, "a = x * y; f = a * x + a", {"x": X, "y": Y}, DF, 2 * DF)
