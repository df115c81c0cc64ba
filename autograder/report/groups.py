"""What many submissions have in common: one mistake, one crash, one wrong answer that nothing explains."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from autograder.clean import clean, clean_line
from autograder.evidence import NUMERIC, Evidence, Mistake, Unknown
from autograder.outcome import Outcome, Status

EXAMPLE = 500  # characters of an example's words
LINE = 240  # of a label
VAGUE = ("observation", NUMERIC)  # kinds of mistakes that say where a value is wrong, and no more


@dataclass
class Group:
    """Submissions alike in one thing, by their places in the class.

    what: in a few words; hint: the misconception's; functions, outputs, checks: where it was met; example: the words of
    the first.
    """

    what: str
    hint: str = ""
    kind: str = ""
    functions: dict[str, None] = field(default_factory=dict)
    outputs: dict[str, None] = field(default_factory=dict)
    checks: dict[str, None] = field(default_factory=dict)
    example: str = ""
    members: dict[int, None] = field(default_factory=dict)

    def meet(self, place: int, outcome: Outcome, function: str, outputs: Iterable[str] = ()) -> None:
        self.members[place] = None
        self.checks[outcome.check.name] = None
        self.functions.update({clean_line(function, 80): None} if function else {})
        self.outputs.update(dict.fromkeys(clean_line(name, 80) for name in outputs))
        self.example = self.example or clean(_words(outcome), EXAMPLE)


@dataclass
class Groups:
    """Those of a class, each kind by what makes two submissions alike."""

    mistakes: dict[Hashable, Group] = field(default_factory=dict)
    numeric: dict[Hashable, Group] = field(default_factory=dict)
    unknown: dict[Hashable, Group] = field(default_factory=dict)
    crashes: dict[Hashable, Group] = field(default_factory=dict)
    broken: dict[Hashable, Group] = field(default_factory=dict)

    def add(self, place: int, outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes of one submission."""
        for outcome in outcomes:
            evidence = outcome.evidence or Evidence()
            if outcome.status is Status.CRASHED:
                self._crash(place, outcome, evidence)
            elif outcome.status is Status.BROKEN:
                last = outcome.staff.strip().splitlines()[-1:] or [outcome.message]
                _group(self.broken, clean_line(last[0], LINE)).meet(place, outcome, "")
            elif outcome.status is Status.FAILED:
                for mistake in evidence.mistakes:
                    self._mistake(place, outcome, mistake)
                if all(mistake.kind in VAGUE for mistake in evidence.mistakes):  # else the rest follows from that
                    for unknown in evidence.unknown:
                        self._unknown(place, outcome, unknown)
                if not evidence.mistakes and not evidence.unknown:
                    self._unlike_any(place, outcome)

    def _mistake(self, place: int, outcome: Outcome, mistake: Mistake) -> None:
        """A misconception is the same in whatever function it shows itself; another mistake is of its function."""
        where = "" if mistake.hint else mistake.function
        key = (mistake.kind, mistake.label, mistake.hint, where)
        groups = self.numeric if mistake.kind == NUMERIC else self.mistakes
        new = Group(clean_line(mistake.label, LINE), clean(mistake.hint, EXAMPLE), mistake.kind)
        group = groups.setdefault(key, new)
        group.meet(place, outcome, mistake.function, mistake.outputs)

    def _unknown(self, place: int, outcome: Outcome, unknown: Unknown) -> None:
        what = _outputs(unknown.outputs, unknown.function)
        key = (unknown.function, unknown.outputs, outcome.check.name, unknown.behaviour)
        _group(self.unknown, clean_line(what, LINE), key).meet(place, outcome, unknown.function, unknown.outputs)

    def _unlike_any(self, place: int, outcome: Outcome) -> None:
        """Where no diagnosis was possible: too few numbers, another shape, None. The same words are the same answer."""
        words = _words(outcome)
        first = words.splitlines()[0] if words else "wrong"
        _group(self.unknown, clean_line(first, LINE)).meet(place, outcome, "")

    def _crash(self, place: int, outcome: Outcome, evidence: Evidence) -> None:
        crash = evidence.crash
        if crash is None:
            first = outcome.message.splitlines()[0] if outcome.message else "no value came"
            _group(self.crashes, clean_line(first, LINE)).meet(place, outcome, "")
            return
        what = crash.exception or crash.kind
        key = (crash.kind, crash.exception, crash.code or crash.function)
        group = self.crashes.setdefault(key, Group(clean_line(what, 80), clean_line(crash.code, LINE), crash.kind))
        group.meet(place, outcome, crash.function)


def ranked(groups: dict[Hashable, Group]) -> list[Group]:
    """The commonest first; of equally common ones what costs more checks."""
    return sorted(groups.values(), key=lambda group: (-len(group.members), -len(group.checks), group.what))


def merged(groups: dict[Hashable, Group]) -> dict[Hashable, Group]:
    """Groups that hold the same submissions and say the same are one: in several checks, or of several functions."""
    found: dict[Hashable, Group] = {}
    for group in groups.values():
        alike = tuple(group.functions) if group.outputs else (group.what, group.hint, group.kind)
        one = found.setdefault((alike, tuple(group.members)), Group(group.what, group.hint, group.kind))
        one.example = one.example or group.example
        for name in ("functions", "outputs", "checks", "members"):
            getattr(one, name).update(getattr(group, name))
        if one.outputs:
            one.what = clean_line(_outputs(one.outputs, next(iter(one.functions), "")), LINE)
    return found


def skeleton(group: Group, members: int, checks: Sequence[str]) -> str:
    """What an author puts into misconceptions.toml and fills in: the right code of the reference, and the wrong."""
    function = next(iter(group.functions), "")
    seen = f"# {members} submission{'s' * (members != 1)}: {group.what}"
    lines = [seen, *(f"# {line}" for line in group.example.splitlines()[:2] if line.strip() != group.what)]
    lines = [clean_line(line, 160) for line in [*lines, f"# Checks: {', '.join(checks)}"]]
    quoted = '"' + "".join(letter for letter in function if letter.isalnum() or letter in "._") + '"'
    lines += ["[[misconception]]", f"function = {quoted}", 'replace = ""  # of the reference', 'with = ""', 'hint = ""']
    return "\n".join(lines) + "\n"


def _group(groups: dict[Hashable, Group], what: str, key: Hashable = None) -> Group:
    return groups.setdefault(what if key is None else key, Group(what))


def _outputs(names: Iterable[str], function: str) -> str:
    """The outputs of a function; some are called after it already."""
    listed = ", ".join(names)
    return listed if function in listed else f"{listed} of {function}"


def _words(outcome: Outcome) -> str:
    """What is said to staff, inputs and all."""
    return (outcome.evidence.full if outcome.evidence is not None else "") or outcome.message
