"""The same calls with other numbers: what one example of a function's arguments tells about all of them.

Shapes stay, and so do texts, truth values, sizes and functions; whole numbers are shuffled, they may be labels. What is
positive stays positive, and what lies between 0 and 1 stays there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from autograder.draws import LADDER
from autograder.errors import AutograderError
from autograder.replay import Exchange, Nothing, parts, replay
from autograder.sandbox.link import Call
from autograder.sandbox.values import Ref

LONGEST = 12  # exchanges that are drawn anew: a check may make hundreds, and the first ones are the smallest
Draw = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def ask_again(
    exchanges: Sequence[Exchange], right: ModuleType, ask: Callable[[Call], Any], draws: int = 4
) -> list[Exchange]:
    """The first exchanges of a check, asked again with other numbers: where the reference has finite answers.

    right: the reference. ask: gives the value of a call as it came, a Ref for an object; an AutograderError of it ends
    the asking.
    """
    found: list[Exchange] = []
    for draw in range(draws):
        rng = np.random.default_rng([draw, 7])
        drawn = [replace(item, call=redrawn(item.call, rng, normal)) for item in exchanges[:LONGEST]]
        if not all(map(_is_usable, replay(right, drawn))):
            continue
        try:
            found += _asked(drawn, ask)
        except AutograderError:
            break
    return found


def redrawn(call: Call, rng: np.random.Generator, draw: Draw) -> Call:
    """The call with other numbers in its arguments."""
    args = tuple(_value(value, rng, draw) for value in call.args)
    return replace(call, args=args, kwargs=tuple((name, _value(value, rng, draw)) for name, value in call.kwargs))


def normal(like: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of the size of the array there is, but no larger than 3: nothing overflows."""
    scale = np.clip(np.abs(like).max(initial=0.0), 0.1, 3.0)
    drawn: np.ndarray = scale * rng.standard_normal(like.shape)
    return drawn


def wide(like: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Thirty times as wide: what saturates does, and what overflows early may."""
    return 30 * rng.standard_normal(like.shape)


def near_kinks(like: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Close to 0, 1 and -1, on both sides and never on them."""
    drawn = rng.choice(LADDER, like.shape) + rng.choice([0.0, 0.0, 1.0, -1.0], like.shape)
    return np.where(np.isin(drawn, (0.0, 1.0, -1.0)), 0.5, drawn)


def large(like: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """About 700 and 1000, of both signs, among moderate numbers."""
    return rng.choice([-1000.0, -700.0, 700.0, 1000.0, 0.5, -0.5], like.shape) + rng.uniform(-0.2, 0.2, like.shape)


def _value(value: Any, rng: np.random.Generator, draw: Draw) -> Any:
    if type(value) in (tuple, list):
        return type(value)(_value(item, rng, draw) for item in value)
    if type(value) is dict:
        return {key: _value(item, rng, draw) for key, item in value.items()}
    if isinstance(value, (float, np.floating)):
        return float(_array(np.array(float(value)), rng, draw))
    if not isinstance(value, np.ndarray) or value.size == 0:
        return value
    if value.dtype.kind in "iu":
        return rng.permutation(value.reshape(-1)).reshape(value.shape)
    return _array(value, rng, draw) if value.dtype.kind == "f" else value


def _array(value: np.ndarray, rng: np.random.Generator, draw: Draw) -> np.ndarray:
    if (value > 0).all() and (value < 1).all():
        return rng.uniform(0.05, 0.95, value.shape)
    drawn = draw(value, rng)
    return np.abs(drawn) + 0.1 if (value >= 0).all() else drawn


def _is_usable(value: Any) -> bool:
    if isinstance(value, Nothing):
        return False
    return all(np.isfinite(part).all() for _, part in parts(value))


def _asked(drawn: Sequence[Exchange], ask: Callable[[Call], Any]) -> list[Exchange]:
    """Asked one after the other: every object is made anew, and later calls go to the new one."""
    fresh: dict[int, Ref] = {}
    found = []
    for item in drawn:
        call = replace(item.call, args=tuple(_renewed(value, fresh) for value in item.call.args))
        if call.on is not None:
            call = replace(call, on=fresh[call.on].id)
        value = ask(call)
        _pair(item.value, value, fresh)
        found.append(Exchange(call, value))
    return found


def _renewed(value: Any, fresh: dict[int, Ref]) -> Any:
    if isinstance(value, Ref):
        return fresh.get(value.id, value)
    return type(value)(_renewed(item, fresh) for item in value) if type(value) in (tuple, list) else value


def _pair(old: Any, new: Any, fresh: dict[int, Ref]) -> None:
    if isinstance(old, Ref) and isinstance(new, Ref):
        fresh[old.id] = new
    elif isinstance(old, (tuple, list)) and isinstance(new, (tuple, list)):
        for one, other in zip(old, new, strict=False):
            _pair(one, other, fresh)
