"""A student's optimizer beside the reference's, step by step, each with a state of its own, of whatever kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import assert_matches
from autograder.errors import WrongAnswer

ADAPTIVE = ("adagrad", "rmsprop", "adam", "sparse_adam")
NO_EPS = 1e-30  # so small that it does not show where it stands: that costs its own checks, and not all of them
STEPS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Beside:
    """One array of parameters, moved by both: every new x is compared, and the right one is what goes on.

    options: of every step, eps=0.5; without eps it is NO_EPS, and with eps=None it is left out. Only the numbers count:
    what is changed in place has a check of its own.
    """

    def __init__(self, student: Any, ref: Any, name: str, **options: Any) -> None:
        if name in ADAPTIVE:
            options = {"eps": NO_EPS, **options}
        self.name, self.options = name, {key: value for key, value in options.items() if value is not None}
        self.own, self.right = getattr(student, name).allowing(may_change=True), getattr(ref, name)
        self.state: Any = None
        self.right_state: Any = None
        self.steps = 0

    def step(self, x: Any, *gradient: Any, **options: Any) -> Any:
        """The right new x after this step; WrongAnswer if the student's is another."""
        options = {**self.options, **options}
        right_x, right_state = self.right(x, *gradient, self.right_state, **options)
        new_x, self.state = two_values(self.own(x, *gradient, self.state, **options), self.name)
        matches(new_x, right_x, self.steps)
        self.right_state, self.steps = right_state.value, self.steps + 1
        return right_x.value

    def back_to(self, other: Beside) -> Beside:
        """The same with the states of another one, as they were after its last step."""
        self.state, self.right_state, self.steps = other.state, other.right_state, other.steps
        return self


def two_values(got: Any, name: str) -> tuple[Any, Any]:
    """The new x and the state, if that is what came."""
    if isinstance(got, (tuple, list)) and len(got) == 2:
        return got[0], got[1]
    kind = "one array" if isinstance(got, np.ndarray) else "None" if got is None else f"a {type(got).__name__}"
    message = f"{name} should return two values, the new x and the state, but what came is {kind}."
    raise WrongAnswer(message, message)


def check_moved(new_x: Any, x: np.ndarray, name: str) -> None:
    """WrongAnswer unless new_x has the shape of x and other numbers, right ones or not."""
    try:
        array = np.asarray(new_x)
    except ValueError:
        array = np.zeros(0)
    if array.shape != x.shape or array.dtype.kind not in "iuf" or np.array_equal(array, x):
        message = f"{name} should return a new x that has moved, of the shape of x."
        raise WrongAnswer(message, message)


def matches(x: Any, right: Any, step: int) -> None:
    """WrongAnswer, with the step's place in words, unless x is right."""
    try:
        assert_matches(x, right, "x")
    except WrongAnswer as wrong:
        when = f"After the {STEPS[step]} step: "
        raise WrongAnswer(when + wrong.message, when + wrong.sealed) from None
