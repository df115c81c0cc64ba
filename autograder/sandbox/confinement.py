"""What the workers of a submission are confined to, as the grader orders it, and stem and worker carry it out."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields
from typing import Any

LAYERS = (
    "oom_score",
    "namespaces",
    "descriptors",
    "rlimits",
    "capability_bounds",
    "uid",
    "folders",
    "capabilities",
    "no_new_privs",
    "dumpable",
    "parent_death",
    "landlock",
    "session",
    "seccomp",
)


@dataclass(frozen=True)
class Confinement:
    """What each worker of a submission is to be confined to.

    folder: absolute path of the private copy of the submission: readable, and the working folder.
    uid: the fresh random high uid to become when root; None to keep the grader's.
    memory_bytes: of private writable memory, python's and numpy's own included.
    readable: further paths to read and execute: the interpreter's.
    without: layers left out on purpose (a debugger on a TA's machine, fault injection).
    canaries: existing files in the grader's 0700 folders, which the worker must turn out unable to open.
    outside: the names of the grader's namespaces, in which the worker must turn out not to be.
    """

    folder: str
    uid: int | None
    memory_bytes: int
    cpu_seconds: int
    readable: tuple[str, ...]
    without: tuple[str, ...] = ()
    canaries: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for anything that is not exactly as described: this came over a wire."""
        texts = {"readable": self.readable, "without": self.without, "canaries": self.canaries, "outside": self.outside}
        for name, entries in texts.items():
            if type(entries) is not tuple or not all(type(entry) is str for entry in entries):
                raise ValueError(f"{name} is not a tuple of strings: {entries!r}")
        for path in (self.folder, *self.readable, *self.canaries):
            if type(path) is not str or not os.path.isabs(path) or "\0" in path:
                raise ValueError(f"not an absolute path: {path!r}")
        numbers = {"uid": 1 if self.uid is None else self.uid}
        numbers |= {"memory_bytes": self.memory_bytes, "cpu_seconds": self.cpu_seconds}
        for name, number in numbers.items():
            if type(number) is not int or not 0 < number < (2**32 - 1 if name == "uid" else 2**62):
                raise ValueError(f"{name} is out of bounds: {number!r}")
        unknown = set(self.without) - set(LAYERS)
        if unknown:
            raise ValueError(f"there is no layer {', '.join(sorted(unknown))}")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data; ``from_dict`` gives the Confinement back."""
        return {name: list(value) if type(value) is tuple else value for name, value in asdict(self).items()}

    @staticmethod
    def from_dict(data: dict[str, Any]) -> Confinement:
        if type(data) is not dict or set(data) != {field.name for field in fields(Confinement)}:
            raise ValueError("not a confinement")
        arguments: dict[str, Any] = {key: tuple(value) if type(value) is list else value for key, value in data.items()}
        return Confinement(**arguments)
