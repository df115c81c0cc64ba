"""Release an assignment: what students get, in one folder that needs nothing of the course's own.

DIR/NAME holds assignment.toml, handout.md, the starter as NAME.py and NAME.ipynb, the public checks with the modules
that they import, and recorded.json: what the reference answers to them. Before it is written, it is tried: with the
model solution every check passes, with the starter none earns a point.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

from autograder.assignment import Assignment, Limits, is_sealed, load_assignment
from autograder.edits import Source, source_from
from autograder.errors import AssignmentError
from autograder.exact import encoded
from autograder.giveaways import refuse_giveaways
from autograder.model import model_of
from autograder.outcome import Outcome
from autograder.pytest_run import importable
from autograder.recorded import described, write_record
from autograder.recording import Recorder
from autograder.rehearsal import Stage, rehearse
from autograder.solution_marks import refuse_odd_marks
from autograder.starter import Starter, starter_of
from autograder.starter_notebook import notebook_of


def release(assignment: Assignment, output: Path, *, force: bool = False) -> list[Path]:
    """Write what students get into output/NAME and return its files.

    force: output may hold something; what this release writes is replaced. Raises AssignmentError where the assignment
    cannot be released, or output is not empty; OSError where it cannot be written.
    """
    if output.exists() and not output.is_dir():
        raise AssignmentError(f"{output} is no folder.")
    if output.is_dir() and any(output.iterdir()) and not force:
        raise AssignmentError(
            f"{output} is not empty. With --force what stands in {output / assignment.name} is replaced."
        )
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        folder = Path(scratch) / "course" / assignment.name
        folder.mkdir(parents=True)
        with importable(assignment.root):
            source = model_of(assignment)
            for path in dict.fromkeys([source.path, *(path for _, path in source.places)]):
                refuse_odd_marks(path, assignment.functions)
            starter = starter_of(assignment, source)
        refuse_giveaways(starter, source)
        _write(assignment, starter, folder)
        _record(assignment, source, folder)
        _prove(folder, source, starter)
        target = output / assignment.name
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.glob("*.*")):
            shutil.copyfile(path, target / path.name)
        return sorted(target / path.name for path in folder.glob("*.*"))


def _write(assignment: Assignment, starter: Starter, folder: Path) -> None:
    """All files but the record."""
    handout = assignment.folder / "handout.md"
    if not handout.is_file():
        raise AssignmentError(f"{assignment.folder} has no handout.md.")
    text = handout.read_text(encoding="utf-8")
    files = {
        "assignment.toml": _settings(assignment),
        "handout.md": text,
        assignment.file: starter.text,
        str(Path(assignment.file).with_suffix(".ipynb")): notebook_of(assignment, starter, text),
    }
    for path in _public_modules(assignment):
        if path.name in files:
            raise AssignmentError(f"{path} would take the place of the starter, which has the same name.")
        files[path.name] = path.read_text(encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def _settings(assignment: Assignment) -> str:
    """assignment.toml as far as it is for students."""
    lines = [
        f"{key} = {json.dumps(getattr(assignment, key), ensure_ascii=False)}" for key in ("title", "file", "points")
    ]
    lines += [f"notebook = {json.dumps(assignment.notebook)}"]
    limits = [entry.name for entry in fields(Limits) if getattr(assignment.limits, entry.name) != entry.default]
    if limits:
        lines += ["", "[limits]", *(f"{name} = {getattr(assignment.limits, name)}" for name in limits)]
    lines += ["", "[functions]"]
    for name, shapes in assignment.functions.items():
        inside = ", ".join(f"{argument} = {json.dumps(shape)}" for argument, shape in shapes.items())
        lines.append(f"{name} = {{ {inside} }}" if inside else f"{name} = {{}}")
    return "\n".join(lines) + "\n"


def _public_modules(assignment: Assignment) -> list[Path]:
    """The public tests, and the modules of assignments/ that they import, directly or through each other."""
    waiting = [path for path in assignment.test_files if not is_sealed(path)]
    found: dict[str, Path] = {}
    for path in waiting:  # it grows while it is walked
        if path.name.startswith(("hidden_", "test_hidden")):
            raise AssignmentError(f"{path} is hidden, and a public check imports it.")
        if found.setdefault(path.name, path) != path:
            raise AssignmentError(f"{path} and {found[path.name]} would lie in one folder under one name.")
        waiting += [imported for imported in _imported_by(path, assignment) if imported not in waiting]
    return waiting


def _imported_by(path: Path, assignment: Assignment) -> Iterator[Path]:
    for module, names in _imports(path):
        for dotted in (module, *(f"{module}.{name}" for name in names)):
            parts = dotted.split(".")
            file = assignment.root.joinpath(*parts).with_suffix(".py")
            if parts[0] == "assignments" and len(parts) == 3 and file.is_file():
                yield file


def _imports(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each module that a file imports, with what it takes from it by name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module), [alias.name for alias in node.names]


def _record(assignment: Assignment, source: Source, folder: Path) -> None:
    """recorded.json: what the reference answers in the public checks to its own model solution."""
    recorder = Recorder()

    def play(stage: Stage) -> None:
        public = [at for at, item in enumerate(stage.items) if not is_sealed(Path(item.path))]
        modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "assignments"]
        tests: list[ModuleType] = [stage.items[at].module for at in public]  # type: ignore[attr-defined]
        undo = recorder.stand_before(dict.fromkeys([*modules, *tests]))
        try:
            stage.grading.conventions.first_only = False  # every convention is asked for
            _refuse_lost([played.outcome for played in stage.perform(source.module(), public)], "graded as ever")
        finally:
            undo()
        for path in _public_modules(assignment):
            _note_constants(path, recorder)

    rehearse(assignment, play, recorder)
    starters = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / assignment.file, (folder / assignment.file).with_suffix(".ipynb"))
    }
    write_record(folder, recorder.notes, recorder.constants, starters)


def _note_constants(path: Path, recorder: Recorder) -> None:
    """What a test imports from the reference by name and is no function: nobody hears it being read."""
    for module, names in _imports(path):
        for name in names if module.startswith("reference.") else ():
            value = getattr(importlib.import_module(module), name, None)
            if value is not None and not callable(value) and not isinstance(value, ModuleType):
                recorder.constants[f"{module}.{name}"] = encoded(value, described)


def _prove(folder: Path, source: Source, starter: Starter) -> None:
    """AssignmentError unless the release does at a student's what it should."""
    empty = source_from(starter.text, source.name, source.path).module()

    def play(stage: Stage) -> None:
        _refuse_lost([played.outcome for played in stage.perform(source.module())], "away from the reference")
        earned = [played.outcome.check.name for played in stage.perform(empty) if played.outcome.score > 0]
        if earned:
            raise AssignmentError(f"The starter earns points as it is: {', '.join(earned)}.")

    rehearse(load_assignment(folder), play)


def _refuse_lost(outcomes: list[Outcome], where: str) -> None:
    lost = [outcome for outcome in outcomes if outcome.score < outcome.check.max_score or outcome.status != "passed"]
    if lost:
        first = lost[0]
        raise AssignmentError(
            f"The model solution does not pass {first.check.name}, {where}: {first.message}\n{first.staff}".rstrip()
        )
