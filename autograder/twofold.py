"""Two mistakes in one answer, of which one at least is known: a second known one, or an edit besides.

So is explained who leaves out the guard against large inputs, as many do, and then loses a sign as well.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.candidates import Candidate
from autograder.case import Case
from autograder.edits import Source
from autograder.misconceptions import Misconception, both
from autograder.mutants import Mutant, mutants_of
from autograder.replay import replaying

MOST_TOGETHER = 2000  # of each kind that are tried at the most; the time ends them before


def twofold(case: Case, source: Source, misconceptions: Sequence[Misconception]) -> Iterator[Candidate]:
    """Pairs of the assignment's misconceptions, then one of them and a one-edit mutant, the simplest edits first."""
    used = source.used_by(case.subject)
    own = sorted((entry for entry in misconceptions if entry.function in used), key=lambda m: used.index(m.function))
    yield from itertools.islice(_pairs(case, source, own), MOST_TOGETHER)
    yield from itertools.islice(_with_edits(case, source, own, used), MOST_TOGETHER)


def _pairs(case: Case, source: Source, own: Sequence[Misconception]) -> Iterator[Candidate]:
    module = source.module()
    for first, second in itertools.combinations(own, 2):
        nodes = both(first, second, source)
        if nodes is None:
            continue

        def answers(nodes: Mapping[str, Any] = nodes) -> Generator[Any, None, None]:
            with contextlib.ExitStack() as stack:
                for name, node in nodes.items():
                    stack.enter_context(source.patched(module, name, node))
                yield from replaying(module, case.exchanges)

        label = "; ".join(f"{entry.replace} -> {entry.instead}" for entry in (first, second))
        yield Candidate("two misconceptions", label, answers, hint=f"{first.hint}\n{second.hint}")


@dataclass(frozen=True)
class _Base:
    """The reference with a misconception in it, which is edited once more."""

    misconception: Misconception
    source: Source

    def answers(self, mutant: Mutant, case: Case, module: Any) -> Generator[Any, None, None]:
        with contextlib.ExitStack() as stack:
            known = self.misconception
            if known.function != mutant.function:
                stack.enter_context(self.source.patched(module, known.function, known.node))
            stack.enter_context(mutant.patched(self.source, module))
            yield from replaying(module, case.exchanges)


def _with_edits(case: Case, source: Source, own: Sequence[Misconception], used: Sequence[str]) -> Iterator[Candidate]:
    module = source.module()
    found: list[tuple[int, _Base, Mutant]] = []
    for entry in own:
        base = _Base(entry, replace(source, functions={**source.functions, entry.function: entry.node}))
        found += [(rank, base, mutant) for rank, mutant in enumerate(mutants_of(base.source, used))]
    for _, base, mutant in sorted(found, key=lambda item: item[0]):
        yield Candidate(
            "twofold",
            mutant.label,
            lambda base=base, mutant=mutant: base.answers(mutant, case, module),  # type: ignore[misc]  # mypy knows no default of a lambda
            hint=base.misconception.hint,
        )
