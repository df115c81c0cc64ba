"""Lists what a folder, a zip or a tar archive holds, without unpacking, following or trusting anything."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, BinaryIO, cast

from autograder.errors import SubmissionError

MAX_LISTED = 20_000  # names looked at before giving up: a repository with its .git has thousands
MAX_DEPTH = 20  # folders within folders
MAX_ARCHIVE = 64 << 20  # bytes of a packed archive, and of a tar once it is decompressed

# What the standard library raises on damaged archives; found by mutating good ones.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    OverflowError,
    KeyError,
    IndexError,
)

READ_SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # no link, and no waiting on a fifo
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


@dataclass(frozen=True)
class Entry:
    """One name in a folder or an archive. Neither the name nor the size is to be trusted.

    open: gives the bytes; None where there are none to be had, and ``why_not`` says why.
    """

    name: str
    size: int = 0
    open: Callable[[], IO[bytes]] | None = None
    why_not: str = ""


@contextlib.contextmanager
def folder_entries(path: str | os.PathLike[str], skip: Callable[[str], bool]) -> Iterator[list[Entry]]:
    """The files beneath a folder; folders whose path ``skip`` accepts are not looked into.

    Raises SubmissionError if it cannot be read or holds more than MAX_LISTED names.
    """
    try:
        root = os.open(path, _FOLDER)
    except OSError as exc:
        raise SubmissionError(f"The folder cannot be read ({type(exc).__name__}).") from exc
    try:
        yield _bounded(_walk(root, skip))
    finally:
        os.close(root)


@contextlib.contextmanager
def archive_entries(file: BinaryIO) -> Iterator[list[Entry]]:
    """The files of a zip, tar or tar.gz. Raises SubmissionError if it cannot be read at all."""
    with contextlib.ExitStack() as stack:
        try:
            if is_zip(file):
                found = _zip_entries(stack.enter_context(_open_zip(file)))
            else:
                plain = stack.enter_context(tempfile.TemporaryFile())
                _decompress(file, plain)
                found = _tar_entries(plain)
            entries = _bounded(found)
        except DAMAGED as exc:
            raise SubmissionError("The archive is damaged and cannot be unpacked; pack it again.") from exc
        yield entries


def is_archive(file: BinaryIO) -> bool:
    """Whether the content, whatever the name says, is an archive that ``archive_entries`` reads."""
    file.seek(0)
    start = file.read(512)
    return is_zip(file) or start[:2] == b"\x1f\x8b" or (len(start) == 512 and _checksum_holds(start))


def is_zip(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")  # the second one: an empty zip


def _bounded(found: Iterator[Entry]) -> list[Entry]:
    entries = []
    for entry in found:
        entries.append(entry)
        if len(entries) > MAX_LISTED:
            raise SubmissionError(f"It holds more than {MAX_LISTED} files; hand in only the files of this assignment.")
    return entries


def _walk(root: int, skip: Callable[[str], bool]) -> Iterator[Entry]:
    waiting: deque[tuple[str, ...]] = deque([()])
    while waiting:
        parts = waiting.popleft()
        try:
            listing = _listing(root, parts)
        except OSError:
            yield Entry("/".join(parts), why_not="folders that cannot be read")
            continue
        for name, mode, size in listing:
            path = (*parts, name)
            if stat.S_ISDIR(mode) and len(path) <= MAX_DEPTH:
                if not skip("/".join(path)):
                    waiting.append(path)
            else:
                yield _folder_entry(root, path, mode, size)


def _listing(root: int, parts: tuple[str, ...]) -> list[tuple[str, int, int]]:
    here = _open_beneath(root, parts, _FOLDER)
    try:
        found = []
        with os.scandir(here) as items:
            for item in items:
                status = item.stat(follow_symlinks=False)
                found.append((item.name, status.st_mode, status.st_size))
                if len(found) > MAX_LISTED:  # enough to be refused; a folder of millions is not read to its end
                    break
        return sorted(found)
    finally:
        os.close(here)


def _folder_entry(root: int, path: tuple[str, ...], mode: int, size: int) -> Entry:
    name = "/".join(path)
    if stat.S_ISDIR(mode):
        return Entry(name, why_not=f"nested more than {MAX_DEPTH} folders deep")
    return _regular(name, size, mode, lambda: _open_regular(root, path))


def _regular(name: str, size: int, mode: int, opener: Callable[[], IO[bytes]]) -> Entry:
    if stat.S_ISLNK(mode):
        return Entry(name, why_not="links are not followed")
    if not stat.S_ISREG(mode):
        return Entry(name, why_not="not a regular file")
    return Entry(name, size, opener)


def _open_beneath(root: int, parts: tuple[str, ...], flags: int) -> int:
    """A descriptor of root/parts, each step refused if it is a link: nothing can be swapped in between."""
    if not parts:
        return os.open(".", flags, dir_fd=root)
    here = os.dup(root)
    try:
        for part in parts[:-1]:
            deeper = os.open(part, _FOLDER, dir_fd=here)
            os.close(here)
            here = deeper
        return os.open(parts[-1], flags, dir_fd=here)
    finally:
        os.close(here)


def _open_regular(root: int, path: tuple[str, ...]) -> BinaryIO:
    return open_regular(_open_beneath(root, path, READ_SAFELY))


def open_regular(descriptor: int) -> BinaryIO:
    """The file of a descriptor that is taken over. OSError unless it is a regular file, by what was opened."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return os.fdopen(descriptor, "rb")


def _open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """zipfile makes an object of every name at once, so the names are counted before."""
    file.seek(0)
    names, tail = 0, b""
    while chunk := file.read(1 << 20):
        names += (tail + chunk).count(b"PK\x01\x02")
        tail = chunk[-3:]
    if names > MAX_LISTED:
        raise SubmissionError(f"It holds more than {MAX_LISTED} files; hand in only the files of this assignment.")
    return zipfile.ZipFile(file)


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for info in archive.infolist():
        if info.filename.endswith(("/", "\\")):
            continue
        mode = info.external_attr >> 16  # zero in a zip that Windows made
        if info.flag_bits & 0x1:
            yield Entry(info.filename, why_not="encrypted")
        elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield Entry(info.filename, why_not="compressed by a method that is not read here")
        else:
            mode = mode if stat.S_IFMT(mode) else mode | stat.S_IFREG
            yield _regular(info.filename, info.file_size, mode, partial(archive.open, info))


def _decompress(file: BinaryIO, plain: IO[bytes]) -> None:
    file.seek(0)
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    source = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if zipped else file
    size = 0
    while chunk := source.read(1 << 20):
        size += len(chunk)
        if size > MAX_ARCHIVE:
            raise SubmissionError(f"The archive holds more than {MAX_ARCHIVE >> 20} MB.")
        plain.write(chunk)


def _tar_entries(plain: IO[bytes]) -> Iterator[Entry]:
    """POSIX.1-1988 tar with GNU and pax long names: a 512-byte header, then the content in 512-byte blocks.

    tarfile is not used: some of its releases loop for ever on a crafted header (CVE-2025-8194).
    """
    end = plain.seek(0, os.SEEK_END)
    at, long_name = 0, ""
    while at + 512 <= end:
        header = _read_at(plain, at, 512)
        if not header.strip(b"\0"):
            return
        if not _checksum_holds(header):
            raise ValueError("a tar header is damaged")
        size, kind, body = _octal(header[124:136]), header[156:157], at + 512
        at = body + -(-size // 512) * 512
        if kind in b"LxgK":  # about the next file; only the long name matters
            extra = _read_at(plain, body, min(size, 1 << 16))
            long_name = _long_name(kind, extra) or long_name
            continue
        name, long_name = long_name or _header_name(header), ""
        modes = {b"0": stat.S_IFREG, b"\0": stat.S_IFREG, b"1": stat.S_IFLNK, b"2": stat.S_IFLNK}
        if kind != b"5" and not name.endswith("/"):  # a folder
            yield _regular(name, size, modes.get(kind, 0), partial(_slice, plain, body, size))


def _checksum_holds(header: bytes) -> bool:
    try:
        return _octal(header[148:156]) == sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
    except ValueError:
        return False


def _octal(digits: bytes) -> int:
    number = int(digits.strip(b"\0 ") or b"0", 8)
    if number < 0:
        raise ValueError("a negative number in a tar header")
    return number


def _header_name(header: bytes) -> str:
    name, prefix = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    is_posix = header[257:263] == b"ustar\0"  # GNU keeps times where POSIX has the prefix
    return _text(prefix + b"/" + name if is_posix and prefix else name)


def _long_name(kind: bytes, extra: bytes) -> str:
    if kind == b"L":
        return _text(extra.split(b"\0")[0])
    if kind == b"x":
        for record in extra.split(b"\n"):  # "27 path=a/long/name"
            _, _, setting = record.partition(b" ")
            if setting.startswith(b"path="):
                return _text(setting[len(b"path=") :])
    return ""


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def _read_at(plain: IO[bytes], at: int, size: int) -> bytes:
    plain.seek(at)
    return plain.read(size)


def _slice(plain: IO[bytes], body: int, size: int) -> IO[bytes]:
    return io.BytesIO(_read_at(plain, body, size))
