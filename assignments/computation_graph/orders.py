"""Is an order topological, and does an error name the node? Many answers are right: each is judged by what it says."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from assignments.computation_graph.counted import Counted, Nodes, backward, forward
from autograder import assert_raises
from autograder.errors import WrongAnswer
from autograder.raises import is_named


def order_of(student: Any, nodes: Nodes) -> Any:
    """What the student's graph of these nodes answers when it is asked for its order."""
    gates = student.NamedGate.batch([(name, forward, backward) for name, _ in nodes])
    graph = student.ComputationalGraph(
        [(name, gate, inputs) for (name, inputs), gate in zip(nodes, gates, strict=True)]
    )
    return graph.nodes_topologically_sorted()


def assert_topological(order: Any, nodes: Nodes) -> None:
    """WrongAnswer unless every node stands in the order once, after all nodes that it depends on."""
    if not isinstance(order, (list, tuple)) or not all(isinstance(name, str) for name in order):
        raise WrongAnswer("nodes_topologically_sorted should return a list of the names of the nodes.")
    names = {name for name, _ in nodes}
    for name in names - set(order):
        raise WrongAnswer(f"The order lacks the node {name}.", "The order lacks a node.")
    for name in set(order) - names:
        raise WrongAnswer(f"The order has {name}, which is no node.", "The order has a name that is no node's.")
    if len(order) > len(names):
        raise WrongAnswer("In the order a node stands twice.")
    place = {name: at for at, name in enumerate(order)}
    for name, inputs in nodes:
        for source in inputs:
            if source in place and place[source] > place[name]:
                raise WrongAnswer(
                    f"In the order {name} stands before {source}, whose value it needs.",
                    "In the order a node stands before another one whose value it needs.",
                )


def assert_refused(
    student: Any, nodes: Nodes, inputs: dict[str, float], named: Sequence[Collection[str]], what: str
) -> None:
    """WrongAnswer unless this graph raises an exception with a message that tells what is wrong.

    named: the message has to hold a name of each of these groups, but not every node's. what: why an exception is due,
    "a cycle". Whether it is raised when the graph is made or when it is used is the student's choice.
    """
    said = assert_raises(lambda: Counted().run(student, nodes, [(inputs, [None])]), f"There is {what}.", named)
    if all(is_named(name, said) for name, _ in nodes):
        raise WrongAnswer("The message of the exception names every node there is: which of them is to be looked at?")
