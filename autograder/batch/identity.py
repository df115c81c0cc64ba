"""Whose submission it is, as far as the export says, and the folder in which its results are kept."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MAX_NAME = 80  # characters of a folder's name; file systems allow 255 bytes
_HARMLESS = re.compile(r"[^\W_][\w.@+, ()-]*", re.UNICODE)


@dataclass(frozen=True)
class Person:
    """One who handed in. id: the platform's own number of this person, where it has one."""

    name: str = ""
    email: str = ""
    sid: str = ""
    id: str = ""


@dataclass(frozen=True)
class Earlier:
    """An earlier submission of the same student, as the export writes it; what it does not say is empty."""

    created_at: str = ""
    score: str = ""
    status: str = ""


@dataclass(frozen=True)
class HandedIn:
    """One submission of many.

    label: how the export, or the folder it lies in, calls it; unique in a batch once ``named`` has seen it.
    path: the file, folder or archive. files: in its place, several files that lie among others', each with the name
    that the student gave it. created_at: when, as the export writes it. late: the export itself says so. earlier: what
    the same student handed in before. beyond: in words, how it breaks the assignment's rate limit. problem: why there
    is nothing to grade. folder: where its results go, below the batch's own.
    """

    label: str
    path: Path | None = None
    files: tuple[tuple[str, Path], ...] = ()
    people: tuple[Person, ...] = ()
    created_at: str = ""
    late: bool = False
    earlier: tuple[Earlier, ...] = ()
    beyond: str = ""
    problem: str = ""
    folder: str = ""

    def said(self) -> dict[str, Any]:
        """What is kept of it beside its results: who, and when."""
        people = [vars(person) for person in self.people]
        return {"label": self.label, "people": people, "created_at": self.created_at, "late": self.late}


def named(handed: Iterable[HandedIn]) -> tuple[HandedIn, ...]:
    """The same, in the order of their labels, each with a folder's name of its own.

    The name depends on the submission's own label, not on what else is there, so that a later run finds it again; only
    where labels are alike do they get a part of a hash, or a number, in addition.
    """
    waiting = sorted(handed, key=lambda one: (_natural(one.label), one.label))  # equal ones as they were given
    alike = Counter(name.casefold() for name in {folder_name(one.label) for one in waiting})
    found: list[HandedIn] = []
    taken: set[str] = set()
    for one in waiting:
        name = plain = folder_name(one.label)
        if alike[plain.casefold()] > 1:  # Ada and ada, which some systems do not tell apart
            name = plain = f"{plain}-{_short_hash(one.label)}"
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name.casefold())
        found.append(replace(one, folder=name))
    return tuple(found)


def folder_name(label: str) -> str:
    """The label as the name of one folder: itself if that is harmless on every system, else like it, with a hash."""
    plain = unicodedata.normalize("NFC", label)
    if _HARMLESS.fullmatch(plain) and len(plain) <= MAX_NAME and plain[-1] not in ". " and "." not in _ending(plain):
        return plain
    letters = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in plain)
    return f"{letters.strip('_-')[:MAX_NAME] or 'submission'}-{_short_hash(label)}"


def _ending(name: str) -> str:
    """What would make it a file that the batch itself keeps: grades.csv, results.json."""
    return name if name.casefold().endswith((".csv", ".json")) else ""


def _short_hash(text: str) -> str:
    import hashlib  # takes its time to load, and few names need it

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _natural(label: str) -> list[tuple[int, int, str]]:
    """A key by which submission_9 stands before submission_10."""
    parts = re.split(r"(\d{1,18})", label.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
