"""Are these numbers a sample of that distribution? Judged by what right numbers can hardly ever fail.

There are many right ways to draw, so no numbers are compared with ours. Each bound here holds for every n: independent
draws of the right distribution break it with a probability below ALARM. The assignment's checks ask for about a hundred
such bounds, so a right way is refused with a probability below 1e-9. benchmarks/initialization.py counts both
kinds of mistake.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.errors import WrongAnswer

ALARM = 5e-12
LOG = -math.log(ALARM)
FAR = 2.5  # in standard deviations: beyond lie 1.2 % of normal numbers, and none of those that were cut off at two
ROUNDING = 1e-6  # single precision may round a number beyond the end of its interval
PERCENTILES = np.arange(1, 100) / 100
NORMAL_PERCENTILES = np.array([NormalDist().inv_cdf(part) for part in PERCENTILES])


def matrix(got: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    """What was drawn, as an array of this shape with as many different numbers as random ones have."""
    try:
        drawn = np.asarray(got)
    except ValueError:
        drawn = np.array(None)
    if drawn.dtype.kind not in "iuf":
        raise _wrong(f"{name} should return an array of numbers of shape {shape}.")
    if drawn.shape != shape:
        raise _wrong(f"{name} should return a matrix of shape {shape}, which is (n_out, n_in), not {drawn.shape}.")
    if not np.isfinite(drawn).all():
        raise _wrong(f"{name} returned numbers that are not finite.")
    # Of n numbers with 24 random bits about n^2 / 2^25 meet another one: 12 of 20,000.
    if np.unique(drawn).size < 0.9 * drawn.size:
        raise _wrong(f"{name} returned the same numbers again and again: every weight needs a draw of its own.")
    return drawn


def assert_normal(drawn: Sequence[np.ndarray], std: float, name: str) -> None:
    """Normal numbers with mean 0 and this standard deviation."""
    z = _joined(drawn) / std
    found = normal_departures(z)
    if found["spread"] > 1:
        spread = std * math.sqrt(np.mean(z**2))
        raise _wrong(
            f"The numbers of {name} should have the standard deviation {std:.6g}, not {spread:.4g}.",
            f"The numbers of {name} spread too {'widely' if spread > std else 'little'}: "
            "what is their standard deviation?",
        )
    if found["centre"] > 1:
        sealed = f"The numbers of {name} should have a mean of zero: are there as many negative ones as positive ones?"
        raise _wrong(f"{sealed} Their mean is {std * z.mean():.4g}.", sealed)
    if max(found.values()) > 1:
        raise _wrong(f"The numbers of {name} have the right mean and spread, but they are not normally distributed.")


def assert_uniform(drawn: Sequence[np.ndarray], r: float, name: str) -> None:
    """Uniform numbers from -r to r."""
    u = _joined(drawn) / r
    found = uniform_departures(u)
    if found["beyond"] > 1:
        raise _wrong(
            f"{name} should draw from -r to r with r = {r:.6g}, and {r * np.abs(u).max():.6g} lies beyond.",
            f"Some numbers of {name} lie beyond the interval from -r to r: what is r?",
        )
    if found["reach"] > 1:
        raise _wrong(
            f"{name} should draw from -r to r with r = {r:.6g}, not from {r * u.min():.6g} to {r * u.max():.6g}.",
            f"The numbers of {name} do not reach both ends of the interval from -r to r: what is r?",
        )
    if max(found.values()) > 1:
        raise _wrong(f"The numbers of {name} lie between the right ends, but they are not uniformly distributed.")


def normal_departures(z: np.ndarray) -> dict[str, float]:
    """How far numbers are from standard normal ones, in four ways, each as a part of what is allowed."""
    n, squares = z.size, float(z @ z)
    # Laurent and Massart (2000): the sum of n squares is above n + 2 sqrt(n t) + 2 t, or below n - 2 sqrt(n t), with a
    # probability below exp(-t) each.
    room = 2 * math.sqrt(n * LOG) + (2 * LOG if squares > n else 0.0)
    return {
        "spread": abs(squares - n) / room,
        # The sum has the deviation sqrt(n), and a normal number is beyond x with a probability below exp(-x^2 / 2).
        "centre": abs(z.sum()) / math.sqrt(2 * LOG * n),
        "shape": _departure(z, NORMAL_PERCENTILES),
        "tails": _tails(z),
    }


def uniform_departures(u: np.ndarray) -> dict[str, float]:
    """The same of uniform numbers from -1 to 1."""
    return {
        "beyond": float(np.abs(u).max()) / (1 + ROUNDING),
        # None of n numbers lies in the last part d of the interval with the probability (1 - d)^n < exp(-n d).
        "reach": (1 - min(float(u.max()), -float(u.min()))) * u.size / (2 * LOG),
        "shape": _departure(u, 2 * PERCENTILES - 1),
    }


def assert_decided_by_generator(first: Any, again: Any, other: Any, name: str) -> None:
    """first and again are of one seed, other is of another one."""
    if not np.array_equal(first, again):
        raise _wrong(f"Two generators with the same seed should give {name} the same numbers: {ONLY_RNG}")
    if np.mean(np.asarray(first) == np.asarray(other)) > 0.1:
        raise _wrong(f"Two generators with different seeds should give {name} different numbers: {ONLY_RNG}")


ONLY_RNG = "draw every number from the generator rng that is handed in, and from nothing else."


def _joined(drawn: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([part.ravel() for part in drawn]).astype(float)


def _departure(values: np.ndarray, percentiles: np.ndarray) -> float:
    """Dvoretzky, Kiefer, Wolfowitz and Massart: the part of n numbers below x, at any x, is off by more than t with a
    probability below 2 exp(-2 n t^2). A part of what that allows."""
    below = np.searchsorted(np.sort(values), percentiles) / values.size
    return float(np.abs(below - PERCENTILES).max()) / _hoeffding(values.size)


def _tails(z: np.ndarray) -> float:
    """Chernoff: of n numbers m are expected far out; (1 + d) m or more, or (1 - d) m or fewer, are there with a
    probability below exp(-d^2 m / (2 + d)), and exp(-d^2 m / 2)."""
    expected = 2 * NormalDist().cdf(-FAR) * z.size
    excess = np.count_nonzero(np.abs(z) > FAR) / expected - 1
    return float(abs(excess) * math.sqrt(expected / (2 + max(excess, 0.0)) / LOG))


def _hoeffding(n: int) -> float:
    """How far the mean of n independent numbers from 0 to 1 may be off: further with a probability below ALARM."""
    return math.sqrt(math.log(2 / ALARM) / (2 * n))


def _wrong(message: str, sealed: str = "") -> WrongAnswer:
    return WrongAnswer(message, sealed or message)
