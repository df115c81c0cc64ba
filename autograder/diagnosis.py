"""Which mistake is it? An explanation is given only if it reproduces every number of a wrong output in every call.

The calls of a check, and what came back, are compared with what the reference answers to them. For each output that is
wrong the explanations are tried in this order, and the first that fits exactly is told:

    the assignment's misconceptions     a known edit of the reference, with its hint
    fits                                the right numbers, changed in one simple way (fits.py)
    variations                          the right function of a wrong argument (variations.py)
    mutants                             an automatic edit of the reference, simplest first (mutants.py, rewrites.py)
    other functions                     one of a single argument, upstream or not (formulas.py)
    observations                        true of every call, though no formula: wrong only at kinks ...
    one side                            right on one side of a kink, something simple on the other (pieces.py)
    probes                              a value changed on its way: squared, averaged, exchanged ... (probes.py)
    two mistakes                        two misconceptions, or one and an automatic edit (twofold.py)
    observations                        wrong for large inputs only, or by very little
    the student's own forward           the backward is right for it, and it is wrong (ownforward.py)

Where nothing fits nothing is said. No text quotes an input or an expected value: it may be told of a hidden check.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from autograder import unexplained
from autograder.bounded import bounded
from autograder.candidates import Candidate, guessed, known, probed
from autograder.case import Case, Key, case_of
from autograder.edits import Source
from autograder.evidence import Unknown
from autograder.fits import Output, fit
from autograder.formulas import another_function
from autograder.misconceptions import Misconception
from autograder.observations import nearly_right, only_there, overflows
from autograder.ownforward import right_for_own_forward
from autograder.pieces import one_sided
from autograder.redraw import ask_again
from autograder.remembered import Memory
from autograder.replay import Exchange, subject_of
from autograder.sandbox.link import Call
from autograder.twofold import twofold

FEWEST_NUMBERS = 4  # different ones in a wrong output: fewer fit too many explanations by chance
# Seconds are those that this thread has computed: what else the machine does decides nothing.
PATIENCE = 4.0  # for the misconceptions, where the reference itself takes long, as a training does
GUESSING = 0.6  # for each kind of guess: nine of ten wrong answers are explained in 0.3 s
LONGEST = 10.0  # for all together, the last candidate included, which may be an edit that never returns
ENOUGH_NUMBERS = 40  # as many leave no doubt; below, the student's code is asked for more


@dataclass(frozen=True)
class Finding:
    """What is known of some outputs of one function.

    kind: "misconception", "two misconceptions", "fit", "variation", "mutant", "probe", "twofold", "observation" or "own
    forward". label: the mistake in words. evidence: a sentence for the student; hint: the misconception's, or nothing.
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


def explain(
    exchanges: Sequence[Exchange],
    source: Source,
    misconceptions: Sequence[Misconception] = (),
    *,
    ask: Callable[[Call], Any] | None = None,
    log: Path | None = None,
    unknown: Callable[[Unknown], None] | None = None,
    guess: bool = True,
    memory: Memory | None = None,
) -> Explanation | None:
    """What is wrong with the answers of one check; None if nothing is, or if no explanation fits exactly.

    exchanges: all calls of the check, in order. source: the reference's module, which answers to the same calls.
    ask: makes one more call of the student's code and gives its value as it came; it is used where the check's own
    calls hold too few numbers to be certain. It may raise an AutograderError. log: a file to which an answer that
    nothing explains is added, without a word of the student's. unknown: is told of the same. guess: try variations,
    mutants and probes too, the long part. memory: of what was found for equal answers to equal calls.
    """
    memory = memory or Memory()
    findings: list[Finding] = []

    def search(case: Case, guess: bool, calibrated: bool) -> list[Finding]:
        about = (case.subject, case.exchanges, guess, calibrated)
        work = partial(_findings, case, source, misconceptions, guess)
        return memory.recall(about, lambda: bounded(work, LONGEST) or [])

    for subject in dict.fromkeys(subject_of(exchanges)):
        case = case_of(subject, exchanges, source)
        asked = len(case.exchanges)  # by the check itself
        if case.wrong and ask is not None and case.numbers() < ENOUGH_NUMBERS:
            draws = 4 if case.numbers() >= FEWEST_NUMBERS else 12
            more = ask_again(case.exchanges, source.module(), ask, draws)
            again = case_of(subject, [*exchanges, *more], source)
            if set(case.right) <= set(again.right):  # else what was drawn does not belong together, as a cache and x
                case = again
        if case.wrong and case.numbers() >= FEWEST_NUMBERS:
            found = search(case, guess, calibrated=False)
            if not found:  # perhaps only because of cancellation, which makes the reference's own numbers uncertain
                case = case_of(subject, case.exchanges, source, calibrated=True)
                found = search(case, guess=False, calibrated=True)
            if not found and ask is not None:
                found = _of_own_forward(case, source, ask)
            left = _untold(case, case.wrong, found)
            if log is not None:
                unexplained.log(log, case, left)
            if unknown is not None and left:
                unknown(unexplained.unknown(case, left, asked))
            findings += found
    return Explanation(tuple(findings)) if findings else None


def _findings(case: Case, source: Source, misconceptions: Sequence[Misconception], guess: bool = True) -> list[Finding]:
    """All that is known of the wrong outputs."""
    chosen = _chosen(case, case.wrong, known(case, source, misconceptions), PATIENCE)
    left = [key for key in case.wrong if key not in chosen]
    found = _told(case, chosen) + _observed(case, left, overflows)
    left = _untold(case, left, found)
    fitted = _fitted(case, left, fit)
    if guess and _untold(case, left, fitted):
        chosen = _chosen(case, left, guessed(case, source))
        if len(set(chosen.values())) == 1 and len(chosen) == len(left):
            return found + _told(case, chosen)  # one mistake for all says more than one for each
        fitted += _told(case, {key: chosen[key] for key in _untold(case, left, fitted) if key in chosen})
    found += fitted
    if any(item.call.on is not None for item in case.exchanges):  # an object may use what it was given before
        found += _fitted(case, _untold(case, left, found), fit, met=True)
    found += _fitted(case, _untold(case, left, found), another_function, met=True)
    found += _observed(case, _untold(case, left, found), only_there)
    found += _fitted(case, _untold(case, left, found), one_sided, met=True)
    left = _untold(case, left, found)
    if guess and left:
        found += _told(case, _chosen(case, left, probed(case, source, left)))
        left = _untold(case, left, found)
        found += _told(case, _chosen(case, left, twofold(case, source, misconceptions)))
    return found + _observed(case, _untold(case, left, found), nearly_right)


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


def _chosen(
    case: Case, left: Sequence[Key], candidates: Iterable[Candidate], seconds: float = GUESSING
) -> dict[Key, Candidate]:
    """For each output the first candidate that gives it; one that gives all, and spoils no right one, before all."""
    best: dict[Key, tuple[bool, Candidate]] = {}
    if not left:
        return {}
    until = time.thread_time() + seconds
    for candidate in candidates:
        if time.thread_time() > until:
            break
        alive = candidate.reproduces(case, left)
        reproduced = [key for key in left if key in alive]
        spoils = any(key not in alive for key in case.right)
        if len(reproduced) == len(left) and not spoils:
            return dict.fromkeys(left, candidate)
        for key in reproduced:
            if key not in best or (best[key][0] and not spoils):
                best[key] = (spoils, candidate)
    return {key: candidate for key, (_, candidate) in best.items()}


def _told(case: Case, chosen: Mapping[Key, Candidate]) -> list[Finding]:
    found = []
    for candidate in dict.fromkeys(chosen.values()):
        of_candidate = [key for key in chosen if chosen[key] is candidate]
        for title in dict.fromkeys(key.title for key in of_candidate):
            found.append(_finding(case, title, [key for key in of_candidate if key.title == title], candidate))
    return found


def _finding(case: Case, title: str, keys: Sequence[Key], chosen: Candidate) -> Finding:
    names = tuple(case.name(key) for key in keys)
    formula = chosen.formula(keys[0]) if len(keys) == 1 else ""
    where = case.calls_in_words(keys)
    if formula:
        evidence = f"Your {names[0]} equals {formula}{where}."
    elif chosen.kind == "misconception":
        evidence = f"Your {_listed(names)} {_verb(names)} exactly what a common mistake gives{where}."
    elif chosen.kind == "two misconceptions":
        evidence = f"Your {_listed(names)} {_verb(names)} exactly what two common mistakes together give{where}."
    elif chosen.kind == "twofold":
        one = f"{chosen.label}, and a common mistake besides."
        evidence = f"Your {_listed(names)} {_verb(names)} wrong in two ways at once{where}: {one}"
    else:
        evidence = f"Your {_listed(names)} {_verb(names)} wrong in one and the same way{where}: {chosen.label}."
    return Finding(title, names, chosen.kind, chosen.label, evidence, chosen.hint)


def _fitted(
    case: Case, left: Sequence[Key], finder: Callable[[Output], str | None], met: bool = False
) -> list[Finding]:
    fits: dict[tuple[str, str], list[Key]] = {}
    for key in left:
        label = finder(case.output(key, met=met))
        if label is not None:
            fits.setdefault((key.title, label), []).append(key)
    found = []
    for (title, label), keys in fits.items():
        names = tuple(case.name(key) for key in keys)
        where = case.calls_in_words(keys)
        evidence = f"Your {_listed(names)} {_verb(names)} wrong in one and the same way{where}: {label}."
        found.append(Finding(title, names, "fit", label, evidence))
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
