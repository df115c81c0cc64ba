"""The zip of a class: nothing in it leads out, follows a link, or fills the disk."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch.discovery import find
from autograder.batch.unpack import TooLarge, names_in, unpack
from autograder.errors import AutograderError
from autograder.ingest import MAX_FILE


def test_names_that_lead_out_are_left_out_and_said(tmp_path: Path) -> None:
    path, into = tmp_path / "class.zip", tmp_path / "into" / "here"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../out.py", "/etc/out.py", "a/../../out.py", "ada/double.py", "__MACOSX/ada/._double.py"):
            archive.writestr(name, "x = 1\n")
    into.mkdir(parents=True)
    said = unpack(path, into)
    assert len(said) == 3
    assert [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.py")] == ["into/here/ada/double.py"]


def test_a_link_leads_nowhere_and_an_empty_folder_stays(tmp_path: Path) -> None:
    path, into = tmp_path / "class.zip", tmp_path / "into"
    link = zipfile.ZipInfo("ada/double.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bela/", "")
    into.mkdir()
    assert unpack(path, into) == []
    assert not os.path.islink(into / "ada" / "double.py")
    assert (into / "bela").is_dir()


def test_a_file_that_grows_is_cut_behind_the_limit(tmp_path: Path) -> None:
    path, into = tmp_path / "class.zip", tmp_path / "into"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ada/double.py", bytes(3 * MAX_FILE))
    into.mkdir()
    unpack(path, into)
    assert (into / "ada" / "double.py").stat().st_size == MAX_FILE + 1


def test_a_zip_that_would_fill_the_disk_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assignment: Assignment
) -> None:
    monkeypatch.setattr("autograder.batch.unpack.FEW_BYTES", 1 << 20)
    path, into = tmp_path / "ada.zip", tmp_path / "into"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("ada/double.py", "bela/double.py"):
            archive.writestr(name, bytes(4 << 20))
    into.mkdir()
    with pytest.raises(TooLarge, match="grows too large"):
        unpack(path, into)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert find([path], assignment, scratch).one == path  # whose grading has its own limits, and says so
    assert list(scratch.iterdir()) == []


def test_a_damaged_file_costs_itself_and_a_damaged_zip_is_a_sentence(tmp_path: Path) -> None:
    path, into = tmp_path / "class.zip", tmp_path / "into"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ada/double.py", "x = 'A long text that is damaged below'\n")
        archive.writestr("bela/double.py", "x = 1\n")
    path.write_bytes(path.read_bytes().replace(b"A long text", b"a long text", 1))
    into.mkdir()
    assert "ada/double.py" in unpack(path, into)[0]
    assert (into / "bela" / "double.py").is_file()
    path.write_bytes(b"PK\x03\x04 and no more")
    assert names_in(path) == []
    with pytest.raises(AutograderError, match="damaged zip"):
        unpack(path, into)
