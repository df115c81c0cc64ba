"""What a class costs: many submissions by one command, with one process and with two, and by a loop of commands.

    .venv/bin/python benchmarks/batch.py [--assignment gates] [--submissions 100] [--loop 20]

The class is made from the reference: a third as it is, a third with one known mistake, a third with several functions
taken out; a comment makes each of them another file. The loop grades the first of them, one `autograder grade` after
the other. All in one run, so the ratios stand where the seconds depend on the machine. CPU seconds count every process
of a run, zygotes and workers included; where other work goes on beside this, they are what to look at.
"""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment, load_assignment
from autograder.misconceptions import read_misconceptions
from autograder.model import model_of
from autograder.pytest_run import importable

ROOT = Path(__file__).resolve().parent.parent
TAKEN_OUT = 3  # functions


@dataclass(frozen=True)
class Cost:
    """What one way of grading took, for so many submissions."""

    name: str
    submissions: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return 60 * self.submissions / self.wall

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.submissions


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", default="gates")
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--loop", type=int, default=20)
    arguments = parser.parse_args()
    assignment = load_assignment(ROOT / "assignments" / arguments.assignment)
    with tempfile.TemporaryDirectory() as scratch:
        students = write_class(assignment, Path(scratch, "class"), arguments.submissions)
        autograder = [str(Path(sys.executable).with_name("autograder")), "grade", str(assignment.folder)]
        batch = [*autograder, str(students[0].parent), "--many", "-o"]
        costs = [
            measured("a loop of commands", loop(autograder, students[: arguments.loop], Path(scratch))),
            measured("one command, -j 1", [[*batch, f"{scratch}/one", "-j", "1"]], len(students)),
            measured("one command, -j 2", [[*batch, f"{scratch}/two", "-j", "2"]], len(students)),
            measured("the same again", [[*batch, f"{scratch}/two", "-j", "2"]], len(students)),
        ]
    first = costs[0]
    print(f"{assignment.name}: {len(students)} submissions, {os.cpu_count()} cores")
    print(f"  {'':20} {'a minute':>9} {'ratio':>7} {'CPU s each':>11} {'ratio':>7}")
    for cost in costs:
        ratios = (cost.rate / first.rate, first.cpu_each / cost.cpu_each)
        print(f"  {cost.name:20} {cost.rate:9.0f} {ratios[0]:7.2f} {cost.cpu_each:11.3f} {ratios[1]:7.2f}")
    print(f"  -j 2 against -j 1: {costs[2].rate / costs[1].rate:.2f} times the rate")
    return 0


def write_class(assignment: Assignment, folder: Path, count: int) -> list[Path]:
    """So many submissions, each a folder."""
    with importable(assignment.root):
        source = model_of(assignment)
        mistakes = read_misconceptions(assignment.folder / "misconceptions.toml", source)
    tree = ast.parse(source.text)
    names = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    texts = []
    for number in range(count):
        text = source.text
        if number % 3 == 1 and mistakes:
            mistake = mistakes[number // 3 % len(mistakes)]
            text = text.replace(mistake.replace, mistake.instead, 1)
        elif number % 3 == 2:
            gone = {names[(number + step) % len(names)] for step in range(TAKEN_OUT)}
            kept = [node for node in tree.body if getattr(node, "name", None) not in gone]
            text = ast.unparse(ast.Module(kept, []))
        texts.append(f"{text}\n# handed in by student {number}\n")
    students = [folder / f"student_{number}" for number in range(count)]
    for student, text in zip(students, texts, strict=True):
        student.mkdir(parents=True)
        (student / assignment.file).write_text(text, encoding="utf-8")
    return students


def loop(autograder: list[str], students: list[Path], scratch: Path) -> list[list[str]]:
    return [[*autograder, str(student), "--one", "-o", f"{scratch}/loop/{student.name}"] for student in students]


def measured(name: str, commands: list[list[str]], submissions: int = 0) -> Cost:
    """These commands, one after the other; each grades one submission, or all together so many."""
    started, before = time.perf_counter(), os.times()
    for command in commands:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(name, submissions or len(commands), time.perf_counter() - started, cpu)


if __name__ == "__main__":
    sys.exit(main())
