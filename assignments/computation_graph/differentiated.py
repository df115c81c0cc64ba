"""A few lines of Python over Variables, run by the submission and by the reference: the two must give the same."""

from __future__ import annotations

from typing import Any

from autograder import assert_matches


def assert_differentiated(
    student: Any, ref: Any, program: str, inputs: dict[str, Any], *upstreams: Any, **constants: Any
) -> None:
    """WrongAnswer unless the f that the program computes is right, and so is the gradient of each input.

    upstreams: f.backward is called with each of them in turn; with nothing if there is none.
    """
    asked = (program, inputs, constants, list(upstreams) or [None])
    got, right = student.differentiate(*asked), ref.differentiate(*asked)
    f, gradients = got if isinstance(got, (tuple, list)) and len(got) == 2 else (got, None)
    assert_matches(f, right[0], "f")
    for name in inputs:
        gradient = gradients.get(name) if isinstance(gradients, dict) else None
        assert_matches(gradient, right[1][name], f"d{name}")
