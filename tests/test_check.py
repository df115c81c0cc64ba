"""Students check their own work at home: from the shell and in a notebook, with nothing of the course at hand."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

import autograder
from autograder.assignment import load_assignment
from autograder.check_public import find_assignment
from autograder.errors import AssignmentError
from autograder.model import write_model
from tests.releases import ASSIGNMENTS, at_home, check, each_assignment, solve

IN_PLACE = """
class AddGate:
    def forward(self, x, y):
        x += y
        return x

    def backward(self, dz):
        return [dz, dz]
"""


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    """A student's folder of the gates, filled in."""
    folder = next(folder for folder in ASSIGNMENTS if folder.name == "gates")
    home = at_home(folder, tmp_path)
    solve(folder, home)
    return home


@each_assignment
def test_the_starter_scores_0_and_fails_politely(folder: Path, tmp_path: Path) -> None:
    done = check(at_home(folder, tmp_path))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "\n0 of " in done.stdout
    assert "is not filled in yet." in done.stdout
    assert "broken" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@each_assignment
def test_the_model_solution_passes_every_public_check(folder: Path, tmp_path: Path) -> None:
    home = at_home(folder, tmp_path)
    solve(folder, home)
    done = check(home)
    assert done.returncode == 0, done.stdout + done.stderr
    points = [line for line in done.stdout.splitlines() if " points · " in line]
    assert len(points) == 1
    earned, _, most, *_ = points[0].split()
    assert earned == most != "0"


@each_assignment
def test_nothing_of_the_course_can_be_imported_there(folder: Path, tmp_path: Path) -> None:
    home = at_home(folder, tmp_path)
    code = "import importlib.util as u; print(u.find_spec('reference'), u.find_spec('assignments'))"
    found = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True).stdout
    assert found.split() == ["None", "None"]


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("def f(:\n", ("could not be loaded: SyntaxError", "gates.py, line 1", "def f(:")),
        ("import numpy\nx = y\n", ("NameError", "gates.py, line 2")),
        ("import sys\nsys.exit(3)\n", ("it ends the program", "gates.py, line 2")),
        ("print x\n", ("This looks like Python 2",)),
        ("", ("has no code in it",)),
        ("import numpy as np\n", ("has no AddGate",)),
        ("class AddGate:\n    def forward(self, x): return x\n", ("cannot be called with 2 arguments",)),
        ("class AddGate:\n    def forward(self, x, y): return x.sums\n", ("raised", "gates.py, line 2")),
        ("class AddGate:\n    def forward(self, x, y): raise SystemExit\n", ("ended the program",)),
        (IN_PLACE, ("AddGate.forward changed its first argument in place",)),
    ],
)
def test_a_mistake_is_told_with_the_students_own_line_and_never_ours(
    gates: Path, text: str, phrases: tuple[str, ...]
) -> None:
    (gates / "gates.py").write_text(text)
    done = check(gates, "gates.py")
    assert done.returncode in (1, 2)
    for phrase in phrases:
        assert phrase in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "own_code" not in done.stdout + done.stderr


def test_a_wrong_value_is_told_as_grading_tells_it(gates: Path) -> None:
    path = gates / "gates.py"
    path.write_text(path.read_text().replace("return [dz, dz]", "print('look'); return [dz, 2 * dz]"))
    done = check(gates, "-v", "-q", "1.1")
    assert done.returncode == 1
    assert "dy[0, 0] should be 10, not 20 (3 of 3 entries differ)." in done.stdout
    calls = "AddGate.forward([[1, -2, 4]], [[0.5, 3, -1]]), then AddGate.backward([[10, -1, 2]])"
    assert f"The calls were {calls}." in done.stdout
    assert "Your code printed:" in done.stdout
    assert "look" in done.stdout
    assert "2 of 3 checks passed" in done.stdout


def test_each_check_begins_with_the_file_as_it_stands(gates: Path) -> None:
    """A gate that keeps its numbers in a list of the module's is right once only, in grading as here."""
    path = gates / "gates.py"
    path.write_text(path.read_text().replace("return -x\n", "return -x if not SEEN and not SEEN.append(1) else x\n"))
    path.write_text(path.read_text() + "\n\nSEEN = []\n")
    done = check(gates, "-q", "NegateGate", "-q", "2.3")
    assert "1 of 2 checks passed" in done.stdout, "1.2 asks twice, 2.3 once"


def test_the_file_that_was_worked_on_is_checked(gates: Path) -> None:
    folder = next(folder for folder in ASSIGNMENTS if folder.name == "gates")
    assert "gates.py\n" in check(gates).stdout
    notebook = gates / "gates.ipynb"
    fill(notebook, (gates / "gates.py").read_text())
    os.utime(gates / "gates.py", (1, 1))
    done = check(gates)
    assert done.returncode == 0, done.stdout
    assert "gates.ipynb was checked, not gates.py, which is older" in done.stdout
    os.utime(notebook, (0, 0))
    assert "gates.py was checked, not gates.ipynb" in check(gates).stdout
    write_model(load_assignment(folder), gates)
    assert check(gates, "gates.ipynb").returncode == 0


def fill(notebook: Path, text: str) -> None:
    """Put a module's text into the first cell of a notebook, in the place of all other code but the last cell."""
    data = json.loads(notebook.read_text("utf-8"))
    code = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
    for cell in code[1:-1]:
        cell["source"] = []
    code[0]["source"] = text.splitlines(keepends=True)
    notebook.write_text(json.dumps(data), "utf-8")


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["nowhere.py"], "There is no file nowhere.py"),
        (["-q", "nothing"], "No check is called nothing"),
        (["--nonsense"], "No such option"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence_and_2(gates: Path, arguments: list[str], phrase: str) -> None:
    done = check(gates, *arguments)
    assert done.returncode == 2
    assert phrase in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_an_assignment_says_so(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, "There is no assignment.toml" in done.stderr) == (2, True)
    (tmp_path / "assignment.toml").touch()
    with pytest.raises(AssignmentError, match=r"no recorded\.json"):
        find_assignment(tmp_path)


def test_an_assignment_is_found_from_a_folder_below_it(gates: Path) -> None:
    (gates / "plots").mkdir()
    assert find_assignment(gates / "plots").folder == gates.resolve()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("class AddGate:\n    def forward(self, x, y):\n        {}\n", "Stopped at check 1.1, “AddGate: At x = 3"),
        ("{}\n", "Stopped while your file was being loaded"),
    ],
)
def test_ctrl_c_says_at_which_check_it_was(gates: Path, text: str, phrase: str) -> None:
    (gates / "gates.py").write_text(
        text.format(
            "open('here', 'w').close()\n        while True: pass".replace(
                "\n        ", "\n" + " " * (8 if "class" in text else 0)
            )
        )
    )
    command = [sys.executable, "-m", "autograder", "check", "gates.py"]
    with subprocess.Popen(command, cwd=gates, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while not (gates / "here").exists():
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 2
    assert phrase in errors
    assert "Traceback" not in errors


def test_a_sibling_module_can_be_imported(gates: Path) -> None:
    (gates / "gates.py").rename(gates / "mine.py")
    (gates / "gates.py").write_text("from mine import *\n")
    assert check(gates, "gates.py").returncode == 0


def test_check_sees_what_a_notebook_has_defined(gates: Path) -> None:
    """As in a notebook's last cell, but for the kernel."""
    source = (gates / "gates.py").read_text().replace("dx = -dz\n", "dx = dz\n")
    code = f"{source}\nfrom autograder import check\ncheck(globals())\nprint('---')\ncheck(globals(), '1.1')\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=gates, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    whole, one = done.stdout.split("---")
    assert "NegateGate" in whole
    assert "dx[0, 0] should be -4, not 4" in whole
    passed, asked = map(int, re.findall(r"(\d+) of (\d+) checks passed", whole)[0])
    assert passed == asked - 2, "1.2 and 2.3 use that gate"
    assert "3 of 3 checks passed" in one
    assert "\x1b" not in done.stdout


def test_check_is_a_name_of_the_package_and_loaded_when_it_is_used() -> None:
    assert "check" in autograder.__all__
    code = "import sys, autograder; assert 'autograder.check_public' not in sys.modules; print(autograder.check)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("<function check")


WITHOUT_UNIX = """
import ctypes, os, signal, sys
for name in ("resource", "fcntl", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "getuid", "geteuid", "killpg", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY"):
    delattr(os, name)
for name in ("SIGKILL", "SIGXCPU", "SIGALRM", "SIGCHLD", "setitimer"):
    delattr(signal, name)
library = ctypes.CDLL
ctypes.CDLL = lambda name, *rest, **options: library(name + "", *rest, **options)  # no library without a name
sys.argv = ["autograder", "check"]
from autograder.cli import main
main()
"""


def test_check_needs_nothing_that_windows_lacks(gates: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_UNIX], cwd=gates, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("folder", [f for f in ASSIGNMENTS if f.name in ("gates", "losses")], ids=lambda f: f.name)
def test_the_notebook_runs_from_top_to_bottom(folder: Path, tmp_path: Path) -> None:
    """With the starter as it is, and with the model solution in its cells."""
    pytest.importorskip("ipykernel")
    home = at_home(folder, tmp_path)
    notebook = next(home.glob("*.ipynb"))
    assert "\n0 of " in executed(notebook)
    assert "is not filled in yet." in executed(notebook)
    fill(notebook, write_model(load_assignment(folder), tmp_path).read_text())
    printed = executed(notebook)
    assert "✗" not in printed
    assert "!" not in printed
    assert " points · " in printed
    assert "\n0 of " not in printed


def executed(notebook: Path) -> str:
    """What the last cell printed, when nbconvert ran all of them."""
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done.ipynb"]
    done = subprocess.run([*command, notebook.name], cwd=notebook.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    path = notebook.parent / "done.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    path.unlink()
    assert not [output for cell in cells for output in cell.get("outputs", []) if output.output_type == "error"]
    return "".join(output.text for output in cells[-1].outputs if output.output_type == "stream")
