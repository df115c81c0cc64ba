"""A release: all that students need, nothing of the solution, and the same bytes each time."""

from __future__ import annotations

import ast
import functools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.errors import AssignmentError
from autograder.giveaways import expressions_in, solutions_in
from autograder.grade import grade
from autograder.outcome import Status
from autograder.release import release
from autograder.starter import starter_of
from tests.releases import (
    ASSIGNMENTS,
    PUBLIC,
    ROOT,
    each_assignment,
    model,
    released,
    small_course,
    squeezed,
    texts,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Make = Callable[..., Assignment]


@pytest.fixture
def course(make_assignment: Make) -> Make:
    """The assignment "double" with a reference of its own: course(reference, test_public=...)."""
    return functools.partial(small_course, make_assignment)


def test_there_are_assignments_to_release() -> None:
    assert ASSIGNMENTS


@each_assignment
def test_a_release_is_all_that_students_get_and_no_more(folder: Path) -> None:
    assignment, names = load_assignment(folder), set(texts(released(folder)))
    module = Path(assignment.file)
    needed = {module.name, f"{module.stem}.ipynb", "assignment.toml", "handout.md", "recorded.json", "test_public.py"}
    assert needed <= names
    assert not names & {"test_hidden.py", "misconceptions.toml", "tolerances.json"}
    assert all((folder / name).is_file() for name in names - needed), "the rest are modules of the assignment's folder"
    settings = tomllib.loads(texts(released(folder))["assignment.toml"])
    assert settings["functions"] == assignment.functions
    assert not {"reference", "given", "visibility"} & settings.keys()


@each_assignment
def test_the_same_release_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = release(load_assignment(folder), tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again} == {
        path.name: path.read_bytes() for path in released(folder).iterdir()
    }


@each_assignment
def test_nothing_of_a_body_is_in_the_release(folder: Path) -> None:
    assignment = load_assignment(folder)
    starter = starter_of(assignment, model(assignment))
    found = {name: squeezed(text) for name, text in texts(released(folder)).items()}
    code = {
        name: squeezed(undocumented(text)) for name, text in texts(released(folder)).items() if name.endswith(".py")
    }
    code["recorded.json"] = found["recorded.json"]
    bodies = [node.body[ast.get_docstring(node) is not None :] for node in starter.cut]
    assert any(len(body) > 1 for body in bodies)
    for node, body in zip(starter.cut, bodies, strict=True):
        if len(body) > 1:
            text = squeezed("\n".join(map(ast.unparse, body)))
            assert [name for name in found if text in found[name]] == []
        for expression in {text for part in body for text in expressions_in(part) if len(text) > 20}:
            assert [name for name in code if squeezed(expression) in code[name]] == [], expression
        for expression in solutions_in(node):
            if len(expression) > 20:
                assert [name for name in found if squeezed(expression) in found[name]] == [], expression


@each_assignment
def test_no_hidden_check_and_no_misconception_is_in_the_release(folder: Path) -> None:
    found, right = texts(released(folder)), squeezed(model(load_assignment(folder)).text)
    copied = {name: (folder / name).read_text("utf-8") for name in found if (folder / name).is_file()}
    made = {"assignment.toml", load_assignment(folder).file, "recorded.json"} | {
        name for name in found if ".ipynb" in name
    }
    assert set(found) == set(copied) | made
    assert not any("hidden" in name for name in found)
    assert all(found[name] == copied[name] for name in copied.keys() - made)
    hidden = (folder / "test_hidden.py").read_text("utf-8").split("\ndef ", 1)[1]
    public = {line.strip() for text in copied.values() for line in text.splitlines()}
    lines = {line.strip() for line in hidden.splitlines() if len(line.strip()) > 20} - public
    assert len(lines) > 10
    for line in lines:
        assert [name for name in found if line in map(str.strip, found[name].splitlines())] == [], line
        assert [name for name in made if line in found[name]] == [], line
    for entry in tomllib.loads((folder / "misconceptions.toml").read_text("utf-8"))["misconception"]:
        assert not any(entry["hint"] in text for text in found.values())
        wrong = squeezed(entry["with"])
        if len(wrong) > 20 and wrong not in right:  # a part of what is right as well tells nothing
            assert [name for name, text in found.items() if wrong in squeezed(text)] == [], wrong


@each_assignment
def test_the_starter_scores_0_and_is_told_kindly(folder: Path) -> None:
    report = grade(folder, released(folder) / load_assignment(folder).file)
    assert report.score == 0
    assert not any(outcome.status is Status.BROKEN for outcome in report.outcomes)
    told = [outcome.message for outcome in report.outcomes if outcome.status is Status.CRASHED]
    assert told
    assert all("is not filled in yet." in message for message in told)


@each_assignment
def test_the_starter_is_tidy_python(folder: Path, tmp_path: Path) -> None:
    starter = tmp_path / "starter.py"
    text = texts(released(folder))[load_assignment(folder).file]
    starter.write_text(text, "utf-8")
    ast.parse(text, feature_version=(3, 10))
    command = [sys.executable, "-m", "ruff", "format", "--check", "--diff", "--config", str(ROOT / "pyproject.toml")]
    done = subprocess.run([*command, str(starter)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@each_assignment
def test_the_notebook_holds_the_handout_and_a_cell_for_each_definition(folder: Path) -> None:
    assignment = load_assignment(folder)
    path = released(folder) / Path(assignment.file).with_suffix(".ipynb").name
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    words = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert squeezed((folder / "handout.md").read_text("utf-8")) in squeezed(words)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert "import numpy" in code[0]
    assert "check(globals())" in code[-1]
    for name in assignment.functions:
        assert [f"def {name}(" in source or f"class {name}" in source for source in code].count(True) >= 1


def test_a_hidden_module_is_never_released(course: Make, tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="is hidden, and a public check imports it"):
        release(
            course(test_public="from assignments.double.hidden_x import X\n" + PUBLIC, hidden_x="X = 1\n"),
            tmp_path / "o",
        )


def test_a_check_that_the_record_cannot_answer_stops_the_release(course: Make, tmp_path: Path) -> None:
    odd = PUBLIC.replace("import numpy as np\n", "import numpy as np\nimport random\n", 1)
    odd = odd.replace("ref.half(X)", "ref.half(X * random.random()) * np.ones(3)").replace("student.half(X)", "X")
    with pytest.raises(AssignmentError, match="does not pass"):
        release(course(test_public=odd), tmp_path / "out")


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "release", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_into_an_empty_folder_and_into_no_other(course: Make, tmp_path: Path) -> None:
    folder, output = course().folder, tmp_path / "out"
    done = run(folder, "-o", output)
    assert done.returncode == 0, done.stderr
    assert str(output / "double") in done.stdout
    (output / "double" / "double.py").write_text("mine = 1\n")
    done = run(folder, "-o", output)
    assert (done.returncode, "is not empty" in done.stderr) == (2, True)
    assert (output / "double" / "double.py").read_text() == "mine = 1\n"
    done = run(folder, "-o", output, "--force")
    assert done.returncode == 0
    assert "mine" not in (output / "double" / "double.py").read_text()


@pytest.mark.parametrize(
    ("output", "phrase"), [("file", "is no folder"), ("file/below", "file"), ("out", "There is no assignment folder")]
)
def test_what_cannot_be_released_is_one_sentence_and_2(course: Make, tmp_path: Path, output: str, phrase: str) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "nowhere" if output == "out" else course().folder
    done = run(folder, "-o", tmp_path / output)
    assert done.returncode == 2
    assert phrase in done.stderr
    assert "Traceback" not in done.stderr


def undocumented(text: str) -> str:
    """A module's code without its docstrings, which may define what is to be computed."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def test_the_notebook_is_plain_json_with_a_newline_at_its_end() -> None:
    path = next(released(ASSIGNMENTS[0]).glob("*.ipynb"))
    assert path.read_text("utf-8").endswith("}\n")
    assert json.loads(path.read_text("utf-8"))["nbformat"] == 4
