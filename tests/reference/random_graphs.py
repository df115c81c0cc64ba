"""Random circuits for the oracles of the computation graph."""

from __future__ import annotations

import random

from reference import gates

GATES = {"AddGate": 2, "MultiplyGate": 2, "MaxGate": 2, "TanhGate": 1, "SigmoidGate": 1, "NegateGate": 1}


def random_nodes(seed, size, cycles=False):
    """Nodes ``(name, gate, inputs)`` of the inputs x and y, in any order, with one end.

    Every node uses the one before it. With cycles it may use any other name, too, that of a later node or its own.
    """
    dice = random.Random(seed)
    names, nodes = ["x", "y"], []
    every = [*names, *(f"n{i}" for i in range(size))]
    for i in range(size):
        kind = dice.choice(list(GATES))
        inputs = [names[-1], dice.choice(every if cycles else names)][: GATES[kind]]
        names.append(f"n{i}")
        nodes.append((names[-1], getattr(gates, kind)(), inputs))
    dice.shuffle(nodes)
    return nodes
