"""Makes Python out of a notebook's cells: magics and shell lines left out, definitions picked from the rest."""

from __future__ import annotations

import ast
import dis
import re
import sys
import types
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from autograder.sandbox.absent import bound_names
from autograder.sandbox.late import PACKAGES

# Cell magics below which Python stands that defines something; any other one (%%bash, %%html) drops its cell.
KEEP_BODY = {"time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "pypy"}

_CELL_MAGIC = re.compile(r"%%(\w+)[ \t]*(.*)")
_TIMED = re.compile(r"([ \t]*)%time[ \t]+(?=\S)")  # runs the rest of its line, names bound in it included
_NOT_PYTHON = re.compile(
    r"[%!?]"  # %matplotlib inline, !ls, ?np.sum
    r"|[\w.\[\]'\"]+\?\??\s*(#.*)?$"  # np.sum?
    r"|[\w., \t\[\]'\"]+=\s*[%!]"  # files = !ls
    r"|(pip3?|conda|mamba|ls|cd|pwd|cat|mkdir|rm|cp|mv|wget|curl|unzip|git)\s+[^\s=(]"  # IPython's automagic
)


class Cell(NamedTuple):
    """A cell as Python. magics: some of its lines were left out. remark: why nothing of it is left."""

    statements: list[ast.stmt]
    magics: bool = False
    remark: str | None = None


def parse_cell(name: str, source: str) -> Cell:
    """The statements of a cell, their line numbers unchanged. Raises what compile raises if it is not Python.

    The cell is first taken as it is; only where the parser stops at a line that looks like a magic is that line left
    out, and the rest tried again. So a line of a string that begins with % or ! stays.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\d" in a docstring is no mistake
        try:
            return Cell(ast.parse(source, name).body)
        except SyntaxError:
            lines = source.split("\n")
        first = next((at for at, line in enumerate(lines) if line.strip()), 0)
        if match := _CELL_MAGIC.match(lines[first].strip()):
            if match[1] not in KEEP_BODY:
                return Cell([], True, f"{name} was left out: %%{match[1]} {match[2]}".strip()[:100])
            lines[first] = ""
        return Cell(_parse_without_magics(name, lines), True)


def _parse_without_magics(name: str, lines: list[str]) -> list[ast.stmt]:
    while True:
        try:
            return ast.parse("\n".join(lines), name).body
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not 0 <= at < len(lines) or not _NOT_PYTHON.match(lines[at].lstrip()):
                raise
            _leave_out(lines, at)


def _leave_out(lines: list[str], at: int) -> None:
    line = lines[at]
    if match := _TIMED.match(line):
        lines[at] = match[1] + line[match.end() :]
        return
    lines[at] = line[: len(line) - len(line.lstrip())] + "pass"  # it may be all that an if holds
    while line.rstrip().endswith("\\") and at + 1 < len(lines):
        at += 1
        line, lines[at] = lines[at], ""


def definitions(cells: Sequence[Sequence[ast.stmt]], wanted: Collection[str] = ()) -> list[list[ast.stmt]]:
    """From each cell: imports, functions and classes, and the plain assignments that these need.

    An assignment is needed if it binds a global name that a kept statement loads (so this is transitive), or a
    ``wanted`` one, or if it changes what was defined (``Net.forward = forward``, also by setattr); but not if it says
    how plots look (``plt.rcParams[...] = ...``), for which matplotlib would load. An if or try that holds imports
    or definitions counts as one. The order stays, so the last definition of a name wins, as when all is run.
    """
    everything = [statement for cell in cells for statement in cell]
    looks = set().union(*map(_for_looks, everything))
    kept = {at for at, statement in enumerate(everything) if _is_definition(statement)}
    needed = set(wanted)
    for at in kept:
        needed |= loaded_globals(everything[at])
        if not isinstance(everything[at], (ast.Import, ast.ImportFrom)):
            needed |= bound_names(everything[at])
    waiting = {
        at: _targets(s) - (looks - bound_names(s)) for at, s in enumerate(everything) if at not in kept and _is_plain(s)
    }
    while found := [at for at, targets in waiting.items() if targets & needed]:
        for at in found:
            del waiting[at]
            kept.add(at)
            needed |= loaded_globals(everything[at])
    numbers = iter(range(len(everything)))
    return [[statement for statement in cell if next(numbers) in kept] for cell in cells]


def overlooked(
    cells: Sequence[Sequence[ast.stmt]], chosen: Sequence[Sequence[ast.stmt]], wanted: Collection[str]
) -> Iterator[tuple[int, ast.stmt, list[str]]]:
    """What ``definitions`` left out though it changes names that the ``wanted`` ones look up, as a loop may do.

    The number of its cell, it, and the names. It may as well be a training of minutes, so it is not run.
    """
    kept = {id(statement): statement for cell in chosen for statement in cell}
    imports = (statement for statement in kept.values() if isinstance(statement, (ast.Import, ast.ImportFrom)))
    used = _looked_up([*kept.values()], wanted).difference(*map(bound_names, imports))
    for number, cell in enumerate(cells):
        for statement in cell:
            names = _changed(statement) & used if id(statement) not in kept else set()
            if names:
                yield number, statement, sorted(names)


def _looked_up(statements: Sequence[ast.stmt], wanted: Collection[str]) -> set[str]:
    """The global names that what binds the wanted ones looks up, and what binds these, and so on."""
    waiting = [(_targets(statement), loaded_globals(statement)) for statement in statements]
    needed, found = set(wanted), set[str]()
    while reached := [pair for pair in waiting if pair[0] & needed]:
        waiting = [pair for pair in waiting if pair not in reached]
        found = found.union(*(loaded for _, loaded in reached))
        needed |= found
    return found


def _changed(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or whose items, attributes or methods it may change them by."""
    names = set()
    for node in ast.walk(statement):
        place: ast.AST | None = node.func if isinstance(node, ast.Call) else node
        if not isinstance(node, ast.Call) and not isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        while isinstance(place, (ast.Attribute, ast.Subscript)):
            place = place.value
        if isinstance(place, ast.Name) and (place is not getattr(node, "func", None)):
            names.add(place.id)
    return names


def loaded_globals(statement: ast.stmt) -> set[str]:
    """The global names that a statement, or a function in it, looks up, as the compiler itself sees scopes."""
    module = ast.Module(body=[statement], type_ignores=[])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            waiting = [compile(module, "<cell>", "exec", dont_inherit=True)]
    except (SyntaxError, ValueError, RecursionError):
        return set()  # running it will say so
    names = set()
    while waiting:
        code = waiting.pop()
        waiting += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        names |= {str(step.argval) for step in dis.get_instructions(code) if step.opname in _LOADS}
    return names


_LOADS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_FROM_DICT_OR_DEREF"}
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = (ast.If, ast.Try, *([ast.TryStar] if sys.version_info >= (3, 11) else []))


def _is_definition(statement: ast.stmt) -> bool:
    if isinstance(statement, _BLOCKS):
        return any(isinstance(inner, _DEFINITIONS) for inner in ast.walk(statement))
    if isinstance(statement, ast.Assign):
        return isinstance(statement.value, ast.Lambda)
    return isinstance(statement, _DEFINITIONS) or _extends_the_path(statement)


def _extends_the_path(statement: ast.stmt) -> bool:
    """sys.path.append(...): what a later import needs."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    return ast.unparse(statement.value.func) in ("sys.path.append", "sys.path.insert", "sys.path.extend")


def _is_plain(statement: ast.stmt) -> bool:
    """An assignment, setattr, or an if or try that holds nothing else."""
    if isinstance(statement, _BLOCKS):
        return all(_is_plain(inner) for inner in _body(statement))
    return isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass)) or bool(_by_setattr(statement))


def _for_looks(statement: ast.stmt) -> set[str]:
    """The names by which an import brings a package that is there for plots and tables."""
    if isinstance(statement, ast.ImportFrom):
        modules = [statement.module or ""] if not statement.level else []
    else:
        modules = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
    late = any(module.partition(".")[0] in (names[0] for names in PACKAGES) for module in modules)
    return bound_names(statement) if late else set()


def _by_setattr(statement: ast.stmt) -> set[str]:
    """The names whose attributes are set by setattr, alone or in a loop that does nothing else."""
    if isinstance(statement, ast.For):
        found = [_by_setattr(inner) for inner in statement.body]
        return set().union(*found) if all(found) and not statement.orelse else set()
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "setattr" and call.args:
        return {call.args[0].id} if isinstance(call.args[0], ast.Name) else set()
    return set()


def _body(block: ast.stmt) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(block):
        if isinstance(child, ast.ExceptHandler):
            yield from child.body
        elif isinstance(child, ast.stmt):
            yield child


def _targets(statement: ast.stmt) -> set[str]:
    """The names that an assignment binds, or whose attribute or item it sets."""
    if isinstance(statement, _BLOCKS):
        return set().union(*(_targets(inner) for inner in _body(statement)))
    names = bound_names(statement) | _by_setattr(statement)
    targets = [*statement.targets] if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    while targets:
        target = targets.pop()
        if isinstance(target, (ast.Tuple, ast.List)):
            targets += target.elts
        elif isinstance(target, (ast.Attribute, ast.Subscript, ast.Starred)):
            targets.append(target.value)
        elif isinstance(target, ast.Name):
            names.add(target.id)
    return names
