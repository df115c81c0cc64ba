"""Which mistake is it? An explanation is given only if it reproduces every number of a wrong output in every call.

The calls of a check, and what came back, are compared with what the reference answers to them. For each output that is
wrong the explanations are tried in this order, and the first that fits exactly is told:

    the assignment's misconceptions     a known edit of the reference, with its hint
    fits                                the right numbers, changed in one simple way (fits.py)
    variations                          the right function of a wrong argument (variations.py)
    mutants                             an automatic edit of the reference, simplest first (mutants.py)
    observations                        true of every call, though no formula: wrong only where it overflows ...
    the student's own forward           the backward is right for it, and it is wrong (ownforward.py)

Where nothing fits nothing is said. No text quotes an input or an expected value: it may be told of a hidden check.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import unexplained
from autograder.case import Case, Key, case_of
from autograder.edits import Source, formula_of
from autograder.fits import Output, fit
from autograder.misconceptions import Misconception
from autograder.mutants import Mutant, mutants_of
from autograder.observations import observe, overflows
from autograder.ownforward import right_for_own_forward
from autograder.redraw import ask_again
from autograder.replay import Exchange, replaying, subject_of
from autograder.sandbox.link import Call
from autograder.snippets import text
from autograder.variations import Variation, titled, unlikely_variations, variations

MOST_MUTANTS = 500  # tried for one wrong answer: at about a millisecond each, half a second at the most
FEWEST_NUMBERS = 4  # different ones in a wrong output: fewer fit too many explanations by chance
ENOUGH_NUMBERS = 40  # as many leave no doubt; below, the student's code is asked for more
LONGEST = 60  # characters of a formula that a sentence can hold


@dataclass(frozen=True)
class Finding:
    """What is known of some outputs of one function.

    kind: "misconception", "fit", "variation", "mutant", "observation" or "own forward". label: the mistake in words.
    evidence: a sentence for the student; hint: the misconception's, or nothing.
    """

    function: str
    outputs: tuple[str, ...]
    kind: str
    label: str
    evidence: str
    hint: str = ""


@dataclass(frozen=True)
class Explanation:
    """What is known of a wrong answer, for the student: one paragraph, and the hints of the misconceptions."""

    findings: tuple[Finding, ...]

    @property
    def message(self) -> str:
        return "\n".join(dict.fromkeys(finding.evidence for finding in self.findings))

    @property
    def hint(self) -> str:
        return "\n".join(dict.fromkeys(finding.hint for finding in self.findings if finding.hint))


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A mistake that may have been made, and what the reference would answer with it, call by call."""

    kind: str
    label: str
    answers: Callable[[], Generator[Any, None, None]]
    transposed: bool = False
    hint: str = ""
    formula: Callable[[Key], str] = lambda key: ""


def explain(
    exchanges: Sequence[Exchange],
    source: Source,
    misconceptions: Sequence[Misconception] = (),
    *,
    ask: Callable[[Call], Any] | None = None,
    log: Path | None = None,
) -> Explanation | None:
    """What is wrong with the answers of one check; None if nothing is, or if no explanation fits exactly.

    exchanges: all calls of the check, in order. source: the reference's module, which answers to the same calls.
    ask: makes one more call of the student's code and gives its value as it came; it is used where the check's own
    calls hold too few numbers to be certain. It may raise an AutograderError. log: a file to which an answer that
    nothing explains is added, without a word of the student's.
    """
    findings: list[Finding] = []
    for subject in dict.fromkeys(subject_of(exchanges)):
        case = case_of(subject, exchanges, source)
        if case.wrong and ask is not None and case.numbers() < ENOUGH_NUMBERS:
            draws = 4 if case.numbers() >= FEWEST_NUMBERS else 12
            more = ask_again(case.exchanges, source.module(), ask, draws)
            case = case_of(subject, [*exchanges, *more], source)
        if case.wrong and case.numbers() >= FEWEST_NUMBERS:
            found = _findings(case, source, misconceptions)
            if not found:  # perhaps only because of cancellation, which makes the reference's own numbers uncertain
                case = case_of(subject, case.exchanges, source, calibrated=True)
                found = _findings(case, source, misconceptions, guess=False)
            if not found and ask is not None:
                found = _of_own_forward(case, source, ask)
            if log is not None:
                unexplained.log(log, case, _untold(case, case.wrong, found))
            findings += found
    return Explanation(tuple(findings)) if findings else None


def _findings(case: Case, source: Source, misconceptions: Sequence[Misconception], guess: bool = True) -> list[Finding]:
    """All that is known of the wrong outputs. guess: try variations and mutants too, the long part."""
    chosen = _chosen(case, case.wrong, _known(case, source, misconceptions))
    left = [key for key in case.wrong if key not in chosen]
    found = _told(case, chosen) + _observed(case, left, overflows)
    left = _untold(case, left, found)
    fitted = _fitted(case, left)
    if guess and _untold(case, left, fitted):
        chosen = _chosen(case, left, _guessed(case, source))
        if len(set(chosen.values())) == 1 and len(chosen) == len(left):
            return found + _told(case, chosen)  # one mistake for all says more than one for each
        fitted += _told(case, {key: chosen[key] for key in _untold(case, left, fitted) if key in chosen})
    found += fitted
    return found + _observed(case, _untold(case, left, found), observe)


def _of_own_forward(case: Case, source: Source, ask: Callable[[Call], Any]) -> list[Finding]:
    own = [item for item in case.exchanges if item.call.name == case.subject]
    name = right_for_own_forward(own, source.module(), ask)
    if name is None:
        return []
    outputs = tuple(case.name(key) for key in case.wrong)
    evidence = f"Your {case.subject} is right for your own {name}, which is not what it should be: mend that one first."
    return [Finding(case.subject, outputs, "own forward", f"{name} is wrong", evidence)]


def _untold(case: Case, keys: Sequence[Key], found: Sequence[Finding]) -> list[Key]:
    told = {(finding.function, name) for finding in found for name in finding.outputs}
    return [key for key in keys if (key.title, case.name(key)) not in told]


def _observed(case: Case, keys: Sequence[Key], observer: Callable[[Output], str | None]) -> list[Finding]:
    found = []
    for key in keys:
        label = observer(case.output(key))
        if label is not None:
            name = case.name(key)
            found.append(Finding(key.title, (name,), "observation", label, f"Your {name} {label}."))
    return found


def _known(case: Case, source: Source, misconceptions: Sequence[Misconception]) -> Iterator[_Candidate]:
    used = source.used_by(case.subject)
    for misconception in sorted(
        (entry for entry in misconceptions if entry.function in used), key=lambda entry: used.index(entry.function)
    ):
        yield _Candidate(
            "misconception",
            f"{misconception.replace} -> {misconception.instead}",
            lambda entry=misconception: replaying(entry.module(source), case.exchanges),  # type: ignore[misc]  # as below
            hint=misconception.hint,
            formula=lambda key, entry=misconception: _formula(key, entry, source),  # type: ignore[misc]  # as below
        )


def _guessed(case: Case, source: Source) -> Iterator[_Candidate]:
    """Variations and mutants, the likely ones first."""
    module = source.module()
    examples = {titled(item.call): item.call for item in reversed(case.exchanges) if not item.call.read}
    parameters = {title: case.parameters(title, module) for title in examples}
    names = {title: list(found) for title, found in parameters.items()}

    def varied(variation: Variation) -> _Candidate:
        return _Candidate(
            "variation",
            variation.label,
            lambda: replaying(module, variation.calls(case.exchanges, names)),
            variation.transposed,
        )

    for title, call in examples.items():
        defaults = {name: parameter.default for name, parameter in parameters[title].items()}
        switches = {name: value for name, value in defaults.items() if isinstance(value, bool)}
        yield from map(varied, variations(title, call, names[title], switches))
    yield from _mutated(case, source)
    for title, call in examples.items():
        yield from map(varied, unlikely_variations(title, call, names[title]))


def _mutated(case: Case, source: Source) -> Iterator[_Candidate]:
    module = source.module()
    for mutant in mutants_of(source, source.used_by(case.subject))[:MOST_MUTANTS]:

        def answers(mutant: Mutant = mutant) -> Generator[Any, None, None]:
            with mutant.patched(source, module):
                yield from replaying(module, case.exchanges)

        yield _Candidate("mutant", mutant.label, answers)


def _chosen(case: Case, left: Sequence[Key], candidates: Iterable[_Candidate]) -> dict[Key, _Candidate]:
    """For each output the first candidate that gives it; one that gives all, and spoils no right one, before all."""
    best: dict[Key, tuple[bool, _Candidate]] = {}
    if not left:
        return {}
    for candidate in candidates:
        with contextlib.closing(candidate.answers()) as answers:
            alive = case.agreeing(answers, left, candidate.transposed)
        reproduced = [key for key in left if key in alive]
        spoils = any(key not in alive for key in case.right)
        if len(reproduced) == len(left) and not spoils:
            return dict.fromkeys(left, candidate)
        for key in reproduced:
            if key not in best or (best[key][0] and not spoils):
                best[key] = (spoils, candidate)
    return {key: candidate for key, (_, candidate) in best.items()}


def _told(case: Case, chosen: Mapping[Key, _Candidate]) -> list[Finding]:
    found = []
    for candidate in dict.fromkeys(chosen.values()):
        of_candidate = [key for key in chosen if chosen[key] is candidate]
        for title in dict.fromkeys(key.title for key in of_candidate):
            found.append(_finding(case, title, [key for key in of_candidate if key.title == title], candidate))
    return found


def _finding(case: Case, title: str, keys: Sequence[Key], chosen: _Candidate) -> Finding:
    names = tuple(case.name(key) for key in keys)
    formula = chosen.formula(keys[0]) if len(keys) == 1 else ""
    where = case.calls_in_words(keys)
    if formula:
        evidence = f"Your {names[0]} equals {formula}{where}."
    elif chosen.kind == "misconception":
        evidence = f"Your {_listed(names)} {_verb(names)} exactly what a common mistake gives{where}."
    else:
        evidence = f"Your {_listed(names)} {_verb(names)} wrong in one and the same way{where}: {chosen.label}."
    return Finding(title, names, chosen.kind, chosen.label, evidence, chosen.hint)


def _fitted(case: Case, left: Sequence[Key]) -> list[Finding]:
    fits: dict[tuple[str, str], list[Key]] = {}
    for key in left:
        label = fit(case.output(key))
        if label is not None:
            fits.setdefault((key.title, label), []).append(key)
    found = []
    for (title, label), keys in fits.items():
        names = tuple(case.name(key) for key in keys)
        where = case.calls_in_words(keys)
        evidence = f"Your {_listed(names)} {_verb(names)} wrong in one and the same way{where}: {label}."
        found.append(Finding(title, names, "fit", label, evidence))
    return found


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


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
