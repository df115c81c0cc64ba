"""How an answer is looked at that is no plain array: several values, a list of gradients, a dict of shapes."""

from __future__ import annotations

from typing import Any

from autograder.errors import WrongAnswer


def pair(got: Any, names: str = "scores, cache") -> Any:
    """The two values that a function has to return."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        message = f"The result should be two values: {names}."
        raise WrongAnswer(message, message)
    return got


def listed(gradients: Any, count: int) -> Any:
    """A list of so many gradients."""
    if not isinstance(gradients, (tuple, list)) or len(gradients) != count:
        message = "The gradients should be a list with one for each parameter, in the order of the parameters."
        raise WrongAnswer(message, message)
    return gradients


def assert_shapes(got: Any, right: dict[str, tuple[int, ...]]) -> None:
    """A dict of shapes; hidden checks say only which kind of gradient has a wrong one."""
    if not isinstance(got, dict):
        message = "The result should be a dict of shapes, from names such as 'dW1'."
        raise WrongAnswer(message, "The result should be a dict of shapes.")
    if set(got) != set(right):
        message = f"The dict should have the keys {', '.join(map(repr, right))}."
        raise WrongAnswer(message, "The dict has other keys than the handout says.")
    for name, shape in right.items():
        found = got[name]
        is_shape = isinstance(found, (tuple, list)) and all(isinstance(size, int) for size in found)
        if not is_shape or tuple(found) != tuple(shape):
            shown = f"{tuple(found)}" if is_shape else "something that is no tuple of whole numbers"
            message = f"{name} should have the shape {tuple(shape)}, not {shown}."
            raise WrongAnswer(message, f"The shape of a {name.rstrip('0123456789')} is wrong.")
