"""Every public function of the reference is proven by two oracles at least: counted, so that it stays so."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

from reference.autodiff import Variable
from reference.gates import AddGate
from reference.losses import softmax
from tests.reference.autodiff_expressions import EXPRESSIONS
from tests.reference.proofs import ORACLES, codes_of, declared_by, declared_in, watching
from tests.reference.test_map import public_names

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
DECLARING = [path for path in FILES if declared_in(path)]
EXEMPT: dict[str, str] = {}  # a function for which no two oracles make sense -> why


def lacking(functions, pairs):
    """The functions with fewer than two different oracles."""
    oracles_of = {function: {oracle for name, oracle in pairs if name == function} for function in functions}
    return sorted(function for function, oracles in oracles_of.items() if len(oracles) < 2)


def all_pairs():
    return {pair for path in FILES for pair in declared_in(path)}


def test_every_public_function_has_two_oracles():
    assert lacking(public_names(), all_pairs()) == sorted(EXEMPT)
    assert len(EXEMPT) <= 6


def test_only_functions_that_exist_are_proven_and_only_by_known_oracles():
    assert {function for function, _ in all_pairs()} <= public_names()
    assert {oracle for _, oracle in all_pairs()} == set(ORACLES)


@pytest.mark.parametrize("path", DECLARING, ids=lambda path: path.stem)
def test_a_file_imports_the_oracles_that_it_declares(path):
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.partition(".")[0])
    assert {ORACLES[oracle] for _, oracle in declared_in(path)} <= imported


@pytest.mark.parametrize("path", DECLARING, ids=lambda path: path.stem)
def test_what_is_read_is_what_the_tests_carry_when_they_run(path):
    for oracle in sorted({ORACLES[oracle] for _, oracle in declared_in(path)}):
        pytest.importorskip(oracle, reason=f"{oracle} is not installed: ./setup.sh test oracles")
    module = importlib.import_module(f"tests.reference.{path.stem}")
    marks = []
    for name, test in vars(module).items():
        if name.startswith("test_"):
            own = getattr(test, "pytestmark", [])
            parameters = [value for mark in own if mark.name == "parametrize" for value in mark.args[1]]
            marks += own + [mark for value in parameters for mark in getattr(value, "marks", ())]
    assert declared_by(getattr(mark, "mark", mark) for mark in marks) == declared_in(path)


def test_whatever_is_left_out_without_an_oracle_says_so_in_the_words_that_ci_looks_for():
    oracles = {name for name in ORACLES if name not in sys.stdlib_module_names}
    for path in FILES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.importorskip":
                (asked,), (reason,) = call.args, [word.value for word in call.keywords if word.arg == "reason"]
                if not isinstance(asked, ast.Constant) or asked.value in oracles:
                    assert ast.unparse(reason).rstrip("'").endswith(": ./setup.sh test oracles"), path


def test_every_operation_of_a_variable_stands_in_an_expression(rng):
    parts = {name: getattr(part, "fget", part) for name, part in vars(Variable).items()}
    operations = {name: {part.__code__} for name, part in parts.items() if inspect.isfunction(part)}
    assert len(operations) > 20
    with watching(operations) as missing:
        for expression, shapes in EXPRESSIONS.values():
            expression(Variable, *(Variable(rng.uniform(0.3, 2.0, shape)) for shape in shapes))
    assert set(missing) == {"backward"}


# It says no ----------------------------------------------------------------------------------------------------------


def test_a_function_with_one_oracle_is_reported_however_often_it_is_asked(tmp_path):
    path = tmp_path / "test_example.py"
    path.write_text(
        "import not_installed\n"
        "TABLE = {'relu': 1, 'tanh': 2}\n"
        "@proves('losses.softmax', by='scipy')\n"
        "@proves('losses.softmax', 'losses.cross_entropy', by=('scipy', 'jax'))\n"
        "@parametrize('name', each('activations', TABLE, by='torch'))\n"
        "def test_it(name): ...\n"
    )
    pairs = declared_in(path)
    assert pairs == {
        *((name, oracle) for name in ("losses.softmax", "losses.cross_entropy") for oracle in ("scipy", "jax")),
        ("activations.relu", "torch"),
        ("activations.tanh", "torch"),
    }
    assert lacking({"losses.softmax", "activations.relu", "losses.max_margin"}, pairs) == [
        "activations.relu",
        "losses.max_margin",
    ]


def test_a_declared_function_that_is_not_called_is_noticed():
    names = ["losses.softmax", "losses.cross_entropy", "gates.AddGate", "gates.MaxGate", "graph.GraphError"]
    with watching(codes_of(names)) as missing:
        softmax(np.ones(3))
        AddGate().forward(1.0, 2.0)
    assert set(missing) == {"losses.cross_entropy", "gates.MaxGate"}
