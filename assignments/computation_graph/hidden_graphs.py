"""Random graphs with branches, in which every number is exact: small whole numbers, doubled and halved a few times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from assignments.computation_graph.counted import forward

SMALL = 200  # in size: beyond it nothing more is multiplied, so that no sum of products comes near 2**53
ONE, TWO, THREE = ("double", "half", "negate"), ("plus", "minus", "times", "max"), ("mix",)


def random_graph(
    seed: int, size: int, shape: tuple[int, ...] = ()
) -> tuple[list[tuple[str, list[str]]], dict[str, Any]]:
    """(nodes in a random order, inputs): a graph of about so many gates, in which most values go to several places.

    shape: of every value; an array is summed up at the end. A maximum never has a tie.
    """
    rng = np.random.default_rng(seed)
    names = ["x", "y", "z"]
    values = {name: _exact(rng.integers(1, 6, shape) * rng.choice([-1.0, 1.0], shape)) for name in names}
    inputs, unused = dict(values), list(names)
    nodes: list[tuple[str, list[str]]] = []

    def add(kind: str, sources: Sequence[str]) -> None:
        name = f"{kind}{len(nodes) + 1}"
        nodes.append((name, list(sources)))
        values[name] = _exact(forward(name, *(values[source] for source in sources)))
        unused[:] = [other for other in unused if other not in sources] + [name]
        names.append(name)

    while len(nodes) < size:
        kind = str(rng.choice([*ONE, *TWO, *TWO, *THREE]))
        count = 1 if kind in ONE else 2 if kind in TWO else 3
        sources = [str(rng.choice(unused)), *(str(rng.choice(names[-6:])) for _ in range(count - 1))]
        if _is_sound(kind, [values[source] for source in sources]):
            add(kind, sources)
    while len(unused) > 1:
        add("plus", unused[:2])
    if shape:
        add("sum", unused)
    return [nodes[at] for at in rng.permutation(len(nodes))], inputs


def _is_sound(kind: str, values: list[Any]) -> bool:
    if any(np.max(np.abs(value)) > SMALL for value in values):
        return kind == "half"
    return kind != "max" or bool(np.all(values[0] != values[1]))


def _exact(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else np.asarray(value, float)
