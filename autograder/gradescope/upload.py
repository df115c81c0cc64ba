"""The zip that an instructor uploads to Gradescope: the engine, one assignment, and the reference it needs."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.assignment import load_assignment
from autograder.errors import AssignmentError
from autograder.gradescope.atomic import replace_file

SCRIPTS = ("run_autograder", "setup.sh")  # Gradescope wants these two at the root
PAPERS = ("LICENSE", "README.md", "pyproject.toml")  # without which pip installs nothing

_DATE = (2020, 1, 1, 0, 0, 0)  # any fixed one: the same files always give the same zip
_REFERENCE = "reference"
_UNIX = 3  # ZipInfo.create_system; on any other, unzip leaves the run bits out


def build(assignment_folder: Path, output: Path) -> list[str]:
    """Write the zip and return the names in it, sorted.

    The same files give the same bytes. AssignmentError when the folder is no assignment of a whole checkout, when its
    checks need a reference that is not there, or when the output cannot be written.
    """
    assignment = load_assignment(assignment_folder)
    root, output = assignment.root, output.resolve()
    files = [root / name for name in (*SCRIPTS, *PAPERS)]
    for path in files:
        if not path.is_file():
            raise AssignmentError(f"{root} is not a checkout of the autograder: it has no {path.name}.")
    own = [path for path in _files(assignment.folder) if path not in (output, assignment.unexplained)]
    files += [*_files(root / "autograder"), *own, *_reference(root, assignment.reference, own)]
    content = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    try:
        replace_file(output, _zipped(content))
    except OSError as error:
        raise AssignmentError(f"{output} cannot be written: {error.strerror}.") from error
    return sorted(content)


def _files(folder: Path) -> list[Path]:
    """All files below the folder that somebody wrote: no caches, nothing hidden."""
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and path.suffix != ".pyc" and not any(p == "__pycache__" or p[0] == "." for p in parts):
            found.append(path)
    return found


def _reference(root: Path, names: Sequence[str], files: list[Path]) -> set[Path]:
    """The files of the model solution, those that the assignment's own files import, and what these import in turn."""
    needed = {file for name in names for file in _module_files(root, f"{_REFERENCE}.{name}", None)}
    waiting = [*needed, *(path for path in files if path.suffix == ".py")]
    while waiting:
        path = waiting.pop()
        for module, certain in _imports(path, root):
            fresh = _module_files(root, module, path if certain else None) - needed
            needed |= fresh
            waiting += fresh
    return needed


def _imports(path: Path, root: Path) -> Iterator[tuple[str, bool]]:
    """The dotted names a file imports, by its syntax tree; uncertain are those that may be a name in a module."""
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        raise AssignmentError(f"{path}:{error.lineno}: {error.msg}.") from error
    package = path.relative_to(root).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, True) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            yield module, True
            yield from ((f"{module}.{alias.name}", False) for alias in node.names)


def _module_files(root: Path, module: str, importer: Path | None) -> set[Path]:
    """The files that importing this module runs, packages first; none if it is not of the reference.

    AssignmentError if it is not there, in the importer's name; without an importer it may be absent.
    """
    parts = module.split(".")
    if parts[0] != _REFERENCE:
        return set()
    found = set()
    for length in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:length])
        files = [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
        if not files and not place.is_dir() and importer is not None:
            raise AssignmentError(f"{importer} imports {module}, which is not in {root / _REFERENCE}.")
        found.update(files)
    return found


def _zipped(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            # A carriage return after #!/usr/bin/env bash, and Gradescope says only that it found no such file.
            archive.writestr(entry, data.replace(b"\r\n", b"\n") if name in SCRIPTS else data)
    return buffer.getvalue()
