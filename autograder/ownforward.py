"""Is a wrong gradient the right one of the student's own forward? Then one mistake is told of where it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.errors import AutograderError
from autograder.gradcheck import check_gradient, weighted
from autograder.replay import Exchange, Nothing, agrees, replay
from autograder.sandbox.link import Call

MOST_NUMBERS = 12  # in the inputs: 28 evaluations for each
SUFFIX = "_backward"


def right_for_own_forward(exchanges: Sequence[Exchange], module: ModuleType, ask: Callable[[Call], Any]) -> str | None:
    """The name of the forward whose right gradient a backward returned, if that forward itself is wrong.

    exchanges: calls of one function ``f_backward(da, *inputs)``; the smallest is looked at. module: the reference's, to
    tell whether the forward is wrong. ask: makes one more call of the student's code.
    """
    usable = [item for item in exchanges if _is_usable(item.call)]
    if not usable:
        return None
    chosen = min(usable, key=lambda item: _size(item.call))
    name = chosen.call.name.removesuffix(SUFFIX)
    upstream, *inputs = chosen.call.args
    places = [at for at, value in enumerate(inputs) if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
    found = list(chosen.value) if isinstance(chosen.value, (tuple, list)) else [chosen.value]
    if not hasattr(module, name) or len(found) < len(places) or _size(chosen.call) > MOST_NUMBERS:
        return None

    def forward(arguments: Sequence[Any]) -> Any:
        return ask(Call(name, tuple(arguments), title=name))

    try:
        own = forward(inputs)
        (right,) = replay(module, [Exchange(Call(name, tuple(inputs), title=name), own)])
        if isinstance(right, Nothing) or agrees(own, right):
            return None

        loss = weighted(lambda many: [forward(arguments) for arguments in many], upstream)
        rng = np.random.default_rng(0)  # of directions, which so few numbers do not need
        verdict = check_gradient(loss, tuple(inputs), found[: len(places)], rng, wrt=places)
    except (AutograderError, ValueError, TypeError):
        return None
    return name if verdict.word == "right" else None


def _is_usable(call: Call) -> bool:
    return call.on is None and call.name.endswith(SUFFIX) and not call.kwargs and len(call.args) > 1


def _size(call: Call) -> int:
    return sum(np.size(value) for value in call.args[1:] if isinstance(value, np.ndarray))
