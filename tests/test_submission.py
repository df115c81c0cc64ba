"""The graded file is found in whatever was handed in, by a stated rule, and nothing of it is parsed or run."""

from __future__ import annotations

import ast
import builtins
import json
import zipfile
from pathlib import Path
from typing import NoReturn

import nbformat.converter  # noqa: F401  # else imported while nothing may be compiled
import pytest

from autograder import submission as submissions
from autograder.errors import SubmissionError
from autograder.submission import Piece, Submission

PROVIDES = ("sigmoid", "relu", "Gate")
FILLED = "def sigmoid(z):\n    return z\n\ndef relu(z):\n    return z\n"
STARTER = (
    '"""Fill in."""\n\ndef sigmoid(\n    z,\n):\n    """The sigmoid.\n\nReturns its value.\n    """\n'
    "    raise NotImplementedError\n\nclass Gate:\n    def forward(self, x):\n        ...\n"
)


def cells(*sources: str) -> str:
    found = [{"cell_type": "markdown", "source": "text"}]
    found += [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": found})


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed in"
    folder.mkdir()
    return folder


def read(path: Path) -> Submission:
    """Read it, while anything that would parse a piece of it raises: hostile source can crash CPython's parser."""
    into = path.parent / "copy"
    into.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ast, "parse", _refuse)
        patch.setattr(builtins, "compile", _refuse)
        patch.setattr(builtins, "eval", _refuse)
        return submissions.read(path, file="gates.py", provides=PROVIDES, into=into)


def _refuse(*args: object, **kwargs: object) -> NoReturn:
    raise AssertionError("the grader parsed a submission")


def laid_out(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def refused(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        read(path)
    return str(caught.value)


def test_a_module_is_one_piece(handed_in: Path) -> None:
    path = laid_out(handed_in, {"gates.py": FILLED}) / "gates.py"
    submission = read(path)
    assert submission == Submission(
        name="gates.py",
        folder=handed_in / "copy",
        kind="module",
        file="gates.py",
        pieces=(Piece("gates.py", FILLED),),
        search_path=(".",),
        remarks=(),
    )
    assert (submission.folder / "gates.py").read_text() == FILLED


def test_a_notebook_is_one_piece_for_each_code_cell(handed_in: Path) -> None:
    submission = read(laid_out(handed_in, {"gates.ipynb": cells("import numpy", FILLED)}))
    assert (submission.kind, submission.file, submission.remarks) == ("notebook", "gates.ipynb", ())
    assert submission.pieces == (Piece("code cell 1", "import numpy"), Piece("code cell 2", FILLED))


@pytest.mark.parametrize("folder", ["hw1", "hw1/src/my work"])
def test_a_nested_file_is_found_and_its_folders_are_searched(folder: str, handed_in: Path) -> None:
    submission = read(laid_out(handed_in, {f"{folder}/gates.py": FILLED, "README.md": "x", f"{folder}/util.py": ""}))
    assert submission.file == f"{folder}/gates.py"
    assert submission.search_path[0] == folder
    assert submission.search_path[-1] == "."
    assert len(submission.search_path) == folder.count("/") + 2
    assert submission.remarks == ()


def test_a_zip_is_read_like_a_folder(handed_in: Path) -> None:
    with zipfile.ZipFile(handed_in / "hw.zip", "w") as archive:
        archive.writestr("hw/gates.py", FILLED)
        archive.writestr("__MACOSX/hw/._gates.py", b"\0\5\x16\7")
        archive.writestr("hw/conftest.py", "import os")
    submission = read(handed_in / "hw.zip")
    assert (submission.name, submission.file) == ("hw.zip", "hw/gates.py")
    assert submission.remarks == ("Left out (never used in grading): hw/conftest.py.",)


@pytest.mark.parametrize(
    ("files", "graded", "why"),
    [
        ({"gates.py": FILLED, "gates.ipynb": cells(FILLED)}, "gates.py", "the module counts"),
        ({"gates.py": STARTER, "gates.ipynb": cells(FILLED)}, "gates.ipynb", "gates.py is not filled in"),
        ({"gates.py": FILLED, "gates.ipynb": cells(STARTER)}, "gates.py", "the module counts"),
        ({"gates.py": STARTER, "gates.ipynb": cells(STARTER)}, "gates.py", "the module counts"),
        ({"gates.py": "x = 1\n", "gates.ipynb": cells(FILLED)}, "gates.ipynb", ""),
        ({"gates.py": "", "gates.ipynb": cells(FILLED)}, "gates.ipynb", ""),
        ({"gates.py": FILLED, "gates.ipynb": "{broken"}, "gates.py", ""),
        ({"gates.py": STARTER, "gates_mine.py": FILLED}, "gates_mine.py", "gates.py is not filled in"),
        ({"gates.py": "def relu(z): return z\n", "all.py": FILLED}, "gates.py", "named gates.py"),
        ({"gates.py": FILLED, "old/gates.py": FILLED}, "gates.py", "lies nearest"),
        ({"a/gates.py": FILLED, "b/gates.py": FILLED + "class Gate:\n    x = 1\n"}, "b/gates.py", "most"),
        ({"a.py": FILLED, "b.py": FILLED}, "a.py", "most"),
        ({"a.ipynb": cells(FILLED), "b.py": FILLED}, "b.py", "most"),
        ({"gates.py": "from mine import sigmoid, relu\n", "mine.py": FILLED}, "gates.py", "named gates.py"),
    ],
)
def test_the_rule_which_file_is_graded(files: dict[str, str], graded: str, why: str, handed_in: Path) -> None:
    submission = read(laid_out(handed_in, files))
    assert submission.file == graded
    remark = submission.remarks[-1] if submission.remarks else ""
    assert why in remark
    assert ("was graded, not" in remark) == bool(why)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Gates.py", FILLED),
        ("gates (1).py", FILLED),
        ("doejohn_LATE_123_456_gates-2.py", FILLED),
        ("homework1.ipynb", cells("x = 1", FILLED)),
        ("gates.py.txt", FILLED),
        ("gates.ipynb.json", cells(FILLED)),
        ("mine.py", "if True:\n    def sigmoid(z): return z\n"),
        ("mine.py", "sigmoid = lambda z: z\n"),
        ("mine.py", "class Gate(object):\n    pass\n"),
        ("starter_copy.py", STARTER),
    ],
)
def test_a_wrong_name_with_the_right_functions_is_found_with_a_remark(name: str, content: str, handed_in: Path) -> None:
    submission = read(laid_out(handed_in, {name: content, "notes.txt": "sigmoid"}))
    assert submission.file == name
    assert submission.remarks == (f"Your functions were found in {name}; the file should be called gates.py.",)
    assert submission.kind == ("notebook" if "ipynb" in name else "module")


def test_the_expected_name_without_any_of_the_functions_is_still_graded(handed_in: Path) -> None:
    assert read(laid_out(handed_in, {"gates.py": "from layers import *\n"})).file == "gates.py"


@pytest.mark.parametrize(
    "source",
    ["def sigmoidal(z): pass\n", "sigmoid == 3\n", "x.sigmoid = 3\n", "# def sigmoid(z)\n", "import sigmoid\n"],
)
def test_what_only_looks_like_a_wanted_function_is_none(source: str, handed_in: Path) -> None:
    assert refused(laid_out(handed_in, {"mine.py": source})) == (
        "There is no gates.py (nor gates.ipynb) in handed in, and no other file defines what it should. Found: mine.py."
    )


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"gates.py": ""}, "gates.py is empty."),
        ({"gates.py": " \n\n"}, "gates.py is empty."),
        ({"gates.py": "x\0"}, "gates.py holds NUL bytes: it is not a text file, or it was damaged on its way."),
        ({"gates.ipynb": cells("", " ")}, "gates.ipynb has no code in it."),
        ({"gates.ipynb": ""}, "gates.ipynb is empty."),
        ({"hw/gates.ipynb": "{"}, "gates.ipynb is not a notebook that can be read: at line 1, column 2 it stops"),
        ({"conftest.py": "x"}, "handed in holds no file that can be graded. Left out (never used in grading): conf"),
        ({"report.pdf": "%PDF\0"}, "There is no gates.py (nor gates.ipynb) in handed in, and no other file defines"),
        ({"my.ipynb": "{"}, "my.ipynb is not a notebook that can be read: at line 1"),
        (
            {"gates.py": "#" * (8 << 20) + "\n", "b.txt": ""},
            "Found: b.txt. b.txt is empty. Left out (larger than 8 MB)",
        ),
    ],
)
def test_nothing_to_grade_gets_a_sentence(files: dict[str, str], sentence: str, handed_in: Path) -> None:
    assert sentence in refused(laid_out(handed_in, files))


def test_a_folder_of_many_files_is_told_by_a_few_names(handed_in: Path) -> None:
    message = refused(laid_out(handed_in, {f"{number}.py": "x = 1\n" for number in range(40)}))
    assert message.endswith(" and 35 more.")
    assert len(message) < 300


@pytest.mark.parametrize(
    ("content", "source", "remark"),
    [
        (FILLED.encode("utf-8-sig"), FILLED, None),
        (FILLED.replace("\n", "\r\n").encode(), FILLED, None),
        (FILLED.encode("utf-16"), FILLED, None),
        (("# caf\xe9\n" + FILLED).encode("latin-1"), "# caf\xe9\n" + FILLED, "Latin-1"),
        ((FILLED + "if 1:\n        x = 1\n\ty = 2\n").encode(), FILLED + "if 1:\n        x = 1\n\ty = 2\n", None),
        (("x = (" * 500 + "\n" + FILLED).encode(), "x = (" * 500 + "\n" + FILLED, None),
    ],
)
def test_files_as_editors_leave_them(content: bytes, source: str, remark: str | None, handed_in: Path) -> None:
    (handed_in / "gates.py").write_bytes(content)
    submission = read(handed_in)
    assert submission.pieces == (Piece("gates.py", source),)
    assert bool(submission.remarks) == bool(remark)
    assert (remark or "") in "".join(submission.remarks)


@pytest.mark.parametrize(
    "line", ["from x " + "import " * 300_000, "  def double\n" * 300_000, "from x import " + "double " * 300_000]
)
def test_a_text_that_means_to_be_read_for_ever_is_read_in_one_go(line: str, tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text(f"def double(x):\n    return x\n{line}\n")
    into = tmp_path / "into"
    into.mkdir()
    read = submissions.read(path, file="double.py", provides=("double", "half"), into=into)
    assert read.file == "double.py"
