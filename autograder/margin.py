"""How far beyond the limit a wrong answer lies: the largest |S - R| / t over the limit, in what one check asked."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.errors import AssignmentError
from autograder.replay import Exchange, Nothing, replay
from autograder.sandbox.link import Call
from autograder.tolerance import LIMITS, Program, ratio
from autograder.tolerance_store import Store


def margin(exchanges: Sequence[Exchange], right: ModuleType, store: Store) -> float | None:
    """In multiples of the limit of double precision; None where no ratio exists: no value, or one of another shape."""
    ratios = []
    steps: dict[int, list[Call]] = {}
    for exchange, value in zip(exchanges, replay(right, exchanges), strict=True):
        call = exchange.call
        if call.on is None and isinstance(getattr(right, call.name), type):
            steps[getattr(exchange.value, "id", -1)] = [call]
            continue
        if call.read or isinstance(value, Nothing):
            continue
        if call.on is not None and call.on not in steps:
            continue  # an object that a method returned
        if call.on is not None:
            steps[call.on].append(call)
        try:
            t = _tolerance(call, steps, right, store)
        except AssignmentError:
            continue  # on a kink nothing is measured
        if t is not None:
            ratios.append(ratio(_like(exchange.value, value), value, t) / LIMITS["float64"])
    return (
        max((one for one in ratios if np.isfinite(one)), default=None)
        if not np.isinf(max(ratios, default=np.inf))
        else None
    )


def _tolerance(call: Call, steps: dict[int, list[Call]], right: ModuleType, store: Store) -> Any:
    if call.on is None:
        return store.tolerance(getattr(right, call.name), call.args, dict(call.kwargs))
    made, *later = steps[call.on]
    if any(step.kwargs for step in [made, *later]):
        return None
    program = Program(getattr(right, made.name), tuple(step.name for step in later))
    return store.tolerance(program, (made.args, *(step.args for step in later)))[-1]


def _like(got: Any, right: Any) -> Any:
    """A tuple for a list and the other way round is no difference."""
    return list(got) if isinstance(right, list) and isinstance(got, tuple) else got
