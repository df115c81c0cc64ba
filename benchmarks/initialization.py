"""False verdicts on random initializations: python benchmarks/initialization.py [--seeds 10000]

Right ways of drawing, each with that many seeds and with the sample sizes of the checks, must never be refused; wrong
ones never be accepted. For each the margin is printed: of right ones the largest part of what is allowed that any seed
used up (above 1 it is refused), of wrong ones the smallest (below 1 it is accepted). Exit code 1 for any mistake.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the assignments are not installed

import numpy as np

from assignments.initialization.samples import matrix, normal_departures, uniform_departures
from autograder.errors import WrongAnswer

Draw = Callable[[np.random.Generator, int, int], np.ndarray]

# n_out, n_in and how many matrices one test looks at, as in the assignment's checks.
NORMAL_SAMPLES = {"public": (50, 150, 2), "narrow": (67, 307, 1), "wide": (307, 67, 1), "small": (20, 5, 200)}
UNIFORM_SAMPLES = {**NORMAL_SAMPLES, "small": (2, 3, 200)}
SEEDS_OF_WRONG = 200


def xavier(a: int, b: int) -> float:
    """The standard deviation that is asked for."""
    return float(np.sqrt(2 / (a + b)))


def bound(a: int, b: int) -> float:
    return float(np.sqrt(6 / (a + b)))


def polar(rng: np.random.Generator, a: int, b: int) -> np.ndarray:
    """Box and Muller's normal numbers."""
    radius = np.sqrt(-2 * np.log(1 - rng.random((a, b))))
    return xavier(a, b) * radius * np.cos(2 * np.pi * rng.random((a, b)))


def truncated(rng: np.random.Generator, a: int, b: int) -> np.ndarray:
    """Normal numbers beyond two deviations drawn again, and the lost spread put back."""
    z = rng.standard_normal(2 * a * b)
    z = np.resize(z[np.abs(z) < 2], (a, b))
    return xavier(a, b) * z / z.std()


RIGHT_NORMAL: dict[str, Draw] = {
    "standard_normal": lambda rng, a, b: xavier(a, b) * rng.standard_normal((a, b)),
    "normal": lambda rng, a, b: rng.normal(0, xavier(a, b), (a, b)),
    "single precision": lambda rng, a, b: np.float32(xavier(a, b)) * rng.standard_normal((a, b), dtype=np.float32),
    "transposed draws": lambda rng, a, b: xavier(a, b) * rng.standard_normal((b, a)).T,
    "polar": polar,
}
RIGHT_UNIFORM: dict[str, Draw] = {
    "uniform": lambda rng, a, b: rng.uniform(-bound(a, b), bound(a, b), (a, b)),
    "random": lambda rng, a, b: (2 * rng.random((a, b)) - 1) * bound(a, b),
    "single precision": lambda rng, a, b: (2 * rng.random((a, b), dtype=np.float32) - 1) * np.float32(bound(a, b)),
    "sign and size": lambda rng, a, b: rng.choice([-1.0, 1.0], (a, b)) * rng.random((a, b)) * bound(a, b),
}


def normal_of(std: Callable[[int, int], float]) -> Draw:
    return lambda rng, a, b: std(a, b) * rng.standard_normal((a, b))


def uniform_of(r: Callable[[int, int], float]) -> Draw:
    return lambda rng, a, b: rng.uniform(-r(a, b), r(a, b), (a, b))


WRONG_NORMAL: dict[str, Draw] = {
    "variance for the deviation": normal_of(lambda a, b: 2 / (a + b)),
    "n_in only": normal_of(lambda a, b: np.sqrt(2 / b)),
    "1 / n_in": normal_of(lambda a, b: np.sqrt(1 / b)),
    "n_out only": normal_of(lambda a, b: np.sqrt(2 / a)),
    "1 for 2": normal_of(lambda a, b: np.sqrt(1 / (a + b))),
    "6 for 2": normal_of(lambda a, b: np.sqrt(6 / (a + b))),
    "root of 2 over the sum": normal_of(lambda a, b: np.sqrt(2) / (a + b)),
    "10 % too wide": normal_of(lambda a, b: 1.1 * xavier(a, b)),
    "uniform of the same variance": uniform_of(bound),
    "Laplace of the same variance": lambda rng, a, b: rng.laplace(0, xavier(a, b) / np.sqrt(2), (a, b)),
    "all positive": lambda rng, a, b: xavier(a, b) * np.abs(rng.standard_normal((a, b))),
    "cut off at two deviations": lambda rng, a, b: xavier(a, b) * np.clip(rng.standard_normal((a, b)), -2, 2),
    "none beyond two deviations": truncated,
    "every row the same": lambda rng, a, b: np.tile(xavier(a, b) * rng.standard_normal(b), (a, 1)),
    "fans exchanged in the shape": lambda rng, a, b: xavier(a, b) * rng.standard_normal((b, a)),
}
WRONG_UNIFORM: dict[str, Draw] = {
    "no root": uniform_of(lambda a, b: 6 / (a + b)),
    "2 for 6: the deviation as the bound": uniform_of(xavier),
    "3 for 6": uniform_of(lambda a, b: np.sqrt(3 / (a + b))),
    "12 for 6": uniform_of(lambda a, b: np.sqrt(12 / (a + b))),
    "root of 6 over the sum": uniform_of(lambda a, b: np.sqrt(6) / (a + b)),
    "n_in only": uniform_of(lambda a, b: np.sqrt(6 / b)),
    "1 / sqrt(n_in)": uniform_of(lambda a, b: np.sqrt(1 / b)),
    "n_out only": uniform_of(lambda a, b: np.sqrt(6 / a)),
    "the bias counted in": uniform_of(lambda a, b: np.sqrt(6 / (a + b + 1))),
    "0 to r": lambda rng, a, b: rng.uniform(0, bound(a, b), (a, b)),
    "normal of the same variance": normal_of(xavier),
    "-r or r": lambda rng, a, b: bound(a, b) * rng.choice([-1.0, 1.0], (a, b)),
    "two draws averaged": lambda rng, a, b: rng.uniform(-bound(a, b), bound(a, b), (2, a, b)).mean(0),
    "fans exchanged in the shape": lambda rng, a, b: rng.uniform(-bound(a, b), bound(a, b), (b, a)),
}


def departure(draw: Draw, seed: int, size: tuple[int, int, int], uniform: bool) -> float:
    """The largest part of what is allowed that one sample used up; inf for what is no matrix of random numbers."""
    a, b, count = size
    drawn = [draw(np.random.default_rng([seed, at]), a, b) for at in range(count)]
    try:
        values = np.concatenate([matrix(W, (a, b), "W").ravel() for W in drawn]).astype(float)
    except WrongAnswer:
        return np.inf
    found = uniform_departures(values / bound(a, b)) if uniform else normal_departures(values / xavier(a, b))
    if found.get("beyond", 2.0) <= 1:
        del found["beyond"]  # the numbers of a right sample come as near to their ends as they can
    return max(found.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    seeds = parser.parse_args().seeds
    mistakes, tried = 0, 0
    used, least = 0.0, np.inf
    for uniform, variants, samples in ((False, RIGHT_NORMAL, NORMAL_SAMPLES), (True, RIGHT_UNIFORM, UNIFORM_SAMPLES)):
        for name, draw in variants.items():
            for sample, size in samples.items():
                repeats = seeds if size[2] < 10 else max(seeds // 100, 1)  # many small matrices take their time
                found = [departure(draw, seed, size, uniform) for seed in range(repeats)]
                refused = sum(part > 1 for part in found)
                used, mistakes, tried = max(used, max(found)), mistakes + refused, tried + repeats
                print(
                    f"right  {kind(uniform)} {name:36} {sample:8} {refused} of {repeats} refused, used {max(found):.2f}"
                )
    for uniform, variants, samples in ((False, WRONG_NORMAL, NORMAL_SAMPLES), (True, WRONG_UNIFORM, UNIFORM_SAMPLES)):
        for name, draw in variants.items():
            # A wrong one must be refused by some of the samples, as a submission meets all of them.
            found = [
                max(departure(draw, seed, size, uniform) for size in samples.values())
                for seed in range(min(seeds, SEEDS_OF_WRONG))
            ]
            accepted = sum(part <= 1 for part in found)
            least, mistakes = min(least, min(found)), mistakes + accepted
            print(f"wrong  {kind(uniform)} {name:36} {accepted} of {len(found)} accepted, margin {min(found):.3g}")
    print(
        f"{mistakes} mistakes. Right samples: {tried}, at most {used:.2f} of a bound used. Wrong: at least {least:.3g}."
    )
    return int(mistakes > 0)


def kind(uniform: bool) -> str:
    return "uniform" if uniform else "normal "


if __name__ == "__main__":
    sys.exit(main())
