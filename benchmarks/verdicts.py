"""False verdicts of this grader beside those of the rules that courses use: python benchmarks/verdicts.py [--short]

On the corpus of tests/verdicts, with the battery that grades and with nine others, drawn anew; the other rules on the
first. The exit code is 1 for a right answer rejected on any battery, and for a wrong one accepted on the battery that
grades, unless the corpus marks it as known.

Torch's gradcheck and CS231n's relative error judge gradients, so they see those answers that are one, and of the wrong
ones those whose gradient is wrong. Left out are answers that are no gradient of an array: forwards, optimizers,
schedules, preprocessing, gradient checkers, circuits of single numbers, dropout, and backwards whose forward is no
function of their arguments.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))  # neither the reference nor the corpus is installed

import numpy as np

import autograder.battery
from autograder.calibrated import Right
from autograder.errors import WrongAnswer
from autograder.tolerance import LIMITS, precision, ratio
from autograder.tolerance_store import Store
from benchmarks import verdict_rules as rules
from tests.verdicts.entries import Entry, in_honest_types, of, problems
from tests.verdicts.judge import Judged, battery, called, check, failure, part_of_limit
from tests.verdicts.problem import Problem

DRAWS = 10
TORCH_SHORT = ("relu_backward", "affine_backward", "cross_entropy")


@dataclass
class Count:
    """How often a rule was mistaken, of how many submissions."""

    right: int = 0
    wrong: int = 0
    rejected: list[Entry] = field(default_factory=list)
    accepted: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry, accepts: bool) -> None:
        if entry.right:
            self.right += 1
            self.rejected += [] if accepts else [entry]
        else:
            self.wrong += 1
            self.accepted += [entry] if accepts else []

    def __str__(self) -> str:
        return f"{len(self.rejected):4} of {self.right:5}   {len(self.accepted):4} of {self.wrong:5}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="two draws, torch on three functions")
    short = parser.parse_args().short
    print(f"{len(problems())} functions\n")
    fair = _ours(2 if short else DRAWS)
    _beside(TORCH_SHORT if short else sorted(problems()))
    _cost(5 if short else 50)
    return 0 if fair else 1


def _ours(draws: int) -> bool:
    """Prints how this grader does; False where it should do better."""
    parts = {False: "the first part of the corpus", True: "the late part, written after the constants were frozen"}
    kinds = [(redrawn, late) for redrawn in (False, True) for late in parts]
    counts = {kind: Count() for kind in kinds}
    worst: list[tuple[float, int, Entry]] = []
    least: list[tuple[float, int, Entry]] = []
    for draw in range(draws):
        for function in sorted(problems()):
            cases = _redrawn(problems()[function], draw)
            for entry in of(function):
                accepts = not failure(entry.submission, cases)
                counts[draw > 0, entry.late].add(entry, accepts)
                largest = max(_part(entry, case) for case in cases)
                if entry.right:
                    worst.append((largest, draw, entry))
                elif not accepts and np.isfinite(largest) and largest > 1:
                    least.append((largest, draw, entry))
    _table("this grader, the battery that grades", {parts[late]: counts[False, late] for late in parts})
    _table(f"{draws - 1} batteries drawn anew", {parts[late]: counts[True, late] for late in parts})
    print("\nas a part of what is allowed (1 is the limit):")
    for part, draw, entry in _first_of_each(sorted(worst, key=lambda found: -found[0]), 3):
        print(f"  worst right ratio     {part:9.3g}   {entry} (battery {draw})")
    for part, draw, entry in _first_of_each(sorted(least, key=lambda found: found[0]), 5):
        print(f"  smallest wrong ratio  {part:9.3g}   {entry} (battery {draw})")
    mistakes = [entry for kind in kinds for entry in (*counts[kind].rejected, *counts[kind].accepted)]
    for entry in sorted(set(mistakes), key=str):
        note = f": {entry.known}" if entry.known else ""
        print(f"  false verdict on {mistakes.count(entry)} of {draws} batteries: {entry}{note}")
    grading = [entry for late in parts for entry in (*counts[False, late].rejected, *counts[False, late].accepted)]
    rejected = [entry for kind in kinds for entry in counts[kind].rejected]
    return all(entry.known for entry in (*grading, *rejected))


def _first_of_each(found: Sequence[tuple[float, int, Entry]], number: int) -> list[tuple[float, int, Entry]]:
    """The first of each entry, ``number`` of them."""
    firsts: dict[Entry, tuple[float, int, Entry]] = {}
    for one in found:
        firsts.setdefault(one[2], one)
    return list(firsts.values())[:number]


def _redrawn(problem: Problem, draw: int) -> list[Judged]:
    """The battery with other random numbers; draw 0 is the one that grades."""
    with mock.patch.object(autograder.battery, "_SEED", autograder.battery._SEED + draw):
        return battery(problem.subject)


def _part(entry: Entry, case: Judged) -> float:
    try:
        return part_of_limit(called(entry.submission, case), case)
    except WrongAnswer:
        return np.inf


def _beside(with_torch: Sequence[str]) -> None:
    values: dict[str, rules.Rule] = {
        "np.allclose, one random case": rules.allclose_on_one,
        "np.allclose, the battery": rules.allclose,
        "assert_allclose, the battery": rules.assert_allclose,
        "this grader, the battery": lambda submission, cases: not failure(submission, list(cases)),
    }
    counts = {name: Count() for name in values}
    typed = {name: Count() for name in values}
    gradients: dict[str, Count] = {}
    torch = _torch()
    for function in sorted(problems()):
        problem = problems()[function]
        cases = battery(problem.subject)
        for entry in of(function):
            for name, rule in values.items():
                counts[name].add(entry, rule(entry.submission, cases))
        for entry in in_honest_types(function):
            for name, rule in values.items():
                typed[name].add(entry, rule(entry.submission, cases))
        if problem.gradient is not None:
            judged = _gradient_rules(problem, cases, torch if function in with_torch else None)
            for entry in of(function):
                if entry.right or _gradient_is_wrong(entry, problem, cases):
                    for name, rule in judged.items():
                        gradients.setdefault(name, Count()).add(entry, rule(entry.submission, cases))
    _table("every answer", counts)
    _table("the reference in every honest type", typed)
    _table("gradients alone", gradients)
    left_out = sorted(name for name, problem in problems().items() if problem.gradient is None)
    print(f"  left out: {', '.join(left_out)}" + ("" if torch else "; torch is not installed"))


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    return torch


def _gradient_rules(problem: Problem, cases: Sequence[Judged], torch: Any) -> dict[str, rules.Rule]:
    gradient = problem.gradient
    assert gradient is not None
    numeric = [rules.difference_quotients(gradient, case) for case in cases]
    found: dict[str, rules.Rule] = {
        f"CS231n's rel_error < {limit:g}, the battery": functools.partial(
            rules.relative_error, gradient=gradient, numeric=numeric, limit=limit
        )
        for limit in (1e-7, 1e-4)
    }
    if torch is not None:
        for name, fast in (("slow", False), ("fast", True)):
            found[f"torch's gradcheck, {name}, the battery"] = functools.partial(
                rules.torch_gradcheck, gradient=gradient, fast=fast, torch=torch
            )
    found["this grader, the battery (gradients)"] = lambda submission, cases: not failure(submission, list(cases))
    return found


def _gradient_is_wrong(entry: Entry, problem: Problem, cases: Sequence[Judged]) -> bool:
    """Whether the gradients among what comes back are wrong; a wrong loss with the right gradient does not count."""
    assert problem.gradient is not None
    pick = problem.gradient.pick
    for case in cases:
        try:
            got = called(entry.submission, case)
        except WrongAnswer as wrong:
            return "in place" not in str(wrong)
        dtype = precision(got)
        try:
            parts = zip(pick(got), pick(case.right.value), pick(case.right.tolerance(dtype)), strict=True)
            if max(ratio(*part) for part in parts) > LIMITS[dtype]:
                return True
        except (TypeError, ValueError, IndexError):
            return True
    return False


def _cost(repeats: int) -> None:
    """What the comparison of a right answer costs, from tolerances that are kept, beside a run of the reference.

    The answer is off by a rounding in every entry: for equal ones no tolerance is read.
    """
    times, shares = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for function in sorted(problems()):
            compared, run = _compared_and_run(problems()[function], Path(folder) / f"{function}.json", repeats)
            times[function] = 1e3 * compared
            shares.append(compared / run)
    print("\nthe comparison of one function over its battery, tolerances read from what is kept:")
    print(f"  {statistics.median(times.values()):.2f} ms in the middle, {max(times.values()):.2f} ms at most")
    print("  " + ", ".join(f"{name} {times[name]:.1f} ms" for name in sorted(times, key=times.__getitem__)[:-4:-1]))
    print(f"  {statistics.median(shares):.1f} times a run of the reference in the middle, {max(shares):.1f} at most")


def _compared_and_run(problem: Problem, kept: Path, repeats: int) -> tuple[float, float]:
    """The seconds that a comparison takes over the battery, and those of a run of the reference."""
    function, calls, store = problem.subject.function, problem.subject.calls(), Store(kept)

    def judged(case: Judged, exact_kink: bool) -> Judged:
        @functools.cache  # for each call of a check once, as calibrated.py asks
        def t(dtype: str) -> Any:
            return store.tolerance(function, case.arguments, dtype=dtype, exact_kink=exact_kink)

        return Judged(case.name, case.arguments, Right(case.right.value, t))

    cases = battery(problem.subject)
    answers = [_nudged(case.right.value) for case in cases]

    def compare() -> None:
        for answer, case, call in zip(answers, cases, calls, strict=True):
            check(answer, judged(case, call[2]))

    def run() -> None:
        for case in cases:
            function(*case.arguments)

    with np.errstate(all="ignore"):
        return _shortest(compare, repeats), _shortest(run, repeats)


def _nudged(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nudged(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(map(_nudged, value))
    return np.nextafter(value, np.inf) if np.asarray(value).dtype.kind == "f" else value


def _shortest(action: Callable[[], Any], repeats: int) -> float:
    """What else the machine does can only lengthen a run. The first one, which computes tolerances, does not count."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times[1:])


def _table(title: str, counts: dict[str, Count]) -> None:
    print(f"\n{title:56} right rejected    wrong accepted")
    for name, count in counts.items():
        print(f"  {name:54} {count}")


if __name__ == "__main__":
    sys.exit(main())
