"""Stand-ins for what cannot be imported here, so that an import nobody needs does not cost a right function.

A stand-in is bound to the name that the import would have bound; its first use raises ModuleNotFoundError.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from typing import Any, NoReturn

from autograder.sandbox.faults import inside, message_of


class StandIn:
    """Takes the place of what an import would have bound."""

    def __init__(self, sentence: str) -> None:
        self.__dict__["_sentence"] = sentence

    def __str__(self) -> str:
        return str(self.__dict__["_sentence"])

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        error = ModuleNotFoundError(self._sentence)
        error.stand_in = self  # type: ignore[attr-defined]  # how we know our own
        raise error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by inspect, copy and the like: no use of it
            raise AttributeError(name)
        self._refuse()


for _use in (
    *("call", "getitem", "setitem", "setattr", "iter", "contains", "enter", "mro_entries", "instancecheck"),
    *("subclasscheck", "float", "int", "index", "neg", "abs", "lt", "le", "gt", "ge", "array"),
    *(side + verb for verb in ("add", "sub", "mul", "truediv", "pow", "matmul", "mod", "or") for side in ("", "r")),
):
    setattr(StandIn, f"__{_use}__", StandIn._refuse)


def single_imports(statement: ast.stmt) -> list[ast.stmt]:
    """``import a, b`` as ``import a`` and ``import b``: one that fails shall not take the other along."""
    if isinstance(statement, ast.Import):
        parts: list[ast.stmt] = [ast.Import(names=[alias]) for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
        parts = [
            ast.ImportFrom(module=statement.module, names=[alias], level=statement.level) for alias in statement.names
        ]
    else:
        return [statement]
    return [ast.copy_location(part, statement) for part in parts]


def is_all_at_hand(source: str) -> bool:
    """Whether every import in a module surely succeeds, by a look at the text: parsing takes as long as compiling."""
    try:
        return all(_is_at_hand(ast.parse(text.strip()).body[0]) for text in _IMPORT.findall(source))
    except SyntaxError:  # an import over several lines, or no import at all
        return False


_IMPORT = re.compile(r"(?:^|;)([ \t]*(?:import|from)[ \t][^;#\n]*)", re.MULTILINE)


def _is_at_hand(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return all(alias.name in sys.modules for alias in statement.names)
    if isinstance(statement, ast.ImportFrom) and not statement.level:
        module = sys.modules.get(statement.module or "")
        return module is not None and all(hasattr(module, alias.name) for alias in statement.names)
    return False


def for_import(statement: ast.stmt, error: Exception) -> StandIn | None:
    """The stand-in for what an import should have brought; None if it is no import or the student's own file failed."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)) or _is_own_fault(error):
        return None
    name = statement.names[0].name
    if isinstance(statement, ast.ImportFrom):
        name = f"{'.' * statement.level}{statement.module or ''}"
    missing = isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] == name.split(".")[0]
    why = (
        "it is neither installed where your work is graded nor among the files you handed in"
        if missing
        else f"{type(error).__name__}: {message_of(error)[:200]}"
    )
    return StandIn(f"{name} could not be imported ({why})")


def for_use(error: Exception) -> StandIn | None:
    """The stand-in whose use raised this error; None if it is another error."""
    stand_in = getattr(error, "stand_in", None)
    return stand_in if isinstance(stand_in, StandIn) else None


def put(stand_in: StandIn, statement: ast.stmt, namespace: dict[str, Any]) -> None:
    """Bind the stand-in to all names that the statement should have bound, but never over a package that is there."""
    for name in bound_names(statement) - {"*"}:
        is_package = isinstance(statement, ast.Import) and statement.names[0].asname is None
        namespace[name] = sys.modules.get(name, stand_in) if is_package else stand_in


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands; for a block those that its whole body binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    names: set[str] = set()
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            names.add(child.id)
        elif isinstance(child, (ast.stmt, ast.excepthandler, ast.Tuple, ast.List, ast.Starred, ast.withitem)):
            names |= bound_names(child)  # type: ignore[arg-type]  # anything that has children will do
    return names


def _is_own_fault(error: Exception) -> bool:
    """Whether one of the student's own files is to blame: it failed, does not parse, or lacks the name."""
    folder = os.getcwd()
    if isinstance(error, (SyntaxError, ImportError)):
        file = error.filename if isinstance(error, SyntaxError) else error.path
        if inside(file, folder):
            return True
    traceback = error.__traceback__
    while traceback is not None:
        if inside(traceback.tb_frame.f_code.co_filename, folder):
            return True
        traceback = traceback.tb_next
    return False
