"""Is a gradient the gradient of this function? Judged by slopes with error estimates: right, wrong or inconclusive.

A gradient g is wrong where its slope along v and the measured one, d with the estimate e, differ too much:

    |g.v - d| > 20 e + 1e4 u max(|g|, |g|.|v|, |d|)        u = 2**-53

and inconclusive where 20 e hides errors of a thousandth, or f has a kink, or computes in single precision. At a kink
every value between the slopes on its two sides is right. Small arrays are checked entry by entry, others along three
directions of -1 and 1; a direction's "wrong" counts only when single entries, or halves of the array, confirm it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from autograder.ladder import HONEST
from autograder.lines import Arguments, FBatch, Line, Measured, Place, Way, coordinate, measure, places, rms, value_at
from autograder.lines import direction as direction_line
from autograder.numeric import Estimates, directional, numeric_gradient, one_by_one, weighted

__all__ = [
    "ArrayVerdict",
    "Estimates",
    "Verdict",
    "check_gradient",
    "directional",
    "looks_numeric",
    "numeric_gradient",
    "one_by_one",
    "weighted",
]

Word = Literal["right", "wrong", "inconclusive"]

ROUNDOFF = 2.0**-53
LEEWAY = 1e4 * ROUNDOFF  # what an honest gradient may lose by its own rounding, relative to its largest entry
ZERO = 64 * ROUNDOFF  # a gradient this small, relative to f over x, is the rounding of 0
VISIBLE = 1e-3  # an error this large, relative to the largest entry, must be visible, or the check is inconclusive
DIRECTIONS = 3
FULL_UP_TO = 30  # entries: 28 evaluations for each, which a few exchanges with the sandbox carry
FULL_AT_MOST = 500  # entries, for an array that its directions did not find right
NUMERIC_FROM, NUMERIC_TO = 1e6, 1e10  # times the double-precision limit: what difference quotients are wrong by


@dataclass(frozen=True)
class ArrayVerdict:
    """What is known of the gradient with respect to one array.

    index: the entry it is worst at; None if no single entry was looked at, or none stands out (then got and numeric are
    the slopes along the worst direction). got, numeric: the gradient given and the one measured there; error: the
    latter's estimate. reason: of an inconclusive verdict: "kink", "single precision", "noise". kinks: the entries at
    which f has a kink, as far as single entries were looked at. wrong_entries: how many are wrong, None if unknown.
    """

    word: Word
    index: tuple[int, ...] | None
    got: float
    numeric: float
    error: float
    reason: str = ""
    kinks: tuple[tuple[int, ...], ...] = ()
    wrong_entries: int | None = None


@dataclass(frozen=True)
class Verdict:
    """The verdicts on all arrays, in the order of ``wrt``, and how often f was called."""

    arrays: tuple[ArrayVerdict, ...]
    evaluations: int

    @property
    def word(self) -> Word:
        """The worst of the arrays' words: wrong, then inconclusive, then right."""
        words = {array.word for array in self.arrays}
        return "wrong" if "wrong" in words else "inconclusive" if "inconclusive" in words else "right"


def check_gradient(
    f_batch: FBatch,
    arguments: Sequence[Any],
    gradients: Sequence[Any],
    rng: np.random.Generator,
    wrt: Sequence[Place] | None = None,
    full_up_to: int = FULL_UP_TO,
) -> Verdict:
    """Judge ``gradients``, one of its array's shape for each array of ``wrt``, as the gradient of f at ``arguments``.

    f_batch and wrt as in ``numeric_gradient``. full_up_to: larger arrays are checked along directions drawn from rng.
    Raises ValueError for a gradient that is missing, or has another shape than its array or no real numbers, and
    WrongAnswer if f does not return one number for each point.
    """
    point = tuple(arguments)
    ways = places(point, wrt)
    if len(gradients) != len(ways):
        raise ValueError(f"{len(gradients)} gradients for {len(ways)} arrays")
    claims = [_claim(way, value_at(point, way), g) for way, g in zip(ways, gradients, strict=True)]
    plans = [claim.entries() if claim.x.size <= full_up_to else claim.directions(rng) for claim in claims]
    measured = measure(f_batch, point, [line for plan in plans for line in plan])
    verdicts, start, evaluations = [], 0, measured.evaluations
    for claim, plan in zip(claims, plans, strict=True):
        verdict = _verdict(claim, plan, measured.part(np.arange(start, start + len(plan))))
        start += len(plan)
        if verdict.word != "right" and claim.x.size > full_up_to and verdict.reason != "single precision":
            verdict, more = _second_look(f_batch, point, claim, plan, verdict)
            evaluations += more
        verdicts.append(verdict)
    return Verdict(tuple(verdicts), evaluations)


def looks_numeric(got: Any, right: Any, double: Any, single: Any) -> bool:
    """Whether a gradient was found by difference quotients: far less exact than double precision, but not wrong.

    got, right: arrays of one shape, computed from float64 inputs. double, single: what an answer may differ by in
    either precision, entry by entry. A gradient that was computed in single precision does not look numeric.
    """
    value, truth = np.asarray(got), np.asarray(right, dtype=np.float64)
    if value.dtype != np.float64 or value.shape != truth.shape or not value.size or not np.isfinite(value).all():
        return False
    with np.errstate(all="ignore"):
        if np.array_equal(value, value.astype(np.float32)):
            return False
        error = np.abs(value - truth)
        worst = float(np.max(np.where(error == 0, 0.0, error / double)))
    return bool(np.all(error <= single)) and NUMERIC_FROM <= worst <= NUMERIC_TO


@dataclass(frozen=True)
class _Claim:
    """That g is the gradient of f at the array x."""

    way: Way
    x: np.ndarray
    g: np.ndarray

    def entries(self) -> list[Line]:
        return [coordinate(self.way, self.x, i) for i in range(self.x.size)]

    def directions(self, rng: np.random.Generator) -> list[Line]:
        lost = np.flatnonzero(~np.isfinite(self.g))
        if lost.size:
            return [coordinate(self.way, self.x, int(lost[0]))]
        drawn = 2 * rng.integers(0, 2, (DIRECTIONS, *self.x.shape), dtype=np.int8) - 1
        return [direction_line(self.way, self.x, v) for v in drawn]

    def line(self, group: np.ndarray, signs: np.ndarray) -> Line:
        """The part of a direction that moves a group of entries."""
        if group.size == 1:
            return coordinate(self.way, self.x, int(group[0]))
        v = np.zeros(self.x.size, dtype=np.int8)
        v[group] = signs[group]
        return direction_line(self.way, self.x, v.reshape(self.x.shape))

    def largest(self) -> float:
        return float(np.max(np.abs(self.g), initial=0.0, where=np.isfinite(self.g)))

    def slope(self, line: Line) -> tuple[float, float]:
        """g.v and |g|.|v|."""
        if isinstance(line.along, int):
            own = float(self.g.flat[line.along])
            return own, abs(own) if np.isfinite(own) else 0.0
        return float(np.sum(self.g * line.along)), float(np.sum(np.abs(self.g), where=line.along != 0))

    def index(self, line: Line) -> tuple[int, ...] | None:
        if not isinstance(line.along, int):
            return None
        return tuple(int(i) for i in np.unravel_index(line.along, self.x.shape))


@dataclass(frozen=True)
class _Judged:
    """For each line: is it wrong, or right? Neither is inconclusive. off: by how much it differs."""

    got: np.ndarray
    off: np.ndarray
    wrong: np.ndarray
    right: np.ndarray


def _claim(way: Way, x: np.ndarray, gradient: Any) -> _Claim:
    g = np.asarray(gradient)
    if g.shape != x.shape or g.dtype.kind not in "biuf":
        raise ValueError(f"the gradient is {g.dtype} of shape {g.shape}, its array has shape {x.shape}")
    return _Claim(way, x, g.astype(np.float64))


def _judge(claim: _Claim, lines: Sequence[Line], measured: Measured) -> _Judged:
    d = measured.slopes
    pairs = [claim.slope(line) for line in lines]
    got, weight = np.array([slope for slope, _ in pairs]), np.array([weight for _, weight in pairs])
    largest, of_f = claim.largest(), measured.largest / (rms(claim.x) or 1.0)
    with np.errstate(all="ignore"):
        off = np.abs(got - d.value)
        size = np.fmax(largest, np.abs(d.value))
        wrong = np.isfinite(d.value) & ~(off <= HONEST * d.error + LEEWAY * np.fmax(size, weight))
        # A gradient of zeros, up to rounding, has no size of its own: f's stands for it.
        needed = np.fmax(size, of_f) if largest <= ZERO * of_f else size
        right = np.isfinite(d.value) & ~wrong & (HONEST * d.error <= VISIBLE * needed)
        low, high = np.fmin(d.left, d.right) - HONEST * d.blur, np.fmax(d.left, d.right) + HONEST * d.blur
        # Along a direction through many kinks a wrong entry could hide between the two slopes; in one entry it cannot.
        single_entry = np.array([isinstance(line.along, int) for line in lines])
        right |= d.kink & single_entry & (low <= got) & (got <= high)
    # An f that is not what it seems along most lines (one that is partly in single precision) accuses nobody.
    unsteady = np.isnan(d.value) & ~d.kink
    if measured.single or unsteady.sum() > wrong.sum():
        wrong = np.zeros_like(wrong)
    if measured.single:
        right = np.zeros_like(right)
    return _Judged(got, off, wrong, right)


def _verdict(claim: _Claim, lines: Sequence[Line], measured: Measured) -> ArrayVerdict:
    """The verdict by these lines alone: one wrong line is enough, and all must be right."""
    judged, d = _judge(claim, lines, measured), measured.slopes
    if not lines:
        return ArrayVerdict("right", None, 0.0, 0.0, 0.0)
    word: Word = "wrong" if judged.wrong.any() else "right" if judged.right.all() else "inconclusive"
    shown = {"wrong": judged.wrong, "right": judged.right, "inconclusive": ~judged.right}[word]
    worst = int(np.argmax(np.where(shown, np.nan_to_num(judged.off, nan=np.inf, posinf=np.inf), -1.0)))
    indices = [claim.index(line) for line in lines]
    one_each = all(index is not None for index in indices)
    reason = "single precision" if measured.single else "kink" if (d.kink & ~judged.right).any() else "noise"
    return ArrayVerdict(
        word,
        indices[worst],
        float(judged.got[worst]),
        float(d.value[worst]),
        float(d.error[worst]),
        reason if word == "inconclusive" else "",
        tuple(index for index, kink in zip(indices, d.kink, strict=True) if kink and index is not None),
        int(judged.wrong.sum()) if one_each and len(lines) == claim.x.size else None,
    )


def _second_look(
    f_batch: FBatch, point: Arguments, claim: _Claim, plan: Sequence[Line], first: ArrayVerdict
) -> tuple[ArrayVerdict, int]:
    """Entry by entry if the array is not too large; else, if a direction is wrong, on to an entry that makes it so."""
    if claim.x.size <= FULL_AT_MOST:
        lines = claim.entries()
        measured = measure(f_batch, point, lines)
        return _verdict(claim, lines, measured), measured.evaluations
    if first.word != "wrong" or first.index is not None:
        return first, 0
    return _halved(f_batch, point, claim, plan, first)


def _halved(
    f_batch: FBatch, point: Arguments, claim: _Claim, plan: Sequence[Line], first: ArrayVerdict
) -> tuple[ArrayVerdict, int]:
    """Follow the wrong half of the wrong direction, and the wrong half of that, down to one entry."""
    signs = np.asarray(max(plan, key=lambda line: claim.slope(line)[0] == first.got).along).ravel()
    group, verdict, evaluations = np.arange(claim.x.size), first, 0
    while group.size > 1:
        halves = np.array_split(group, 2)
        lines = [claim.line(half, signs) for half in halves]
        measured = measure(f_batch, point, lines)
        evaluations += measured.evaluations
        judged = _judge(claim, lines, measured)
        if not judged.wrong.any():
            if judged.right.all():
                break  # many small errors, each below the noise
            verdict = _verdict(claim, lines, measured)
            return replace(verdict, index=None), evaluations
        worst = int(np.argmax(np.where(judged.wrong, np.nan_to_num(judged.off, nan=0.0, posinf=np.inf), -1.0)))
        group = halves[worst]
        verdict = _verdict(claim, [lines[worst]], measured.part(np.array([worst])))
    return verdict, evaluations
