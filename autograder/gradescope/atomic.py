"""A file that is either whole or not there, whenever whoever writes it is killed."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put a new file in the place of the one that stood there. OSError leaves the old one as it was.

    The unfinished file has one fixed name, so that one left by a killed writer is used up by the next; no two
    processes write the same file at a time. The death of any process is outlived; after a crash of the whole machine
    one grades again.
    """
    unfinished = os.path.join(path.parent, f".{path.name}.unfinished")
    try:
        with open(unfinished, "wb") as stream:
            stream.write(content)
        os.replace(unfinished, path)
    except OSError as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)
        error.filename = error.filename or str(path)  # a write to a full disk names none
        raise
