"""The known wrong answers of an assignment: each is an edit of one place of the reference, with a hint.

[[misconception]]
function = "SquareGate.backward"        # a function of the reference, or a method of a class
replace = "dz * 2 * self.x"             # stands in that function exactly once
with = "dz * self.x"
hint = "Compare with a number: ..."     # for a student whose wrong values are exactly those of this edit
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from autograder.edits import Source
from autograder.errors import AssignmentError
from autograder.replay import Exchange, Kept, first_difference, replaying

KEYS = ("function", "replace", "with", "hint")


@dataclass(frozen=True)
class Misconception:
    """One known wrong answer. where: its file and line, for the author. node: the function as it is edited."""

    function: str
    replace: str
    instead: str
    hint: str
    where: str
    node: ast.FunctionDef = field(repr=False)

    def module(self, source: Source) -> ModuleType:
        """The reference as somebody with this misconception would have written it."""
        return source.edited(self.function, self.node)


def read_misconceptions(path: Path, source: Source) -> tuple[Misconception, ...]:
    """All of a file, none where there is no file. AssignmentError names the file and the line of the first mistake."""
    if not path.is_file():
        return ()
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AssignmentError(f"{path}: not valid TOML: {error}") from error
    for key in data:
        if key != "misconception":
            raise AssignmentError(f"{path}: unknown key {key!r}; every entry begins with [[misconception]].")
    entries = data.get("misconception", [])
    if not isinstance(entries, list):
        raise AssignmentError(f"{path}: every entry begins with [[misconception]], in two pairs of brackets.")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[misconception]]"]
    lines += [1] * len(entries)  # entries that are written as an inline list
    return tuple(_read(entry, f"{path}:{line}", source) for entry, line in zip(entries, lines, strict=False))


def without_effect(
    misconceptions: Sequence[Misconception], source: Source, exchanges: Sequence[Exchange]
) -> list[AssignmentError]:
    """Those that change no value of these calls, and those that give the same values as an earlier one."""
    right = Kept(replaying(source.module(), exchanges))
    problems, seen = [], list[tuple[Misconception, Kept[Any]]]()
    for misconception in misconceptions:
        values = Kept(replaying(misconception.module(source), exchanges))
        if first_difference(right, values) is None:
            problems.append(AssignmentError(f"{misconception.where}: this edit changes no value of any check's calls."))
            continue
        for other, others in seen:
            if first_difference(others, values) is None:
                problems.append(AssignmentError(f"{misconception.where}: gives the same values as {other.where}."))
                break
        seen.append((misconception, values))
    return problems


def both(first: Misconception, second: Misconception, source: Source) -> dict[str, ast.FunctionDef] | None:
    """The functions as somebody with both would have written them; None where one takes the other's place."""
    if first.function != second.function:
        return {first.function: first.node, second.function: second.node}
    line, body = _body(first.function, source)
    edited = body.replace(first.replace, first.instead)
    if edited.count(second.replace) != 1 or body.replace(second.replace, second.instead).count(first.replace) != 1:
        return None
    try:
        return {first.function: _function(edited.replace(second.replace, second.instead), line)}
    except (SyntaxError, ValueError):
        return None


def _body(function: str, source: Source) -> tuple[int, str]:
    """The first line of a function of the reference, and its text."""
    node = source.functions[function]
    return node.lineno, "".join(source.text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])


def _function(text: str, line: int) -> ast.FunctionDef:
    """One function by itself, a method as it is indented. SyntaxError or ValueError if it is none."""
    is_method = text[:1].isspace()
    (found,) = ast.parse(f"if True:\n{text}" if is_method else text).body
    if isinstance(found, ast.If):
        (found,) = found.body
    if not isinstance(found, ast.FunctionDef):
        raise ValueError(text)
    ast.increment_lineno(found, line - found.lineno)
    compile(ast.Module([found], []), "misconception", "exec")  # a "return" that slid out is seen here
    return found


def _read(entry: Any, where: str, source: Source) -> Misconception:
    if not isinstance(entry, dict):
        raise AssignmentError(f"{where}: every entry begins with [[misconception]], in two pairs of brackets.")
    for key in entry:
        if key not in KEYS:
            raise AssignmentError(f"{where}: unknown key {key!r}; known are {', '.join(KEYS)}.")
    for key in KEYS:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise AssignmentError(f"{where}: {key} must be a text.")
    function, replace = entry["function"], entry["replace"]
    if function not in source.functions:
        raise AssignmentError(f"{where}: the reference has no function {function}.")
    line, body = _body(function, source)
    if body.count(replace) != 1:
        times = f"{body.count(replace)} times" if replace in body else "nowhere"
        raise AssignmentError(f"{where}: {replace!r} stands {times} in {function}; it must stand there once.")
    try:
        node = _function(body.replace(replace, entry["with"]), line)
    except (SyntaxError, ValueError) as error:
        raise AssignmentError(f"{where}: with {entry['with']!r} in it, {function} is not valid Python.") from error
    return Misconception(function, replace, entry["with"], entry["hint"], where, node)
