"""Stands in for a submission's workers where the code is the student's own: it runs in this process, unconfined.

What comes of a call is told as a worker tells it, so every message is the one that grading gives. A file is loaded anew
for each check, as grading does, unless that takes long.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import linecache
import os
import random
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.decoding import decode
from autograder.errors import StudentError, SubmissionError
from autograder.notebook import code_cells
from autograder.rehearsal import Actor
from autograder.replay import Exchange
from autograder.sandbox import loader
from autograder.sandbox.faults import frames, message_of
from autograder.sandbox.link import Call, Result
from autograder.sandbox.values import Ref
from autograder.words import load_failed

SLOW_LOAD = 0.5  # seconds: as for workers
MAX_PRINTED = 64 * 1024  # characters of a check


@dataclass(frozen=True)
class Piece:
    """A run of source, with the name that messages give it."""

    name: str
    source: str


@dataclass(frozen=True)
class Own:
    """The student's file as messages speak of it; folder: where its siblings lie."""

    file: str
    folder: Path
    pieces: tuple[Piece, ...]


def own_file(path: Path) -> Own:
    """A module or a notebook, read. SubmissionError where nothing in it can be run."""
    text, _ = decode(path.read_bytes(), path.name)
    if path.suffix == ".ipynb":
        cells = code_cells(text, path.name)
        pieces = tuple(Piece(f"code cell {at}", cell) for at, cell in enumerate(cells, start=1))
    else:
        pieces = (Piece(path.name, text),)
    if not any(piece.source.strip() for piece in pieces):
        raise SubmissionError(f"{path.name} has no code in it.")
    return Own(path.name, path.resolve().parent, pieces)


@dataclass
class OwnCode(Actor):
    """A student's own code. load: makes its module anew, and says what else it defines; None where it cannot be."""

    own: Own = field(kw_only=True)
    load: Callable[[], types.ModuleType] | None = field(default=None, kw_only=True)
    _printed: io.StringIO = field(default_factory=io.StringIO)

    @property
    def submission(self) -> Any:
        return self.own

    def begin(self) -> None:
        super().begin()
        self._printed = io.StringIO()
        if self.load is not None:
            started = time.monotonic()
            with contextlib.suppress(StudentError):  # it could be loaded before
                self.module = self.load()
            if time.monotonic() - started > SLOW_LOAD:
                self.load = None

    def end(self) -> str:
        return self._printed.getvalue()[:MAX_PRINTED]

    def _result(self, call: Call) -> Result:
        args = [self._sent(value) for value in call.args]
        kwargs = {name: self._sent(value) for name, value in call.kwargs}
        before = [_snapshot(value) for value in (*args, *kwargs.values())]
        try:
            target = self.module if call.on is None else self._objects[call.on]
            found: Any = getattr(target, call.name) if call.read else getattr(target, call.name, None)
            problem = None if call.read else _cannot_call(found, args, kwargs)
            if problem is not None:
                return Result(error=problem)
            with contextlib.redirect_stdout(self._printed), contextlib.redirect_stderr(self._printed):
                value = found if call.read else found(*args, **kwargs)
        except (KeyboardInterrupt, pytest.skip.Exception):
            raise
        except BaseException as error:  # a student's code may raise anything, SystemExit included
            message, lines = message_of(error), self.frames(error)
            return Result(error={"kind": "exception", "type": type(error).__name__, "message": message, "lines": lines})
        after = [_snapshot(value) for value in (*args, *kwargs.values())]
        names = [*range(len(args)), *kwargs]
        changed = tuple(name for name, old, new in zip(names, before, after, strict=True) if old != new)
        value = self._kept(value)
        self.exchanges.append(Exchange(call, value))
        return Result(value, changed=changed)

    def frames(self, error: BaseException) -> list[list[Any]]:
        """[name of the piece, line] of each frame in the student's own code, the innermost last."""
        return [[name, line] for name, line in frames(error, [(piece.name, piece.source) for piece in self.own.pieces])]

    def _sent(self, value: Any) -> Any:
        """An argument as it arrives: a copy; a function of the check's stays where it is, and is called with copies."""
        if isinstance(value, Ref):
            return self._objects[value.id]
        if isinstance(value, np.ndarray):
            return value.copy()
        if callable(value):
            return _with_copies(value)
        if type(value) in (list, tuple):
            return type(value)(map(self._sent, value))
        if type(value) is dict:
            return {key: self._sent(item) for key, item in value.items()}
        return copy.deepcopy(value)


def from_file(own: Own, wanted: Mapping[str, Any], mode: str) -> OwnCode:
    """The code of a file. StudentError says why it cannot be loaded; the working folder is its own: see at_home."""
    remarks: list[str] = []
    unasked: list[str] = []

    def load() -> types.ModuleType:
        np.random.seed(0)  # as a worker does
        random.seed(0)
        loaded = _interruptible(
            lambda: loader.load(
                [(piece.name, piece.source) for piece in own.pieces],
                kind="module" if own.file.endswith(".py") else "notebook",
                mode=mode,
                file=own.file,
                wanted=sorted(wanted),
            )
        )
        if any(error["type"] == "KeyboardInterrupt" for error in loaded.errors):
            raise KeyboardInterrupt
        problem = load_failed(loaded.report, own)  # type: ignore[arg-type]  # it has what a Submission has of that
        if problem is not None:
            raise problem
        remarks[:] = loaded.report["remarks"]
        unasked[:] = [name for name in loaded.report["defined"] if name not in wanted]
        return loaded.module

    code = OwnCode(load(), own.file, own=own, load=load)
    code.remarks, code.unasked = remarks, tuple(unasked)
    return code


def from_namespace(namespace: Mapping[str, Any], file: str, folder: Path) -> OwnCode:
    """What the cells of a running notebook have defined."""
    module = types.ModuleType("notebook")
    vars(module).update({name: value for name, value in namespace.items() if not name.startswith("__")})
    return _InCells(module, file, own=Own(file, folder, tuple(_cells(namespace))))


@dataclass
class _InCells(OwnCode):
    """Jupyter keeps each cell under a file name that nobody has seen: a message shows the cell's number instead."""

    def frames(self, error: BaseException) -> list[list[Any]]:
        found = []
        traceback = error.__traceback__
        while traceback is not None:
            source = "".join(linecache.getlines(traceback.tb_frame.f_code.co_filename)).strip()
            name = next((piece.name for piece in self.own.pieces if piece.source.strip() == source), None)
            if name is not None and source:
                found.append([name, traceback.tb_lineno or 0])
            traceback = traceback.tb_next
        return found


def _cells(namespace: Mapping[str, Any]) -> Iterator[Piece]:
    """The cells that were run, the latest first: of two with one text the latest counts."""
    run = namespace.get("In", ())
    for at, source in reversed(list(enumerate(run if isinstance(run, list) else ()))):
        if isinstance(source, str):
            yield Piece(f"cell [{at}]", source)


@contextlib.contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Work in the student's own folder, whose modules can be imported; what was loaded from there is forgotten."""
    before, known = os.getcwd(), set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        with contextlib.suppress(ValueError):
            sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and Path(file).parent == folder:
                del sys.modules[name]


def _interruptible(load: Callable[[], loader.Loaded]) -> loader.Loaded:
    """Load here; where a system has no alarm clock (Windows), in a thread, as the loader then sets none."""
    if hasattr(signal, "SIGALRM"):
        return load()
    found: list[loader.Loaded] = []
    thread = threading.Thread(target=lambda: found.append(load()), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.1)  # a join without an end would not hear Ctrl-C
    return found[0]


def _cannot_call(function: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """Why this cannot be called with these arguments, in a worker's words."""
    if function is None:
        return {"kind": "missing"}
    if not callable(function):
        return {"kind": "not_callable"}
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some have none: the call itself will say
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return {"kind": "signature", "signature": str(signature)}
    return None


def _with_copies(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return copy.deepcopy(function(*map(copy.deepcopy, args)))

    call.__name__ = getattr(function, "__name__", "function")
    return call


def _snapshot(value: Any) -> Any:
    """Equal before and after a call exactly when the argument was not changed in place."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, (list, tuple)):
        return [_snapshot(item) for item in value]
    if isinstance(value, dict):
        return [(key, _snapshot(item)) for key, item in value.items()]
    return repr(value) if isinstance(value, (bool, int, float, complex, str)) else None
