"""Gates that stay with the grader: each node's two passes are counted where nothing of a submission can change them.

A node is told by its name what it computes: "times2" multiplies. All numbers are small and dyadic, so that every sum is
exact in whatever order it is added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder import assert_matches
from autograder.errors import StudentError, WrongAnswer

Nodes = Sequence[tuple[str, Sequence[str]]]
MOST = 50  # times that one pass of one gate may run in a check: beyond it a graph walks every path

# What a gate computes, and the gradients of its inputs.
GATES: dict[str, tuple[Any, Any]] = {
    "plus": (lambda x, y: x + y, lambda dz, x, y: [dz, dz]),
    "minus": (lambda x, y: x - y, lambda dz, x, y: [dz, -dz]),
    "times": (lambda x, y: x * y, lambda dz, x, y: [dz * y, dz * x]),
    "max": (np.maximum, lambda dz, x, y: [dz * np.greater(x, y), dz * np.less(x, y)]),
    "mix": (lambda x, y, z: x + 2 * y - 4 * z, lambda dz, x, y, z: [dz, 2 * dz, -4 * dz]),
    "double": (lambda x: 2 * x, lambda dz, x: [2 * dz]),
    "half": (lambda x: x / 2, lambda dz, x: [dz / 2]),
    "negate": (lambda x: -x, lambda dz, x: [-dz]),
    "sum": (np.sum, lambda dz, x: [dz * np.ones(np.shape(x))]),
    "dot": (lambda W, x: W @ x, lambda dz, W, x: [np.outer(dz, x), W.T @ dz]),
}


def kind_of(name: str) -> str:
    return name.rstrip("0123456789")


def forward(name: str, *inputs: Any) -> Any:
    """What the node of this name computes."""
    return GATES[kind_of(name)][0](*inputs)


def backward(name: str, dz: Any, *inputs: Any) -> Any:
    """The gradients of its inputs."""
    return GATES[kind_of(name)][1](dz, *inputs)


class Counted:
    """The same two functions, with the number of times that each ran at each node while the student's graph ran."""

    def __init__(self) -> None:
        self.forwards: Counter[str] = Counter()
        self.backwards: Counter[str] = Counter()
        self.counting = False

    def run(self, student: Any, nodes: Nodes, passes: Any, seconds: float | None = None) -> Any:
        """What the student's graph answers; WrongAnswer where it asked a gate so often that it was stopped.

        seconds: for the call, None for the assignment's limit.
        """

        def counted_forward(name: str, *inputs: Any) -> Any:
            self._note(self.forwards, name)
            return forward(name, *inputs)

        def counted_backward(name: str, dz: Any, *inputs: Any) -> Any:
            self._note(self.backwards, name)
            return backward(name, dz, *inputs)

        counted_forward.__name__, counted_backward.__name__ = "forward", "backward"
        self.counting = True
        try:
            return student.run_graph.allowing(seconds=seconds)(counted_forward, counted_backward, nodes, passes)
        except StudentError:
            self.assert_times(nodes, 0, MOST, 0, MOST)
            raise
        finally:
            self.counting = False  # the same call may be made again, to find out which mistake it shows

    def _note(self, count: Counter[str], name: str) -> None:
        count[name] += self.counting
        if self.counting and count[name] > MOST:
            raise ValueError(name)  # it stops the student's graph; ``run`` tells why

    def assert_times(self, nodes: Nodes, fewest: int, most: int, fewest_back: int, most_back: int) -> None:
        """WrongAnswer where the forward or backward of some node ran more or less often than it should."""
        for way, count, low, high in (
            ("forward", self.forwards, fewest, most),
            ("backward", self.backwards, fewest_back, most_back),
        ):
            for name, _ in nodes:
                if not low <= count[name] <= high:
                    raise _wrong_count(way, name, count[name], high)


def _wrong_count(way: str, name: str, times: int, expected: int) -> WrongAnswer:
    found = (
        "did not run at all" if times == 0 else f"ran more than {MOST} times" if times > MOST else f"ran {times} times"
    )
    once = "once" if expected in (1, MOST) else f"{expected} times"
    sealed = f"The {way} of some gate {'did not run at all' if times == 0 else 'does not run once in each pass'}."
    return WrongAnswer(
        f"The {way} of the gate at {name} {found}; it should run {once}. "
        "In a pass every gate does its work once, however many others use what it gives.",
        f"{sealed} In a pass every gate does its work once, however many others use what it gives.",
    )


def assert_passes(got: Any, right: Any) -> None:
    """WrongAnswer unless every loss and every gradient of every pass is right, the first that is not by its name."""
    for of_pass, right_pass in zip(_sequence(got, len(right)), right, strict=True):
        loss, gradients = _sequence(of_pass, 2)
        assert_matches(loss, right_pass[0], "loss")
        for one, right_one in zip(_sequence(gradients, len(right_pass[1])), right_pass[1], strict=True):
            assert_gradients(one, right_one)


def assert_gradients(got: Any, right: Any) -> None:
    """WrongAnswer unless ``got`` is a dict with the right gradient for each name."""
    if not isinstance(got, dict):
        raise WrongAnswer("The gradients should be a dict, from the name of each input to its gradient.")
    for name in right:
        if name not in got:
            raise WrongAnswer(
                f"The gradients lack the one of the input {name}.", "The gradients lack that of an input."
            )
        assert_matches(got[name], right[name], f"d{name}")
    if len(got) > len(right):
        raise WrongAnswer("The gradients should be those of the inputs, and no others.")


def _sequence(got: Any, length: int) -> Any:
    if not isinstance(got, (tuple, list)) or len(got) != length:
        raise WrongAnswer("run_graph is given and answers with a list: please leave it as it is.")
    return got
