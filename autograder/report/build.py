"""From a results folder to a folder of pages: each whole or not at all, and those of an earlier report replaced."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.batch.grades import GRADES
from autograder.batch.store import read, written
from autograder.errors import AutograderError
from autograder.gradescope.atomic import replace_file
from autograder.report.classroom import Classroom, member_of, numbers, page_name
from autograder.report.pages import GENERATOR, Pages

INDEX, SUBMISSIONS = "index.html", "submissions"
HEAD = 2000  # bytes of a page in which its generator is named


@dataclass(frozen=True)
class Built:
    """pages: of submissions. index: the class's page, which there is none of for students. torn: could not be read."""

    pages: int
    index: Path | None
    torn: tuple[str, ...]


def build(
    results: Path, output: Path, *, for_students: bool = False, done: Callable[[int, int], None] = lambda n, of: None
) -> Built:
    """Write the pages. AutograderError where there are no results, or where something else lies in ``output``.

    done: is told how many submissions of how many are done.
    """
    names = _names(results)
    _refuse_others(output)
    (output / SUBMISSIONS).mkdir(parents=True, exist_ok=True)
    pages, classroom, torn = Pages(for_students), Classroom(), list[str]()
    files = ["", *(quote(page_name(name)) for name in names), ""]
    made: set[Path] = set()
    for place, name in enumerate(names):
        record = read(results, name)
        if record is None:
            torn.append(name)
        else:
            member = member_of(record)
            classroom.add(member, record.report)
            path = output / member.page
            replace_file(path, pages.of_submission(record, member, files[place], files[place + 2]))
            made.add(path)
        done(place + 1, len(names))
    if for_students:
        _remove_own(output / INDEX)
    else:
        replace_file(output / INDEX, _class_page(pages, classroom, torn, results))
    for path in set((output / SUBMISSIONS).glob("*.html")) - made:
        _remove_own(path)
    return Built(len(made), None if for_students else output / INDEX, tuple(torn))


def _names(results: Path) -> list[str]:
    if not results.is_dir():
        raise AutograderError(f"There is no folder {results}.")
    names = written(results)
    if not names:
        raise AutograderError(
            f"{results} holds no results of a class. `autograder grade ASSIGNMENT SUBMISSION... -o DIR` writes them."
        )
    return names


def _class_page(pages: Pages, classroom: Classroom, torn: list[str], results: Path) -> bytes:
    from autograder.report.figures import distribution  # matplotlib takes its time to load

    found = numbers(classroom.graded)
    scores = [member.score for member in classroom.graded]
    plot = distribution(scores, classroom.max_score, found.median) if found is not None else ""
    return pages.of_class(classroom, plot, torn, _waiting(results, len(classroom.members) + len(torn)))


def _waiting(results: Path, found: int) -> int:
    """How many submissions are not graded yet: grades.csv, whose rows are written first, has more of them."""
    try:
        with (results / GRADES).open(encoding="utf-8-sig", newline="") as file:
            return max(0, sum(1 for _ in csv.DictReader(file)) - found)
    except (OSError, ValueError, csv.Error):
        return 0


def _refuse_others(output: Path) -> None:
    index = output / INDEX
    if index.exists() and not _is_own(index):
        raise AutograderError(f"{index} is no report of ours: name another folder for it, with -o.")


def _remove_own(path: Path) -> None:
    """A page of an earlier report. What anyone else put there stays."""
    if _is_own(path):
        path.unlink(missing_ok=True)


def _is_own(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return GENERATOR in file.read(HEAD)
    except OSError:
        return False
