"""What is copied of a submission, what is left out with which words, and that nothing leads out of its folder."""

from __future__ import annotations

import io
import os
import socket
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder import entries, ingest
from autograder.errors import SubmissionError
from autograder.ingest import Copied

SOURCE = b"def f(x):\n    return x\n"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "gates.py").write_bytes(SOURCE)
    return folder


def zipped(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return path


def refused(path: Path, into: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        ingest.ingest(path, into)
    return str(caught.value)


def nothing_outside(into: Path) -> None:
    """What was copied are regular files, and the folder's neighbours are those of before."""
    for path in into.rglob("*"):
        mode = path.lstat().st_mode
        assert stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    assert {path.name for path in into.parent.iterdir()} <= {"copy", "handed in", "a.zip", "a.tar.gz", "secret.py"}


def test_a_file_is_copied_byte_for_byte(handed_in: Path, into: Path) -> None:
    assert ingest.ingest(handed_in / "gates.py", into) == Copied(("gates.py",), ())
    assert (into / "gates.py").read_bytes() == SOURCE


def test_another_user_can_read_the_copy_whatever_the_umask(handed_in: Path, into: Path) -> None:
    (handed_in / "deep" / "er").mkdir(parents=True)
    (handed_in / "deep" / "er" / "x.py").write_bytes(SOURCE)
    (handed_in / "gates.py").chmod(0o700)
    before = os.umask(0o077)
    try:
        ingest.ingest(handed_in, into)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [into, *into.rglob("*")]}
    assert modes == {"copy": 0o755, "deep": 0o755, "er": 0o755, "x.py": 0o644, "gates.py": 0o644}


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/._gates.py",
        "._gates.py",
        ".DS_Store",
        ".git/config.py",
        ".ipynb_checkpoints/gates.py",
        "PaxHeader/gates.py",
        "a/PaxHeaders.17/gates.py",
        "__pycache__/gates.py",
        "env/lib/site-packages/gates.py",
    ],
)
def test_system_junk_is_dropped_without_a_word(name: str, handed_in: Path, into: Path) -> None:
    (handed_in / name).parent.mkdir(parents=True, exist_ok=True)
    (handed_in / name).write_bytes(b"\0\5\x16\7")
    assert ingest.ingest(handed_in, into) == Copied(("gates.py",), ())


def test_what_could_steer_the_grader_is_dropped_and_said(handed_in: Path, into: Path) -> None:
    names = ["conftest.py", "sitecustomize.py", "usercustomize.py", "pytest.ini", "pyproject.toml", "setup.cfg",
             "tox.ini", "a.pyc", "a.pth", "a.so", "ConfTest.py"]  # fmt: skip
    for name in names:
        (handed_in / name).write_bytes(b"x")
    copied = ingest.ingest(handed_in, into)
    assert copied.files == ("gates.py",)
    (remark,) = copied.remarks
    assert remark.startswith("Left out (never used in grading): ")
    assert "conftest.py" in remark
    assert remark.endswith(f" and {len(names) - 5} more.")


def test_links_are_not_followed(handed_in: Path, into: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("answer = 42\n")
    (handed_in / "passwd.py").symlink_to("/etc/passwd")
    (handed_in / "secret.py").symlink_to(tmp_path / "secret.py")
    (handed_in / "up").symlink_to("..")
    copied = ingest.ingest(handed_in, into)
    assert copied.files == ("gates.py",)
    assert copied.remarks == ("Left out (links are not followed): passwd.py, secret.py, up.",)
    nothing_outside(into)


def test_a_submission_that_is_a_link_is_refused(handed_in: Path, into: Path) -> None:
    (handed_in / "link").symlink_to(handed_in)
    assert refused(handed_in / "link", into) == "link is a link."


def test_special_files_are_left_out_and_never_waited_for(handed_in: Path, into: Path) -> None:
    os.mkfifo(handed_in / "fifo.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(handed_in / "socket.py"))
        copied = ingest.ingest(handed_in, into)
    assert copied == Copied(("gates.py",), ("Left out (not a regular file): fifo.py, socket.py.",))


def test_a_fifo_as_the_submission_is_refused(tmp_path: Path, into: Path) -> None:
    os.mkfifo(tmp_path / "gates.py")
    assert refused(tmp_path / "gates.py", into) == "gates.py is not a regular file."


def test_a_file_that_turns_into_a_fifo_is_not_read(handed_in: Path, into: Path) -> None:
    """The kind is looked at again on what was opened, not on the name."""
    with entries.folder_entries(handed_in, lambda _: False) as (entry,):
        (handed_in / "gates.py").unlink()
        os.mkfifo(handed_in / "gates.py")
        assert entry.open is not None
        with pytest.raises(OSError, match="not a regular file"):
            entry.open()


def test_real_bytes_are_counted_and_not_what_an_entry_says(into: Path) -> None:
    lies = entries.Entry("lies.py", 1, lambda: io.BytesIO(bytes(ingest.MAX_FILE + 1)))
    intake = ingest._Intake(into)
    intake.take([lies])
    assert (intake.files, intake.remarks()) == ([], ("Left out (could not be read): lies.py.",))
    assert list(into.iterdir()) == []


def test_no_more_than_the_whole_may_weigh_is_copied(handed_in: Path, into: Path) -> None:
    for number in range(6):
        (handed_in / f"data{number}").write_bytes(bytes(ingest.MAX_FILE - 100))
    copied = ingest.ingest(handed_in, into)
    assert copied.files == ("data0", "data1", "data2", "data3", "gates.py")
    assert copied.remarks == ("Left out (more than 32 MB in all): data4, data5.",)


def test_of_too_many_files_the_sources_and_the_shallow_ones_are_copied(handed_in: Path, into: Path) -> None:
    (handed_in / "a").mkdir()
    for number in range(600):
        (handed_in / "a" / f"{number:03}.png").write_bytes(b"")
    (handed_in / "a" / "z.py").write_bytes(SOURCE)
    copied = ingest.ingest(handed_in, into)
    assert len(copied.files) == 500
    assert {"gates.py", "a/z.py"} <= set(copied.files)
    assert copied.remarks == (
        "Left out (more than 500 files): a/498.png, a/499.png, a/500.png, a/501.png, a/502.png and 97 more.",
    )


def test_of_names_that_differ_in_case_the_module_is_kept(tmp_path: Path, into: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"Gates.py": b"old", "gates.py": SOURCE, "GATES.PY": b"older"})
    copied = ingest.ingest(path, into)
    assert copied == Copied(("gates.py",), ("Left out (the same name in other letters' case): Gates.py, GATES.PY.",))


def test_a_file_where_a_folder_is_needed_is_left_out(tmp_path: Path, into: Path) -> None:
    copied = ingest.ingest(zipped(tmp_path / "a.zip", {"a": b"x", "a/gates.py": SOURCE}), into)
    assert copied == Copied(("a/gates.py",), ("Left out (the name cannot be used here): a.",))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a\x1b[31m\u202e.py", "a_[31m_.py"),
        ("ga\ud800.py", None),
        ("e\u0301.py", "\xe9.py"),
        ("./a//b/./gates.py", "a/b/gates.py"),
    ],
)
def test_odd_names_become_harmless(name: str, kept: str | None) -> None:
    assert ingest._harmless(name) == (kept or "ga_.py")


def test_a_name_that_is_no_text_is_still_copied(handed_in: Path, into: Path) -> None:
    folder = os.fsencode(handed_in) + b"/Jos\xe9"
    os.mkdir(folder)
    with open(folder + b"/gates.py", "wb") as file:
        file.write(SOURCE)
    assert ingest.ingest(handed_in, into).files == ("Jos_/gates.py", "gates.py")


def test_a_name_that_is_too_long_is_left_out(tmp_path: Path, into: Path) -> None:
    copied = ingest.ingest(zipped(tmp_path / "a.zip", {"gates.py": SOURCE, "x" * 300: b"", "e" * 10 + "/y": b""}), into)
    assert copied.files == ("eeeeeeeeee/y", "gates.py")
    assert "the name cannot be used here" in copied.remarks[0]
    assert len(copied.remarks[0]) < 200


def test_folders_nested_too_deep_are_left_out(handed_in: Path, into: Path) -> None:
    (handed_in / ("b/" * 30)).mkdir(parents=True)
    copied = ingest.ingest(handed_in, into)
    assert copied.files == ("gates.py",)
    assert copied.remarks[0].startswith("Left out (nested more than 20 folders deep)")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.zip", b"", "a.zip is not an archive that can be opened here; hand in a .zip."),
        ("a.rar", b"Rar!\x1a\x07", "a.rar is not an archive that can be opened here; hand in a .zip."),
        ("a.zip", b"PK\3\4 and then nothing", "The archive is damaged and cannot be unpacked; pack it again."),
        ("a.tgz", b"\x1f\x8b and then nothing", "The archive is damaged and cannot be unpacked; pack it again."),
        ("a.zip", b"PK\5\6" + bytes(18), "a.zip is empty."),
        ("gates.py", bytes((8 << 20) + 1), "gates.py is larger than 8 MB."),
        ("a.zip", b"PK\3\4" + bytes(64 << 20), "a.zip is larger than 64 MB."),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence(
    name: str, content: bytes, sentence: str, tmp_path: Path, into: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert refused(tmp_path / name, into) == sentence


def test_nothing_there_gets_a_sentence(tmp_path: Path, into: Path) -> None:
    assert refused(tmp_path / "no\nwhere", into) == "There is no file or folder called no?where."
    assert refused(tmp_path / "nul\0", into) == "nul? cannot be read (ValueError)."
    (tmp_path / "empty").mkdir()
    assert refused(tmp_path / "empty", into) == "empty is empty."
