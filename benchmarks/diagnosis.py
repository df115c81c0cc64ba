"""How many wrong answers get an explanation, and how many the one that a person gives.

    python -m benchmarks.diagnosis                        # the two tables
    python -m benchmarks.diagnosis --each late            # and every wrong answer of a part: first, late or all
    python -m benchmarks.diagnosis --only softmax --known # of functions with this in their names, misconceptions known

Each wrong answer of the corpus (tests/verdicts) is asked its whole battery, once without any author's misconceptions
and once with those of all assignments. Explained: every wrong output, each number of it, in every call; or a structure
that the grader's own message names. What a person calls the mistake stands in tests/verdicts/kinds.toml, by kind;
kinds.py says which words of ours are of which kind, and which kinds contradict each other.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.assignment import load_assignment
from autograder.case import case_of
from autograder.diagnosis import Explanation, explain
from autograder.edits import Source
from autograder.errors import AssignmentError
from autograder.misconceptions import Misconception, read_misconceptions
from autograder.model import model_of
from tests.verdicts.asked import Asked, asked_of, title_of
from tests.verdicts.entries import Entry, entries
from tests.verdicts.kinds import KINDS, contradicts, of_person, of_structure, of_words

ROOT = Path(__file__).resolve().parent.parent
AUTHORS = ("misconception", "two misconceptions")
# Of the late part: what was added for other functions was added before anybody saw what these are told.
UNSEEN = ("numeric_gradient", "prelu", "regularized_objective", "relative_error", "rmsprop")
OBSERVED = ("observation", "own forward")


@dataclass(frozen=True)
class Row:
    """One wrong answer. how: "formula", "structure", "observation" or "". label: "same", "other", "wrong" or ""."""

    entry: Entry
    how: str
    label: str
    words: str
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--each", choices=("first", "late", "all"), help="print every wrong answer of this part")
    parser.add_argument("--only", default="", metavar="REGEX", help="only functions whose names hold this")
    parser.add_argument("--known", action="store_true", help="with the misconceptions alone, in half the time")
    options = parser.parse_args()
    each = options.each
    wrong = [entry for entry in entries() if not entry.right and re.search(options.only, entry.function)]
    with_all, without = [], []
    for entry in wrong:
        asked = asked_of(entry)
        with_all.append(row := row_of(entry, asked, _known(asked.source)))
        without.append(row if options.known else row_of(entry, asked, ()))
        if each == "all" or each == ("late" if entry.late else "first"):
            who = f"{row.label or 'none':5} {entry.function:22.22} {entry.label:40.40}"
            print(f"{who} {row.seconds:4.2f} s {row.words:.110}", flush=True)
    print(f"{len(_all_misconceptions())} misconceptions of {len(_assignments())} assignments\n")
    tables = [("without misconceptions", without), ("with the misconceptions", with_all)][options.known :]
    for title, rows in tables:
        print(f"{title:34} wrong | explained = formula + structure + observed | same label  other  wrong label")
        for part, chosen in _parts(rows):
            print(f"  {part:32} {len(chosen):5} | {_shares(chosen)}")
        seconds = [row.seconds for row in rows]
        print(
            f"  {1e3 * np.median(seconds):.0f} ms in the middle, {1e3 * np.quantile(seconds, 0.9):.0f} ms for nine of "
        )
        print(f"  ten, {1e3 * max(seconds):.0f} ms at most\n")
    heads = " | ".join("explained  label" for _ in tables)
    print(f"{'kind of mistake':46} wrong | {heads}")
    for kind, words in KINDS.items():
        of_kind = [kind in of_person(entry) for entry in wrong]
        if any(of_kind):
            columns = " | ".join(
                _brief([row for row, is_in in zip(rows, of_kind, strict=True) if is_in]) for _, rows in tables
            )
            print(f"{kind + ': ' + words:46.46} {sum(of_kind):5} | {columns}")


def row_of(entry: Entry, asked: Asked, misconceptions: Sequence[Misconception]) -> Row:
    """What the grader says of one wrong answer, and whether a person says the same."""
    started = _computed()
    with np.errstate(all="ignore"):
        found = explain(asked.exchanges, asked.source, misconceptions, ask=asked.ask)
    seconds = _computed() - started
    structure = of_structure(asked.says)
    how = _how(entry, asked, found, structure)
    words = "; ".join(finding.label for finding in found.findings) if found else asked.says
    if not how:
        return Row(entry, "", "", words, seconds)
    person = of_person(entry)
    told = structure.union(*(of_words(finding.label) for finding in found.findings)) if found else structure
    authors = found is not None and any(finding.kind in AUTHORS for finding in found.findings)
    two = found is not None and any(finding.kind == "twofold" for finding in found.findings)  # the other half is a hint
    wrong = contradicts(person, told) and not two
    label = "same" if authors or person & told else "wrong" if wrong else "other"
    return Row(entry, how, label, words, seconds)


def _computed() -> float:
    """Seconds of a processor's time, of this process and of its children: a diagnosis is made in one."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _how(entry: Entry, asked: Asked, found: Explanation | None, structure: set[str]) -> str:
    """How it is explained: nothing less than every wrong output counts."""
    if found is not None:
        case = case_of(title_of(entry.function), asked.exchanges, asked.source)
        told = {name for finding in found.findings for name in finding.outputs}
        if all(case.name(key) in told for key in case.wrong):
            return "observation" if any(finding.kind in OBSERVED for finding in found.findings) else "formula"
    return "structure" if structure else ""


def _parts(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    late = [row for row in rows if row.entry.late]
    first = [row for row in rows if not row.entry.late]
    unseen = [row for row in late if row.entry.function in UNSEEN]
    for part, chosen in (
        ("the first part of the corpus", first),
        ("the late part", late),
        ("  of it, functions not looked at", unseen),
        ("all", list(rows)),
    ):
        if chosen:
            yield part, chosen


def _shares(rows: Sequence[Row]) -> str:
    by_how = [_share(rows, lambda row, h=how: row.how == h) for how in ("formula", "structure", "observation")]  # type: ignore[misc]  # mypy knows no default of a lambda
    by_label = [_share(rows, lambda row, w=word: row.label == w) for word in ("same", "other", "wrong")]  # type: ignore[misc]  # as above
    explained = _share(rows, lambda row: bool(row.how))
    how, label = " + ".join(f"{share:6.1%}" for share in by_how), " ".join(f"{share:8.1%}" for share in by_label)
    return f"{explained:7.1%} = {how}  | {label}"


def _brief(rows: Sequence[Row]) -> str:
    return f"{_share(rows, lambda row: bool(row.how)):9.0%} {_share(rows, lambda row: row.label == 'same'):6.0%}"


def _share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> float:
    return sum(map(holds, rows)) / len(rows)


@functools.cache
def _assignments() -> tuple[Path, ...]:
    return tuple(path.parent for path in sorted((ROOT / "assignments").glob("*/misconceptions.toml")))


@functools.cache
def _all_misconceptions() -> tuple[Misconception, ...]:
    """Of every assignment that there is; one that cannot be read is named, and left out."""
    found: list[Misconception] = []
    for folder in _assignments():
        try:
            found += read_misconceptions(folder / "misconceptions.toml", model_of(load_assignment(folder)))
        except AssignmentError as error:
            print(f"left out: {error}")
    return tuple(found)


def _known(source: Source) -> list[Misconception]:
    return [entry for entry in _all_misconceptions() if entry.function in source.functions]


if __name__ == "__main__":
    main()
