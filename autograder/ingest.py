"""Copies what was handed in into a private folder: regular files only, few and small, under harmless names."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from autograder.entries import (
    DAMAGED,
    MAX_ARCHIVE,
    MAX_DEPTH,
    READ_SAFELY,
    Entry,
    archive_entries,
    folder_entries,
    is_archive,
    open_regular,
)
from autograder.errors import SubmissionError

MAX_FILE = 8 << 20  # bytes; a notebook with its pictures has 1.9 MB at the 95th percentile
MAX_TOTAL = 32 << 20  # bytes
MAX_FILES = 500

SOURCES = (".py", ".ipynb")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".rar", ".7z", ".bz2", ".xz")

# What systems and editors leave behind, and other people's packages: dropped without a word.
_SYSTEM = re.compile(
    r"__MACOSX|\._.*|\.DS_Store|\.git|\.svn|\.hg|\.ipynb_checkpoints|PaxHeaders?(\.\d+)?|Thumbs\.db|desktop\.ini"
    r"|__pycache__|site-packages|node_modules|\.(idea|vscode|mypy_cache|pytest_cache|ruff_cache)",
    re.IGNORECASE,
)
# What could change how the grader or its Python starts: dropped, and said.
_NEVER_USED = re.compile(
    r"conftest\.py|sitecustomize\.py|usercustomize\.py|pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini"
    r"|.*\.(pyc|pyo|pth|so|pyd|dll|dylib)|.*\.so\.\d.*",
    re.IGNORECASE,
)


# A name that no file can have here: too long, a file where a folder is needed, or the other way round.
_BAD_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EINVAL, errno.EILSEQ)


@dataclass(frozen=True)
class Copied:
    """files: what was copied, as paths below the private folder with "/" between their parts, sorted.
    remarks: sentences for the student about what was left out.
    """

    files: tuple[str, ...]
    remarks: tuple[str, ...]


def ingest(path: Path, into: Path) -> Copied:
    """Copy the file, or what the folder or archive at ``path`` holds, into the empty folder ``into``.

    Files are written 0644 and folders 0755, ``into`` included, so that a worker under another uid can read them.
    What is no regular file, too large, too much or ambiguous is left out with a remark. A folder or archive
    without any source, but with one archive in it, is taken as that archive (once, not for ever).
    Raises SubmissionError when nothing can be had.
    """
    intake = _Intake(into)
    with _entries_of(path) as entries:
        if not entries:
            raise SubmissionError(f"{shown_name(path)} is empty.")
        intake.take(entries)
    intake.unpack_lone_archive()
    for folder, _, _ in os.walk(into):
        os.chmod(folder, 0o755)
    return Copied(tuple(sorted(intake.files)), intake.remarks())


def shown(name: str) -> str:
    """A file name fit to be shown: no control, bidi or zero-width characters, and not endless."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    return clean if len(clean) <= 80 else f"…{clean[-79:]}"


class _Intake:
    """What was copied so far, what may still be, and what was left out for which reason."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.files: list[str] = []
        self._spellings: dict[str, str] = {}  # each copied name without its case, and as it is spelt
        self._read = 0  # real bytes, those of files that were then left out included
        self._left_out: dict[str, list[str]] = defaultdict(list)
        self._unpacked = ""

    def take(self, entries: Sequence[Entry]) -> None:
        last_first = list(reversed(entries))  # of two files of one name the last one counts, as for unzip
        for entry in sorted(last_first, key=_precedence):
            name = _harmless(entry.name)
            if name is None:
                reason: str | None = "the name leads out of the folder"
            elif is_system_junk(name):
                continue
            else:
                reason = self._refusal(entry, name) or self._copy(entry, name)
            if reason:
                self._left_out[reason].append(shown(name or entry.name))

    def unpack_lone_archive(self) -> None:
        archives = [file for file in self.files if self._is_archive(file)]
        if len(archives) != 1 or any(file.lower().endswith(SOURCES) for file in self.files):
            return
        self._unpacked = archives[0]
        self.files.remove(self._unpacked)
        del self._spellings[self._unpacked.casefold()]
        with (self.into / self._unpacked).open("rb") as file:
            (self.into / self._unpacked).unlink()
            with archive_entries(file) as entries:
                self.take(entries)

    def remarks(self) -> tuple[str, ...]:
        said = [f"{shown(self._unpacked)} was unpacked."] if self._unpacked else []
        for reason, names in self._left_out.items():
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            said.append(f"Left out ({reason}): {', '.join(names[:5])}{more}.")
        return tuple(said)

    def _is_archive(self, name: str) -> bool:
        if not name.lower().endswith(ARCHIVES):  # a .npz or .docx is a zip too, but no submission
            return False
        with (self.into / name).open("rb") as file:
            return is_archive(file)

    def _refusal(self, entry: Entry, name: str) -> str | None:
        known = self._spellings.get(name.casefold())
        if _NEVER_USED.fullmatch(name.rpartition("/")[2]):
            return "never used in grading"
        if entry.open is None:
            return entry.why_not
        if name.count("/") > MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} folders deep"
        if known is not None:
            return "the same name stands twice" if known == name else "the same name in other letters' case"
        if len(self.files) >= MAX_FILES:
            return f"more than {MAX_FILES} files"
        if entry.size > MAX_FILE:
            return f"larger than {MAX_FILE >> 20} MB"
        if entry.size > MAX_TOTAL - self._read:
            return f"more than {MAX_TOTAL >> 20} MB in all"
        return None

    def _copy(self, entry: Entry, name: str) -> str | None:
        try:
            content = self._content(entry)
        except DAMAGED:
            return "could not be read"
        target = self.into / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as exc:
            if exc.errno not in _BAD_NAME:
                raise
            return "the name cannot be used here"
        with os.fdopen(descriptor, "wb") as copy:
            os.fchmod(copy.fileno(), 0o644)
            copy.write(content)
        self.files.append(name)
        self._spellings[name.casefold()] = name
        return None

    def _content(self, entry: Entry) -> bytes:
        assert entry.open is not None
        content = bytearray()
        with entry.open() as source:
            while chunk := source.read(1 << 16):
                self._read += len(chunk)
                content += chunk
                if len(content) > MAX_FILE or self._read > MAX_TOTAL:
                    raise ValueError("more bytes than it said")
        return bytes(content)


@contextlib.contextmanager
def _entries_of(path: Path) -> Iterator[list[Entry]]:
    name = shown_name(path)
    mode = _mode(path, name)
    if stat.S_ISDIR(mode):
        with folder_entries(path, skip=is_system_junk) as entries:
            yield entries
        return
    if not stat.S_ISREG(mode):
        raise SubmissionError(f"{name} is {'a link' if stat.S_ISLNK(mode) else 'not a regular file'}.")
    with _opened(path, name) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_ARCHIVE:
            raise SubmissionError(f"{name} is larger than {MAX_ARCHIVE >> 20} MB.")
        if is_archive(file):
            with archive_entries(file) as entries:
                yield entries
            return
        if name.lower().endswith(ARCHIVES):
            raise SubmissionError(f"{name} is not an archive that can be opened here; hand in a .zip.")
        if size > MAX_FILE:
            raise SubmissionError(f"{name} is larger than {MAX_FILE >> 20} MB.")
        file.seek(0)
        yield [Entry(_name(path).replace("\\", "_").replace(":", "_"), size, lambda: file)]


def _mode(path: Path, name: str) -> int:
    try:
        return os.lstat(path).st_mode
    except FileNotFoundError:
        raise SubmissionError(f"There is no file or folder called {name}.") from None
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the path
        raise SubmissionError(f"{name} cannot be read ({type(exc).__name__}).") from None


def _opened(path: Path, name: str) -> BinaryIO:
    try:
        return open_regular(os.open(path, READ_SAFELY))
    except OSError as exc:
        raise SubmissionError(f"{name} cannot be read ({type(exc).__name__}).") from None


def shown_name(path: Path) -> str:
    return shown(_name(path))


def _name(path: Path) -> str:
    return os.path.basename(os.path.abspath(path))


def is_system_junk(name: str) -> bool:
    return any(_SYSTEM.fullmatch(part) for part in name.split("/"))


def _precedence(entry: Entry) -> tuple[bool, int, str]:
    """Sources first, shallow ones first; of two spellings the one in small letters, as modules are spelt."""
    name = entry.name.replace("\\", "/")
    return not name.lower().endswith(SOURCES), name.count("/"), name.swapcase()


def _harmless(name: str) -> str | None:
    """The name as the copy bears it, or None if it is absolute or leads out of the folder.

    Windows' separators become ours, letters are composed (macOS takes them apart, and imports then fail), and
    what cannot be printed becomes an underscore.
    """
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts or not parts:
        return None
    composed = unicodedata.normalize("NFC", "/".join(parts))
    return "".join(letter if letter.isprintable() else "_" for letter in composed)
