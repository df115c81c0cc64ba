"""A student's gate beside the reference's: each value is compared, and the right one is what goes on.

So a check can build a circuit of many gates, and a wrong gate is named where it stands, not where its error arrives.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import assert_matches
from autograder.errors import StudentError, WrongAnswer


class Beside:
    """One gate of the student's and the same of the reference's. label: stands before the names in a message."""

    def __init__(self, student: Any, ref: Any, name: str, label: str = "") -> None:
        self.gate, self.right = getattr(student, name)(), getattr(ref, name)()
        self.label = label

    def forward(self, *inputs: Any, called: str = "z") -> Any:
        """The right output; WrongAnswer if the student's is another."""
        self.inputs = inputs = tuple(map(number, inputs))
        z = self.right.forward(*inputs)
        assert_matches(self.gate.forward(*inputs), z, self.label + called)
        return z.value

    def backward(self, dz: Any, called: str = "dx dy") -> list[Any]:
        """The right gradients, one for each input; WrongAnswer if the student's are others."""
        right = self.right.backward(dz)
        names = " ".join(self.label + name for name in called.split()[: len(right)])
        assert_matches(listed(self.gate.backward(number(dz)), self.inputs), right, names)
        return list(right.value)


def assert_both_passes(
    student: Any, ref: Any, name: str, inputs: tuple[Any, ...], dz: Any, z: str = "z", gradients: str = "dx dy"
) -> None:
    """Both passes of a new gate are asked, whatever the first gives: a backward may be right for a wrong forward."""
    gate = Beside(student, ref, name)
    problems: list[StudentError | WrongAnswer] = []
    for one_pass in (lambda: gate.forward(*inputs, called=z), lambda: gate.backward(dz, gradients)):
        try:
            one_pass()
        except (StudentError, WrongAnswer) as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


def number(value: Any) -> Any:
    """A single number as numpy's own kind, which has all that an array has: x.shape, (x > y).astype(float) ..."""
    return np.float64(value) if isinstance(value, float) else value


def listed(gradients: Any, inputs: tuple[Any, ...]) -> Any:
    """The gradients as the list that the handout asks for: of a single input the bare gradient is as clear."""
    is_bare = len(inputs) == 1 and not isinstance(gradients, (list, tuple))
    return [gradients] if is_bare and np.shape(gradients) == np.shape(inputs[0]) else gradients
