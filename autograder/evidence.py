"""What is known of an outcome beyond its words: facts for staff, of which the report on a class is made.

They stand in an Outcome, so in a journal and in graded.json. Nothing of them goes into results.json, to a worker, or
onto a page that is made for students, but for the picture of a check that hides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NUMERIC = "numeric"  # the kind of a mistake that looks like numeric differentiation


@dataclass(frozen=True)
class Mistake:
    """A mistake that reproduces every wrong number. kind: as a diagnosis.Finding has it, or NUMERIC."""

    kind: str
    function: str
    outputs: tuple[str, ...]
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Unknown:
    """Wrong outputs that nothing explains. behaviour: a hash of all their numbers to six digits, call by call."""

    function: str
    outputs: tuple[str, ...]
    behaviour: str


@dataclass(frozen=True)
class Crash:
    """Why no value came.

    kind: a few words of ours, "raised". function: what was called, or nothing while the file was loaded. exception: its
    class. code: the student's own line. The last two are the student's words.
    """

    kind: str
    function: str = ""
    exception: str = ""
    code: str = ""


@dataclass(frozen=True)
class Picture:
    """A wrong array beside the right one, as rows and columns; of a large one the part around the first wrong entry.

    shape: of the whole array. rows, columns: of what is shown, which begins at ``origin`` of the array as rows and
    columns. right, got, error: their numbers as text, row by row, which holds inf and nan as well and is quick to copy;
    error is got less right. wrong: a 1 for each entry that counts as wrong. first: the place of the first of them.
    """

    name: str
    shape: tuple[int, ...]
    rows: int
    columns: int
    origin: tuple[int, int]
    right: str
    got: str
    error: str
    wrong: str
    first: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """secret: what the check hides from students is in here. full: what is said where nothing is hidden."""

    secret: bool = False
    full: str = ""
    mistakes: tuple[Mistake, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    crash: Crash | None = None
    picture: Picture | None = None


def evidence_from_dict(data: dict[str, Any]) -> Evidence:
    """From what dataclasses.asdict, and JSON, have made of it."""
    crash, picture = data["crash"], data["picture"]
    return Evidence(
        secret=data["secret"],
        full=data["full"],
        mistakes=tuple(Mistake(**_tuples(entry, "outputs")) for entry in data["mistakes"]),
        unknown=tuple(Unknown(**_tuples(entry, "outputs")) for entry in data["unknown"]),
        crash=Crash(**crash) if crash else None,
        picture=Picture(**_tuples(picture, "shape", "origin", "first")) if picture else None,
    )


def _tuples(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """JSON knows lists only."""
    return {**data, **{key: tuple(data[key]) for key in keys}}
