"""Which oracle proves which function: every test says so by a mark, which can be read without the oracle.

An oracle is something that we did not write and that computes the same. A test that asks one declares it,

    @proves("losses.softmax", "losses.cross_entropy", by="scipy")

or, where its parameters are the names of functions, by ``each`` or ``each_example``. test_oracle_count.py counts the
declarations; conftest.py demands of a test with a declaration that it really calls what it names.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

import pytest

from tests.reference.example_functions import functions_of
from tests.reference.examples import EXAMPLES

# Each with the module that a file imports to ask it. "numpy" is a ready-made routine such as lstsq, never arithmetic.
ORACLES = {
    **{name: name for name in ("jax", "optax", "torch", "scipy", "mpmath", "numpy")},
    **{name: name for name in ("csv", "decimal", "graphlib", "math", "re", "sqlite3", "statistics", "timeit")},
    "complex step": "numpy",
}


def proves(*functions: str, by: str | tuple[str, ...]) -> pytest.MarkDecorator:
    """The test calls these functions, "module.name", and compares all that they return with these oracles."""
    oracles = (by,) if isinstance(by, str) else by
    assert functions
    assert set(oracles) <= set(ORACLES), oracles
    return pytest.mark.proves(*functions, by=oracles)


def each(module: str, names: Iterable[str], by: str | tuple[str, ...]) -> list:
    """Parameters, each the name of a function of this module that the test proves."""
    return [pytest.param(name, marks=proves(f"{module}.{name}", by=by)) for name in names]


def each_example(by: str) -> list:
    """Parameters, each the name of an example, of which the test proves all functions."""
    proven = {name: functions_of(name, by) for name in EXAMPLES}
    return [
        pytest.param(name, marks=proves(*functions, by=by) if functions else ()) for name, functions in proven.items()
    ]


# Reading -------------------------------------------------------------------------------------------------------------


def declared_in(path: Path) -> set[tuple[str, str]]:
    """The pairs (function, oracle) that a test file declares, from its text: it may import what is not installed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    pairs = set()
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        kind = call.func.id
        if kind not in ("proves", "each", "each_example"):
            continue
        by = next(ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "by")
        for oracle in (by,) if isinstance(by, str) else by:
            if kind == "proves":
                functions = [ast.literal_eval(argument) for argument in call.args]
            elif kind == "each":
                functions = [f"{ast.literal_eval(call.args[0])}.{name}" for name in _names(call.args[1], tree)]
            else:
                functions = [function for example in EXAMPLES for function in functions_of(example, oracle)]
            pairs |= {(function, oracle) for function in functions}
    return pairs


def _names(node: ast.expr, tree: ast.Module) -> list[str]:
    """The names in a literal list, or the keys of the table of this file that a name stands for."""
    if not isinstance(node, ast.Name):
        return ast.literal_eval(node)
    tables = [s.value for s in tree.body if isinstance(s, ast.Assign) and ast.unparse(s.targets[0]) == node.id]
    return [ast.literal_eval(key) for table in tables for key in table.keys]


def declared_by(marks: Iterable[pytest.Mark]) -> set[tuple[str, str]]:
    """The pairs (function, oracle) of the marks that a test has when it runs."""
    return {
        (name, oracle) for mark in marks if mark.name == "proves" for name in mark.args for oracle in mark.kwargs["by"]
    }


# Running -------------------------------------------------------------------------------------------------------------


@contextmanager
def watching(codes_of: Mapping[str, set[CodeType]]) -> Iterator[dict[str, set[CodeType]]]:
    """Names, each with the code of what it stands for, of which those are left that were not called meanwhile."""
    missing = dict(codes_of)
    before = sys.getprofile()

    def note(frame, event, _):
        if event == "call":
            for name in [name for name, codes in missing.items() if frame.f_code in codes]:
                del missing[name]
            if not missing:
                sys.setprofile(before)  # watching slows down whatever the oracle does

    sys.setprofile(note)
    try:
        yield missing
    finally:
        sys.setprofile(before)


def codes_of(functions: Iterable[str]) -> dict[str, set[CodeType]]:
    """The code of each of these functions of the reference; of a class, that of all its methods.

    What has no code of its own, as a mere exception, is left out: nobody can see it called.
    """
    codes = {}
    for function in functions:
        module, _, name = function.partition(".")
        component = getattr(importlib.import_module(f"reference.{module}"), name)
        parts = vars(component).values() if inspect.isclass(component) else [component]
        codes[function] = {part.__code__ for part in parts if inspect.isfunction(part)}
    return {function: code for function, code in codes.items() if code}
