"""The tolerances of an assignment, computed once and kept beside it: one file, read when a grading begins.

A tolerance is found under the hash of all that it depends on: the algorithm's version, the function's name, the source
of its module and of every module that this one uses, the arguments' bytes, the precision. So a changed reference or
battery finds nothing and is computed anew; no date is compared. What cannot be read or written costs time, never a
grade: the tolerance is computed in memory, and is the same.

The file is JSON, ``{"version": ..., "tolerances": {key: structure}}``. An array of tolerances is kept as sixteenths of
log2(t), rounded up (at most 4.5 % too large), two bytes an entry, deflated: [shape, base64].
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
import types
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import AssignmentError
from autograder.tolerance import VERSION, Program, tolerance

_STEPS = 16  # of log2(t) to a factor of two
_ZERO, _INFINITE = -(2**15), 2**15 - 1  # beyond any float64: 16 * -1074 and 16 * 1024 lie between
_FOREIGN = {"site-packages", "dist-packages", Path(os.__file__).parent.name}  # not the course's own source


class Store:
    """The tolerances kept in one file. ``computed`` counts those that it did not have."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.computed = 0
        self._asked: set[str] = set()
        self._sources: dict[str, bytes] = {}

    @functools.cached_property
    def _kept(self) -> dict[str, Any]:
        return _read(self.path)

    def read(self) -> None:
        """Read the file now, not when first something is asked for."""
        _ = self._kept

    def tolerance(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any] | None = None,
        *,
        dtype: str = "float64",
        exact_kink: bool = False,
    ) -> Any:
        """As tolerance.tolerance, from the file where it is there; the seed comes from the key."""
        call = (arguments, dict(keywords or {}))
        digest = hashlib.sha256()
        for part in (VERSION, function, call, dtype, exact_kink):
            self._feed(digest, part)
        key = digest.hexdigest()[:32]
        self._asked.add(key)
        if key not in self._kept:
            seed = int.from_bytes(digest.digest()[:8], "little")
            t = tolerance(function, *call, seed=seed, dtype=dtype, exact_kink=exact_kink)
            self._kept[key] = _packed(t)
            self.computed += 1
        return _unpacked(self._kept[key])

    def save(self, only_asked: bool = False) -> bool:
        """Writes the file, whole or not at all, if anything is new; False where the folder cannot be written.

        only_asked: leave out what nobody has asked for since this Store was made, such as that of an older reference.
        """
        kept = {key: self._kept[key] for key in sorted(self._kept) if not only_asked or key in self._asked}
        if not self.computed and len(kept) == len(self._kept):
            return True
        text = json.dumps({"version": VERSION, "tolerances": kept}, separators=(",", ":"))
        try:
            handle, name = tempfile.mkstemp(prefix=self.path.name, dir=self.path.parent)
        except OSError:
            return False
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(name, 0o644)  # mkstemp's own is for one user, the assignment's files are for all
            os.replace(name, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)
            return False
        self._kept, self.computed = kept, 0
        return True

    def _feed(self, digest: Any, value: Any) -> None:
        """Adds a value to a hash: equal values add equal bytes, on any machine."""
        digest.update(type(value).__name__.encode() + b":")
        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            little = np.asarray(value, value.dtype.newbyteorder("<"))
            digest.update(f"{little.dtype.str}{little.shape}".encode() + little.tobytes())
        elif value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
            digest.update(repr(value).encode() + b";")
        elif isinstance(value, (tuple, list, dict)):
            digest.update(b"%d;" % len(value))
            for item in value.items() if isinstance(value, dict) else value:
                self._feed(digest, item)
        elif isinstance(value, np.random.Generator):
            self._feed(digest, value.bit_generator.state)
        elif callable(value) and hasattr(value, "__qualname__"):
            self._feed_function(digest, value)
        elif isinstance(value, np.ufunc):
            self._feed(digest, value.__name__)
        elif isinstance(value, Program):
            self._feed(digest, (value.make, value.methods))
        elif hasattr(value, "__dict__"):
            self._feed(digest, (type(value), vars(value)))
        else:
            raise AssignmentError(f"A {type(value).__name__} cannot be an argument of a reference function in a check.")

    def _feed_function(self, digest: Any, function: Any) -> None:
        """A function or class: its name, all source that it may depend on, and what it has closed over."""
        module = str(getattr(function, "__module__", None))
        if module not in self._sources:
            sources = hashlib.sha256()
            for name in sorted(_course_modules(module)):
                sources.update(name.encode() + b"\0" + Path(str(sys.modules[name].__file__)).read_bytes() + b"\0")
            self._sources[module] = sources.digest()
        digest.update(f"{module}.{function.__qualname__}".encode() + b"\0" + self._sources[module])
        code = getattr(function, "__code__", None)
        if code is not None:  # tells apart the lambdas of one place
            constants = [constant for constant in code.co_consts if isinstance(constant, (int, float, str))]
            self._feed(digest, (code.co_firstlineno, code.co_names, constants))
        for cell in getattr(function, "__closure__", None) or ():
            self._feed(digest, cell.cell_contents)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return dict(data["tolerances"]) if data["version"] == VERSION else {}
    except (OSError, ValueError, LookupError, TypeError):
        return {}  # it is computed instead


def _course_modules(name: str) -> set[str]:
    """This module and all that it uses, as far as they are neither Python's nor installed."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        ours = name.partition(".")[0] == __package__  # VERSION stands for it, wherever it is installed
        if name in found or file is None or ours or _FOREIGN & set(Path(file).parts):
            continue
        found.add(name)
        values = list(vars(sys.modules[name]).values())
        waiting += [value.__name__ for value in values if isinstance(value, types.ModuleType)]
        waiting += [
            value for value in (getattr(value, "__module__", None) for value in values) if isinstance(value, str)
        ]
    return found


def _packed(t: Any) -> Any:
    if t is None:
        return None
    if isinstance(t, dict):
        return {"dict": [[key, _packed(item)] for key, item in t.items()]}
    if isinstance(t, (tuple, list)):
        return {type(t).__name__: [_packed(item) for item in t]}
    t = np.asarray(t, np.float64)
    with np.errstate(all="ignore"):
        steps = np.ceil(_STEPS * np.log2(t))
    steps = np.where(t == 0, _ZERO, np.where(np.isinf(t), _INFINITE, steps))
    return [list(t.shape), base64.b64encode(zlib.compress(steps.astype("<i2").tobytes())).decode("ascii")]


def _unpacked(data: Any) -> Any:
    if data is None:
        return None
    if isinstance(data, dict):
        ((kind, items),) = data.items()
        if kind == "dict":
            return {key: _unpacked(item) for key, item in items}
        return (tuple if kind == "tuple" else list)(map(_unpacked, items))
    shape, text = data
    steps = np.frombuffer(zlib.decompress(base64.b64decode(text)), "<i2").reshape(shape)
    with np.errstate(all="ignore"):
        t = np.exp2(steps / _STEPS)
    return np.where(steps == _ZERO, 0.0, np.where(steps == _INFINITE, np.inf, t))
