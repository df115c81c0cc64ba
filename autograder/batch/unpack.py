"""The zip of a whole class, unpacked: what each student handed in stays as it is, be it another zip."""

from __future__ import annotations

import contextlib
import os
import zipfile
import zlib
from pathlib import Path

from autograder.errors import AutograderError
from autograder.ingest import MAX_FILE, is_system_junk

MAX_ENTRIES = 500_000
MAX_BYTES = 16 << 30  # of all files together; beyond it a zip is better unpacked by hand
FEW_BYTES, MAX_RATIO = 256 << 20, 50  # a zip that grows more than this was made to; notebooks grow five times
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError)


class TooLarge(AutograderError):
    """What is in the zip would fill the disk."""


def names_in(path: Path) -> list[str]:
    """The names of a zip's files, none of a file that is no zip or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [info.filename for info in archive.infolist()[:MAX_ENTRIES] if not info.is_dir()]
    except (*_DAMAGED, OSError):
        return []


def unpack(path: Path, into: Path) -> list[str]:
    """Unpack the zip into an empty folder; a sentence for each file that was left out.

    A file over a submission's limit is cut behind it, so that its grading says what is wrong with it. Folders that are
    empty are made too: who handed in nothing has a row as well. TooLarge, OSError where the disk is full.
    """
    left_out = []
    room = min(MAX_BYTES, FEW_BYTES + MAX_RATIO * path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise TooLarge(f"{path} holds over {MAX_ENTRIES} files. Unpack it, and name the folder.")
            for info in entries:
                name = _inside(info.filename)
                if name is None:
                    left_out.append(f"{info.filename!r} was left out: its name leads out of the folder.")
                elif not is_system_junk(name):
                    room -= _unpack_one(archive, info, into / name, left_out)
                if room < 0:
                    raise TooLarge(f"{path} grows too large. Look at it, unpack it, and name the folder.")
    except zipfile.BadZipFile as error:
        raise AutograderError(f"{path} is a damaged zip: {error}. Download it again.") from error
    return left_out


def _inside(name: str) -> str | None:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    if name.startswith(("/", "\\")) or ".." in parts or not parts or any("\0" in part for part in parts):
        return None
    return "/".join(part.encode("utf-8", "replace").decode()[:200] for part in parts)


def _unpack_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left_out: list[str]) -> int:
    """The bytes it took. A link becomes a file that holds its target's name, and leads nowhere."""
    try:
        if info.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            return 0
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as source, target.open("wb") as file:
            taken = 0
            while taken <= MAX_FILE and (part := source.read(1 << 20)):
                taken += file.write(part[: MAX_FILE + 1 - taken])
            return taken
    except (*_DAMAGED, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        left_out.append(f"{info.filename!r} was left out: it is damaged ({type(error).__name__}).")
        with contextlib.suppress(OSError):
            os.unlink(target)
        return 0
