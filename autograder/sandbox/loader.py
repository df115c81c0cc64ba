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
import itertools
import linecache
import signal
import threading
import types
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from autograder.sandbox import absent
from autograder.sandbox.blank import defined, new_module
from autograder.sandbox.cells import Cell, definitions, overlooked, parse_cell
from autograder.sandbox.faults import frames, record
from autograder.sandbox.plan import Plan, Step, code_of, parts, steps_of

__all__ = ["Loaded", "frames", "load"]

CELL_SECONDS = 20.0  # a courtesy to the other cells; the grader keeps the deadline of the whole load
MAX_OVERLOOKED = 3  # remarks on what was not run
MAX_SAID = 20  # errors, and remarks: a broken notebook of 500 cells is told by its first ones

Pieces = Sequence[tuple[str, str]]  # (name, source)
Planned = Callable[[Plan], None]


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
            "defined": defined(self.module),
        }


def load(
    pieces: Pieces,
    *,
    kind: str,
    mode: str = "definitions",
    file: str | None = None,
    wanted: Collection[str] = (),
    cell_seconds: float = CELL_SECONDS,
    plan: Plan | None = None,
    planned: Planned = lambda plan: None,
) -> Loaded:
    """Run the pieces as one module called "submission", which is put into sys.modules.

    kind: "module" (one piece) or "notebook" (one piece for each code cell). mode, for a notebook: "definitions" runs
    the imports, functions and classes, and the plain assignments that these need; "run" runs every cell whole.
    file: path of the graded file, for ``__file__`` and relative imports; the first piece's name unless told.
    wanted: names that the assignment asks for: in "definitions" what assigns them is run as well.
    cell_seconds: after so long a cell (a statement, in "definitions") is stopped and passed over.
    plan: what ``planned`` was called with in an earlier load of the same, which it is before any of it is run.

    The working folder must be the submission's own, and sys.path must hold its search path. Never raises for what
    the student wrote, SystemExit and KeyboardInterrupt included.
    """
    loading = _Loading(pieces, kind, mode, wanted, file or (pieces[0][0] if pieces else ""), cell_seconds)
    for name, source in pieces:
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)  # no time: never looked for on the disk
    if kind == "module":
        loading.run_module(plan, planned)
    else:
        loading.run_notebook(plan, planned)
    return loading.loaded


class _TimeUp(BaseException):
    """Not an Exception, so that ``except Exception`` in a training loop does not swallow it."""


class _Loading:
    """One load under way: the module so far, and what went wrong."""

    def __init__(
        self, pieces: Pieces, kind: str, mode: str, wanted: Collection[str], file: str, cell_seconds: float
    ) -> None:
        self.pieces, self.kind, self.mode, self.wanted = pieces, kind, mode, wanted
        self.cell_seconds = cell_seconds
        self.loaded = Loaded(new_module(file))
        self._statements: list[Sequence[ast.stmt]] = []  # of each piece, once they are parsed here

    def run_module(self, plan: Plan | None, planned: Planned) -> None:
        """All of the first piece. What does not compile as a whole is not begun, as with any import."""
        name, _ = self.pieces[0]
        try:
            if plan is None:
                plan = self._plan_of_module()
                planned(plan)
            if plan.whole is not None:
                exec(plan.whole, self.loaded.module.__dict__)
            else:
                self.loaded.module.__doc__ = plan.doc
                for step in plan.pieces[0]:
                    self._run(step)
        except BaseException as error:
            self._failed(name, error)
            self.loaded.fatal = True

    def run_notebook(self, plan: Plan | None, planned: Planned) -> None:
        """Cell by cell."""
        if plan is None:
            plan = self._plan_of_notebook()
            planned(plan)
        self.loaded.remarks, self.loaded.errors = [*plan.remarks], [*plan.errors]
        if self.mode == "run":
            for steps in plan.pieces:
                self._run_cell(steps)
        else:
            self._run_definitions([step for steps in plan.pieces for step in steps])

    def _plan_of_module(self) -> Plan:
        name, source = self.pieces[0]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = compile(source, name, "exec", dont_inherit=True)
        if absent.is_all_at_hand(source):  # nothing will need a stand-in
            return Plan(whole)
        [statements] = self._statements = self._parse(lambda *_: None)
        module = ast.Module(body=[*statements], type_ignores=[])
        return Plan(doc=ast.get_docstring(module, clean=False), pieces=steps_of([(name, statements)]))

    def _plan_of_notebook(self) -> Plan:
        self._statements = self._parse(self._passed_over)
        steps = steps_of([(name, found) for (name, _), found in zip(self.pieces, self._statements, strict=True)])
        return Plan(None, None, steps, self.loaded.remarks, self.loaded.errors)

    def _parse(self, failed: Callable[[str, BaseException], None]) -> list[Sequence[ast.stmt]]:
        """Of each piece the statements that are to be run. failed: told what does not parse."""
        if self.kind == "module":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return [ast.parse(source, name).body for name, source in self.pieces[:1]]
        cells = []
        for name, source in self.pieces:
            try:
                cells.append(parse_cell(name, source))
            except BaseException as error:
                failed(name, error)
                cells.append(Cell([]))
            if cells[-1].remark:
                self._remark(cells[-1].remark)
        found = [(name.rpartition(" ")[2], cell) for (name, _), cell in zip(self.pieces, cells, strict=True)]
        with_magics = [number for number, cell in found if cell.magics and not cell.remark]
        if with_magics:
            self._remark(f"Magics and shell lines were left out in code cell {', '.join(with_magics[:20])}.")
        statements = [cell.statements for cell in cells]
        if self.mode == "run":
            return [*statements]
        chosen = definitions(statements, self.wanted)
        for number, statement, changed in itertools.islice(overlooked(statements, chosen, self.wanted), MAX_OVERLOOKED):
            self._remark(
                f"{self.pieces[number][0]}, line {statement.lineno} was not run: only imports, definitions and the "
                f"assignments that they need are. It may change {' and '.join(changed[:3])}, which your functions use: "
                "do that inside of a function."
            )
        return [*chosen]

    def _statement(self, step: Step) -> ast.stmt:
        """A step, parsed, which is only needed where something goes wrong."""
        if not self._statements:
            self._statements = self._parse(lambda *_: None)
        piece, at = step.place
        return self._statements[piece][at]

    def _run_cell(self, steps: Sequence[Step]) -> None:
        """The whole cell up to its first exception, as Jupyter does."""
        under_way: Step | None = None
        try:
            with _time_limit(self.cell_seconds):
                for under_way in steps:
                    self._run(under_way)
        except BaseException as error:
            if under_way is not None:
                self._passed_over(under_way.piece, error, under_way.line)

    def _run_definitions(self, steps: Sequence[Step]) -> None:
        """Statement by statement. What fails is tried once more at the end, if nothing has bound its names by then:
        a third of all notebooks were run in another order than from top to bottom."""
        failed = [(step, error) for step in steps if (error := self._attempt(step)) is not None]
        for step, error in failed:
            is_bound = any(hasattr(self.loaded.module, name) for name in step.names)
            is_open = step.names and not is_bound and not isinstance(error, _TimeUp)
            if not is_open or self._attempt(step) is not None:
                self._passed_over(step.piece, error, step.line)

    def _attempt(self, step: Step) -> BaseException | None:
        try:
            with _time_limit(self.cell_seconds):
                self._run(step)
        except BaseException as error:
            return error
        return None

    def _run(self, step: Step) -> None:
        for at, code in enumerate(step.codes):
            try:
                if code is None:  # it did not compile: let it say so
                    code = code_of(step.piece, parts(self._statement(step))[at], step.features)
                exec(code, self.loaded.module.__dict__)
            except Exception as error:
                self._stand_in(step, parts(self._statement(step))[at], error)

    def _stand_in(self, step: Step, part: ast.stmt, error: Exception) -> None:
        """Where all that is wrong is a package that is not there, bind a stand-in; else raise the error again."""
        stand_in = absent.for_import(part, error) or absent.for_use(error)
        if stand_in is None:
            raise error
        namespace = self.loaded.module.__dict__
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            with contextlib.suppress(ModuleNotFoundError):  # perhaps it is only needed in a type hint
                late_hints = step.features | __future__.annotations.compiler_flag
                exec(code_of(step.piece, part, late_hints), namespace)
                return
        absent.put(stand_in, part, namespace)
        self._remark(f"{step.piece}, line {part.lineno} was passed over: {stand_in}.")

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
