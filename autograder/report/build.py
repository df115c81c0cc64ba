"""From a results folder to a folder of pages: each whole or not at all, and those of an earlier report replaced."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.batch.grades import GRADES
from autograder.batch.store import Record, read, written
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
    made: set[Path] = set()
    before = ""
    for record, after in _with_the_next(_read_all(results, names, torn, done)):
        member = member_of(record)
        classroom.add(member, record.report)
        path = output / member.page
        replace_file(path, pages.of_submission(record, member, before, _address(after) if after else ""))
        made.add(path)
        before = _address(record)
    if for_students:
        _remove_own(output / INDEX)
    else:
        replace_file(output / INDEX, _class_page(pages, classroom, torn, results))
    for path in set((output / SUBMISSIONS).glob("*.html")) - made:
        _remove_own(path)
    return Built(len(made), None if for_students else output / INDEX, tuple(torn))


def _read_all(results: Path, names: list[str], torn: list[str], done: Callable[[int, int], None]) -> Iterator[Record]:
    """Every record that can be read, one at a time; the names of the others go to ``torn``."""
    for place, name in enumerate(names):
        record = read(results, name)
        if record is None:
            torn.append(name)
        else:
            yield record
        done(place + 1, len(names))


def _with_the_next(records: Iterator[Record]) -> Iterator[tuple[Record, Record | None]]:
    """Each with the one after it, which its page leads to."""
    earlier = next(records, None)
    for record in records:
        assert earlier is not None
        yield earlier, record
        earlier = record
    if earlier is not None:
        yield earlier, None


def _address(record: Record) -> str:
    """Of its page, from another submission's."""
    return quote(page_name(record.handed.folder), errors="surrogateescape")


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
