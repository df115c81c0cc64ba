"""A function along lines through its arguments, asked in batches: one array moves, to both sides of where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from autograder.errors import StudentError, WrongAnswer
from autograder.ladder import RATIO, SURE, Ladder, Slopes, slopes

Arguments = tuple[Any, ...]
FBatch = Callable[[list[Arguments]], Sequence[Any]]
Way = tuple[int | str, ...]
Place = int | Way  # an argument's position, or the way to an array inside of it: (0, "W1")

LARGEST_STEP = 0.05  # times the scale of x
RUNGS = 14
MORE_ABOVE = 14  # when even the largest step drowns in rounding: x is small for what f does with it
MORE_BELOW = 6  # when even the smallest is too large; below these x + h is x
NEAR_THE_TOP = 2  # a winner this near to the ladder's largest step may have a better one above
GOOD = 1e-7  # an estimate this small, relative to the slope, needs no more steps
SMALLEST_SCALE = 1e-3  # of a coordinate, times the rms of its array
DOUBLE = float(np.finfo(np.float64).eps)
BATCH_BYTES = 1 << 26  # arguments held at a time


@dataclass(frozen=True)
class Line:
    """A line through the arguments: one array moves, along one coordinate or a direction of -1, 0 and 1.

    place: the way to the array. along: a flat index, or an int8 array of its shape. scale: the unit of the steps.
    """

    place: Way
    along: int | np.ndarray
    scale: float


def places(arguments: Arguments, wrt: Sequence[Place] | None) -> list[Way]:
    """The ways to the arrays that move: those of ``wrt``, or else to every argument that is an array of floats."""
    if wrt is None:
        return [(i,) for i, value in enumerate(arguments) if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
    return [(place,) if isinstance(place, int) else place for place in wrt]


def value_at(arguments: Arguments, place: Way) -> np.ndarray:
    """The array at the end of a way, in double precision."""
    value: Any = arguments
    for key in place:
        value = value[key]
    return np.asarray(value, dtype=np.float64)


def coordinate(place: Way, x: np.ndarray, index: int) -> Line:
    """The line along one entry of x; the scale is its size, but no less than a thousandth of the array's rms."""
    return Line(place, index, max(abs(float(x.flat[index])), SMALLEST_SCALE * rms(x)) or 1.0)


def direction(place: Way, x: np.ndarray, v: np.ndarray) -> Line:
    """The line along v, of -1, 0 and 1; the scale is the rms of what moves, or a thousandth of the array's."""
    return Line(place, v, max(rms(x[v != 0]), SMALLEST_SCALE * rms(x)) or 1.0)


@dataclass(frozen=True)
class Measured:
    """The slopes along some lines. largest: max|f| among the values. single, evaluations: see numeric.Estimates."""

    slopes: Slopes
    largest: float
    single: bool
    evaluations: int

    def part(self, rows: np.ndarray) -> Measured:
        """Some of the lines."""
        return replace(self, slopes=self.slopes.of(rows))


def measure(f_batch: FBatch, point: Arguments, lines: Sequence[Line]) -> Measured:
    """The slope along each line, with more steps for those whose ladder ends too early."""
    calls = _Calls(f_batch)
    at = calls.at([point])[0]
    ladder = _ladder(calls, point, lines, at, range(RUNGS))
    largest = ladder.largest()
    found = slopes(ladder)
    for short, more in _short(found, lines):
        part = [lines[i] for i in short]
        try:
            extra = _ladder(calls, point, part, at, more)
        except (StudentError, ArithmeticError, ValueError):
            continue  # f need not bear such steps
        known = ladder.rows(short)
        better = slopes(extra.joined(known) if more.start < 0 else known.joined(extra))
        gain = better.error < found.error[short]
        found = found.replaced(short[gain], better.of(gain))
    return Measured(found, largest, calls.is_single(), calls.count)


def _short(found: Slopes, lines: Sequence[Line]) -> Iterator[tuple[np.ndarray, range]]:
    """The lines that know no good slope by their ladder, and the rungs that they lack."""
    own = np.nan_to_num(np.abs(found.value))
    largest: dict[Way, float] = {}
    for line, size in zip(lines, own, strict=True):
        largest[line.place] = max(largest.get(line.place, 0.0), float(size))
    poor = ~found.kink & ~(found.error <= GOOD * np.array([largest[line.place] for line in lines]))
    # Far from x f may be flat, or anything: more is only worth while where the slope is known already, if roughly.
    known = found.error <= SURE * own
    above = np.flatnonzero(poor & known & (found.rung <= NEAR_THE_TOP))
    below = np.flatnonzero(poor & ~known)
    if above.size:
        yield above, range(-MORE_ABOVE, 0)
    if below.size:
        yield below, range(RUNGS, RUNGS + MORE_BELOW)


def _ladder(calls: _Calls, point: Arguments, lines: Sequence[Line], at: float, rungs: range) -> Ladder:
    arrays = {line.place: value_at(point, line.place) for line in lines}
    # No power of 2: x + h would fit whatever f rounds it to, and hide that f does.
    largest = LARGEST_STEP * np.array([line.scale for line in lines])
    steps = largest[:, None] * RATIO ** -np.array(rungs, dtype=float)
    here = np.array([[arrays[line.place].flat[line.along] if isinstance(line.along, int) else 0.0] for line in lines])
    # An entry of x moves by what is left of a step after rounding: the same to both sides, or f'' spoils the slope.
    steps = (here + steps) - here
    moves = (
        with_value(point, line.place, _moved(arrays[line.place], line.along, sign * h))
        for line, row in zip(lines, steps, strict=True)
        for h in row
        for sign in (1.0, -1.0)
    )
    values = np.array(calls.at(moves)).reshape(len(lines), len(rungs), 2)
    return Ladder(at, values[..., 0], values[..., 1], (here + steps) - here, here - (here - steps), calls.eps)


def with_value(arguments: Any, place: Way, value: np.ndarray) -> Any:
    """The arguments with another array at the end of a way; everything beside the way is shared."""
    if not place:
        return value
    changed: Any = dict(arguments) if isinstance(arguments, dict) else list(arguments)
    changed[place[0]] = with_value(arguments[place[0]], place[1:], value)
    return tuple(changed) if isinstance(arguments, tuple) else changed


def _moved(x: np.ndarray, along: int | np.ndarray, t: float) -> np.ndarray:
    if not isinstance(along, int):
        return x + t * along
    moved = x.copy()
    moved.flat[along] += t
    return moved


@dataclass
class _Calls:
    """How often f was called, and the coarsest precision in which it answered."""

    f_batch: FBatch
    count: int = 0
    eps: float = DOUBLE
    first: float = 0.0
    moved: bool = False
    rounded: bool = True  # so far every value fits single precision

    def is_single(self) -> bool:
        """Whether f computes in less than double precision, or in whole numbers."""
        return self.eps > DOUBLE or (self.moved and self.rounded)

    def at(self, points: Iterable[Arguments]) -> list[float]:
        values: list[float] = []
        rest = iter(points)
        for first in rest:
            part = [first, *islice(rest, max(0, BATCH_BYTES // max(1, _bytes(first)) - 1))]
            results = list(self.f_batch(part))
            if len(results) != len(part):
                raise ValueError(f"f_batch was given {len(part)} points and returned {len(results)} values")
            self.count += len(part)
            values += [self._number(result) for result in results]
            self._watch(np.array(values[-len(part) :]))
        return values

    def _watch(self, values: np.ndarray) -> None:
        """An f that hides single precision in a float, or takes whole numbers only, betrays itself by its values."""
        if self.count == len(values):
            self.first = values[0]
        with np.errstate(all="ignore"):
            self.rounded &= bool(np.all((values.astype(np.float32) == values) | ~np.isfinite(values)))
        self.moved |= bool(np.any(values != self.first))

    def _number(self, result: Any) -> float:
        try:
            value = np.asarray(result)
        except ValueError:
            raise wrong_result("one number", "a list of lists of different lengths") from None
        if value.size != 1 or value.dtype.kind not in "biuf":
            raise wrong_result("one number", f"{value.dtype} of shape {value.shape}")
        if value.dtype.kind == "f":
            self.eps = max(self.eps, float(np.finfo(value.dtype).eps))
        return float(value.reshape(())[()])


def wrong_result(expected: str, got: str) -> WrongAnswer:
    message = f"The function should return {expected}, not {got}."
    return WrongAnswer(message, message)


def _bytes(value: Any) -> int:
    """Of the arrays in a point."""
    if isinstance(value, dict):
        return sum(map(_bytes, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_bytes, value))
    return value.nbytes if isinstance(value, np.ndarray) else 8


def rms(x: np.ndarray) -> float:
    """The root of the mean square, without overflow; 0 for no entries."""
    largest = float(np.max(np.abs(x), initial=0.0))
    return largest * float(np.sqrt(np.mean((x / largest) ** 2))) if largest > 0 else 0.0
