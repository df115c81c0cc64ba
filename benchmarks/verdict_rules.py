"""The rules that courses grade by, applied to the corpus: each says whether it accepts a submission.

A rule has the cases of a function and the submission; an exception of the submission is a rejection for every rule.
"""

from __future__ import annotations

import copy
import functools
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tests.verdicts.judge import Judged
from tests.verdicts.problem import Gradient

Rule = Callable[[Callable[..., Any], Sequence[Judged]], bool]
ONE = 4  # the battery's case at scale 1 whose sizes are 7, 5, 3, ...


def allclose_on_one(submission: Callable[..., Any], cases: Sequence[Judged]) -> bool:
    return allclose(submission, cases[ONE : ONE + 1])


def allclose(submission: Callable[..., Any], cases: Sequence[Judged]) -> bool:
    return all(
        _accepts(lambda case=case: _each(np.allclose, run(submission, case), case.right.value)) for case in cases
    )


def assert_allclose(submission: Callable[..., Any], cases: Sequence[Judged]) -> bool:
    def close(got: Any, right: Any) -> bool:
        np.testing.assert_allclose(got, right)
        return True

    return _all_parts(close, submission, cases)


def relative_error(
    submission: Callable[..., Any],
    cases: Sequence[Judged],
    gradient: Gradient,
    numeric: Sequence[Sequence[np.ndarray]],
    limit: float,
) -> bool:
    """CS231n's: the largest |x - y| / max(1e-8, |x| + |y|) between the gradient and a difference quotient.

    numeric: the difference quotients of every case.
    """

    def error(x: Any, y: Any) -> float:
        return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y)), initial=0.0))

    def accepted(case: Judged, slopes: Sequence[np.ndarray]) -> bool:
        got = gradient.pick(run(submission, case))
        return max(error(np.asarray(x), y) for x, y in zip(got, slopes, strict=True)) < limit

    return all(_accepts(functools.partial(accepted, *pair)) for pair in zip(cases, numeric, strict=True))


def difference_quotients(gradient: Gradient, case: Judged, h: float = 1e-5) -> list[np.ndarray]:
    """The slopes of the reference, centred, with CS231n's step."""
    upstream = gradient.upstream(case.arguments)
    arrays = [np.array(array, np.float64) for array in gradient.arrays(case.arguments)]

    def value() -> Any:
        return np.sum(
            gradient.value(gradient.put(case.arguments, arrays, upstream)) * (1 if upstream is None else upstream)
        )

    found = []
    with np.errstate(all="ignore"):
        for array in arrays:
            slopes = np.empty(array.shape)
            for index in np.ndindex(array.shape):
                old = array[index]
                array[index] = old + h
                right = value()
                array[index] = old - h
                slopes[index] = (right - value()) / (2 * h)
                array[index] = old
            found.append(slopes)
    return found


def torch_gradcheck(
    submission: Callable[..., Any], cases: Sequence[Judged], gradient: Gradient, fast: bool, torch: Any
) -> bool:
    """The reference as forward, the submission as backward of a torch.autograd.Function."""

    def accepted(case: Judged) -> bool:
        function = _function(submission, gradient, case.arguments, torch)
        arrays = [
            torch.tensor(np.asarray(array, np.float64), requires_grad=True) for array in gradient.arrays(case.arguments)
        ]
        return bool(
            torch.autograd.gradcheck(
                function.apply, arrays, fast_mode=fast, raise_exception=False, check_undefined_grad=False
            )
        )

    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return all(map(accepted, cases))
    except _Unusable:
        return False


class _Unusable(Exception):
    """The submission raised something, or returned what is no gradient of these arrays."""


def _function(submission: Callable[..., Any], gradient: Gradient, arguments: Any, torch: Any) -> Any:
    is_loss = gradient.upstream(arguments) is None

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, *arrays: Any) -> Any:
            context.save_for_backward(*arrays)
            numbers = [array.detach().numpy().copy() for array in arrays]
            return torch.tensor(
                np.asarray(gradient.value(gradient.put(arguments, numbers, gradient.upstream(arguments))), np.float64)
            )

        @staticmethod
        def backward(context: Any, upstream: Any) -> Any:
            numbers = [array.detach().numpy().copy() for array in context.saved_tensors]
            dz = upstream.numpy().copy()
            put = gradient.put(arguments, numbers, None if is_loss else dz)
            try:
                got = [np.asarray(part, np.float64) for part in gradient.pick(submission(*copy.deepcopy(put)))]
            except Exception as error:
                raise _Unusable from error
            if [part.shape for part in got] != [number.shape for number in numbers]:
                raise _Unusable
            found = [torch.tensor(part * (dz if is_loss else 1.0)) for part in got]
            return tuple(found) if len(found) > 1 else found[0]

    return Function


def run(submission: Callable[..., Any], case: Judged) -> Any:
    return submission(*copy.deepcopy(case.arguments))


def _all_parts(same: Callable[[Any, Any], bool], submission: Callable[..., Any], cases: Sequence[Judged]) -> bool:
    def accepted(case: Judged) -> bool:
        return _each(same, run(submission, case), case.right.value)

    return all(_accepts(functools.partial(accepted, case)) for case in cases)


def _each(same: Callable[[Any, Any], bool], got: Any, right: Any) -> bool:
    """A rule for arrays applied to all that a call returns."""
    if isinstance(right, dict):
        return set(got) == set(right) and all(_each(same, got[key], right[key]) for key in right)
    if isinstance(right, (tuple, list)):
        return len(got) == len(right) and all(_each(same, g, r) for g, r in zip(got, right, strict=True))
    return bool(same(got, right))


def _accepts(judge: Callable[[], bool]) -> bool:
    try:
        with np.errstate(all="ignore"):
            return judge()
    except Exception:  # whatever a submission may raise: that is a rejection
        return False
