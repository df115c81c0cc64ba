"""The slope of a function along a line, from its values at a ladder of steps, with an estimate of its error.

Along a line, f(x + t v) is known at t = 0 and at t = +-h for steps h that shrink by 4 from rung to rung. Then

    D_k = (f(x + h_k v) - f(x - h_k v)) / 2 h_k         the central difference; its error is O(h**2)
    R_k = (16 D_{k+1} - D_k) / 15                       Richardson's column; its error is O(h**4)
    e_k = |R_k - R_{k+1}| + N_k                         its estimate
    N_k = max(8 eps max|f| / h_k,  max over j > k+1 of  |R_j - R_k| h_j / h_k)

and the rung with the smallest e_k wins; where a rung with nearly as small an e_k differs by more, that is the error.
The first term of N_k is the rounding of an f that is right to its last digits. The second is for one that is not (it
cancels inside, or computes in single precision): whatever makes a smaller step disagree with R_k is taken for noise in
f, which a larger step divides by more.

A kink shows in the one-sided slopes: their gap g_k is h f'' for a smooth f, so (4 g_{k+1} - g_k) / 3 is O(h**3), while
at a kink it tends to the jump of the slope. Where three rungs agree on such a jump, x lies on a kink or within a
hundredth of the largest of the three steps, and every larger step straddles it: none of them may win.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

RATIO = 4.0  # of one step to the next
ROUNDING = 8.0  # f's own error in units of eps |f|: a sum of some terms, an exp and a log
HONEST = 20.0  # an estimate may be too small by this factor
RIVAL = 32.0  # times the smallest estimate: small by luck if a rung with this one says otherwise
SURE = 0.05  # a rung whose estimate is this small, relative to its value, claims to know the slope


@dataclass(frozen=True)
class Ladder:
    """The values of f on both sides of x. Steps are those really taken, after rounding; they shrink with the column.

    at: f(x). ahead, behind: f(x + ahead_step v), f(x - behind_step v). All four arrays: (lines, rungs).
    eps: the machine epsilon of the precision in which f answered.
    """

    at: float
    ahead: np.ndarray
    behind: np.ndarray
    ahead_step: np.ndarray
    behind_step: np.ndarray
    eps: float

    def largest(self) -> float:
        """max|f| among the finite values."""
        values = np.abs(np.concatenate([[self.at], self.ahead.ravel(), self.behind.ravel()]))
        return float(np.max(values, initial=0.0, where=np.isfinite(values)))

    def rows(self, lines: np.ndarray) -> Ladder:
        """The ladder of some of the lines."""
        own = (self.ahead[lines], self.behind[lines], self.ahead_step[lines], self.behind_step[lines])
        return Ladder(self.at, *own, self.eps)

    def joined(self, after: Ladder) -> Ladder:
        """The ladder with more, smaller steps at its end."""
        both = (
            np.hstack([self.ahead, after.ahead]),
            np.hstack([self.behind, after.behind]),
            np.hstack([self.ahead_step, after.ahead_step]),
            np.hstack([self.behind_step, after.behind_step]),
        )
        return Ladder(self.at, *both, max(self.eps, after.eps))


@dataclass(frozen=True)
class Slopes:
    """What a ladder says of each line; all arrays have shape (lines,).

    value: the slope, NaN where none can be told. error: the estimate of its error, inf where there is no slope.
    kink: f has a kink at x, or too near to tell. left, right: the one-sided slopes there, NaN elsewhere.
    blur: an estimate of their error. rung: the winner's column.
    """

    value: np.ndarray
    error: np.ndarray
    kink: np.ndarray
    left: np.ndarray
    right: np.ndarray
    blur: np.ndarray
    rung: np.ndarray

    def mapped(self, change: Callable[[np.ndarray], np.ndarray]) -> Slopes:
        """With every array changed in the same way."""
        return Slopes(**{field.name: change(getattr(self, field.name)) for field in fields(Slopes)})

    def of(self, lines: np.ndarray) -> Slopes:
        """Those of some of the lines."""
        return self.mapped(lambda column: column[lines])

    def replaced(self, lines: np.ndarray, by: Slopes) -> Slopes:
        """With other answers for some of the lines."""
        new = {field.name: getattr(self, field.name).copy() for field in fields(self)}
        for name, column in new.items():
            column[lines] = getattr(by, name)
        return Slopes(**new)


def slopes(ladder: Ladder) -> Slopes:
    """The slope along each line of a ladder with four rungs or more. A value that is not finite spoils its rung."""
    with np.errstate(all="ignore"):
        step = (ladder.ahead_step + ladder.behind_step) / 2
        noise = ROUNDING * ladder.eps * _largest_from_here_on(ladder) / step
        richardson = _extrapolated((ladder.ahead - ladder.behind) / (2 * step), RATIO**2)
        error = _estimates(richardson, noise, step)
        right_side = (ladder.ahead - ladder.at) / ladder.ahead_step
        left_side = (ladder.at - ladder.behind) / ladder.behind_step
        jump = _extrapolated(right_side - left_side, RATIO)
        blur = _blurs(jump, richardson, noise)
        is_kink = np.isfinite(blur)
        seen = _last_true(is_kink)  # the smallest step at which a kink shows, -1 for none
        rungs = np.arange(error.shape[1])
        error = np.where(rungs > seen[:, None], error, np.inf)
        rung = np.argmin(error, axis=1)
        value, best = _taken(richardson, rung), _taken(error, rung)
        strength = np.abs(_taken(jump, np.maximum(seen, 0)))
        # Rungs below a kink's own may be blind to it rather than past it: then their noise is as large as the jump.
        rivals = np.where(error <= RIVAL * best[:, None], np.abs(richardson[:, : len(rungs)] - value[:, None]), 0.0)
        best = np.fmax(best, rivals.max(axis=1) / 4)
        past = (best < strength / 8) & (np.abs(_taken(jump, rung)) < strength / 4)
        kink = (seen >= 0) & ~past
        sharpest = np.argmin(blur, axis=1)
        right, left = (_taken(_extrapolated(side, RATIO), sharpest) for side in (right_side, left_side))
    lost = kink | ~np.isfinite(best) | _contradicted(richardson, error, rung) | _stepped(ladder, rung)
    return Slopes(
        value=np.where(lost, np.nan, value),
        error=np.where(lost, np.inf, best),
        kink=kink,
        left=np.where(kink, left, np.nan),
        right=np.where(kink, right, np.nan),
        blur=np.where(kink, _taken(blur, sharpest), np.nan),
        rung=rung,
    )


def _largest_from_here_on(ladder: Ladder) -> np.ndarray:
    """max|f| over a rung and all with smaller steps: what f does far away is no noise here."""
    size = np.maximum(np.abs(ladder.ahead), np.abs(ladder.behind))
    size = np.maximum(np.where(np.isfinite(size), size, 0.0), abs(ladder.at))
    return np.maximum.accumulate(size[:, ::-1], axis=1)[:, ::-1]


def _extrapolated(column: np.ndarray, ratio: float) -> np.ndarray:
    better: np.ndarray = (ratio * column[:, 1:] - column[:, :-1]) / (ratio - 1)
    return better


def _estimates(richardson: np.ndarray, noise: np.ndarray, step: np.ndarray) -> np.ndarray:
    count = richardson.shape[1] - 1
    error = np.full((len(richardson), count), np.inf)
    for k in range(count):
        apart = np.abs(richardson[:, k + 2 :] - richardson[:, k : k + 1])
        seen_from_here = apart * step[:, k + 2 : count + 1] / step[:, k : k + 1]
        worst = np.max(seen_from_here, axis=1, initial=0.0, where=np.isfinite(seen_from_here))
        error[:, k] = np.abs(richardson[:, k] - richardson[:, k + 1]) + np.maximum(noise[:, k], worst)
    return np.where(np.isnan(error), np.inf, error)


def _blurs(jump: np.ndarray, slope: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The error of each rung's jump of the slope, inf where it sees none. At a kink the mean slope is steady too."""
    count = jump.shape[1] - 2
    apart = [np.abs(of[:, :count] - of[:, i : count + i]) for of in (jump, slope) for i in (1, 2)]
    blur: np.ndarray = np.max(apart, axis=0) + 8 * noise[:, :count]
    return np.where(np.abs(jump[:, :count]) > 2 * blur, blur, np.inf)


def _contradicted(richardson: np.ndarray, error: np.ndarray, rung: np.ndarray) -> np.ndarray:
    """Whether another rung claims to know the slope too, and knows another: f is not what it seems at either step.

    An f that computes a part of itself in single precision loses it at small steps; a tanh is flat from far away.
    """
    rungs = np.arange(error.shape[1])
    value, best = _taken(richardson, rung)[:, None], _taken(error, rung)[:, None]
    claims = richardson[:, : error.shape[1]]
    with np.errstate(all="ignore"):
        sure = (error <= SURE * np.abs(claims)) & (rungs != rung[:, None])
        apart, size = np.abs(claims - value), np.fmax(np.abs(claims), np.abs(value))
        other: np.ndarray = np.any(sure & (apart > HONEST * (error + best)) & (apart > SURE * size), axis=1)
    return other


def _stepped(ladder: Ladder, rung: np.ndarray) -> np.ndarray:
    """Whether f does not move at all at the smallest steps behind the winner, but does further away on both sides.

    That is what f looks like where it rounds x or itself to single precision: stairs.
    """
    rounding = ROUNDING * ladder.eps * _largest_from_here_on(ladder)
    moves = [np.abs(values - ladder.at) for values in (ladder.ahead, ladder.behind)]
    still = (_taken(moves[0], rung + 2) == 0) & (_taken(moves[1], rung + 2) == 0)
    stairs: np.ndarray = still & (moves[0] > rounding).any(axis=1) & (moves[1] > rounding).any(axis=1)
    return stairs


def _last_true(mask: np.ndarray) -> np.ndarray:
    return np.where(mask.any(axis=1), mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1), -1)


def _taken(table: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return np.take_along_axis(table, columns[:, None], axis=1)[:, 0]
