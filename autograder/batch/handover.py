"""What passes between a batch and its bays: messages, and a submission as the grader is given it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.batch.identity import HandedIn
from autograder.ingest import shown

LENGTH = 8  # bytes in front of a message


def send(to: socket.socket, message: dict[str, Any]) -> None:
    """One message. OSError where nobody is there any more."""
    data = json.dumps(message).encode()
    to.sendall(len(data).to_bytes(LENGTH, "big") + data)


def receive(of: socket.socket) -> dict[str, Any] | None:
    """The next message, None where the other side has ended, in the middle of one or between two."""
    length = _exactly(of, LENGTH)
    data = _exactly(of, int.from_bytes(length, "big")) if length is not None else None
    return dict(json.loads(data)) if data is not None else None


def is_closed(sock: socket.socket) -> bool:
    """Whether a socket that is ready to be read has come to its end."""
    try:
        return not sock.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


def order(handed: HandedIn) -> dict[str, Any]:
    """A submission as a message."""
    files = [[name, str(path)] for name, path in handed.files]
    return {"label": handed.label, "path": str(handed.path) if handed.path is not None else None, "files": files}


@contextlib.contextmanager
def given(submission: dict[str, Any]) -> Iterator[Path]:
    """The path to grade. Files that lie among others' are put in a folder of their own, under the student's names."""
    if submission["path"] is not None:
        yield Path(submission["path"])
        return
    with tempfile.TemporaryDirectory(prefix="autograder-files-", ignore_cleanup_errors=True) as outer:
        folder = Path(outer, shown(submission["label"]).replace("/", "_") or "submission")
        folder.mkdir()
        for name, path in submission["files"]:
            shutil.copyfile(path, folder / Path(name).name, follow_symlinks=False)
        yield folder


def _exactly(of: socket.socket, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        try:
            part = of.recv(min(count - len(parts), 1 << 20))
        except ConnectionError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)
