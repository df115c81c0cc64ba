"""What is wrong with an assignment's own files, by file and line: a check that breaks, a reference that answers nan."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.edits import Source
from autograder.outcome import Outcome, Status
from autograder.rehearsal import Played
from autograder.replay import parts
from autograder.variations import titled

_PLACE = re.compile(r"^(?P<path>\S.*?\.py):(?P<line>\d+): in ", re.MULTILINE)
_ERROR = re.compile(r"^E +(.*)$", re.MULTILINE)


def faults(played: Sequence[Played], source: Source, folder: Path) -> list[str]:
    """A line for each, of a rehearsal with the reference in the student's place."""
    found = [_of_check(one.outcome, folder) for one in played if one.outcome.status is Status.BROKEN]
    return [*found, *dict.fromkeys(_not_numbers(played, source))]


def _of_check(outcome: Outcome, folder: Path) -> str:
    """The last line of the assignment's own files that was reached, and the error."""
    places = [(Path(found["path"]).resolve(), found["line"]) for found in _PLACE.finditer(outcome.staff)]
    own = [f"{path}:{line}" for path, line in places if path.is_relative_to(folder.resolve())]
    errors = _ERROR.findall(outcome.staff) or outcome.staff.splitlines()[-1:] or ["the check is broken"]
    where = own[-1] if own else outcome.check.name
    return f"{where}: {errors[0]}"


def _not_numbers(played: Sequence[Played], source: Source) -> Iterator[str]:
    """Functions of the reference that answer nan where they were asked about numbers."""
    for one in played:
        for item in one.exchanges:
            given = [*item.call.args, *(value for _, value in item.call.kwargs)]
            if not item.call.read and _has_nan(item.value) and not _has_nan(given):
                title = titled(item.call)
                node = source.functions.get(title)
                where = source.where(node.lineno) if node is not None else title
                yield f"{where}: {title} answers nan to numbers of {one.outcome.check.name}."


def _has_nan(value: Any) -> bool:
    return any(np.isnan(part).any() for _, part in parts(value) if np.asarray(part).dtype.kind in "fc")
