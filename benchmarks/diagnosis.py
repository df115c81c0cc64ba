"""How many wrong answers get an explanation, and how many the one that a person gives.

    python -m benchmarks.diagnosis

Two collections: the mistakes of tests/tolerance/wrong.py, explained without any misconception of an author's; and every
misconception of every assignment, in each check that it fails, where the hint has to be its own.
"""

from __future__ import annotations

import importlib
import re
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import load_assignment
from autograder.diagnosis import Explanation, explain
from autograder.edits import source_of
from autograder.errors import StudentError
from autograder.misconceptions import read_misconceptions
from autograder.rehearsal import Actor, Stage, rehearse
from autograder.sandbox.link import Call
from tests.test_diagnosis import subject_exchanges
from tests.tolerance.wrong import WRONG

ROOT = Path(__file__).resolve().parent.parent
TWO_STEPS = ("momentum", "adagrad", "rmsprop", "adam")  # the corpus calls them in a way that no check would

# What a person calls the mistake, and what an explanation has to say to be the same.
SAME = {
    r"upstream ignored|not switched|to the smaller|roles|flipped": r"upstream|is d[xy]$|mixed up|1 - y|sign",
    r"to both|no mask": r"unchanged",
    r"nearly equal|epsilon|threshold|kink at|margin 1 \+": r"small number|threshold",
    r"slope at the input|mask of the upstream": r"used where|not applied",
    r"overflow|naive|one maximum": r"overflow|inf or nan|wrong axis",
    r"^sign|negated|no sign": r"sign",
    r"mean|sum|not averaged|averaged|halved|^half|gradient of the half|not scaled": (
        r"times what|half of what|a multiple of|counts half|number of"
    ),
    r"numeric": r"difference quotient",
    r"1 - s|1 - a|not squared|all for a|no slope|no p - 1|no margin|centred|no abs|diagonal|not put back|no kink": (
        r"missing|not taken|not applied|left out|absolute"
    ),
    r"times the input": r"does not belong",
    r"k fixed|bias twice|no bias|bias lost|bias last|p dropped": r"ignored|twice|left out|only the last|mixed up",
    r"dead": r"cut off where",
    r"reshaped": r"reshaped",
    r"last example|last of repeats": r"last",
    r"keeps its axis": r"axis of length 1",
    r"wrong axis": r"wrong axis",
    r"penalised": r"a multiple of",
    r"log10": r"base 10",
    r"right class counted": r"too large by exactly 1",
    r"norm|rooted|variance|N - 1": r"norm|root|var|N - 1",
    r"/ 2 \* h": r"square of h",
}


def main() -> None:
    rows, times = [], []
    for name in WRONG:
        for mistake, wrong in WRONG[name].items():
            if name in TWO_STEPS:
                continue
            with np.errstate(all="ignore"):
                source, exchanges = subject_exchanges(name, wrong)
                started = time.perf_counter()
                found = explain(exchanges, source)
                times.append(time.perf_counter() - started)
            rows.append((name, mistake, found))
    _print_corpus(rows)
    print(f"median {1e3 * float(np.median(times)):.0f} ms, longest {1e3 * max(times):.0f} ms a wrong answer\n")
    for path in sorted((ROOT / "assignments").glob("*/assignment.toml")):
        rehearse(load_assignment(path.parent), _print_misconceptions)


def _print_corpus(rows: list[tuple[str, str, Explanation | None]]) -> None:
    counts: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for name, mistake, found in rows:
        kinds = {finding.kind for finding in found.findings} if found else set()
        verdict = "none" if not found else "observation" if kinds == {"observation"} else "exact"
        label = "; ".join(finding.label for finding in found.findings) if found else ""
        same = any(re.search(person, mistake) and re.search(ours, label) for person, ours in SAME.items())
        word = "" if not found else "same label" if same else "another label"
        counts[verdict] += 1
        counts[word] += 1
        by_kind["+".join(sorted(kinds)) or "none"][word or "none"] += 1
        print(f"{name:22.22} {mistake:28.28} {verdict:12} {word:14} {label[:100]}")
    print(f"\n{len(rows)} wrong answers: {dict(counts)}")
    for kind, words in sorted(by_kind.items()):
        print(f"  {kind:24} {dict(words)}")


def _print_misconceptions(stage: Stage) -> None:
    """Each misconception in each check that it fails: is its own hint the one that is given?"""
    name = stage.assignment.name
    source = source_of(importlib.import_module(f"reference.{name}"))
    known = read_misconceptions(stage.assignment.folder / "misconceptions.toml", source)
    counts: Counter[str] = Counter()
    for misconception in known:
        module = misconception.module(source)
        for played in stage.perform(module):
            if played.outcome.status.value == "failed":
                found = explain(played.exchanges, source, known, ask=_asking(Actor(module, "x.py")))
                own = found is not None and misconception.hint in found.hint
                counts["own hint" if own else "no explanation" if found is None else "another"] += 1
    print(f"{name}: {len(known)} misconceptions, in every check that they fail: {dict(counts)}")


def _asking(actor: Actor) -> Any:
    def ask(call: Call) -> Any:
        result = actor.call([call])[0]
        if result.error is not None:
            raise StudentError("no value")
        return result.value

    actor._objects.update(dict.fromkeys(range(10_000)))  # the check's own objects have these numbers
    return ask


if __name__ == "__main__":
    main()
