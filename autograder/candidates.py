"""The mistakes that may have been made, in the order in which they are tried, each with what it would have answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.case import Case, Key
from autograder.edits import Source, formula_of
from autograder.misconceptions import Misconception
from autograder.mutants import Mutant, larger_mutants_of, mutants_of
from autograder.probes import Probe, Probed
from autograder.replay import leading_to, pick, replaying
from autograder.scaled import is_scaled, scaled
from autograder.snippets import text
from autograder.variations import Variation, fixed_variations, titled, unlikely_variations, variations

MOST_MUTANTS = 500  # tried for one wrong answer: at about a millisecond each, half a second at the most
MOST_SCALED = 12  # probes that are tried with a factor besides
LONGEST = 60  # characters of a formula that a sentence can hold


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mistake that may have been made, and what the reference would answer with it, call by call.

    only: the one output that it is about, where that is known. Then ``answers`` need not be right for the others.
    """

    kind: str
    label: str
    answers: Callable[[], Generator[Any, None, None]]
    transposed: bool = False
    hint: str = ""
    formula: Callable[[Key], str] = field(default=lambda key: "")
    only: Key | None = None

    def reproduces(self, case: Case, wanted: Sequence[Key]) -> set[Key]:
        """The outputs that this mistake gives in every call; none if none of the wanted ones is among them."""
        if self.only is not None:
            return {self.only}
        with contextlib.closing(self.answers()) as answers:
            return case.agreeing(answers, wanted, self.transposed)


def known(case: Case, source: Source, misconceptions: Sequence[Misconception]) -> Iterator[Candidate]:
    """The assignment's own misconceptions of the functions that this case runs."""
    used, module = source.used_by(case.subject), source.module()
    for misconception in sorted(
        (entry for entry in misconceptions if entry.function in used), key=lambda entry: used.index(entry.function)
    ):

        def answers(entry: Misconception = misconception) -> Generator[Any, None, None]:
            with source.patched(module, entry.function, entry.node):
                yield from replaying(module, case.exchanges)

        yield Candidate(
            "misconception",
            f"{misconception.replace} -> {misconception.instead}",
            answers,
            hint=misconception.hint,
            formula=lambda key, entry=misconception: _formula(key, entry, source),  # type: ignore[misc]  # mypy knows no default of a lambda
        )


def guessed(case: Case, source: Source) -> Iterator[Candidate]:
    """Variations and mutants, the likely ones first."""
    module = source.module()
    examples = {titled(item.call): item.call for item in reversed(case.exchanges) if not item.call.read}
    parameters = {title: case.parameters(title, module) for title in examples}
    names = {title: list(found) for title, found in parameters.items()}

    def varied(variation: Variation) -> Candidate:
        return Candidate(
            "variation",
            variation.label,
            lambda: replaying(module, variation.calls(case.exchanges, names)),
            variation.transposed,
        )

    for title, call in examples.items():
        defaults = {name: parameter.default for name, parameter in parameters[title].items()}
        switches = {name: value for name, value in defaults.items() if isinstance(value, bool)}
        yield from map(varied, variations(title, call, names[title], switches))
    yield from _mutated(case, source, mutants_of)
    yield from _mutated(case, source, larger_mutants_of)
    for title, call in examples.items():
        same = [item.call for item in case.exchanges if titled(item.call) == title]
        yield from map(varied, fixed_variations(title, same, names[title]))
        yield from map(varied, unlikely_variations(title, call, names[title]))


def _mutated(case: Case, source: Source, mutants_of: Callable[..., list[Mutant]]) -> Iterator[Candidate]:
    module = source.module()
    for mutant in mutants_of(source, source.used_by(case.subject))[:MOST_MUTANTS]:

        def answers(mutant: Mutant = mutant) -> Generator[Any, None, None]:
            with mutant.patched(source, module):
                yield from replaying(module, case.exchanges)

        yield Candidate("mutant", mutant.label, answers)


def probed(case: Case, source: Source, left: Sequence[Key]) -> Iterator[Candidate]:
    """Probes: only those that give a wrong output in the first call in which it is wrong; then those up to a factor."""
    at = min(case.first_wrong(key) for key in left)
    places = leading_to(case.exchanges, at)
    screen = [case.exchanges[place] for place in places]
    wanted = [(key, case.entry(key, at)) for key in left if case.first_wrong(key) == at]
    wrapped = Probed(source, source.used_by(case.subject))
    nearly: list[tuple[Probe, Key]] = []

    def candidate(probe: Probe) -> Candidate:
        return Candidate("probe", probe.label, lambda: wrapped.answering(probe, case.exchanges))

    for probe in wrapped.probes(screen):
        value = wrapped.answers(probe, screen)[-1]
        parts = {key: pick(value, key.path, case.answers[at]) for key, _ in wanted}
        if any(case.agrees(entry, parts[key]) for key, entry in wanted):
            yield from map(candidate, probe.each())
        nearly += [(one, key) for key, entry in wanted if is_scaled(entry.got, parts[key]) for one in probe.each()]
    for probe, key in nearly[:MOST_SCALED]:
        words = scaled(case.output(key, list(wrapped.answering(probe, case.exchanges))))
        if words is not None:
            yield Candidate("probe", f"{words}, and besides {probe.label}", candidate(probe).answers, only=key)


def _formula(key: Key, misconception: Misconception, source: Source) -> str:
    """What the student's output equals, as a formula, where the edit stands in the expression behind that output."""
    if misconception.function != key.title or len(key.path) > 1:
        return ""
    place = key.path[0] if key.path else 0
    if not isinstance(place, int):
        return ""
    before = formula_of(source.functions[key.title], place)
    after = formula_of(misconception.node, place)
    if before is None or after is None or text(before) == text(after):
        return ""
    words = text(after)
    return words if len(words) <= LONGEST and "\n" not in words else ""
