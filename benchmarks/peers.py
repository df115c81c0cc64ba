"""The same 20 checks in the form of each peer: gradescope-utils, otter, nbgrader; none of them is sandboxed.

Each peer gets the submissions in two lanes beside each other, as a TA with two cores would start it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment, load_assignment
from autograder.grade import calibrate
from benchmarks.measured import Lane
from benchmarks.single import BACKWARD, NAMES, OURS, PEER, ROOT, SHAPES, TOML

PYTHON = {"display_name": "Python 3", "language": "python", "name": "python3"}

# What a cell of a notebook, or a case of otter's, does in the place of one of these tests.
CELL = """\
import sys
sys.path.append({root!r})
import numpy as np
import reference.activations as ref
rng = np.random.default_rng(0)
for shape in {shapes!r}:
    arguments = [rng.standard_normal(shape) for _ in range({count})]
    np.testing.assert_allclose({name}(*arguments), ref.{name}(*arguments), rtol=1e-7)
"""


@dataclass(frozen=True)
class Peer:
    """name: for the table. lanes: the commands that grade these submissions, in two lanes."""

    name: str
    lanes: Callable[[Sequence[Path]], list[Lane]]


def twenty_checks(scratch: Path) -> Assignment:
    """The assignment of benchmarks/single.py, laid out with its tolerances."""
    folder = scratch / "course" / "assignments" / "activations"
    folder.mkdir(parents=True)
    (scratch / "course" / "reference").symlink_to(ROOT / "reference")
    (folder / "assignment.toml").write_text(TOML)
    (folder / "test_public.py").write_text(OURS.format(names=NAMES + BACKWARD, shapes=SHAPES))
    calibrate(load_assignment(folder))
    return load_assignment(folder)


def gradescope_utils(scratch: Path) -> Peer:
    script = scratch / "peer.py"
    script.write_text(PEER.format(names=NAMES + BACKWARD, shapes=SHAPES, root=str(ROOT)))

    def lanes(students: Sequence[Path]) -> list[Lane]:
        return _in_two([[sys.executable, str(script), str(one), str(one / "results.json")] for one in students])

    return Peer("gradescope-utils, a unittest", lanes)


def idle_workers() -> Peer:
    """No grader: what 20 workers cost that do nothing, the bound of every grader which confines each check."""

    def lanes(students: Sequence[Path]) -> list[Lane]:
        command = [sys.executable, "-m", "benchmarks.idle_workers"]
        return [[[*command, str(len(lane)), "20"]] for lane in (students[::2], students[1::2])]

    return Peer("20 locked-down workers, idle", lanes)


def otter(venv: Path, scratch: Path) -> Peer:
    """otter run, one notebook after the other. venv: where otter-grader and numpy are installed."""
    tests = scratch / "otter" / "tests"
    tests.mkdir(parents=True)
    for name, code in _cells():
        case = {"code": "\n".join(f"{'>>>' if line[0] != ' ' else '...'} {line}" for line in code.splitlines()) + "\n"}
        case["code"] = case["code"].replace("rtol=1e-7)\n", "rtol=1e-7)\n... \n")
        suite = {"cases": [{**case, "hidden": False, "locked": False}], "scored": True, "setup": "", "teardown": ""}
        data = {"name": name, "points": 1, "suites": [{**suite, "type": "doctest"}]}
        (tests / f"{name}.py").write_text(f"OK_FORMAT = True\n\ntest = {data!r}\n")
    program = str(venv / "bin" / "otter")
    archive = scratch / "otter" / "autograder.zip"
    generate = [program, "generate", "-t", str(tests), "-o", str(archive), "--no-environment"]
    subprocess.run(generate, check=True, capture_output=True, cwd=tests.parent)

    def lanes(students: Sequence[Path]) -> list[Lane]:
        commands = []
        for student in students:
            notebook = student / "otter" / "activations.ipynb"
            notebook.parent.mkdir(exist_ok=True)
            notebook.write_text(_notebook([_cell("code", (student / "activations.py").read_text())]))
            commands.append(
                [program, "run", "-a", str(archive), "-o", str(notebook.parent), "--no-logo", str(notebook)]
            )
        return _in_two(commands)

    return Peer("otter run", lanes)


def nbgrader(venv: Path, scratch: Path) -> Peer:
    """nbgrader autograde, a course for each lane. venv: where nbgrader and numpy are installed."""
    program = ["env", f"PATH={venv / 'bin'}:{os.environ['PATH']}", "nbgrader"]  # it calls another program of its own
    tests = [_cell(name, code, grade=True) for name, code in _cells()]
    turn = iter(range(1_000_000))

    def lanes(students: Sequence[Path]) -> list[Lane]:
        found: list[Lane] = []
        for lane in (students[::2], students[1::2]):
            course = scratch / "nbgrader" / str(next(turn))
            for place, text in [("source/ps1", ""), *((f"submitted/{one.name}/ps1", one) for one in lane)]:
                source = (text / "activations.py").read_text() if isinstance(text, Path) else "pass\n"
                path = course / place / "activations.ipynb"
                path.parent.mkdir(parents=True)
                path.write_text(_notebook([_cell("code", source, solution=True), *tests]))
            root = f"--CourseDirectory.root={course}"
            generate = [*program, "generate_assignment", "ps1", root]
            done = subprocess.run(generate, capture_output=True, text=True, cwd=course)
            if done.returncode != 0:
                raise SystemExit(f"{' '.join(generate)} ended with {done.returncode}: {done.stderr}")
            found.append([[*program, "autograde", "ps1", root]])
        return found

    return Peer("nbgrader autograde", lanes)


def _cells() -> list[tuple[str, str]]:
    return [
        (f"{name}_{part}", CELL.format(root=str(ROOT), shapes=shapes, count=1 + name.endswith("backward"), name=name))
        for name in NAMES + BACKWARD
        for part, shapes in SHAPES.items()
    ]


def _cell(name: str, source: str, *, grade: bool = False, solution: bool = False) -> dict[str, object]:
    known = {"grade_id": name, "grade": grade, "solution": solution, "locked": grade, "task": False}
    points = {"points": 1} if grade else {}
    metadata = {"nbgrader": {**known, **points, "schema_version": 3}} if grade or solution else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": source}


def _notebook(cells: Sequence[dict[str, object]]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {"kernelspec": PYTHON}, "nbformat": 4, "nbformat_minor": 4})


def _in_two(commands: Sequence[Sequence[str]]) -> list[Lane]:
    return [list(commands[::2]), list(commands[1::2])]
