"""Which submissions a TA means: one, or the many in an export, a folder or a zip; and why.

The rule, for each path that is given:

1. A file is one submission, unless it is a zip that holds many by what follows.
2. A folder with the marks of Gradescope, Moodle or Canvas is that export.
3. A folder with a file of the name that the assignment expects (gates.py, gates.ipynb) at its top is one submission.
4. A folder is many submissions, if at least two things at its top could be graded, each by itself, for the same
   function: they both define it, or are archives, of which nothing else is known. (Folders that are called src, old,
   backup, tests, v2 ... do not count.) Then each source file, archive and folder at its top is a submission, even if
   there is nothing in it.
5. A folder with nothing in it but one other folder is what that one is.
6. Everything else is one submission.

Several paths are many submissions: each is one, if it is no platform's export.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment import Assignment
from autograder.batch.exports import GRADABLE, Export, links_in, listing, marked, read_export
from autograder.batch.identity import HandedIn, named
from autograder.batch.unpack import TooLarge, names_in, unpack
from autograder.entries import folder_entries
from autograder.errors import AutograderError, SubmissionError
from autograder.ingest import ARCHIVES, MAX_FILE, SOURCES, is_system_junk

MAX_WRAPPERS = 3  # folders with nothing but a folder in them

# Parts and versions of one person's work. A student's folder may bear such a name too: --many is for that.
_PART = re.compile(
    r"(src|source|code|lib|tests?|data|docs?|figures?|old|older|new|backups?|bak|orig(inal)?|copy|archive|attempts?"
    r"|starter|handout|template|solutions?|final|draft|(v|version|part|step|task|try)[ _-]?\d+)([ _-].*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """What was found. one: the path, if it is one submission; else ``handed``, and in words what they are."""

    one: Path | None = None
    handed: tuple[HandedIn, ...] = ()
    what: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find(
    paths: Sequence[Path], assignment: Assignment, scratch: Path, *, many: bool = False, results: Path | None = None
) -> Found:
    """The submissions at these paths. scratch: an empty folder, for what has to be unpacked.

    many: the TA says that they are many. results: a folder of ours, which is no submission.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise AutograderError(f"There is no submission {path}.")
    search = _Search(assignment, scratch, many, len(paths) == 1 or many, results)
    for path in paths:
        search.look_at(path)
    if len(paths) == 1 and not search.what and not many:
        return Found(one=paths[0])
    labels = _labels(search.single)
    handed = named([*search.handed, *(HandedIn(labels[path], path) for path in search.single)])
    if search.single:
        search.what.append(f"{len(search.single)} given one by one")
    if not handed:
        raise AutograderError(f"There is no submission in {', '.join(map(str, paths))}.")
    return Found(handed=handed, what=tuple(search.what), notes=tuple(search.notes))


@dataclass
class _Search:
    """What was found so far. guess: whether rule 4 holds, and not rule 2 alone. single: one submission each."""

    assignment: Assignment
    scratch: Path
    many: bool
    guess: bool
    results: Path | None
    handed: list[HandedIn] = field(default_factory=list)
    single: list[Path] = field(default_factory=list)
    what: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def expected(self) -> tuple[str, str]:
        file = self.assignment.file
        return file, str(Path(file).with_suffix(".ipynb"))

    def look_at(self, path: Path) -> None:
        if path.is_dir():
            export = self._many_in(path)
        elif path.suffix.lower() == ".zip":
            export = self._many_in_zip(path)
        else:
            export = None
        if export is None:
            self.single.append(path)
            return
        self.what.append(f"{export.what} of {len(export.handed)}")
        self.handed += export.handed
        self.notes += export.notes

    def _many_in_zip(self, path: Path) -> Export | None:
        """Unpacked only if its names allow for many: one student's zip is left alone."""
        names = [name for name in names_in(path) if not is_system_junk(name)]
        gradable = [name for name in names if name.lower().endswith(GRADABLE)]
        if not marked(names) and not (self.many or (self.guess and len(gradable) > 1)):
            return None
        into = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            left_out = unpack(path, into)
            export = self._many_in(into)
        except TooLarge:
            if self.many or marked(names):
                raise
            export = None
        if export is not None:
            self.notes += left_out
        else:
            shutil.rmtree(into, ignore_errors=True)
        return export

    def _many_in(self, folder: Path) -> Export | None:
        for _ in range(MAX_WRAPPERS):
            export = read_export(folder, self.expected)
            if export is not None:
                return export
            items = [item for item in listing(folder) if not self._is_ours(item)]
            folders = [item for item in items if item.is_dir()]
            sources = [item for item in items if item.is_file() and item.name.lower().endswith(SOURCES)]
            archives = [item for item in items if item.is_file() and item.name.lower().endswith(ARCHIVES)]
            expected = any(item.name in self.expected for item in sources)
            lone = len(folders) == 1 and not sources and not archives
            if lone and not (self.many and self._is_submission(folders[0])):
                folder = Path(folders[0].path)
                continue
            if self.many or (self.guess and not expected and self._are_many(folders, sources, archives)):
                others = [item.name for item in items if item not in (*folders, *sources, *archives)]
                return _folder_of_submissions(folders, [*sources, *archives], [*others, *links_in(folder)])
            return None
        return None

    def _are_many(
        self, folders: list[os.DirEntry[str]], sources: list[os.DirEntry[str]], archives: list[os.DirEntry[str]]
    ) -> bool:
        definers: Counter[str] = Counter()
        for item in (*(folder for folder in folders if not _PART.fullmatch(folder.name)), *sources):
            definers.update(self._defined_in(item))
        most = max(definers.values(), default=0)
        return most + len(archives) >= 2

    def _is_submission(self, item: os.DirEntry[str]) -> bool:
        return any(os.path.isfile(os.path.join(item.path, name)) for name in self.expected)

    def _defined_in(self, item: os.DirEntry[str]) -> set[str]:
        """Which of the functions this file defines, or any file below this folder. All, for the expected name."""
        functions = set(self.assignment.functions)
        if item.is_file():
            return _defined(_read(item.path), functions)
        found: set[str] = set()
        try:
            with folder_entries(item.path, is_system_junk) as entries:
                for entry in entries:
                    name = entry.name.rpartition("/")[2]
                    if name in self.expected or name.lower().endswith(ARCHIVES):
                        return functions
                    if name.lower().endswith(SOURCES) and entry.open is not None and entry.size <= MAX_FILE:
                        with entry.open() as file:
                            found |= _defined(file.read(MAX_FILE), functions)
        except (SubmissionError, OSError):
            return set()
        return found

    def _is_ours(self, item: os.DirEntry[str]) -> bool:
        return self.results is not None and os.path.realpath(item.path) == os.path.realpath(self.results)


def _folder_of_submissions(folders: list[os.DirEntry[str]], files: list[os.DirEntry[str]], others: list[str]) -> Export:
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    notes = (f"Passed over, as no submissions: {', '.join(others[:5])}{more}.",) if others else ()
    kinds = (("folders", len(folders)), ("files", len(files)))
    words = " and ".join(f"{count} {name}" for name, count in kinds if count)
    handed = tuple(HandedIn(item.name, Path(item.path)) for item in (*folders, *files))
    return Export(f"a folder with {words}, a submission each: a class", handed, notes)


def _labels(paths: Sequence[Path]) -> dict[Path, str]:
    """The last part of each path; where several end alike (gates.py), the folder it lies in."""
    ends = {path: os.path.basename(os.path.abspath(path)) for path in paths}
    times = Counter(ends.values())
    parents = {path: os.path.basename(os.path.dirname(os.path.abspath(path))) for path in paths}
    return {path: end if times[end] == 1 else parents[path] or end for path, end in ends.items()}


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_FILE)
    except OSError:
        return b""


def _defined(source: bytes, functions: set[str]) -> set[str]:
    """Classes and functions that a module, or the cells in a notebook's JSON, define at the beginning of a line."""
    qualified = {name.partition(".")[0] for name in functions}
    pattern = rb'(?:^|"|\\n)[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)'
    found = {match.decode("ascii", "replace") for match in re.findall(pattern, source, re.MULTILINE)}
    return found & qualified
