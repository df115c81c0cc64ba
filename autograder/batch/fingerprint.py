"""What a grade depends on, as a hash: while it is the same, a grade holds, and nothing is graded twice."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
import stat
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.batch.identity import HandedIn
from autograder.entries import MAX_ARCHIVE, READ_SAFELY
from autograder.ingest import is_system_junk

MAX_FILES = 20_000  # of one submission; grading refuses as many
CHUNK = 1 << 20

# Of an assignment's folder: what is read by people only, what grading itself writes, and tolerances.json, which holds
# what would else be computed, to the same verdicts.
_NO_PART = ("handout.md", "unexplained.jsonl", "tolerances.json")
_REPORT = "report/"  # of this package: pages are made of grades, and no grade depends on them
_PACKAGES = ("numpy", "pytest")


def of_grader(assignment: Assignment, options: dict[str, Any]) -> str:
    """Of all that is the same for a whole batch: assignment, reference, this package, Python, numpy, and options."""
    digest = hashlib.sha256(b"grader")
    _feed_text(digest, json.dumps(options, sort_keys=True, default=str))
    for folder in (assignment.folder, assignment.root / "reference"):
        for name, path in files_of(folder):
            if name not in _NO_PART and path.is_file():  # a link to a file is what it leads to
                _feed_text(digest, name)
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    _feed_text(digest, _of_package())
    return digest.hexdigest()


def of_submission(handed: HandedIn, grader: str, lateness: str = "") -> str:
    """Of what was handed in, under its names, with the grader's hash. OSError where it cannot be read."""
    digest = hashlib.sha256(b"submission")
    for text in (grader, lateness, handed.problem):
        _feed_text(digest, text)
    for name, path in handed.files:
        _feed_text(digest, name)
        _feed_file(digest, path)
    if handed.path is not None and handed.path.is_dir() and not handed.path.is_symlink():
        _feed_folder(digest, handed.path)
    elif handed.path is not None:
        _feed_text(digest, handed.path.name)
        _feed_file(digest, handed.path)
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """What decides about numbers beside the assignment, by name, for people; the package with a part of its hash."""
    found = {"Python": platform.python_version()}
    for package in (*_PACKAGES, "backprop-autograder"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    found["backprop-autograder"] += f" ({_of_package()[:8]})"
    return found


@functools.cache
def _of_package() -> str:
    """Of this package's source, and of what else decides about numbers."""
    digest = hashlib.sha256(platform.python_version().encode())
    for package in _PACKAGES:
        try:
            _feed_text(digest, version(package))
        except PackageNotFoundError:
            _feed_text(digest, "none")
    _feed_folder(digest, Path(__file__).resolve().parent.parent, without=_REPORT)
    return digest.hexdigest()


def files_of(folder: Path, skip_junk_files: bool = True) -> Iterator[tuple[str, Path]]:
    """Every file below a folder, in one order on every machine, links not followed; without caches and the like.

    OSError where a folder in it cannot be read; none where there is no such folder.
    """
    if not folder.exists():
        return
    for where, folders, files in os.walk(folder, onerror=_refuse):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        folders[:] = sorted(name for name in folders if not is_system_junk(name))
        for name in sorted([*files, *links]):
            if not (skip_junk_files and is_system_junk(name)):
                path = Path(where, name)
                yield path.relative_to(folder).as_posix(), path


def _feed_folder(digest: Any, folder: Path, without: str = "/") -> None:
    for count, (name, path) in enumerate(files_of(folder)):
        if name.startswith(without):
            continue
        if count > MAX_FILES:
            _feed_text(digest, "and more")
            return
        _feed_text(digest, name)
        _feed_file(digest, path)


def _refuse(error: OSError) -> None:
    raise error


def _feed_file(digest: Any, path: Path) -> None:
    """The bytes of a regular file; of anything else what it is. No link is followed, and no pipe is waited for."""
    kind = os.lstat(path).st_mode
    if not stat.S_ISREG(kind):
        _feed_text(digest, f"no file: {stat.S_IFMT(kind)}")
        return
    descriptor = os.open(path, READ_SAFELY)
    with os.fdopen(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        _feed_text(digest, f"{size}")
        read = 0
        while read <= MAX_ARCHIVE and (part := file.read(CHUNK)):
            digest.update(part)
            read += len(part)


def _feed_text(digest: Any, text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    digest.update(f"{len(data)}:".encode() + data)
