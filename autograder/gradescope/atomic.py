"""A file that is either whole or not there, whenever whoever writes it is killed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put a new file in the place of the one that stood there. OSError leaves the old one as it was.

    The unfinished file has one fixed name, so that one left by a killed writer is used up by the next; no two
    processes write the same file at a time. durable: outlives a crash of the machine too, which costs an fsync (6 ms
    on a plain disk, ten times the rest); the death of any process is outlived without.
    """
    unfinished = os.path.join(path.parent, f".{path.name}.unfinished")
    try:
        with open(unfinished, "wb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())  # else the new name may reach the disk before the content
        os.replace(unfinished, path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)
        raise
