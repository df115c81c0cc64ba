"""Is a wrong gradient the right one of the student's own forward? Then one mistake is told of, and paid for, once.

Asked of the numeric gradient (gradcheck.py): the student's own forward is called at inputs moved a little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.errors import AutograderError
from autograder.gradcheck import check_gradient, weighted
from autograder.replay import Exchange, Nothing, agrees, replay
from autograder.sandbox.link import Call

MOST_NUMBERS = 1000  # in the inputs of one call
ENTRY_BY_ENTRY = 12  # 28 evaluations for each entry; larger arrays are looked at along three directions
MOST_CALLS = 2  # the smallest of the check
SUFFIX = "_backward"


def right_for_own_forward(exchanges: Sequence[Exchange], module: ModuleType, ask: Callable[[Call], Any]) -> str | None:
    """The name of the forward whose right gradient a backward returned, if that forward itself is wrong.

    exchanges: calls of one function ``f_backward(da, *inputs)`` with its forward ``f`` or ``f_forward``; the smallest
    are looked at. module: the reference's, to tell whether the forward is wrong. ask: makes one more call of the
    student's code. A forward whose gradient is 0, or a multiple of da, earns nothing: it is too easy to be right for.
    """
    usable = sorted((item for item in exchanges if _is_usable(item.call)), key=lambda item: _size(item.call))
    usable = usable[:MOST_CALLS]
    if not usable or _size(usable[-1].call) > MOST_NUMBERS:
        return None
    stem = usable[0].call.name.removesuffix(SUFFIX)
    name = next((name for name in (stem, f"{stem}_forward") if hasattr(module, name)), None)
    if name is None or not any(_is_worth_something(item) for item in usable):
        return None

    def forward(arguments: Sequence[Any]) -> Any:
        return ask(Call(name, tuple(arguments), title=name))

    try:
        forward_is_wrong = [not _agrees(module, name, item.call.args[1:], forward) for item in usable]
        if any(forward_is_wrong) and all(_is_right_for(forward, item) for item in usable):
            return name
    except (AutograderError, ValueError, TypeError):
        return None
    return None


def _agrees(module: ModuleType, name: str, inputs: Sequence[Any], forward: Callable[[Sequence[Any]], Any]) -> bool:
    own = forward(inputs)
    (right,) = replay(module, [Exchange(Call(name, tuple(inputs), title=name), own)])
    return isinstance(right, Nothing) or agrees(own, right)


def _is_right_for(forward: Callable[[Sequence[Any]], Any], item: Exchange) -> bool:
    upstream, *inputs = item.call.args
    places = [at for at, value in enumerate(inputs) if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
    found = _gradients(item)
    if not places or len(found) < len(places):
        return False
    loss = weighted(lambda many: [forward(arguments) for arguments in many], upstream)
    rng = np.random.default_rng(0)  # of the directions: the same for everybody
    claims = found[: len(places)]
    return check_gradient(loss, tuple(inputs), claims, rng, places, full_up_to=ENTRY_BY_ENTRY).word == "right"


def _is_worth_something(item: Exchange) -> bool:
    upstream = np.asarray(item.call.args[0], float)
    for gradient in _gradients(item):
        value = np.asarray(gradient)
        if value.dtype.kind not in "iuf" or not np.any(value):
            continue
        if value.shape != upstream.shape or value.size < 2:
            return True
        with np.errstate(all="ignore"):
            factors = (value / upstream).reshape(-1)
        if not np.allclose(factors, factors[0], rtol=1e-9):
            return True
    return False


def _gradients(item: Exchange) -> list[Any]:
    return list(item.value) if isinstance(item.value, (tuple, list)) else [item.value]


def _is_usable(call: Call) -> bool:
    return call.on is None and call.name.endswith(SUFFIX) and not call.kwargs and len(call.args) > 1


def _size(call: Call) -> int:
    return sum(np.size(value) for value in call.args[1:] if isinstance(value, np.ndarray))
