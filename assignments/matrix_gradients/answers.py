"""How an answer is looked at that is no plain array: in parts, as shapes, or as an exception that had to come."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from autograder import assert_matches
from autograder.errors import StudentError, WrongAnswer

Points = Sequence[float]


def assert_parts(got: Any, right: Any, names: str, points: Points, set_score: Callable[[float], None]) -> None:
    """Points for each part that is right; WrongAnswer, about the first wrong one, if not all are."""
    if isinstance(got, (tuple, list)) and len(got) == len(right):
        set_score(sum(worth for one, other, worth in zip(got, right, points, strict=True) if matches(one, other)))
    assert_matches(got, right, names)


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


def matches(got: Any, right: Any) -> bool:
    try:
        assert_matches(got, right)
    except WrongAnswer:
        return False
    return True


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


def assert_refuses(call: Callable[[], Any], place: str) -> None:
    """WrongAnswer unless the call raises an exception whose message names the place, "W2"; "" for any message."""
    try:
        call()
    except StudentError as error:
        said = re.search(r" raised \w+: (.*?)(?=\n  in |\Z)", error.message, re.DOTALL)
        if " raised NotImplementedError" in error.message or (said is None and " raised " not in error.message):
            raise
        if not place or (said and re.search(rf"\b{place}\b", said[1])):
            return
        message = f"An exception is raised, as it should be, but its message does not name the place, {place}."
        raise WrongAnswer(
            message, "An exception is raised, as it should be, but its message does not name the place."
        ) from None
    message = f"The shapes do not fit{f' at {place}' if place else ''}: that should raise an exception, and none came."
    raise WrongAnswer(message, "The shapes do not fit: that should raise an exception, and none came.")
