"""How far a right answer may lie from the reference's: measured on the reference itself, entry by entry.

For one call with the right value R, in a precision with unit roundoff u:

    t = max(MCA, shadow, u |R|, u max|R|) + tiny

MCA is the largest |R' - R| over runs of the reference in Monte-Carlo arithmetic (montecarlo.py): what the order of
summation and the cancellation inside honest formulas leave. shadow is the largest |R' - R| over runs in the student's
precision, from inputs moved by one unit in the last place: the conditioning of the problem, and what a narrow range of
exponents loses. A value S is right if max |S - R| / t is at most LIMITS[precision].

At inputs that lie exactly on a kink nothing is moved: a rounding would decide which side is taken.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import AssignmentError

VERSION = 1  # of the algorithm: another one gives other tolerances for the same reference and inputs
RUNS = 6  # of each kind; with as many the worst of 168 right submissions lay at 140 t
# In float64 the worst right answer lay at 1.4e2, the least wrong one at 1.9e9; in single precision they are closer.
LIMITS = {"float64": 1e5, "float32": 2e3}
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Program:
    """An object made and then used: called with the arguments of each step, it returns the result of every method.

    ``Program(MaxGate, ("forward", "backward"))((), (x, y), (dz,))`` makes a gate and returns (z, [dx, dy]).
    """

    make: Callable[..., Any]
    methods: tuple[str, ...]

    def __call__(self, made_with: tuple[Any, ...], *arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        made = self.make(*made_with)
        return tuple(getattr(made, name)(*args) for name, args in zip(self.methods, arguments, strict=True))


def tolerance(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    keywords: Mapping[str, Any] | None = None,
    *,
    seed: int,
    dtype: str = "float64",
    exact_kink: bool = False,
) -> Any:
    """t for every number that function(*arguments, **keywords) returns, in the structure of what it returns.

    seed: of the rounding; equal calls give equal results. dtype: a key of LIMITS, the precision of the student.
    Whole numbers and truth values have t = 0, whatever is no number None. No argument is changed: each run has a copy,
    a Generator in its first state. Raises AssignmentError where rounding changes the structure of the result.
    """
    call = (arguments, dict(keywords or {}))
    right = _run(function, call)
    u = float(np.finfo(dtype).eps) / 2
    runs = (
        [] if exact_kink else [*_monte_carlo_runs(function, call, u, seed), *_shadow_runs(function, call, dtype, seed)]
    )
    try:
        return _spread(right, runs, u)
    except _Reshaped:
        name = getattr(function, "__qualname__", str(function))
        raise AssignmentError(
            f"{name}: the shape of its result depends on rounding; these inputs lie on a kink."
        ) from None


def ratio(got: Any, right: Any, t: Any) -> float:
    """The largest |got - right| / t over all numbers of a value, and inf where the two have different structures."""
    if isinstance(right, dict):
        if not isinstance(got, dict) or set(got) != set(right):
            return np.inf
        return max((ratio(got[key], right[key], t[key]) for key in right), default=0.0)
    if isinstance(right, (tuple, list)):
        if not isinstance(got, (tuple, list)) or len(got) != len(right):
            return np.inf
        return max(map(ratio, got, right, t), default=0.0)
    if t is None:
        return 0.0
    try:
        value = np.asarray(got)
    except ValueError:  # lists of different lengths
        return np.inf
    if value.shape != np.shape(right) or value.dtype.kind not in "biufc":
        return np.inf
    return float(np.max(ratios(value, right, t), initial=0.0))


def ratios(got: Any, right: Any, t: Any) -> np.ndarray:
    """|got - right| / t for two arrays of one shape: 0 where they are equal, nan and infinities included.

    A value that is not finite has the ratio inf where the right one is, unless the precision cannot hold the right one
    (t = inf, ratio 0); so has a finite value where the right one is not.
    """
    wide = np.complex128 if np.iscomplexobj(got) or np.iscomplexobj(right) else np.float64
    got, right, t = np.asarray(got, wide), np.asarray(right, wide), np.asarray(t, np.float64)
    with np.errstate(all="ignore"):
        # Two sizes near the largest float: half of each has a difference that does not overflow.
        quotients = 2 * (np.abs(got / 2 - right / 2) / t)
        same = (got == right) | (np.isnan(got) & np.isnan(right)) | (np.isinf(t) & np.isfinite(right))
        return np.where(same, 0.0, np.where(np.isfinite(got) & np.isfinite(right), quotients, np.inf))


def precision(value: Any) -> str:
    """The precision in which a student computed a value, a key of LIMITS; ask it of all that a call returned.

    "float32" if any array says so, or if all fractions among the numbers are numbers of single precision: a Python
    float made of a float32 is still one, and a float64 result is one by accident with a probability of 2**-29.
    """
    arrays = [np.asarray(leaf) for leaf in _leaves(value)]
    floats = [array for array in arrays if array.dtype.kind in "fc"]
    if any(array.dtype.itemsize < (8 if array.dtype.kind == "f" else 16) for array in floats):
        return "float32"
    with np.errstate(all="ignore"):
        fractions = [array[array != np.rint(8 * array) / 8] for array in floats if array.dtype.kind == "f"]
        narrow = [bool(np.all(part == part.astype(np.float32))) for part in fractions if part.size]
    return "float32" if narrow and all(narrow) else "float64"


class _Reshaped(Exception):
    """Two runs of one call gave results of different structures."""


def _monte_carlo_runs(function: Callable[..., Any], call: Any, u: float, seed: int) -> Iterable[Any]:
    from autograder.montecarlo import Noise, monte_carlo, plain  # only to compute: grading reads what is kept

    for run in range(RUNS):
        noise = Noise(u, np.random.default_rng([seed, 0, run]))
        yield plain(_run(function, monte_carlo(copy.deepcopy(call), noise)))


def _shadow_runs(function: Callable[..., Any], call: Any, dtype: str, seed: int) -> Iterable[Any]:
    """From inputs as they are, then from moved ones in pairs of opposite directions.

    So every number near a kink is seen on it and on both sides: narrowed to float32 it may lie on any of the three.
    """
    yield _run(function, _moved(call, np.dtype(dtype), None, 0))
    for run in range(RUNS):
        rng = np.random.default_rng([seed, 1, run // 2])
        yield _run(function, _moved(call, np.dtype(dtype), rng, -1 if run % 2 else 1))


def _run(function: Callable[..., Any], call: Any) -> Any:
    arguments, keywords = copy.deepcopy(call)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # large inputs overflow in float32, as they may
        return function(*arguments, **keywords)


def _moved(value: Any, dtype: np.dtype[Any], rng: np.random.Generator | None, sign: int) -> Any:
    """Arrays in this precision, each entry up or down by one unit in the last place; a zero stays, it is exact.

    Python floats stay too: learning rates and the like are not data, and nobody narrows them. sign turns all directions
    round; without a generator nothing is moved.
    """
    if isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f":
        with np.errstate(all="ignore"):
            narrow = value.astype(dtype)
            if rng is None:
                return narrow
            direction = np.where(rng.random(value.shape) < 0.5, -sign * np.inf, sign * np.inf).astype(dtype)
            return np.where(narrow == 0, narrow, np.nextafter(narrow, direction))[()]
    if isinstance(value, dict):
        return {key: _moved(item, dtype, rng, sign) for key, item in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_moved(item, dtype, rng, sign) for item in value)
    return value


def _spread(right: Any, runs: list[Any], u: float) -> Any:
    """t from the right value and the runs, in the right value's structure."""
    if isinstance(right, dict):
        _require(all(isinstance(run, dict) and set(run) == set(right) for run in runs))
        return {key: _spread(right[key], [run[key] for run in runs], u) for key in right}
    if isinstance(right, (tuple, list)):
        _require(all(isinstance(run, (tuple, list)) and len(run) == len(right) for run in runs))
        kind = list if isinstance(right, list) else tuple
        return kind(_spread(item, [run[place] for run in runs], u) for place, item in enumerate(right))
    if not isinstance(right, (np.ndarray, np.generic, bool, int, float, complex)):
        return None
    value = np.asarray(right)
    _require(all(np.shape(run) == value.shape for run in runs))
    if value.dtype.kind not in "fc":
        return np.zeros(value.shape)
    with np.errstate(all="ignore"):
        size = np.where(np.isfinite(value), np.abs(value), 0.0)
        t = np.maximum(u * size, u * size.max(initial=0.0))
        for run in runs:
            deviation = np.abs(np.asarray(run) - value)
            t = np.maximum(t, np.where(np.isnan(deviation), np.inf, deviation))
    return np.where(np.isfinite(value), t, 0.0) + TINY


def _require(same_structure: bool) -> None:
    if not same_structure:
        raise _Reshaped


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif isinstance(value, (np.ndarray, np.generic, float, complex)):
        yield value
