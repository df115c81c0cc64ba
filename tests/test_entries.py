"""Zips and tars of every make are read, and hostile ones neither escape, nor fill the disk, nor crash us."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
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


def zipped(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return path


def tarred(path: Path, files: Mapping[str, bytes], mode: str = "w:gz", form: int = tarfile.PAX_FORMAT) -> Path:
    with tarfile.open(path, mode, format=form) as archive:  # type: ignore[call-overload]  # any mode will do
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
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


FILES = {"hw/gates.py": SOURCE, "hw/data/x.txt": b"1", f"hw/{'long' * 30}/{'name' * 30}.py": b"2"}


@pytest.mark.parametrize(
    "pack",
    [
        lambda path: zipped(path, FILES),
        lambda path: zipped(path, FILES, zipfile.ZIP_STORED),
        lambda path: zipped(path, {name.replace("/", "\\"): content for name, content in FILES.items()}),
        lambda path: tarred(path, FILES),
        lambda path: tarred(path, FILES, "w"),
        lambda path: tarred(path, FILES, form=tarfile.GNU_FORMAT),
    ],
    ids=["zip", "stored", "windows", "tar.gz", "tar", "gnu tar"],
)
def test_archives_are_unpacked_whatever_their_name(pack: Callable[[Path], Path], tmp_path: Path, into: Path) -> None:
    copied = ingest.ingest(pack(tmp_path / "handed_in"), into)
    assert copied == Copied(tuple(sorted(FILES)), ())
    assert {name: (into / name).read_bytes() for name in copied.files} == FILES


@pytest.mark.parametrize("name", ["../x.py", "a/../../x.py", "/x.py", "C:\\x.py", "..\\x.py", "//x/y.py", "a/.."])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_out_are_left_out(name: str, pack: Callable[..., Path], tmp_path: Path, into: Path) -> None:
    copied = ingest.ingest(pack(tmp_path / "a.zip", {"gates.py": SOURCE, name: b"x"}), into)
    assert copied == Copied(("gates.py",), (f"Left out (the name leads out of the folder): {name}.",))
    nothing_outside(into)


def test_links_and_devices_in_archives_are_left_out(tmp_path: Path, into: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"{kind.decode()}.py")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert len(ingest.ingest(tmp_path / "a.tar.gz", into).remarks) == 2
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("link.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert ingest.ingest(tmp_path / "a.zip", into) == Copied((), ("Left out (links are not followed): link.py.",))
    nothing_outside(into)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_bomb_is_left_out(pack: Callable[..., Path], tmp_path: Path, into: Path) -> None:
    bomb = pack(tmp_path / "a.zip", {"gates.py": SOURCE, "bomb.py": bytes(ingest.MAX_FILE + 1)})
    assert bomb.stat().st_size < 100_000
    assert ingest.ingest(bomb, into) == Copied(("gates.py",), ("Left out (larger than 8 MB): bomb.py.",))


def test_a_tar_that_unpacks_without_end_is_refused(tmp_path: Path, into: Path) -> None:
    bomb = tarred(tmp_path / "a.tar.gz", {"gates.py": SOURCE, "bomb": bytes(entries.MAX_ARCHIVE)})
    assert refused(bomb, into) == "The archive holds more than 64 MB."


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_of_ten_thousand_files_is_bounded(pack: Callable[..., Path], tmp_path: Path, into: Path) -> None:
    crowd = {f"{number}.txt": b"" for number in range(10_000)}
    assert len(ingest.ingest(pack(tmp_path / "a.zip", {**crowd, "gates.py": SOURCE}), into).files) == 500


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_crowd_of_files_is_refused(
    pack: Callable[..., Path], tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_LISTED", 50)
    crowd = {f"{number}.txt": b"" for number in range(51)}
    assert "more than 50 files" in refused(pack(tmp_path / "a.zip", crowd), into)
    (tmp_path / "crowd").mkdir()
    for name in crowd:
        (tmp_path / "crowd" / name).touch()
    assert "more than 50 files" in refused(tmp_path / "crowd", into)


@pytest.mark.filterwarnings("ignore:Duplicate name")  # that is what the test is about
def test_of_two_files_of_one_name_the_last_is_kept(tmp_path: Path, into: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("gates.py", "old")
        archive.writestr("gates.py", SOURCE)
    copied = ingest.ingest(tmp_path / "a.zip", into)
    assert copied == Copied(("gates.py",), ("Left out (the same name stands twice): gates.py.",))
    assert (into / "gates.py").read_bytes() == SOURCE


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_nesting_has_an_end(pack: Callable[..., Path], tmp_path: Path, into: Path) -> None:
    files = {"a/" * 20 + "gates.py": SOURCE, "b/" * 21 + "gates.py": SOURCE}
    copied = ingest.ingest(pack(tmp_path / "a.zip", files), into)
    assert copied.files == ("a/" * 20 + "gates.py",)
    assert copied.remarks[0].startswith("Left out (nested more than 20 folders deep)")


def test_a_lone_archive_in_a_folder_or_an_archive_is_unpacked_once(tmp_path: Path, into: Path) -> None:
    inner = zipped(tmp_path / "inner", {"hw/gates.py": SOURCE, "deeper.zip": b"PK\5\6" + bytes(18)}).read_bytes()
    outer = zipped(tmp_path / "a.zip", {"homework.zip": inner, "readme.txt": b"see the zip"})
    copied = ingest.ingest(outer, into)
    assert copied == Copied(("deeper.zip", "hw/gates.py", "readme.txt"), ("homework.zip was unpacked.",))
    assert not (into / "homework.zip").exists()


def test_an_encrypted_file_is_left_out(tmp_path: Path, into: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"gates.py": SOURCE}, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert ingest.ingest(path, into) == Copied((), ("Left out (encrypted): gates.py.",))


def test_a_compression_that_eats_memory_is_left_out(tmp_path: Path, into: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"gates.py": SOURCE}, zipfile.ZIP_LZMA)
    assert ingest.ingest(path, into).remarks[0].startswith("Left out (compressed by a method")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("pack", [zipped, tarred, lambda path, files: tarred(path, files, "w")])
def test_a_damaged_archive_never_escapes_and_raises_nothing_unexpected(
    seed: int, pack: Callable[[Path, Mapping[str, bytes]], Path], tmp_path: Path, into: Path
) -> None:
    chance = random.Random(seed)
    good = pack(tmp_path / "a.zip", {f"a/{'x' * 90}/{n}.py": SOURCE * n for n in range(4)}).read_bytes()
    for _ in range(60):
        content = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.choice([0, 1, 0x2E, 0x2F, 0x7F, 0x80, 0xFF])
        (tmp_path / "a.zip").write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
        with contextlib.suppress(SubmissionError):
            ingest.ingest(tmp_path / "a.zip", into)
        nothing_outside(into)
