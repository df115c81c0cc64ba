"""The zip for Gradescope holds what its assignment needs, no more, always in the same bytes."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import AssignmentError
from autograder.gradescope.upload import build

TOML = """
title = "Gates"
file = "gates.py"
points = 3
[functions]
add = { x = "N" }
"""

FILES = {
    "setup.sh": "#!/usr/bin/env bash\r\necho\r\n",
    "run_autograder": "#!/usr/bin/env bash\n",
    "pyproject.toml": "[project]\n",
    "README.md": "",
    "LICENSE": "",
    "CONTRIBUTING.md": "",
    "autograder/__init__.py": "",
    "autograder/py.typed": "",
    "autograder/sandbox/wire.py": "",
    "autograder/__pycache__/x.cpython-311.pyc": "",
    "reference/__init__.py": '"""The lecture."""',
    "reference/gates.py": "import numpy as np\nfrom reference.graph import Graph",
    "reference/graph.py": "def f():\n    from . import circuits, Nothing",
    "reference/circuits.py": "from .values.scalar import one",
    "reference/values/__init__.py": "",
    "reference/values/scalar.py": "",
    "reference/values/vector.py": "",
    "reference/losses.py": "",
    "reference/gradcheck.py": "import reference.graph",
    "reference/optimizers.py": "",
    "assignments/gates/assignment.toml": TOML,
    "assignments/gates/handout.md": "",
    "assignments/gates/test_public.py": "from reference import gates as ref\nimport numpy as np",
    "assignments/gates/test_hidden.py": "from reference import gradcheck",
    "assignments/gates/data/words.txt": "",
    "assignments/gates/.ipynb_checkpoints/x.py": "",
    "assignments/gates/__pycache__/test_public.cpython-311.pyc": "",
    "assignments/losses/assignment.toml": TOML,
    "assignments/losses/test_public.py": "",
    "tests/test_x.py": "",
}

EXPECTED = [
    "LICENSE",
    "README.md",
    "assignments/gates/assignment.toml",
    "assignments/gates/data/words.txt",
    "assignments/gates/handout.md",
    "assignments/gates/test_hidden.py",
    "assignments/gates/test_public.py",
    "autograder/__init__.py",
    "autograder/py.typed",
    "autograder/sandbox/wire.py",
    "pyproject.toml",
    "reference/__init__.py",
    "reference/circuits.py",
    "reference/gates.py",
    "reference/gradcheck.py",
    "reference/graph.py",
    "reference/values/__init__.py",
    "reference/values/scalar.py",
    "run_autograder",
    "setup.sh",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return tmp_path / "project"


def test_the_zip_holds_what_the_assignment_needs_and_no_more(project: Path, tmp_path: Path) -> None:
    assert build(project / "assignments/gates", tmp_path / "gates.zip") == EXPECTED
    with zipfile.ZipFile(tmp_path / "gates.zip") as archive:
        assert archive.namelist() == EXPECTED
        assert archive.testzip() is None
        for name in EXPECTED:
            original = FILES[name].encode()
            assert archive.read(name) == (original.replace(b"\r\n", b"\n") if name == "setup.sh" else original)


def test_the_two_scripts_can_be_run_and_nothing_else(project: Path, tmp_path: Path) -> None:
    build(project / "assignments/gates", tmp_path / "gates.zip")
    with zipfile.ZipFile(tmp_path / "gates.zip") as archive:
        entries = archive.infolist()
    for entry in entries:
        mode = entry.external_attr >> 16
        assert entry.create_system == 3
        assert stat.S_ISREG(mode)
        assert stat.S_IMODE(mode) == (0o755 if entry.filename in ("setup.sh", "run_autograder") else 0o644)


def test_the_same_files_give_the_same_bytes(project: Path, tmp_path: Path) -> None:
    build(project / "assignments/gates", tmp_path / "first.zip")
    for path in project.rglob("*.py"):
        path.touch()
        path.chmod(0o600)
    build(project / "assignments/gates", tmp_path / "second.zip")
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_the_module_of_the_assignment_s_name_comes_along_without_an_import(project: Path, tmp_path: Path) -> None:
    names = build(project / "assignments/losses", tmp_path / "losses.zip")
    assert [n for n in names if n.startswith("reference/")] == ["reference/__init__.py", "reference/losses.py"]


def test_an_output_in_the_assignment_s_folder_is_not_packed_into_itself(project: Path) -> None:
    output = project / "assignments/gates/gates.zip"
    assert build(project / "assignments/gates", output) == EXPECTED
    assert build(project / "assignments/gates", output) == EXPECTED


def test_a_folder_that_is_no_assignment_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="There is no assignment folder"):
        build(project / "assignments/absent", tmp_path / "x.zip")
    with pytest.raises(AssignmentError, match=r"has no assignment\.toml"):
        build(project / "reference", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder", "pyproject.toml", "README.md", "LICENSE"])
def test_a_checkout_that_is_not_whole_is_refused(name: str, project: Path, tmp_path: Path) -> None:
    (project / name).unlink()
    with pytest.raises(AssignmentError, match=f"it has no {name}"):
        build(project / "assignments/gates", tmp_path / "x.zip")


def test_an_import_of_a_reference_that_is_not_there_is_refused(project: Path, tmp_path: Path) -> None:
    (project / "assignments/gates/test_public.py").write_text("import reference.gate")
    with pytest.raises(AssignmentError, match=r"test_public\.py imports reference\.gate, which is not in"):
        build(project / "assignments/gates", tmp_path / "x.zip")


def test_a_file_that_does_not_parse_is_refused(project: Path, tmp_path: Path) -> None:
    (project / "assignments/gates/test_public.py").write_text("x = 1\ndef f(:\n")
    with pytest.raises(AssignmentError, match=r"test_public\.py:2: "):
        build(project / "assignments/gates", tmp_path / "x.zip")


def test_an_output_that_cannot_be_written_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.zip").mkdir()
    for output in (tmp_path / "absent/x.zip", tmp_path / "folder.zip"):
        with pytest.raises(AssignmentError, match="cannot be written"):
            build(project / "assignments/gates", output)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.zip", "project"]
