"""How well a worker is confined, judged by the layers that bit when they were tried."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import total_ordering

from autograder.sandbox import landlock

ON = "on"


@total_ordering
class Level(enum.Enum):
    """strong > standard > weak; below standard nothing is graded unless it was asked for."""

    STRONG = "strong"
    STANDARD = "standard"
    WEAK = "weak"

    def __lt__(self, other: Level) -> bool:
        worst_first = (Level.WEAK, Level.STANDARD, Level.STRONG)
        return worst_first.index(self) < worst_first.index(other)


class ExposedError(ValueError):
    """Something that a submission must not see lies where it may read."""


def level(layers: Mapping[str, str]) -> Level:
    """The level that a worker's report of its layers amounts to; a layer that is not reported is not there."""

    def on(layer: str) -> bool:
        return layers.get(layer) == ON

    if not on("seccomp"):
        return Level.WEAK
    if on("landlock"):
        return Level.STRONG if on("uid") or on("namespaces") else Level.STANDARD
    # The worker's filter makes the file system read-only; what it may read is up to its uid and our folders' mode.
    return Level.STANDARD if on("uid") and on("folders") else Level.WEAK


def refuse_exposed(secret_paths: Iterable[str], readable: Iterable[str]) -> None:
    """ExposedError when reference, tests or results lie at or under a path that a submission may read.

    Besides ``readable`` that is every system folder which each worker is granted. Folders are compared by identity, so
    links and bind mounts hide nothing; a secret that does not exist yet is judged by where it will be.
    """
    allowed = {
        _identity(path): path for path in (*readable, *landlock.LIBRARIES, *landlock.DATA) if os.path.exists(path)
    }
    for secret in secret_paths:
        for ancestor in _and_its_ancestors(os.path.realpath(secret)):
            if os.path.exists(ancestor) and _identity(ancestor) in allowed:
                prefix = allowed[_identity(ancestor)]
                raise ExposedError(f"{secret} must stay hidden, but a submission may read all of {prefix}")


def _identity(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _and_its_ancestors(path: str) -> Iterator[str]:
    yield path
    while os.path.dirname(path) != path:
        path = os.path.dirname(path)
        yield path
