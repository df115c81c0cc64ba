"""What Gradescope, Canvas and Moodle let a TA download, each known by its own marks, none of them documented."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.batch.identity import HandedIn, Person
from autograder.ingest import ARCHIVES, SOURCES, is_system_junk

METADATA = "submission_metadata.yml"  # Gradescope's
GRADABLE = (*SOURCES, *ARCHIVES)

# lovelaceada_LATE_1234_56789_gates.py; the numbers are of the person and of the submission
_CANVAS = re.compile(r"(?P<who>[^_].*?)(?P<late>_LATE)?_(?P<user>\d{1,20})_(?P<sub>\d{1,20})_(?P<file>.+)", re.DOTALL)
_CANVAS_AGAIN = re.compile(r"-\d{1,3}(?=(\.[^.]+)?$)")  # gates-1.py: handed in again
# Ada Lovelace_657737_assignsubmission_file_, a folder, or the beginning of a file's name
_MOODLE = re.compile(r"(?P<who>.*?)_(?P<id>\d{1,20})_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL)
_GRADESCOPE = re.compile(r"submission_\d+")


@dataclass(frozen=True)
class Export:
    """An export that was recognised. what: which, for the TA. notes: what is odd about it."""

    what: str
    handed: tuple[HandedIn, ...]
    notes: tuple[str, ...] = ()


def read_export(folder: Path, expected: Sequence[str] = ()) -> Export | None:
    """The export in this folder; None where it has no platform's marks. expected: names that a submission may have."""
    return _gradescope(folder) or _moodle(folder) or _canvas(folder, expected)


def marked(names: Sequence[str]) -> bool:
    """Whether files, named relative to a folder or to a folder around it, bear a platform's marks."""
    names = [name for name in names if not is_system_junk(name)]
    inner = [name.partition("/")[2] for name in names]
    wrapped = all(inner) and len({name.partition("/")[0] for name in names}) == 1
    return _marked_here(names) or (wrapped and _marked_here(inner))


def _marked_here(names: Sequence[str]) -> bool:
    if METADATA in names or any(_MOODLE.fullmatch(name.partition("/")[0]) for name in names):
        return True
    return _all_canvas([name for name in names if "/" not in name], ())


def listing(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name, without what systems leave behind. Links are not followed, and not listed."""
    with os.scandir(folder) as items:
        return sorted(
            (item for item in items if not is_system_junk(item.name) and not item.is_symlink()),
            key=lambda item: item.name,
        )


def links_in(folder: Path) -> list[str]:
    """The names of the links that ``listing`` leaves out."""
    with os.scandir(folder) as items:
        return sorted(item.name for item in items if item.is_symlink())


def _gradescope(folder: Path) -> Export | None:
    if not (folder / METADATA).is_file():
        return None
    from autograder.batch import export_yaml  # only for this platform

    known = export_yaml.read_export(folder / METADATA)
    there = {item.name for item in listing(folder) if item.is_dir(follow_symlinks=False)}
    there = {name for name in there if name in known or _GRADESCOPE.fullmatch(name)}
    handed, notes = [], []
    for name in sorted(there | set(known)):
        entry = known.get(name, export_yaml.Entry())
        problem = "" if name in there else f"The export names {name}, but has no folder of it."
        path = folder / name if name in there else None
        one = HandedIn(name, path, (), entry.people, entry.created_at, earlier=entry.history, problem=problem)
        handed.append(one)
    strangers = len(there - set(known))
    if strangers:
        notes.append(f"{strangers} of {len(there)} submissions stand without a name in {METADATA}.")
    nameless = sum(not entry.people for entry in known.values())
    if nameless:
        notes.append(f"{nameless} entries of {METADATA} name nobody.")
    return Export("a Gradescope export", tuple(handed), tuple(notes))


def _canvas(folder: Path, expected: Sequence[str]) -> Export | None:
    items = [item for item in listing(folder) if item.is_file(follow_symlinks=False)]
    if not _all_canvas([item.name for item in items], expected):
        return None
    found: dict[str, HandedIn] = {}
    for item in items:
        match = _CANVAS.fullmatch(item.name)
        if match is None:
            continue
        who, user = match["who"], match["user"]
        person = Person(name=who, id=user)
        before = found.get(user, HandedIn(f"{who}_{user}", people=(person,)))
        taken = {name for name, _ in before.files}
        again = _CANVAS_AGAIN.sub("", match["file"])
        name = again if again not in taken else match["file"]
        late = before.late or match["late"] is not None
        found[user] = replace(before, files=(*before.files, (name, Path(item.path))), late=late)
    return Export("a Canvas download", tuple(found.values()))


def _all_canvas(names: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether all that could be graded is named as Canvas does: not one student's hw_2_3_main.py beside a gates.py."""
    gradable = [name for name in names if name.lower().endswith(GRADABLE)]
    return bool(gradable) and not set(gradable) & set(expected) and all(map(_CANVAS.fullmatch, gradable))


def _moodle(folder: Path) -> Export | None:
    found: dict[str, HandedIn] = {}
    texts: dict[str, HandedIn] = {}
    for item in listing(folder):
        match = _MOODLE.fullmatch(item.name)
        if match is None:
            continue
        person = Person(name=match["who"], id=match["id"])
        entry = HandedIn(f"{match['who']}_{match['id']}", people=(person,))
        if match["kind"] != "file":  # a text typed into the page: there is nothing in it to grade
            texts[match["id"]] = replace(entry, path=Path(item.path))
        elif item.is_dir(follow_symlinks=False):
            found[match["id"]] = replace(entry, path=Path(item.path))
        else:
            before = found.get(match["id"], entry)
            files = (*before.files, (match["file"] or item.name, Path(item.path)))
            found[match["id"]] = before if before.path is not None else replace(before, files=files)
    everyone = {**texts, **found}
    return Export("a Moodle download", tuple(everyone.values())) if everyone else None
