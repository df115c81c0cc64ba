"""What a file of the corpus is about: a function of the reference, its battery, and how a submission is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.tolerance import Program
from tests.tolerance.subjects import SUBJECTS, Subject

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Gradient:
    """For an answer that is a gradient: the function that it is the gradient of, so that other rules can judge it.

    value: of the call's arguments. arrays: those that it is differentiated by. upstream: None for a loss. put: the
    arguments with these arrays and this upstream in their places. pick: the gradients among what the call returns.
    """

    value: Callable[[Arguments], Any]
    arrays: Callable[[Arguments], Sequence[Any]]
    upstream: Callable[[Arguments], Any]
    put: Callable[[Arguments, Sequence[Any], Any], Arguments]
    pick: Callable[[Any], Sequence[Any]]


def _is_it(submission: Callable[..., Any]) -> Callable[..., Any]:
    return submission


@dataclass(frozen=True)
class Problem:
    """use: what turns a submission, as a student writes it, into something that is called as subject.function is."""

    subject: Subject
    gradient: Gradient | None = None
    use: Callable[[Any], Callable[..., Any]] = _is_it


def backward_of(name: str | Subject, forward: Callable[..., Any], wrt: Sequence[int] = (1,)) -> Problem:
    """f_backward(upstream, x, ...), with f(x, ...) the forward. wrt: the places of what has a gradient."""

    def pick(result: Any) -> Sequence[Any]:
        return result if len(wrt) > 1 and len(result) == len(wrt) else [result]

    gradient = Gradient(
        lambda args: forward(*args[1:]),
        lambda args: [args[place] for place in wrt],
        lambda args: args[0],
        lambda args, arrays, upstream: (upstream, *_replaced(args, wrt, arrays)[1:]),
        pick,
    )
    return Problem(_subject(name), gradient)


def loss_of(name: str | Subject, wrt: Sequence[int] = (0,)) -> Problem:
    """f(x, ...) returns the loss and then its gradients, of the arguments at these places."""
    subject = _subject(name)
    gradient = Gradient(
        lambda args: subject.function(*args)[0],
        lambda args: [args[place] for place in wrt],
        lambda args: None,
        lambda args, arrays, upstream: _replaced(args, wrt, arrays),
        lambda result: result[1:],
    )
    return Problem(subject, gradient)


def loss_of_parameters(name: str | Subject) -> Problem:
    """f(parameters, ...) returns the loss and its gradients, in a list or a dict as the parameters are."""
    subject = _subject(name)
    gradient = Gradient(
        lambda args: subject.function(*args)[0],
        lambda args: values(args[0]),
        lambda args: None,
        lambda args, arrays, upstream: (like(args[0], arrays), *args[1:]),
        lambda result: values(result[1]),
    )
    return Problem(subject, gradient)


def values(parameters: Any) -> Sequence[Any]:
    """Those of a dict in the order of their names."""
    return [parameters[name] for name in sorted(parameters)] if isinstance(parameters, dict) else parameters


def like(parameters: Any, arrays: Sequence[Any]) -> Any:
    """The arrays in a list, or in a dict with the names of these parameters."""
    if isinstance(parameters, dict):
        return dict(zip(sorted(parameters), map(np.asarray, arrays), strict=True))
    return [np.asarray(array) for array in arrays]


def gate(name: str | Subject) -> Problem:
    """A gate is a class with forward and backward, or for short a function (*inputs, dz) -> (z, gradients)."""
    subject = _subject(name)

    def used(submission: Any) -> Callable[..., Any]:
        if isinstance(submission, type):
            return Program(submission, ("forward", "backward"))
        return lambda made_with, inputs, upstream: submission(*inputs, *upstream)

    gradient = Gradient(
        lambda args: subject.function(*args)[0],
        lambda args: args[1],
        lambda args: args[2][0],
        lambda args, arrays, upstream: (args[0], tuple(arrays), (upstream,)),
        lambda result: result[1],
    )
    return Problem(subject, gradient, used)


def gate_subject(make: type, **declared: Any) -> Subject:
    return Subject(Program(make, ("forward", "backward")), declared, lambda *values: ((), values[:-1], values[-1:]))


def optimizer(name: str | Subject) -> Problem:
    """A submission is a function (x, dx, state, lr, eps) -> (x, state), called for two steps."""

    def used(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(_: Any, x: Any, dx: Any, second_dx: Any, eps: float, lr: float = 0.01) -> Any:
            x, state = step(x, dx, None, lr, eps)
            return x, *step(x, second_dx, state, lr, eps)

        return run

    return Problem(_subject(name), use=used)


def _subject(name: str | Subject) -> Subject:
    return SUBJECTS[name] if isinstance(name, str) else name


def _replaced(args: Arguments, places: Sequence[int], arrays: Sequence[Any]) -> Arguments:
    new = dict(zip(places, arrays, strict=True))
    return tuple(np.asarray(new[place]) if place in new else value for place, value in enumerate(args))
