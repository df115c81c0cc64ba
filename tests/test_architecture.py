"""The house rules that a reader relies on: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import turns

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 300

# In the sandbox's folder these are the grader's end; all others are the worker's, which imports the standard
# library, numpy and its own kind.
GRADERS_END = {"__init__", "accounts", "hatch", "link", "memory", "meter", "session"}
SANDBOX = {path.stem for path in (ROOT / "autograder" / "sandbox").glob("*.py")}
INSIDE = SANDBOX - GRADERS_END


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, f"no python files in {folders}"
    return found


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", python_files("reference"), ids=name)
def test_the_reference_imports_numpy_and_itself(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy", "reference"}
    assert {module.partition(".")[0] for module in imports_of(path)} <= allowed


@pytest.mark.parametrize("path", python_files("autograder"), ids=name)
def test_the_engine_knows_no_component_and_no_assignment(path: Path) -> None:
    assert not {module.partition(".")[0] for module in imports_of(path)} & {"reference", "assignments", "tests"}


@pytest.mark.parametrize(
    "path", [path for path in python_files("autograder/sandbox") if path.stem not in GRADERS_END], ids=name
)
def test_the_inside_of_the_sandbox_imports_nothing_of_the_grader(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy"}
    for module in imports_of(path):
        if module.startswith("autograder"):
            package, _, rest = module.removeprefix("autograder.").partition(".")
            assert package == "sandbox", f"{module} is outside of the sandbox"
            assert not rest or rest.partition(".")[0] in INSIDE, f"{module} is the grader's side"
        else:
            assert module.partition(".")[0] in allowed


def test_the_zygote_brings_nothing_of_the_grader_with_it() -> None:
    code = (
        "import sys; from autograder.sandbox import zygote; zygote._preload(); "
        "print(*(m for m in sys.modules if m.split('.')[0] in ('autograder', 'reference', 'assignments', 'pytest')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "autograder.sandbox.worker" in loaded
    allowed = {"autograder", "autograder.sandbox", *(f"autograder.sandbox.{module}" for module in INSIDE)}
    assert set(loaded) <= allowed


def test_only_main_imports_the_command_line() -> None:
    importers = [name(path) for path in python_files("autograder") if "autograder.cli" in set(imports_of(path))]
    assert importers == ["autograder/__main__.py"]


@pytest.mark.parametrize(
    "path", python_files("autograder", "reference", "assignments", "tests", "benchmarks"), ids=name
)
def test_no_file_is_longer_than_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", python_files("autograder", "reference"), ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_tests_that_take_long_are_called_by_their_names() -> None:
    named = {*turns.APART, *turns.LONG}
    assert {file for file in named if (ROOT / "tests" / file).is_file()} == named
    assert len(set(turns.LONG)) == len(turns.LONG)


def test_nothing_but_the_engine_is_installed() -> None:
    """An installed reference would lie where a submission may read it."""
    code = "import importlib.util as u; print(u.find_spec('reference'), u.find_spec('assignments'))"
    found = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, text=True, check=True).stdout
    assert found.split() == ["None", "None"]
