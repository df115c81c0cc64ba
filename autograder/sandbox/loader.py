"""Turns the source of a submission into a module, inside the worker, and tells what could not be loaded and why.

A module's file is run as an import would, but statement by statement where it imports what may not be there; whatever
it raises ends the load. Of a notebook,
cell by cell, what does not parse or raises is named and passed over. Nothing here is a defence: what the student
wrote runs in this very process, and may end it.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import importlib.machinery
import linecache
import os
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from autograder.sandbox import absent
from autograder.sandbox.cells import Cell, definitions, parse_cell
from autograder.sandbox.faults import frames, record

__all__ = ["Loaded", "frames", "load"]

MODULE = "submission"  # what the student's module is called, whatever its file is
CELL_SECONDS = 20.0  # a courtesy to the other cells; the grader keeps the deadline of the whole load
MAX_SAID = 20  # errors, and remarks: a broken notebook of 500 cells is told by its first ones
MAX_NAMES = 1000

Pieces = Sequence[tuple[str, str]]  # (name, source)


@dataclass
class Loaded:
    """The module, and what became of its pieces.

    errors: as faults.record has them. fatal: nothing can be called, and the last error is why.
    """

    module: types.ModuleType
    remarks: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    fatal: bool = False

    @property
    def report(self) -> dict[str, Any]:
        """All but the module as plain data, ready for JSON: remarks, errors, fatal, defined (the names it binds)."""
        return {
            "remarks": self.remarks[:MAX_SAID],
            "errors": self.errors[-1:] if self.fatal else self.errors[:MAX_SAID],
            "fatal": self.fatal,
            "defined": _defined(self.module),
        }


def load(
    pieces: Pieces,
    *,
    kind: str,
    mode: str = "definitions",
    file: str | None = None,
    wanted: Collection[str] = (),
    cell_seconds: float = CELL_SECONDS,
    code: types.CodeType | None = None,
    compiled: Callable[[types.CodeType], None] = lambda code: None,
) -> Loaded:
    """Run the pieces as one module called "submission", which is put into sys.modules.

    kind: "module" (one piece) or "notebook" (one piece for each code cell). mode, for a notebook: "definitions" runs
    the imports, functions and classes, and the plain assignments that these need; "run" runs every cell whole.
    file: path of the graded file, for ``__file__`` and relative imports; the first piece's name unless told.
    wanted: names that the assignment asks for: in "definitions" what assigns them is run as well.
    cell_seconds: after so long a cell (a statement, in "definitions") is stopped and passed over.
    code: of a "module" what ``compiled`` was called with in an earlier load, which it is before any of it is run.

    The working folder must be the submission's own, and sys.path must hold its search path. Never raises for what
    the student wrote, SystemExit and KeyboardInterrupt included.
    """
    loading = _Loading(pieces, _new_module(file or (pieces[0][0] if pieces else "")), cell_seconds)
    for name, source in pieces:
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)  # no time: never looked for on the disk
    if kind == "module":
        loading.run_module(code, compiled)
    else:
        loading.run_notebook(mode, wanted)
    return loading.loaded


class _TimeUp(BaseException):
    """Not an Exception, so that ``except Exception`` in a training loop does not swallow it."""


class _Loading:
    """One load under way: the module so far, the future features in force, and what went wrong."""

    def __init__(self, pieces: Pieces, module: types.ModuleType, cell_seconds: float) -> None:
        self.pieces = pieces
        self.loaded = Loaded(module)
        self.cell_seconds = cell_seconds
        self._features = 0  # compiler flags of `from __future__ import ...`

    def run_module(self, code: types.CodeType | None, compiled: Callable[[types.CodeType], None]) -> None:
        """All of the first piece. What does not compile as a whole is not begun, as with any import."""
        name, source = self.pieces[0]
        try:
            if code is not None:
                exec(code, self.loaded.module.__dict__)
                return
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(source, name, "exec", dont_inherit=True)
                tree = None if absent.is_all_at_hand(source) else ast.parse(source, name)
            if tree is None:  # nothing will need a stand-in
                compiled(code)
                exec(code, self.loaded.module.__dict__)
                return
            self.loaded.module.__doc__ = ast.get_docstring(tree, clean=False)
            for statement in tree.body:
                self._run(name, statement)
        except BaseException as error:
            self._failed(name, error)
            self.loaded.fatal = True

    def run_notebook(self, mode: str, wanted: Collection[str]) -> None:
        parsed = [(name, self._parsed(name, source)) for name, source in self.pieces]
        with_magics = [name.rpartition(" ")[2] for name, cell in parsed if cell.magics and not cell.remark]
        if with_magics:
            self._remark(f"Magics and shell lines were left out in code cell {', '.join(with_magics[:20])}.")
        if mode == "run":
            for name, cell in parsed:
                self._run_cell(name, cell.statements)
            return
        chosen = definitions([cell.statements for _, cell in parsed], wanted)
        self._run_definitions([(name, cell) for (name, _), cell in zip(parsed, chosen, strict=True)])

    def _parsed(self, name: str, source: str) -> Cell:
        try:
            cell = parse_cell(name, source)
        except BaseException as error:
            self._passed_over(name, error)
            return Cell([])
        if cell.remark:
            self._remark(cell.remark)
        return cell

    def _run_cell(self, name: str, statements: Sequence[ast.stmt]) -> None:
        """The whole cell up to its first exception, as Jupyter does."""
        line = 0
        try:
            with _time_limit(self.cell_seconds):
                for statement in statements:
                    line = statement.lineno
                    self._run(name, statement)
        except BaseException as error:
            self._passed_over(name, error, line)

    def _run_definitions(self, cells: Sequence[tuple[str, Sequence[ast.stmt]]]) -> None:
        """Statement by statement. What fails is tried once more at the end, if nothing has bound its names by then:
        a third of all notebooks were run in another order than from top to bottom."""
        failed = []
        for name, statements in cells:
            for statement in statements:
                error = self._attempt(name, statement)
                if error is not None:
                    failed.append((name, statement, error))
        for name, statement, error in failed:
            names = absent.bound_names(statement)
            is_open = not isinstance(error, _TimeUp) and not any(hasattr(self.loaded.module, bound) for bound in names)
            if not is_open or not names or self._attempt(name, statement) is not None:
                self._passed_over(name, error, statement.lineno)

    def _attempt(self, name: str, statement: ast.stmt) -> BaseException | None:
        try:
            with _time_limit(self.cell_seconds):
                self._run(name, statement)
        except BaseException as error:
            return error
        return None

    def _run(self, name: str, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return  # compiled on its own, a string would become the module's docstring
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                self._features |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
        for part in absent.single_imports(statement):
            try:
                self._execute(name, part, self._features)
            except Exception as error:
                self._stand_in(name, part, error)

    def _execute(self, name: str, statement: ast.stmt, features: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(ast.Module(body=[statement], type_ignores=[]), name, "exec", features, dont_inherit=True)
        exec(code, self.loaded.module.__dict__)

    def _stand_in(self, name: str, statement: ast.stmt, error: Exception) -> None:
        """Where all that is wrong is a package that is not there, bind a stand-in; else raise the error again."""
        stand_in = absent.for_import(statement, error) or absent.for_use(error)
        if stand_in is None:
            raise error
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            with contextlib.suppress(ModuleNotFoundError):  # perhaps it is only needed in a type hint
                self._execute(name, statement, self._features | __future__.annotations.compiler_flag)
                return
        absent.put(stand_in, statement, self.loaded.module.__dict__)
        self._remark(f"{name}, line {statement.lineno} was passed over: {stand_in}.")

    def _failed(self, name: str, error: BaseException, line: int = 0) -> dict[str, Any]:
        if isinstance(error, _TimeUp):
            seconds = f"it ran longer than {self.cell_seconds:g} s and was stopped"
            error = TimeoutError(seconds).with_traceback(error.__traceback__)
        failure = record(error, name, self.pieces, line)
        self.loaded.errors.append(failure)
        return failure

    def _passed_over(self, name: str, error: BaseException, line: int = 0) -> None:
        failure = self._failed(name, error, line)
        place = name if failure["piece"] != name or not failure["line"] else f"{name}, line {failure['line']}"
        message = failure["message"][:200].rstrip(".")
        message += "" if message.endswith(("?", "!")) else "."
        advice = f" {failure['hint']}" if failure["hint"] else ""
        self._remark(f"{place} was passed over: {failure['type']}: {message}{advice}")

    def _remark(self, sentence: str) -> None:
        if sentence not in self.loaded.remarks:
            self.loaded.remarks.append(sentence)


class _Jupyter:
    """What get_ipython() gives here: an object whose every method does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*_: Any, **__: Any) -> None:
    return None


# Names that Jupyter provides; scripts exported from a notebook use them as well.
_GIVEN: dict[str, Any] = {"display": _nothing, "get_ipython": _Jupyter}


def _new_module(file: str) -> types.ModuleType:
    """An empty module whose relative imports find the files beside it."""
    module = types.ModuleType(MODULE)
    module.__file__ = os.path.abspath(file)
    module.__path__ = [os.path.dirname(module.__file__)]
    module.__package__ = MODULE
    module.__spec__ = importlib.machinery.ModuleSpec(MODULE, None, origin=module.__file__, is_package=True)
    module.__spec__.submodule_search_locations = list(module.__path__)
    module.__dict__.update(_GIVEN)
    sys.modules[MODULE] = module
    return module


def _defined(module: types.ModuleType) -> list[str]:
    names = [
        name
        for name, value in list(module.__dict__.items())
        if isinstance(name, str) and len(name) <= 100 and not name.startswith("__")
        if not isinstance(value, types.ModuleType) and value is not _GIVEN.get(name, module)
    ]
    return sorted(names)[:MAX_NAMES]


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only the main thread takes signals
        yield
        return

    def stop(*_: Any) -> NoReturn:
        raise _TimeUp

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
