"""Every assignment as students get it, released once for all tests."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment, load_assignment
from autograder.edits import Source
from autograder.model import model_of, write_model
from autograder.pytest_run import importable
from autograder.release import release

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = sorted(path.parent for path in (ROOT / "assignments").glob("*/handout.md"))

each_assignment = pytest.mark.parametrize("folder", ASSIGNMENTS, ids=lambda folder: folder.name)


@functools.cache
def released(folder: Path) -> Path:
    """The release of an assignment, to be read only."""
    output = Path(tempfile.mkdtemp(prefix="released-"))
    release(load_assignment(folder), output)
    return output / folder.name


def at_home(folder: Path, tmp_path: Path) -> Path:
    """A student's own copy of it."""
    home = tmp_path / "home" / folder.name
    shutil.copytree(released(folder), home)
    return home


def solve(folder: Path, home: Path) -> None:
    """Write the model solution over the starter."""
    write_model(load_assignment(folder), home)


def check(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the student's shell prints: nothing of the course can be imported there."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "autograder", "check", *arguments]
    environment |= {"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=home, env=environment, check=False
    )


def texts(home: Path) -> dict[str, str]:
    """What can be read in each file; of a notebook, in its cells."""
    found = {}
    for path in sorted(home.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        found[path.name] = text
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


REFERENCE = '''"""Doubling."""

from __future__ import annotations

import numpy as np

RATE = 2.0  # how much


def double(x: np.ndarray) -> np.ndarray:
    """Twice x."""
    # The derivation stands here.
    y = _times(x)
    return y


def half(x: np.ndarray) -> np.ndarray:
    """Half of x."""
    return x / 2


def _times(x: np.ndarray) -> np.ndarray:
    return RATE * x
'''
PUBLIC = """
import numpy as np
from autograder import assert_matches, number, weight
from assignments.double.beside import X

@number("1")
@weight(4)
def test_double(student, ref):
    '''double(x) is 2 x.'''
    assert_matches(student.double(X), ref.double(X), "y")

@number("2")
@weight(6)
def test_half(student, ref):
    '''half(x) is x / 2.'''
    assert_matches(student.half(X), ref.half(X), "y")
"""


def small_course(make: Callable[..., Assignment], reference: str = REFERENCE, **files: str) -> Assignment:
    """The assignment "double" with this reference, and with these texts in the place of the usual ones."""
    beside = "import numpy as np\n\nX = np.array([1.0, 2.0, 5.0])\n"
    assignment = make(**{"test_public": PUBLIC, "beside": beside, **files})
    (assignment.folder / "handout.md").write_text("# Doubling\n\nTwo functions.\n\n## How\n\nBy hand.\n")
    (assignment.root / "reference").mkdir()
    (assignment.root / "reference" / "__init__.py").touch()
    (assignment.root / "reference" / "double.py").write_text(reference)
    return assignment


def model(assignment: Assignment) -> Source:
    """Its model solution."""
    with importable(assignment.root):
        return model_of(assignment)
