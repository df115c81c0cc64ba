"""What travels to another machine: an assignment, and a submission, as data from which each is laid out again there.

A submission is laid out so that reading it says the same, word for word, as where it came from. What reading refuses
by its kind or its size alone (a link, a pipe, a file that is too large) goes without its content.
"""

from __future__ import annotations

import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.assignment import Assignment
from autograder.batch.fingerprint import files_of
from autograder.entries import MAX_ARCHIVE, MAX_LISTED, READ_SAFELY
from autograder.ingest import MAX_FILE, MAX_TOTAL, is_system_junk

_DATE = (2020, 1, 1, 0, 0, 0)  # any fixed one: the same files always give the same bytes
_FILE, _LINK, _OTHER = "file", "link", "other"


def pack_assignment(assignment: Assignment) -> bytes:
    """The assignment's folder and the reference, a zip with the names that they have below their common root."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in (Path("assignments", assignment.name), Path("reference")):
            source = assignment.folder if folder.name == assignment.name else assignment.root / folder
            for name, path in files_of(source):
                if path != assignment.unexplained and path.is_file():
                    entry = zipfile.ZipInfo((folder / name).as_posix(), _DATE)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def unpack_assignment(bundle: bytes, name: str, root: Path) -> Path:
    """Lay it out below an empty folder, and return the assignment's own."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(root)
    return root / "assignments" / name


def pack(submission: dict[str, Any]) -> dict[str, Any]:
    """A submission as handover.order has it, with its content in the place of paths. OSError if it cannot be read."""
    if submission["path"] is None:
        files = [(str(Path(name).name), Path(path)) for name, path in submission["files"]]
        items = [_item(f"{at}/{name}", path, MAX_ARCHIVE) for at, (name, path) in enumerate(files)]
        return {"label": submission["label"], "name": None, "items": items}
    path = Path(os.path.abspath(submission["path"]))
    is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    items = _items(path) if is_folder else [_item("", path, MAX_ARCHIVE)]
    return {"label": submission["label"], "name": path.name, "folder": is_folder, "items": items}


@contextmanager
def laid_out(parcel: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The submission as handover.order has it, in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="autograder-parcel-", ignore_cleanup_errors=True) as outer:
        root = Path(outer, parcel["name"] or "files")
        if parcel["name"] is None or parcel["folder"]:
            root.mkdir()
        for name, kind, size, content in parcel["items"]:
            _lay_out(root / name if name else root, kind, size, content)
        said: dict[str, Any] = {"label": parcel["label"], "path": str(root), "files": []}
        if parcel["name"] is None:
            files = [[name.partition("/")[2], str(root / name)] for name, *_ in parcel["items"]]
            said |= {"path": None, "files": files}
        yield said


def _items(folder: Path) -> list[tuple[str, str, int, bytes]]:
    """Everything below a folder, in the order in which reading it would take it: what comes too late goes empty."""
    found = []
    for name, path in files_of(folder, skip_junk_files=False):
        found.append((name, path))
        if len(found) > MAX_LISTED:  # it will be refused for their number alone
            return [(f"{at}", _FILE, 0, b"") for at in range(MAX_LISTED + 1)]
    items, room = [], 2 * MAX_TOTAL  # reading takes half of it, and refuses the rest by its size
    for name, path in sorted(found, key=lambda one: _precedence(one[0])):
        item = _item(name, path, 0 if is_system_junk(name) else min(room, MAX_FILE))
        room -= len(item[3])
        items.append(item)
    return items


def _precedence(name: str) -> tuple[bool, int]:
    """Sources first, and shallow ones: what ``ingest`` takes first."""
    return not name.lower().endswith((".py", ".ipynb")), name.count("/")


def _item(name: str, path: Path, most: int) -> tuple[str, str, int, bytes]:
    """One name: what it is, its size, and its content if that is no more than so many bytes."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return name, _LINK, 0, b""
    if not stat.S_ISREG(status.st_mode):
        return name, _OTHER, 0, b""
    if status.st_size > most:
        return name, _FILE, status.st_size, b""
    with os.fdopen(os.open(path, READ_SAFELY), "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(f"{path} grows while it is read")
    return name, _FILE, len(content), content


def _lay_out(path: Path, kind: str, size: int, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == _LINK:
        path.symlink_to("nowhere")
    elif kind == _OTHER:
        os.mkfifo(path)
    else:
        with path.open("xb") as file:
            file.write(content)
            file.truncate(size)  # a hole, where the content did not come along
