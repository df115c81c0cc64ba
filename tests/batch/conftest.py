"""Small classes, as a folder and as each platform exports them, and the command over them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RIGHT = "def double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n"
HALF = "def double(x):\n    return x + 1\n\ndef half(x):\n    return x / 2\n"  # 6 of 10 points
CLASS = {"ada": RIGHT, "bela": HALF, "chloé": RIGHT.replace("2 * x", "x + x"), "dinh": "def double(x:\n"}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def write(folder: Path, files: dict[str, str]) -> Path:
    """These files below a folder, which is made."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def zipped(folder: Path, path: Path, around: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, f"{around}{file.relative_to(folder)}")
    return path


def gradescope(folder: Path) -> Path:
    """An export with a group, a name to be quoted, an entry without a folder, and a folder without an entry."""
    lines = [
        "---",
        "submission_101:",
        "  :submitters:",
        "  - :name: Ada Lovelace",
        "    :sid: '007'",
        "    :email: ada@example.org",
        '  - :name: "Chlo\\xE9 D\'Arc"',
        "    :sid: ",
        "    :email: chloe@example.org",
        "  :created_at: 2026-03-01 22:30:00.123456000 Z",
        "  :score: 3.0",
        "  :status: processed",
        "  :results:",
        "    tests:",
        "    - output: |",
        "        submission_999:",
        "          :submitters:",
        "",
        "        the end",
        "  :history:",
        "  - :created_at: 2020-01-01 00:00:00 Z",
        "submission_102:",
        "  :submitters:",
        "  - :name: 'Bela O''Hara'",
        "    :sid: 12",
        "    :email: bela@example.org",
        "  :created_at: !ruby/object:ActiveSupport::TimeWithZone",
        "    utc: 2026-03-03 01:00:00.000000000 Z",
        "  :history: []",
        "submission_103:",
        "  :submitters:",
        '  - :name: =HYPERLINK("http://evil")',
        "    :sid: +1",
        "    :email: dinh@example.org",
    ]
    write(folder, {"submission_metadata.yml": "\n".join(lines) + "\n", "__MACOSX/submission_101/._double.py": ""})
    write(
        folder, {f"submission_{number}/double.py": text for number, text in ((101, RIGHT), (102, HALF), (104, RIGHT))}
    )
    return folder


def canvas(folder: Path) -> Path:
    names = ["lovelaceada_11_901_double.py", "harabela_LATE_12_902_double-2.py", "harabela_LATE_12_902_notes.py"]
    return write(folder, {names[0]: RIGHT, names[1]: HALF, names[2]: "x = 1\n"})


def moodle(folder: Path) -> Path:
    files = {"Ada Lovelace_657737_assignsubmission_file_/double.py": RIGHT}
    files["Bela O'Hara_657738_assignsubmission_file_/homework/double.py"] = HALF
    files["Bela O'Hara_657738_assignsubmission_onlinetext_/onlinetext.html"] = "<p>Please be kind.</p>"
    return write(folder, files)


@pytest.fixture
def classroom(tmp_path: Path) -> Path:
    """A folder of folders."""
    return write(tmp_path / "class", {f"{name}/double.py": text for name, text in CLASS.items()})


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `autograder grade`, and ends it at the end of the test, if it has not ended."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "autograder", "grade", *map(str, arguments)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=tmp_path, start_new_session=True)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture
def run(started: Callable[..., subprocess.Popen[str]]) -> Run:
    """Runs `autograder grade` to its end."""

    def to_the_end(*arguments: object) -> subprocess.CompletedProcess[str]:
        process = started(*arguments)
        said = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, *said)

    return to_the_end
