"""Is a student's value the right one? Type, then shape, then finiteness, then value: broadcasting is not equality.

How far a right value may lie from the expected one was measured on the reference itself (tolerance.py), entry by entry.
Lists, Python numbers, float32, Fortran order and big-endian arrays are right answers; (3,) for (3, 1) is not.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograder.errors import WrongAnswer
from autograder.right import Right
from autograder.student import RemoteObject

# Where the expected value is not the reference's own, so that nothing was calibrated:
# What a right answer may differ by, relative to the expected entry, by the precision the student computed in; and
# relative to the largest entry a hundredth of it, for what cancellation leaves. Right answers in other orders of
# summation differ by some hundred roundings; mistakes by far more.
TOLERANCES = {"float64": 1e-9, "float32": 2e-4}
CANCELLATION = 1e-2
SMALLEST = float(np.finfo(np.float64).tiny) * 1e5


def assert_matches(got: Any, expected: Any, names: str = "") -> None:
    """Raise WrongAnswer unless ``got`` is ``expected``, entry by entry.

    expected: a number, an array, or a tuple or list or dict of them. names: what to call them, "dX dW db"; one name for
    a single value. The message says the name, the place, both values and the extent.
    """
    called, whole = names.replace(",", " ").split(), _Whole(got)
    if isinstance(_value(expected), dict):
        _match_dict(got, expected, whole)
    elif isinstance(_value(expected), (tuple, list)):
        _match_sequence(got, expected, called, whole)
    else:
        _match_array(got, expected, called[0] if called else "the result", whole)


class _Whole:
    """All that a call returned: by it the precision is judged that the student computed in, for all parts alike."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @functools.cached_property
    def dtype(self) -> str:
        from autograder.tolerance import precision  # only here: most right answers are equal, and need no tolerance

        return precision(self.value)


def _value(expected: Any) -> Any:
    return expected.value if isinstance(expected, Right) else expected


def _match_dict(got: Any, expected: Any, whole: _Whole) -> None:
    if not isinstance(got, dict):
        raise WrongAnswer(f"The result should be a dict, not {_kind(got)}.")
    if set(got) != set(expected):
        raise WrongAnswer(f"The result should have the keys {', '.join(map(repr, expected))}.")
    for key in expected:
        _match_array(got[key], expected[key], str(key), whole)


def _match_sequence(got: Any, expected: Any, called: list[str], whole: _Whole) -> None:
    count = len(expected)
    if not isinstance(got, (tuple, list)) and not (isinstance(got, np.ndarray) and got.shape[:1] == (count,)):
        raise WrongAnswer(f"The result should be {_results(count, called)}, not {_kind(got)}.")
    if len(got) != count:
        raise WrongAnswer(f"The result should be {_results(count, called)}, not {len(got)}.")
    for place, (entry, value) in enumerate(zip(got, expected, strict=True)):
        name = called[place] if place < len(called) else f"result {place + 1}"
        if isinstance(_value(value), (tuple, list)):
            _match_sequence(entry, value, [f"{name}[{i}]" for i in range(len(value))], whole)
        else:
            _match_array(entry, value, name, whole)


def _match_array(got: Any, expected: Any, name: str, whole: _Whole) -> None:
    right = np.asarray(_value(expected))
    value = _as_array(got, name)
    if value.dtype.kind not in _kinds(right.dtype.kind):
        raise WrongAnswer(f"{name} should hold {_numbers(right.dtype)}, not {_numbers(value.dtype)}.")
    if value.shape != right.shape and isinstance(got, tuple):
        raise WrongAnswer(f"The result should be one value, {name} of shape {right.shape}, not {len(got)} values.")
    if value.shape != right.shape and right.ndim == 0:
        raise WrongAnswer(f"{name} should be a single number, not an array of shape {value.shape}.")
    if value.shape != right.shape:
        raise WrongAnswer(f"{name} should have shape {right.shape}, not {value.shape}.")
    if value.size == 0:
        return
    if right.dtype.kind not in "fc":
        _match_exactly(value, right, name)
    elif not np.array_equal(value, right):  # what is equal needs no tolerance
        _match_nearly(value, right, expected, name, whole)


def _match_nearly(value: np.ndarray, right: np.ndarray, expected: Any, name: str, whole: _Whole) -> None:
    from autograder.tolerance import LIMITS, ratios

    dtype = whole.dtype
    t = expected.tolerance(dtype) if isinstance(expected, Right) else _uncalibrated(right, dtype) / LIMITS[dtype]
    lost = np.isfinite(right) & ~np.isfinite(value) & np.isfinite(t)  # t is inf where float32 cannot hold the value
    if lost.any():
        place = _first(lost)
        raise WrongAnswer(
            f"{_entry(name, place)} should be {_shown(right[place])}, not {_shown(value[place])}{_extent(lost)}.",
            f"{name} has a value that is not finite ({_shown(value[place])}), where a finite one belongs.",
            (name, value, right, lost),
        )
    off = ratios(value, right, t) > LIMITS[dtype]
    if off.any() and dtype == "float64" and isinstance(expected, Right):
        for other in expected.elsewhere():
            if np.shape(other) == value.shape and (ratios(value, other, t) <= LIMITS[dtype]).all():
                return  # right, from inputs that were stored in single precision
    _raise_if_any(off, value, right, name)


def _uncalibrated(right: np.ndarray, dtype: str) -> np.ndarray:
    """What is allowed where nothing was calibrated: fixed parts of the entry and of the largest."""
    size = np.where(np.isfinite(right), np.abs(right), 0.0)
    allowed: np.ndarray = TOLERANCES[dtype] * (size + CANCELLATION * size.max(initial=0.0)) + SMALLEST
    return allowed


def _match_exactly(value: np.ndarray, right: np.ndarray, name: str) -> None:
    """Integers, truth values and texts have no rounding."""
    _raise_if_any(value != right, value, right, name)


def _raise_if_any(off: np.ndarray, value: np.ndarray, right: np.ndarray, name: str) -> None:
    if off.any():
        place = _first(off)
        raise WrongAnswer(
            f"{_entry(name, place)} should be {_told_apart(right[place], value[place])}{_extent(off)}.",
            f"{name} has wrong values{_extent(off)}." if off.ndim else f"{name} has the wrong value.",
            (name, value, right, off),
        )


def _as_array(got: Any, name: str) -> np.ndarray:
    if got is None:
        raise WrongAnswer(f"{name} is None: is there a return missing?")
    if isinstance(got, (str, dict, RemoteObject)):
        raise WrongAnswer(
            f"{name} should be a number or an array, not {_kind(got)}.", f"{name} is not a number or an array."
        )
    try:
        array = np.asarray(got)
    except ValueError:
        raise WrongAnswer(f"{name} should be an array, not a list of lists of different lengths.") from None
    if array.dtype.kind not in "biufc":
        raise WrongAnswer(f"{name} should hold numbers, not {_kind(got)}.", f"{name} does not hold numbers.")
    return array


def _kinds(right: str) -> str:
    """The kinds of number that are honest where this kind is expected: an exact integer is a right float."""
    return {"b": "b", "i": "iuf", "u": "iuf", "f": "iuf", "c": "iufc"}.get(right, right)


def _numbers(dtype: np.dtype[Any]) -> str:
    names = {"b": "truth values", "i": "integers", "u": "integers", "f": "real numbers", "c": "complex numbers"}
    return names.get(dtype.kind, "something else")


def _kind(got: Any) -> str:
    if got is None:
        return "None (is there a return missing?)"
    if isinstance(got, np.ndarray):
        return f"one array of shape {got.shape}"
    if isinstance(got, RemoteObject):
        return f"an object {got!r}"
    if isinstance(got, (tuple, list)):
        return f"a {type(got).__name__} of {len(got)}"
    return f"a {type(got).__name__}"


def _results(count: int, called: list[str]) -> str:
    return f"{count} values" + (f" ({', '.join(called)})" if len(called) == count else "")


def _entry(name: str, place: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _extent(off: np.ndarray) -> str:
    return f" ({int(off.sum())} of {off.size} entries differ)" if off.size > 1 else ""


def _told_apart(right: Any, value: Any) -> str:
    """Both values, with as many digits as it takes to see that they differ."""
    pairs = [(_shown(right, digits), _shown(value, digits)) for digits in (6, 9, 12, 17)]
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])
    return f"{one}, not {other}"


def _shown(value: Any, digits: int = 6) -> str:
    return f"{value:.{digits}g}" if np.asarray(value).dtype.kind in "fc" else str(value)


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(mask)[0])
