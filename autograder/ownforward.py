"""Is a wrong gradient the right one of the student's own forward? Then one mistake is told of, and paid for, once.

Asked of the numeric gradient (gradcheck.py): the student's own forward is called at inputs moved a little, many calls
in one exchange, and only after a check has failed. pairs.py says which gradient is whose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from autograder.errors import AutograderError
from autograder.gradcheck import check_gradient, weighted
from autograder.lines import value_at
from autograder.pairs import Pair, pairs_of_last, with_inputs
from autograder.replay import NOTHING, Exchange, Nothing, agrees, replay
from autograder.sandbox.link import Call

MOST_NUMBERS = 1000  # in the inputs of one call
ENTRY_BY_ENTRY = 12  # 28 evaluations for each entry; larger arrays are looked at along three directions
MOST_CALLS = 2  # the smallest of the check
SAME = 1e-9  # relative: factors that differ by less are the same one

Ask = Callable[[Call], Any]


def right_for_own_forward(
    exchanges: Sequence[Exchange], module: ModuleType, ask: Ask, any_form: bool = False
) -> str | None:
    """Whose right gradient the function that was asked last returned, if that, the student's own, is itself wrong.

    exchanges: of one check; the smallest calls of the function are looked at. module: the reference's, to tell whether
    the forward is wrong. ask: makes one more call of the student's code; if it has ``many`` it makes several in one
    exchange. any_form: all that pairs.py knows, else two functions that share their arguments. A gradient that is 0,
    the same everywhere, or a multiple of the upstream one, earns nothing: it is too easy to be right for.
    """
    pairs = sorted(pairs_of_last(exchanges, module), key=lambda pair: pair.size)[:MOST_CALLS]
    pairs = [pair for pair in pairs if any_form or pair.is_plain]
    if not pairs or pairs[-1].size > MOST_NUMBERS or not any(map(_is_worth_something, pairs)):
        return None
    try:
        if any(_is_wrong(module, pair, ask) for pair in pairs) and all(_is_right_gradient(pair, ask) for pair in pairs):
            return pairs[0].own
    except (AutograderError, ValueError, TypeError, LookupError):
        return None
    return None


def _is_wrong(module: ModuleType, pair: Pair, ask: Ask) -> bool:
    """Whether the forward gives another value than the reference's."""
    before = pair.before or (Exchange(pair.forward, ask(pair.forward)),)
    own, right = _part(before[-1].value, pair), _part(replay(module, before)[-1], pair)
    return not isinstance(right, Nothing) and not agrees(own, right)


def _is_right_gradient(pair: Pair, ask: Ask) -> bool:
    claims = pair.claims()
    if not claims:
        return False

    def forward(points: list[tuple[Any, ...]]) -> list[Any]:
        calls = [with_inputs(pair, point) for point in points]
        many = getattr(ask, "many", None)
        values = many(calls) if many is not None else list(map(ask, calls))
        return [_part(value, pair) for value in values]

    inputs, wrt = pair.forward.args, list(claims)
    for way in wrt:
        if np.shape(claims[way]) != value_at(inputs, way).shape:
            return False
    rng = np.random.default_rng(0)  # of the directions: the same for everybody
    loss = weighted(forward, pair.upstream)
    return check_gradient(loss, inputs, list(claims.values()), rng, wrt, full_up_to=ENTRY_BY_ENTRY).word == "right"


def _is_worth_something(pair: Pair) -> bool:
    """Whether a gradient is neither 0, nor the same everywhere, nor the upstream one times a number."""
    upstream = np.asarray(pair.upstream)
    for gradient in (pair.claims() or {}).values():
        value = np.asarray(gradient)
        if value.dtype.kind not in "iuf" or value.size < 2 or not np.any(value):
            continue
        with np.errstate(all="ignore"):
            factors = (value / upstream if value.shape == upstream.shape else value).reshape(-1)
        if not np.allclose(factors, factors[0], rtol=SAME, atol=0):
            return True
    return False


def _part(value: Any, pair: Pair) -> Any:
    """That in a forward's value of which the pair has the gradient."""
    if isinstance(value, Nothing):
        return NOTHING
    for step in pair.output:
        value = value[step]
    return value
