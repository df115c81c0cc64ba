"""A submission that was sent reads as it did where it came from, whatever it is; an assignment has the same hash."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import entries, ingest
from autograder.assignment import Assignment, load_assignment
from autograder.batch import parcel
from autograder.batch.fingerprint import of_grader
from autograder.batch.handover import given, order
from autograder.batch.identity import HandedIn
from autograder.errors import SubmissionError
from autograder.submission import read
from tests.batch.conftest import RIGHT, write


def said(handed: HandedIn, folder: Path, *, sent: bool) -> object:
    """All that reading the submission says, of itself or of what arrived of it."""
    folder.mkdir()
    message = order(handed)
    if not sent:
        return _read(message, folder)
    with parcel.laid_out(parcel.pack(message)) as arrived:
        assert arrived["label"] == handed.label
        assert str(folder.parent) not in str(arrived)
        return _read(arrived, folder)


def _read(message: dict[str, object], folder: Path) -> object:
    try:
        with given(message) as path:
            found = read(path, file="double.py", provides=("double", "half"), into=folder)
    except SubmissionError as error:
        return str(error)
    copied = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return replace(found, folder=Path()), copied


def plain(place: Path) -> Path:
    return write(place / "ada", {"double.py": RIGHT, "deep/er/helper.py": "x = 1\n", "é ü.txt": "ö"})


def odd(place: Path) -> Path:
    folder = plain(place)
    write(folder, {"conftest.py": "import os\n", "__MACOSX/x.py": "", ".DS_Store": "x", "Double.py": "x = 1\n"})
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "linked").symlink_to("/etc")
    os.mkfifo(folder / "pipe.py")
    return folder


def large(place: Path) -> Path:
    folder = plain(place)
    for number in range(9):
        (folder / f"data{number}.bin").write_bytes(bytes(2 << 20))
    (folder / "data.txt").write_bytes(b"x" * 3000)
    return folder


def empty(place: Path) -> Path:
    (place / "ada").mkdir()
    return place / "ada"


def only_junk(place: Path) -> Path:
    return write(place / "ada", {".DS_Store": "x"})


def a_file(place: Path) -> Path:
    return write(place, {"double.py": RIGHT}) / "double.py"


def a_large_file(place: Path) -> Path:
    path = place / "double.py"
    path.write_bytes(bytes(5 << 20))
    return path


def a_zip(place: Path) -> Path:
    with zipfile.ZipFile(place / "ada.zip", "w") as archive:
        archive.writestr("double.py", RIGHT)
    return place / "ada.zip"


def a_link(place: Path) -> Path:
    (place / "double.py").symlink_to("/etc/passwd")
    return place / "double.py"


def too_many(place: Path) -> Path:
    return write(place / "ada", {f"{number}.py": "" for number in range(60)})


@pytest.mark.parametrize("make", [plain, odd, large, empty, only_junk, a_file, a_large_file, a_zip, a_link, too_many])
def test_what_arrives_reads_as_what_was_sent(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (ingest, parcel):  # smaller limits, so that the test stays small
        monkeypatch.setattr(module, "MAX_FILE", 1 << 20 if make is a_large_file else 3 << 20)
        monkeypatch.setattr(module, "MAX_TOTAL", 5 << 20)
        monkeypatch.setattr(module, "MAX_ARCHIVE", 4 << 20)
    for module in (entries, parcel):
        monkeypatch.setattr(module, "MAX_LISTED", 50)
    handed = HandedIn("ada", make(tmp_path))
    here = said(handed, tmp_path / "here", sent=False)
    assert said(handed, tmp_path / "there", sent=True) == here


def test_files_among_others_arrive_under_the_students_names(tmp_path: Path) -> None:
    write(tmp_path, {"ada_1_2_double.py": RIGHT, "ada_1_3_notes-1.txt": "x"})
    files = (("double.py", tmp_path / "ada_1_2_double.py"), ("notes.txt", tmp_path / "ada_1_3_notes-1.txt"))
    handed = HandedIn("ada_1", files=files)
    here = said(handed, tmp_path / "here", sent=False)
    assert said(handed, tmp_path / "there", sent=True) == here


def test_an_assignment_arrives_with_its_hash(assignment: Assignment, tmp_path: Path) -> None:
    write(assignment.root / "reference", {"double.py": RIGHT, "deep/__init__.py": "", "__pycache__/a.pyc": "x"})
    write(assignment.folder, {"unexplained.jsonl": "{}", "tolerances.json": "{}"})
    (assignment.folder / "linked.py").symlink_to(write(tmp_path / "elsewhere", {"shared.py": "x = 1\n"}) / "shared.py")
    (assignment.folder / "linked").symlink_to(tmp_path / "elsewhere")
    bundle = parcel.pack_assignment(assignment)
    assert parcel.pack_assignment(assignment) == bundle
    arrived = load_assignment(parcel.unpack_assignment(bundle, assignment.name, tmp_path / "there"))
    assert of_grader(arrived, {}) == of_grader(assignment, {})
    assert (arrived.folder / "tolerances.json").exists()
    assert not arrived.unexplained.exists()
