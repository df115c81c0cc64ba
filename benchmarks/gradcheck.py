"""The numeric gradient against others: accuracy on the functions of the tests, and cost by number of parameters.

    python -m benchmarks.gradcheck

Compares with jacobi and numdifftools where they are installed.
"""

from __future__ import annotations

import importlib.util
import time
import warnings
from collections.abc import Callable

import numpy as np

from autograder.gradcheck import check_gradient, numeric_gradient, one_by_one
from autograder.ladder import HONEST
from tests.gradcheck_functions import FUNCTIONS, complex_step

DRAWS = 40
ACCURATE = 1e-7
Found = tuple[np.ndarray, np.ndarray | None]  # values, and estimates of their errors where a method has them
Method = Callable[[Callable[[np.ndarray], float], np.ndarray], Found]


def ours(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
    (found,) = numeric_gradient(one_by_one(f), (x,))
    return found.value, HONEST * found.error


def plain_ladder(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
    """The same steps without what the ladder adds: no noise but 8 eps |f|, a kink where a gap does not halve."""
    scales = np.maximum(np.abs(x), 1e-3 * np.sqrt(np.mean(x**2)))
    pairs = [_plain_along(lambda t, e=e: f(x + t * e), scale) for e, scale in zip(np.eye(x.size), scales, strict=True)]
    return np.array([value for value, _ in pairs]), np.array([error for _, error in pairs])


def _plain_along(f: Callable[[float], float], scale: float) -> tuple[float, float]:
    h = 0.05 * scale / 4.0 ** np.arange(14)
    ahead, behind, at = np.array([f(t) for t in h]), np.array([f(-t) for t in h]), f(0.0)
    slope = (ahead - behind) / (2 * h)
    gap = np.abs(ahead - 2 * at + behind) / h
    noise = 8 * np.finfo(float).eps * np.maximum(np.maximum(np.abs(ahead), np.abs(behind)), abs(at)).max() / h
    richardson = (16 * slope[1:] - slope[:-1]) / 15
    error = np.abs(richardson[:-1] - richardson[1:]) + noise[:-2]
    kink = gap[1:-1] > 0.5 * gap[:-2] + 2 * noise[1:-1]
    error = np.where(kink | np.isnan(error), np.inf, error)
    best = int(np.argmin(error))
    return float(richardson[best]), HONEST * float(error[best])


def central(h: float) -> Method:
    def method(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
        return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)]), None

    return method


def ridders(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
    """Ridders 1982: polynomial extrapolation to h = 0 from steps that shrink by 1.4, from 0.1 downwards."""
    pairs = [_ridders_along(lambda t, e=e: f(x + t * e)) for e in np.eye(x.size)]
    return np.array([value for value, _ in pairs]), np.array([error for _, error in pairs])


def _ridders_along(
    f: Callable[[float], float], h: float = 0.1, shrink: float = 1.4, rows: int = 10
) -> tuple[float, float]:
    table = [(f(h) - f(-h)) / (2 * h)]
    best, error = table[0], np.inf
    for _ in range(1, rows):
        h /= shrink
        row, factor = [(f(h) - f(-h)) / (2 * h)], shrink**2
        for above in table:
            row.append((row[-1] * factor - above) / (factor - 1))
            factor *= shrink**2
            estimate = max(abs(row[-1] - row[-2]), abs(row[-1] - above))
            if estimate <= error:
                best, error = row[-1], estimate
        if abs(row[-1] - table[-1]) >= 2 * error:
            break
        table = row
    return best, error


def with_jacobi(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
    import jacobi

    value, error = jacobi.jacobi(f, x)
    return np.ravel(value), np.ravel(error)


def with_numdifftools(f: Callable[[np.ndarray], float], x: np.ndarray) -> Found:
    import numdifftools

    value, error, *_ = numdifftools.Gradient(f, full_output=True)(x)
    return np.ravel(value), np.ravel(error)


def methods() -> dict[str, Method]:
    all_of_them: dict[str, Method] = {
        "this ladder": ours,
        "a plainer ladder": plain_ladder,
        "central, h = 1e-4": central(1e-4),
        "central, h = 1e-5": central(1e-5),
        "Ridders": ridders,
    }
    for name, method in (("jacobi", with_jacobi), ("numdifftools", with_numdifftools)):
        if importlib.util.find_spec(name):
            all_of_them[name] = method
    return all_of_them


def accuracy() -> None:
    """A draw is accurate if every entry is, relative to the largest; "unsaid" if one is not and no estimate says so."""
    print(
        f"Accuracy: {len(FUNCTIONS)} functions, {DRAWS} draws each; accurate means {ACCURATE:g} of the largest entry.\n"
    )
    print(
        f"{'method':<20}{'functions':>11}{'draws':>8}{'inaccurate':>12}{'unsaid':>8}{'calls/entry':>13}{'ms/entry':>10}"
    )
    missed: dict[str, list[str]] = {}
    for name, method in methods().items():
        counts = np.zeros(3, dtype=int)  # accurate, inaccurate and said, inaccurate and unsaid
        whole, calls, entries, seconds = 0, 0, 0, 0.0
        for title, (f, draw) in FUNCTIONS.items():
            before = counts.copy()
            for seed in range(DRAWS):
                x = draw(np.random.default_rng(seed))
                counted = Counted(lambda x, f=f: float(np.real(f(x))))
                start = time.perf_counter()
                found = method(counted, x)
                seconds += time.perf_counter() - start
                calls, entries = calls + counted.calls, entries + x.size
                counts[_kind(found, complex_step(f, x))] += 1
            perfect = counts[0] - before[0] == DRAWS
            whole += perfect
            if not perfect:
                missed.setdefault(name, []).append(
                    f"{title} ({counts[1] - before[1]} said, {counts[2] - before[2]} unsaid)"
                )
        print(
            f"{name:<20}{whole:>8}/{len(FUNCTIONS)}{counts[0]:>8}{counts[1]:>12}{counts[2]:>8}"
            f"{calls / entries:>13.1f}{1e3 * seconds / entries:>10.2f}"
        )
    print()
    for name, titles in missed.items():
        print(f"{name}: not on {'; '.join(titles)}")


def _kind(found: Found, true: np.ndarray) -> int:
    value, estimate = found
    size = np.abs(true).max() or 1.0
    poor = ~(np.abs(value - true) <= ACCURATE * size)
    said = poor & (~np.isfinite(value) | (estimate is not None and ~(estimate <= ACCURATE * size)))
    return 0 if not poor.any() else 1 if said[poor].all() else 2


class Counted:
    def __init__(self, f: Callable[[np.ndarray], float]) -> None:
        self.f, self.calls = f, 0

    def __call__(self, x: np.ndarray) -> float:
        self.calls += 1
        return self.f(x)


def cost() -> None:
    """f is a sum of tanh; one entry of the wrong gradient is off by a thousandth of the largest."""
    print("\nCost of a check, by number of parameters; the full central differences beyond 10,000 are extrapolated.\n")
    print(
        f"{'parameters':>10}{'right: calls':>14}{'word':>14}{'ms':>8}"
        f"{'one wrong: calls':>18}{'word':>7}{'named':>7}{'ms':>9}{'full central: ms':>18}"
    )
    for size in (10, 100, 1_000, 10_000, 100_000, 1_000_000):
        x = np.random.default_rng(1).normal(size=size)
        gradient = 1 - np.tanh(x) ** 2
        place = int(np.argmax(gradient))
        off = gradient.copy()
        off[place] *= 1 + 1e-3
        right, right_ms = _timed(x, gradient)
        wrong, wrong_ms = _timed(x, off)
        named = wrong.arrays[0].index == (place,)
        print(
            f"{size:>10}{right.evaluations:>14}{right.word:>14}{right_ms:>8.0f}"
            f"{wrong.evaluations:>18}{wrong.word:>7}{'yes' if named else 'no':>7}{wrong_ms:>9.0f}"
            f"{_central_ms(x):>18.0f}"
        )


def _f(x: np.ndarray) -> float:
    return float(np.sum(np.tanh(x)))


def _timed(x: np.ndarray, gradient: np.ndarray):
    start = time.perf_counter()
    verdict = check_gradient(one_by_one(_f), (x,), (gradient,), np.random.default_rng(2))
    return verdict, 1e3 * (time.perf_counter() - start)


def _central_ms(x: np.ndarray) -> float:
    count = min(x.size, 10_000 if x.size <= 10_000 else 100)
    moved = x.copy()
    start = time.perf_counter()
    for i in range(count):
        for h in (1e-5, -1e-5):
            moved[i] = x[i] + h
            _f(moved)
        moved[i] = x[i]
    return 1e3 * (time.perf_counter() - start) * x.size / count


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with np.errstate(all="ignore"):
        accuracy()
        cost()
