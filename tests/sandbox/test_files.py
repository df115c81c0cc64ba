"""Archives and files that mean harm: nothing runs, nothing is written elsewhere, and what was left out is told."""

from __future__ import annotations

import importlib.util
import io
import marshal
import os
import stat
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.grade import grade
from autograder.outcome import Report

RIGHT = b"from helper import two\ndef double(x):\n    return two * x\ndef half(x):\n    return x / 2\n"
HELPER = b"two = 2\n"
BOOM = b"raise SystemExit('this was run')\n"
Graded = Callable[..., Report]


@pytest.fixture
def graded_zip(assignment: Assignment, tmp_path: Path) -> Graded:
    """The report of a zip with a right submission and these entries beside it."""

    def run(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> Report:
        path = tmp_path / "handed-in.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (("double.py", RIGHT), ("helper.py", HELPER), *entries):
                archive.writestr(name, content)
        return grade(assignment, path)

    return run


def said(report: Report) -> str:
    return " ".join(report.remarks)


STEERING = [
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "pytest.ini",
    "tox.ini",
    "setup.cfg",
    "pyproject.toml",
]
STEERING += ["evil.pth", "double.so", "helper.pyc", "deep/conftest.py", "CONFTEST.PY"]


@pytest.mark.parametrize("first", range(0, len(STEERING), 4))  # so many are told by name, the rest by their number
def test_what_could_steer_a_tool_is_left_out_and_told(graded_zip: Graded, first: int) -> None:
    names = STEERING[first : first + 4]
    report = graded_zip(*((name, BOOM) for name in names))
    assert report.score == 10
    assert all(name in said(report) for name in names)


def test_files_called_like_modules_are_never_imported_in_their_place(graded_zip: Graded) -> None:
    names = ("numpy", "json", "autograder", "reference", "pytest", "submission", "os", "typing", "double/__init__")
    assert graded_zip(*((f"{name}.py", BOOM) for name in names)).score == 10


@pytest.mark.parametrize("folder", ["__pycache__/", "", "Helper/__pycache__/"])
def test_a_poisoned_cache_is_not_run(graded_zip: Graded, folder: str) -> None:
    code = marshal.dumps(compile("two = 3", "helper.py", "exec"))
    unchecked = importlib.util.MAGIC_NUMBER + struct.pack("<I", 1) + bytes(8) + code  # says: never look at the source
    report = graded_zip((f"{folder}helper.{sys.implementation.cache_tag}.pyc", unchecked), ("helper.pyc", unchecked))
    assert report.score == 10
    assert "helper.pyc" in said(report)


def test_names_that_lead_out_are_left_out_and_told(graded_zip: Graded, tmp_path: Path) -> None:
    names = ("../evil.py", "/tmp/evil.py", "a/../../evil.py", "C:\\evil.py", "..\\evil.py")
    report = graded_zip(*((name, BOOM) for name in names))
    assert report.score == 10
    assert "leads out of the folder" in said(report)
    assert said(report).count("evil.py") == len(names)
    assert not list(tmp_path.rglob("evil.py"))
    assert not os.path.exists("/tmp/evil.py")


def test_links_and_devices_in_a_zip_are_left_out_and_told(graded_zip: Graded) -> None:
    modes = (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK)
    infos = [zipfile.ZipInfo(f"odd{number}.py") for number in range(len(modes))]
    for info, mode in zip(infos, modes, strict=True):
        info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    report = graded_zip(*((info, b"/etc/passwd") for info in infos))
    assert report.score == 10
    assert all(info.filename in said(report) for info in infos)


def test_a_bomb_is_left_out_and_told(graded_zip: Graded) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(16):
            archive.writestr(f"{number}.txt", bytes(40 << 20))
    report = graded_zip(("zeros.txt", bytes(200 << 20)), ("more.zip", inner.getvalue()))
    assert report.score == 10
    assert "zeros.txt" in said(report)


def test_a_size_that_lies_is_found_out(graded_zip: Graded, assignment: Assignment, tmp_path: Path) -> None:
    graded_zip(("zeros.txt", bytes(20 << 20)))
    path = tmp_path / "handed-in.zip"
    content = path.read_bytes()
    assert content.count(struct.pack("<I", 20 << 20)) == 2  # before the file, and in the list at the end
    path.write_bytes(content.replace(struct.pack("<I", 20 << 20), struct.pack("<I", 100)))
    report = grade(assignment, path)
    assert report.score == 10
    assert "zeros.txt" in said(report)


def test_files_that_overlap_are_bounded(graded_zip: Graded, assignment: Assignment, tmp_path: Path) -> None:
    """Thousands of names for the same bytes: small as a file, gigabytes when each is unpacked."""
    graded_zip(("zeros.txt", bytes(4 << 20)))
    path = tmp_path / "handed-in.zip"
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", content[end + 16 : end + 20])[0]
    entry = content.rindex(b"PK\x01\x02")
    many = b"".join(content[entry:end].replace(b"zeros.txt", b"z%04d.txt" % number) for number in range(5000))
    directory = content[start:entry] + many.replace(b"zeros", b"zzzzz")
    count = struct.pack("<HH", 5002, 5002)
    tail = content[end : end + 8] + count + struct.pack("<II", len(directory), start) + b"\0\0"
    path.write_bytes(content[:start] + directory + tail)
    report = grade(assignment, path)
    assert report.score == 10
    assert "Left out" in said(report)


def test_ten_thousand_files_cost_no_right_one(graded_zip: Graded) -> None:
    report = graded_zip(*((f"data/{number}.txt", b"") for number in range(10_000)))
    assert report.score == 10
    assert "more than 500 files" in said(report)


NAMES = ["\u202eyp.elbuod", "a\x1b[2J.py", "naïve.py", "\N{GRINNING FACE}.txt", "con.txt", "a" * 300 + ".txt", " .txt"]
NAMES += ["a\nb.txt", "ﬁ.py", "a\u0300.py", "=1+1.csv", "<b>.txt", "-rf", "~", "*"]


@pytest.mark.parametrize("first", range(0, len(NAMES), 5))
def test_names_of_any_letters_are_harmless_wherever_they_are_shown(graded_zip: Graded, first: int) -> None:
    names = NAMES[first : first + 5]
    report = graded_zip(*((name, b"x = 1\n") for name in names), *((f"{name}.pyc", b"") for name in names))
    assert report.score == 10
    assert "never used in grading" in said(report)
    assert all(line.isprintable() for line in report.remarks)


@pytest.mark.parametrize("flag", [0, 0x800])
def test_a_name_in_any_encoding_is_harmless(
    assignment: Assignment, graded_zip: Graded, tmp_path: Path, flag: int
) -> None:
    graded_zip(("NAME.txt", b""))
    path = tmp_path / "handed-in.zip"
    path.write_bytes(path.read_bytes().replace(b"NAME.txt", b"\xff\xfe\x80\x00.txt"[:8]))
    assert grade(assignment, path).score in (0, 10)  # a zip that cannot be read at all is said so, at every check


def test_a_tar_of_devices_fifos_and_links_is_harmless(assignment: Assignment, tmp_path: Path) -> None:
    path = tmp_path / "handed-in.tar"
    kinds = (tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE)
    with tarfile.open(path, "w") as archive:
        for name, content in (("double.py", RIGHT), ("helper.py", HELPER)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for number, kind in enumerate(kinds):
            info = tarfile.TarInfo(f"odd{number}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    report = grade(assignment, path)
    assert report.score == 10
    assert all(f"odd{number}" in said(report) for number in range(len(kinds)))


def test_a_folder_of_fifos_and_links_is_harmless(assignment: Assignment, tmp_path: Path) -> None:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / "double.py").write_bytes(RIGHT)
    (folder / "helper.py").write_bytes(HELPER)
    (folder / "link.py").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "fifo.py")
    report = grade(assignment, folder)
    assert report.score == 10
    assert all(name in said(report) for name in ("link.py", "loop", "fifo.py"))
