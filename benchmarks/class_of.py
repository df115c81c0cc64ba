"""A class of any size for an assignment: its examples, renamed and varied, and of each hundred two that are hostile or
broken. The same count always gives the same class.

    .venv/bin/python -m benchmarks.class_of gates 1000 FOLDER

Of the sound ones half are the assignment's examples in turn, and half are made from the reference: as it is, with one
known mistake, or with three functions taken out. Each has another header and other names for its local variables, so
that no two files are alike. The hostile ones begin with what is in HOSTILE; the broken ones are examples of which no
check can give points.
"""

from __future__ import annotations

import ast
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment, load_assignment
from autograder.misconceptions import read_misconceptions
from autograder.model import model_of
from autograder.pytest_run import importable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = ".expected.toml"
EVERY, OF = 2, 100  # so many of so many are hostile or broken
TAKEN_OUT = 3  # functions
FIRST = ("ada", "bela", "chloe", "dinh", "emre", "fatima", "goran", "hana", "ines", "jonas", "kofi", "leila")
LAST = ("andersen", "bauer", "costa", "diallo", "evans", "fischer", "garcia", "haddad", "ito", "jensen", "khan")

HOSTILE = {
    "leaves": "import os\nos._exit(0)\n",
    "kills": "import os\nos.kill(os.getppid(), 9)\n",
    "crashes": "import ctypes\nctypes.string_at(0)\n",
    "fills the memory": "kept = []\nwhile True:\n    kept.append(bytearray(1 << 24))\n",
    "prints": "for _ in range(100_000):\n    print('x' * 100)\n",
    "never ends": "while True:\n    pass\n",
    "recurs": "def deeper():\n    return deeper()\ndeeper()\n",
    "lies": "import numpy as np\nnp.allclose = np.array_equal = lambda *_, **__: True\nraise SystemExit(0)\n",
    "is no Python": "def broken(:\n    pass\n",
    "wants what is not there": "import a_package_that_nobody_has\n",
}


@dataclass(frozen=True)
class Student:
    """One submission. folder: where it lies. kind: what it was made from. is_sound: neither hostile nor broken."""

    folder: Path
    kind: str
    is_sound: bool


def write_class(assignment: Assignment, folder: Path, count: int, examples: Path | None = None) -> list[Student]:
    """So many submissions, each a folder below the one given. examples: those to take, else the assignment's own."""
    examples = examples or ROOT / "examples" / assignment.name
    sound, broken = _sorted_examples(examples)
    made = _made(assignment)
    students = []
    for number in range(count):
        rng = random.Random(number)
        name = f"{rng.choice(FIRST)}_{rng.choice(LAST)}_{number:05}"
        target = folder / name
        turn = number // OF * EVERY + number % OF
        if number % OF < EVERY and turn % 4 == 3 and broken:
            kind = _copied(broken[turn // 4 % len(broken)], target)
        elif number % OF < EVERY:
            kind = list(HOSTILE)[turn % len(HOSTILE)]
            _written(target / assignment.file, HOSTILE[kind] + made[0])
        elif number % 2 and sound:
            kind = _copied(sound[number // 2 % len(sound)], target)
        else:
            kind = "made from the reference"
            _written(target / assignment.file, made[number // 2 % len(made)])
        is_sound = number % OF >= EVERY
        if is_sound:
            for path in sorted(target.rglob("*.py")):
                path.write_text(varied(path.read_text(encoding="utf-8"), name, rng), encoding="utf-8")
        students.append(Student(target, kind, is_sound))
    return students


def varied(source: str, name: str, rng: random.Random) -> str:
    """The same program by another student: another header, other names for local variables, no comments."""
    header = f"# handed in by {name}\n"
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return header + source
    elsewhere = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        _rename_locals(function, elsewhere, rng)
    return f"{header}{ast.unparse(tree)}\n"


def _rename_locals(function: ast.FunctionDef, elsewhere: set[str], rng: random.Random) -> None:
    """Other names for its variables, unless one of them may mean something to another scope."""
    nodes = list(ast.walk(function))
    scopes = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Import, ast.ExceptHandler)
    if any(isinstance(node, scopes) for node in nodes[1:]):
        return
    found = [node for node in nodes if isinstance(node, ast.Name)]
    given = {node.arg for node in nodes if isinstance(node, ast.arg)}
    stored = {node.id for node in found if isinstance(node.ctx, ast.Store)} - given - elsewhere
    names = {name: f"{name}_{rng.choice(FIRST)}" for name in sorted(stored)}
    for node in found:
        node.id = names.get(node.id, node.id)


def _made(assignment: Assignment) -> list[str]:
    """Submissions from the reference: a third as it is, a third with one known mistake, a third incomplete."""
    with importable(assignment.root):
        source = model_of(assignment)
        path = assignment.folder / "misconceptions.toml"
        mistakes = read_misconceptions(path, source) if path.exists() else ()
    tree = ast.parse(source.text)
    names = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    found = []
    for number in range(max(len(names), len(mistakes))):
        found.append(source.text)
        if mistakes:
            mistake = mistakes[number % len(mistakes)]
            found.append(source.text.replace(mistake.replace, mistake.instead, 1))
        gone = {names[(number + step) % len(names)] for step in range(TAKEN_OUT)}
        found.append(ast.unparse(ast.Module([node for node in tree.body if getattr(node, "name", "") not in gone], [])))
    return found


def _sorted_examples(folder: Path) -> tuple[list[Path], list[Path]]:
    """Those that run in ordinary time, and those that do not run at all."""
    sound: list[Path] = []
    broken: list[Path] = []
    for path, expected in _examples(folder):
        if expected.get("others") == "crashed":
            broken.append(path)
        elif "limits" not in expected:
            sound.append(path)
    return sound, broken


def _examples(folder: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    for beside in sorted(folder.glob(f"*{EXPECTED}")):
        expected = tomllib.loads(beside.read_text(encoding="utf-8"))
        stem = beside.name.removesuffix(EXPECTED)
        [path] = [one for one in folder.iterdir() if one != beside and stem in (one.name, one.stem)]
        yield path, expected


def _copied(example: Path, target: Path) -> str:
    if example.is_dir():
        shutil.copytree(example, target)
    else:
        target.mkdir(parents=True)
        shutil.copyfile(example, target / example.name)
    return example.name


def _written(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def main() -> int:
    name, count, folder = sys.argv[1:]
    students = write_class(load_assignment(ROOT / "assignments" / name), Path(folder), int(count))
    print(f"{folder}: {len(students)} submissions, {sum(not one.is_sound for one in students)} hostile or broken")
    return 0


if __name__ == "__main__":
    sys.exit(main())
