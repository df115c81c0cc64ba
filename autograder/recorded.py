"""The reference as it was recorded: in a released folder it answers the public checks, and knows nothing else.

``recorded.json`` holds, for each check, what was asked and what came. An answer is found by what is asked, not by its
place: a wrong submission makes a check ask less. Numbers that differ by no more than rounding are the same question, as
another machine's exponential may differ in its last bit.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.assignment import RECORDED
from autograder.errors import AssignmentError
from autograder.exact import alike, decoded, encoded
from autograder.right import Right

REF = "ref"  # who the fixture of that name is in the record
VERSION = 1
ROUNDING = 1e-11  # relative to the largest entry: arguments that differ by less are the same
OWN_VALUES = (
    "This check goes on with values of your own, for which the answer is not known here. "
    "When you hand your file in, it is checked."
)


@dataclass
class Note:
    """One question and its answer. owner: a dotted name, or the number of an object in this check.

    args, kwargs: None where an attribute was read. t: the tolerances by precision. raises: the class and the text of an
    exception. generators: how each Generator among the arguments stood afterwards.
    """

    owner: str | int
    name: str
    args: Any
    kwargs: Any
    value: Any = None
    t: dict[str, Any] | None = None
    raises: list[str] | None = None
    generators: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """An object of the reference that only the record knows: any of these numbers, which were asked the same so far."""

    numbers: frozenset[int]


def write_record(
    folder: Path, notes: dict[str, list[Note]], constants: dict[str, Any], starters: dict[str, str]
) -> None:
    """starters: the hash of each file that a student fills in, as it is released."""
    checks = {check: [asdict(note) for note in kept] for check, kept in notes.items()}
    content = {"version": VERSION, "starters": starters, "constants": constants, "checks": checks}
    text = json.dumps({"digest": _digest(content), **content}, separators=(",", ":"), ensure_ascii=True)
    (folder / RECORDED).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_record(folder: Path) -> Playback:
    """The record of a released folder. AssignmentError says what is wrong with it."""
    path = folder / RECORDED
    damaged = f"{path} is not as it was released: take it from the assignment again."
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        digest = content.pop("digest")
        if content["version"] != VERSION:
            raise AssignmentError(f"{path} was written by another version of the autograder: {content['version']!r}.")
        if digest != _digest(content):
            raise AssignmentError(damaged)
        checks = {check: [Note(**note) for note in notes] for check, notes in content["checks"].items()}
        return Playback(path, checks, dict(content["constants"]), dict(content["starters"]))
    except FileNotFoundError:
        raise AssignmentError(f"{path} is missing: take it from the assignment again.") from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise AssignmentError(damaged) from None


@dataclass
class Playback:
    """Answers from the record what the checks ask of the reference."""

    path: Path
    notes: dict[str, list[Note]]
    constants: dict[str, Any]
    starters: dict[str, str]
    _check: str = ""
    _used: set[int] = field(default_factory=set)  # notes of this check that have answered already

    def begin(self, check: str) -> None:
        """The checks come one after the other; this one is next."""
        self._check = check
        self._used.clear()

    def constant(self, name: str) -> Any:
        """A constant of the reference by its dotted name; LookupError where the record has none."""
        return decoded(self.constants[name], described)

    def answer(self, owner: str | frozenset[int], name: str, args: Any, kwargs: Any, position: int) -> tuple[Any, Kept]:
        """What was answered, and which notes that can have been. position: how much this object was asked before."""
        found = [
            (at, note)
            for at, note in enumerate(self.notes.get(self._check, ()))
            if note.name == name and _is_owner(note.owner, owner) and _same(note, args, kwargs)
        ]
        if isinstance(owner, frozenset):
            found = [(at, note) for at, note in found if self._place(at, note.owner) == position]
        if not found:
            if self._check not in self.notes:
                raise AssignmentError(
                    f"{self.path} holds nothing about {self._check}: take it from the assignment again."
                )
            pytest.skip(OWN_VALUES)
        at, note = next((one for one in found if one[0] not in self._used), found[-1])
        self._used.add(at)
        for generator, state in zip(_generators((args, kwargs)), note.generators, strict=True):
            generator.bit_generator.state = decoded(state, described)
        if note.raises is not None:
            raise _exception(*note.raises)
        return self._value(note, found), Kept(frozenset(one.owner for _, one in found if isinstance(one.owner, int)))

    def _place(self, at: int, owner: str | int) -> int:
        """How many questions to the same object stand before this note."""
        return sum(note.owner == owner for note in self.notes[self._check][:at])

    def _value(self, note: Note, found: list[tuple[int, Note]]) -> Any:
        if isinstance(note.value, dict) and "other" in note.value:  # one object, of which we cannot tell yet which
            return Told(self, frozenset(one.value["other"]["object"] for _, one in found))
        value = decoded(note.value, lambda it: Told(self, frozenset([it["object"]])))
        if note.t is None:
            return value
        t = note.t
        return Right(value, lambda dtype: decoded(t[dtype], described))


class Told:
    """``ref``, a module of the reference, or an object of it, as the record knows it."""

    def __init__(self, playback: Playback, owner: str | frozenset[int]) -> None:
        self._playback, self._owner, self._position = playback, owner, 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if isinstance(self._owner, str):
            if f"{self._owner}.{name}" in self._playback.constants:
                return self._playback.constant(f"{self._owner}.{name}")
        elif any(
            note.args is None for note in self._playback.notes.get(self._playback._check, ()) if note.name == name
        ):
            return self._asked(name, None, None)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._asked(name, args, kwargs)

        call.__name__ = call.__qualname__ = name
        return call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("__call__", args, kwargs)

    def _asked(self, name: str, args: Any, kwargs: Any) -> Any:
        value, kept = self._playback.answer(self._owner, name, args, kwargs, self._position)
        if not isinstance(self._owner, str):
            self._owner, self._position = kept.numbers, self._position + 1
        return value


def described(value: Any) -> Any:
    """An argument that is no data: a Generator by its state, a function by its name."""
    if isinstance(value, np.random.Generator):
        return {"generator": encoded(value.bit_generator.state, described)}
    return {"function": getattr(value, "__qualname__", type(value).__qualname__)}


def check_name(item: pytest.Item) -> str:
    """What a check is called in the record, as in a report."""
    return f"{Path(item.path).name}::{item.name}"


def _same(note: Note, args: Any, kwargs: Any) -> bool:
    if note.args is None or args is None:
        return note.args is None and args is None
    asked = decoded(encoded((args, kwargs), _argument), _comparable)
    recorded = decoded({"tuple": [note.args, note.kwargs]}, _comparable)
    return alike(recorded, asked, ROUNDING)


def _argument(value: Any) -> Any:
    if isinstance(value, Right):
        return {"right": encoded(value.value, _argument)}
    if isinstance(value, Told):
        return {"object": sorted(value._owner) if isinstance(value._owner, frozenset) else value._owner}
    return described(value)


def _comparable(form: Any) -> Any:
    """What stands for an argument that is no data, so that two of them can be compared."""
    if "right" in form:
        return decoded(form["right"], _comparable)
    if "object" in form:
        numbers = form["object"]
        return _Any(frozenset(numbers if isinstance(numbers, list) else [numbers]))
    return json.dumps(form)


@dataclass(frozen=True, eq=False)
class _Any:
    """Equal to another if they may be the same object."""

    numbers: frozenset[Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Any) and bool(self.numbers & other.numbers)

    __hash__ = None  # type: ignore[assignment]  # what is equal to several others cannot have one


def _is_owner(recorded: str | int, owner: str | frozenset[int]) -> bool:
    return recorded in owner if isinstance(owner, frozenset) else recorded == owner


def _generators(value: Any) -> list[np.random.Generator]:
    found: list[np.random.Generator] = []
    encoded(value, lambda part: found.append(part) if isinstance(part, np.random.Generator) else None)
    return found


def _exception(name: str, text: str) -> Exception:
    import builtins

    kind = getattr(builtins, name, ValueError)
    return kind(text) if isinstance(kind, type) and issubclass(kind, Exception) else ValueError(text)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
