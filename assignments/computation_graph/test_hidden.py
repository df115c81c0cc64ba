"""Hidden checks: random graphs, counts, depth and errors; then Variables of every shape, and programs that share."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.computation_graph.counted import Counted, assert_passes, backward, forward
from assignments.computation_graph.differentiated import assert_differentiated
from assignments.computation_graph.hidden_graphs import random_graph
from assignments.computation_graph.orders import assert_refused, assert_topological, order_of
from autograder import after, number, weight

SIZES = (2, 3, 5, 8, 13, 21, 34)
DEPTH = 3000  # Python stops a recursion at a depth of 1000
SHALLOW = 1050  # beyond that depth too, where every step takes its time


def assert_run(student, ref, nodes, passes, seconds=None):
    """The graph of these nodes gives the right losses and gradients."""
    assert_passes(Counted().run(student, nodes, passes, seconds), ref.run_graph(forward, backward, nodes, passes))


def chain(kind, length):
    """Nodes in a row, listed from the last to the first."""
    sources = ["x", *(f"{kind}{at}" for at in range(1, length))]
    return [(f"{kind}{at}", [source]) for at, source in enumerate(sources, 1)][::-1]


@number("3.1")
@weight(6)
def test_random_graphs(student, ref):
    """Random graphs with branches: loss and gradients."""
    for seed, size in enumerate(SIZES):
        nodes, inputs = random_graph(seed, size)
        assert_run(student, ref, nodes, [(inputs, [None])])


@number("3.2")
@weight(4)
def test_random_graphs_counted(student):
    """Random graphs: each gate runs once in each pass."""
    for seed, size in enumerate(SIZES):
        nodes, inputs = random_graph(100 + seed, size)
        counted = Counted()
        counted.run(student, nodes, [(inputs, [None])])
        counted.assert_times(nodes, 1, 1, 1, 1)


@number("3.3")
@weight(2)
def test_random_orders(student):
    """Random graphs: a topological order of the nodes."""
    for seed, size in enumerate(SIZES):
        nodes, _ = random_graph(200 + seed, size)
        assert_topological(order_of(student, nodes), nodes)


@number("3.4")
@weight(2)
def test_arrays(student, ref):
    """Arrays travel along the edges as numbers do."""
    for seed, shape in enumerate([(3,), (2, 5)]):
        nodes, inputs = random_graph(300 + seed, 10, shape)
        assert_run(student, ref, nodes, [(inputs, [None])])
    layer = [("dot1", ["W", "x"]), ("plus1", ["dot1", "b"]), ("times1", ["plus1", "plus1"]), ("sum1", ["times1"])]
    inputs = {
        "W": np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]]),
        "x": np.array([2.0, -1.0, 0.5]),
        "b": np.array([-3.0, 1.5]),
    }
    assert_run(student, ref, layer, [(inputs, [None])])


@number("3.5")
@weight(2)
def test_again(student, ref):
    """Forward with other inputs, backward as often as asked."""
    for seed in range(3):
        nodes, inputs = random_graph(400 + seed, 12)
        scaled = {name: 2 * value for name, value in inputs.items()}  # so that no maximum ties here either
        other = {name: value / 2 for name, value in inputs.items()}
        assert_run(student, ref, nodes, [(inputs, [None, None]), (scaled, []), (other, [None, 2.0, None])])


@number("3.6")
@weight(1)
def test_dloss(student, ref):
    """backward(dloss) with another gradient at the output."""
    for seed, dloss in enumerate((0.5, -3.0, 0.0)):
        nodes, inputs = random_graph(500 + seed, 9)
        assert_run(student, ref, nodes, [(inputs, [dloss])])


@number("3.7")
@weight(1)
def test_an_idle_input(student, ref):
    """An input that no node uses has the gradient zero."""
    nodes = [("times1", ["x", "y"]), ("double1", ["times1"])]
    assert_run(student, ref, nodes, [({"x": 3.0, "y": -2.0, "idle": 5.0}, [None])])
    inputs = {"x": np.array([3.0, 1.0]), "y": np.array([-2.0, 4.0]), "idle": np.array([[5.0, 6.0, 7.0]])}
    assert_run(student, ref, [*nodes, ("sum1", ["double1"])], [(inputs, [None])])


@number("3.8")
@weight(2)
def test_shared_paths(student, ref):
    """Sixty doublings: more paths than anyone can walk."""
    nodes = [(f"plus{at}", [f"plus{at - 1}" if at > 1 else "x"] * 2) for at in range(1, 61)]
    counted, passes = Counted(), [({"x": 1.0}, [None])]
    got = counted.run(student, nodes, passes)
    assert_passes(got, ref.run_graph(forward, backward, nodes, passes))
    counted.assert_times(nodes, 1, 1, 1, 1)


@number("3.9")
@weight(2)
def test_a_long_chain(student, ref):
    """A long chain: deeper than Python's recursion."""
    nodes = chain("negate", DEPTH)
    assert_topological(order_of(student, nodes), nodes)
    assert_run(student, ref, chain("negate", SHALLOW), [({"x": 3.0}, [None])], seconds=40.0)


@after("test_loss_of_the_lecture_circuit")
@number("3.10")
@weight(1)
def test_cycles(student):
    """Cycles: of one node, at the start, behind a branch."""
    into_itself = [("double1", ["x"]), ("plus1", ["double1", "plus1"]), ("negate1", ["double1"])]
    assert_refused(student, [*into_itself, ("times1", ["plus1", "negate1"])], {"x": 1.0}, [("plus1",)], "a cycle")
    no_start = [("double1", ["half1"]), ("half1", ["double1"]), ("negate1", ["x"]), ("plus1", ["negate1", "half1"])]
    assert_refused(student, no_start, {"x": 1.0}, [("double1", "half1")], "a cycle")


@after("test_loss_of_the_lecture_circuit")
@number("3.11")
@weight(1)
def test_missing_inputs(student):
    """A missing input, deep in the graph."""
    nodes = [("half1", ["x"]), ("double1", ["half1"]), ("mix1", ["x", "double1", "rent"]), ("plus1", ["mix1", "y"])]
    assert_refused(student, nodes[::-1], {"x": 2.0, "y": 1.0}, [("rent",), ("mix1",)], "an input missing")


@number("4.1")
@weight(2)
def test_arithmetic(student, ref, cases):
    """+ - * / and ** of arrays of any shape, of integers too."""
    program = "f = (x + y) * (x - y) / p - x ** 2 + (2 - y) * 3 - (-x) / 4 + p ** -1.5 + 1 / p"
    for x, y, p, df in cases(x="N,D", y="N,D", p="N,D", df="N,D", positive="p", integers="x"):
        assert_differentiated(student, ref, program, {"x": x, "y": y, "p": p}, df)


@number("4.2")
@weight(1)
@pytest.mark.parametrize("operation", ["add and subtract", "multiply and divide"])
def test_broadcasting_every_way(student, ref, operation):
    """Broadcasting every way."""
    programs = {
        "add and subtract": ("f = x + y", "f = x - y"),
        "multiply and divide": ("f = x * y", "f = x / y", "f = x.maximum(y)"),
    }
    rng = np.random.default_rng(42)
    shapes = [((5,), (3, 5)), ((3, 1), (3, 5)), ((1, 5), (3, 1)), ((), (3, 5)), ((1,), (2, 3)), ((3, 1), (2, 3, 5))]
    for one, other in shapes:
        x, y = rng.uniform(0.5, 2.0, one), rng.uniform(-3.0, -0.5, other)
        df = rng.standard_normal(np.broadcast_shapes(one, other))
        for program in programs[operation]:
            assert_differentiated(student, ref, program, {"x": x, "y": y}, df)
            assert_differentiated(student, ref, program, {"x": y, "y": x}, df)


@number("4.3")
@weight(2)
def test_matrix_products(student, ref, cases):
    """@ of matrices and vectors, on either side, and of constants."""
    shapes = (("N,D", "D,H", "N,H"), ("N,D", "D", "N"), ("N", "N,D", "D"), ("N", "N", ""))
    for left, right, result in shapes:
        for x, y, df in cases(x=left, y=right, df=result):
            assert_differentiated(student, ref, "f = x @ y", {"x": x, "y": y}, df)
            assert_differentiated(student, ref, "f = C @ y", {"y": y}, df, C=x)


@number("4.4")
@weight(2)
def test_functions_of_arrays(student, ref, cases):
    """exp, log, sigmoid, tanh and relu, far out as well."""
    for x, p, df in cases(x="N,D", p="N,D", df="N,D", positive="p"):
        x = np.clip(x, -3.0, 3.0)
        program = "f = x.exp() * x.sigmoid() + x.tanh() * p.log() + x.relu() + p.log().exp()"
        assert_differentiated(student, ref, program, {"x": x, "p": p}, df)
    far = np.array([-1000.0, -700.0, -40.0, -0.5, 0.75, 40.0, 700.0, 1000.0])
    for name in ("sigmoid", "tanh", "relu"):
        assert_differentiated(student, ref, f"f = x.{name}()", {"x": far}, np.arange(1.0, 9.0))


@number("4.5")
@weight(1)
def test_sums_and_means(student, ref):
    """Sums and means: any axis, keepdims, several axes."""
    rng = np.random.default_rng(45)
    x = rng.standard_normal((2, 3, 5))
    for options in ("", "axis=0", "axis=1", "axis=-1", "axis=(0, 2)", "axis=1, keepdims=True", "keepdims=True"):
        for name in ("sum", "mean"):
            df = rng.standard_normal(np.shape(eval(f"x.{name}({options})", {"x": x})))
            assert_differentiated(student, ref, f"f = x.{name}({options})", {"x": x}, df)


@number("4.6")
@weight(1)
def test_reshaped_and_transposed(student, ref):
    """reshape and transpose of three axes."""
    rng = np.random.default_rng(46)
    x = rng.standard_normal((2, 3, 5))
    programs = {
        "f = x.reshape(5, 6)": (5, 6),
        "f = x.reshape(3, -1)": (3, 10),
        "f = x.transpose(1, 2, 0)": (3, 5, 2),
        "f = x.transpose()": (5, 3, 2),
        "f = x.T": (5, 3, 2),
    }
    for program, shape in programs.items():
        assert_differentiated(student, ref, program, {"x": x}, rng.standard_normal(shape))


@number("4.7")
@weight(1)
def test_repeated_indices(student, ref):
    """An index that stands several times, and slices."""
    rng = np.random.default_rng(47)
    x, ids, rows, columns = rng.standard_normal((5, 3)), np.array([4, 1, 1, 0, 1]), np.arange(3), np.array([2, 0, 2])
    assert_differentiated(student, ref, "f = x[ids]", {"x": x}, rng.standard_normal((5, 3)), ids=ids)
    assert_differentiated(
        student, ref, "f = x[rows, columns]", {"x": x}, rng.standard_normal(3), rows=rows, columns=columns
    )
    assert_differentiated(student, ref, "f = x[1:, ::2] * x[:-1, 1:]", {"x": x}, rng.standard_normal((4, 2)))


@number("4.8")
@weight(2)
def test_programs_that_share(student, ref):
    """Whole programs: a softmax loss, a network, shared parts."""
    rng = np.random.default_rng(48)
    scores, y = rng.standard_normal((5, 3)), np.array([2, 0, 0, 1, 2])
    loss = "e = scores.exp(); p = e / e.sum(axis=1, keepdims=True); f = -p[n, y].log().mean()"
    assert_differentiated(student, ref, loss, {"scores": scores}, n=np.arange(5), y=y)
    W, x, b, u = rng.standard_normal((3, 5)), rng.standard_normal(5), rng.standard_normal(3), rng.standard_normal(3)
    network = "z = W @ x + b; h = z.tanh(); f = u @ h + 0.5 * (W * W).sum() + (h * z).sum()"
    assert_differentiated(student, ref, network, {"W": W, "x": x, "b": b, "u": u})
    shared = "a = x * y; b = a + x; c = b * a; d = c - b * y; f = (c * d + a) * b + d / 2"
    for _ in range(3):
        inputs = {name: rng.integers(-3, 4, (2, 3)) / 2 for name in "xy"}
        assert_differentiated(student, ref, shared, inputs, rng.standard_normal((2, 3)))


@number("4.9")
@weight(1)
def test_deep_programs(student, ref):
    """A sum of a thousand terms, and sixty doublings."""
    deep = f"f = x\nfor _ in range({SHALLOW}):\n    f = f + y"
    assert_differentiated(student, ref, deep, {"x": 3.0, "y": 0.5})
    assert_differentiated(student, ref, "f = x\nfor _ in range(60):\n    f = f + f", {"x": 1.5})


@number("4.10")
@weight(1)
def test_variable_exponents(student, ref):
    """2 ** x, and x ** y with a Variable for the exponent."""
    rng = np.random.default_rng(410)
    p, y, df = rng.uniform(0.5, 2.0, (2, 3)), rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
    assert_differentiated(student, ref, "f = 2 ** y", {"y": y}, df)
    assert_differentiated(student, ref, "f = x ** y", {"x": p, "y": y}, df)
