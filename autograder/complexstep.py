"""Is the reference's gradient the derivative of its forward? Asked of the complex step, which hardly rounds.

    df/dx along v = Im f(x + i h v) / h        h = 1e-30: no difference is taken, so nothing cancels

Pairs are found by name: ``f(z, ...)`` with ``f_backward(da, z, ...)``, and a class with forward and backward. Their
gradients come back in the order of the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from autograder.redraw import normal, redrawn
from autograder.replay import Exchange, quietly
from autograder.sandbox.link import Call

STEP = 1e-30
CLOSE = 1e-9  # relative to the largest slope: complex step and an honest gradient agree to 1e-13
DRAWS = 6


@dataclass(frozen=True)
class Gradient:
    """One pair. right: None where it could not be asked, and why says so."""

    name: str
    right: bool | None
    why: str = ""


def check_gradients(module: ModuleType, exchanges: Sequence[Exchange]) -> list[Gradient]:
    """All pairs of this module for which these exchanges hold an example of the inputs."""
    found: dict[str, Gradient] = {}
    forwards: dict[int, Call] = {}
    for item in exchanges:
        call = item.call
        if call.on is not None and call.name == "forward":
            forwards[call.on] = call
        elif call.on is not None and call.name == "backward" and call.on in forwards and not call.kwargs:
            name = call.title.removesuffix(".backward")
            if name not in found:
                found[name] = _of_class(name, getattr(module, name), forwards[call.on], call)
        elif call.on is None and call.name.endswith("_backward") and not call.kwargs:
            name = call.name.removesuffix("_backward")
            if name not in found and hasattr(module, name):
                found[name] = _of_functions(name, getattr(module, name), getattr(module, call.name), call)
    return list(found.values())


def _of_class(name: str, made: type, forward: Call, backward: Call) -> Gradient:
    def both(inputs: Sequence[Any], upstream: Any) -> tuple[Any, Any]:
        gate = made()
        return gate.forward(*inputs), gate.backward(upstream)

    return _judged(name, lambda inputs: made().forward(*inputs), both, forward, backward.args[0])


def _of_functions(name: str, forward: Any, backward: Any, call: Call) -> Gradient:
    def both(inputs: Sequence[Any], upstream: Any) -> tuple[Any, Any]:
        return forward(*inputs), backward(upstream, *inputs)

    return _judged(name, lambda inputs: forward(*inputs), both, Call(name, call.args[1:]), call.args[0])


def _judged(name: str, forward: Any, both: Any, call: Call, upstream: Any) -> Gradient:
    for draw in range(DRAWS):
        rng = np.random.default_rng([draw, 11])
        inputs = redrawn(call, rng, normal).args
        dz = redrawn(Call(name, (upstream,)), rng, normal).args[0]
        with quietly():
            try:
                _, gradients = both(inputs, dz)
                for at, gradient in enumerate(gradients if isinstance(gradients, (tuple, list)) else [gradients]):
                    v = rng.choice([-1.0, 1.0], np.shape(inputs[at]))
                    moved = [value + 1j * STEP * v if place == at else value for place, value in enumerate(inputs)]
                    value = forward(moved)
                    if not np.iscomplexobj(value):
                        return Gradient(name, None, "its forward loses the imaginary part: is there an abs in it?")
                    slope = np.sum(np.asarray(dz) * np.imag(value)) / STEP
                    if not abs(slope - np.sum(gradient * v)) <= CLOSE * np.sum(np.abs(gradient)):
                        why = (
                            f"gradient {at + 1} has the slope {np.sum(gradient * v):.6g} where forward has {slope:.6g}"
                        )
                        return Gradient(name, False, why)
            except (TypeError, ValueError, IndexError) as error:
                return Gradient(name, None, f"its forward cannot be asked with complex numbers ({error})")
    return Gradient(name, True)
