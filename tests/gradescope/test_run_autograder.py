"""The script run_autograder, in Gradescope's layout and in a checkout, with stand-ins for what it starts."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.gradescope.contract import validate

SCRIPT = Path(__file__).parents[2] / "run_autograder"


def stand_in(path: Path, body: str = 'echo "$0" "$@"') -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The copy of the script in the folder, started from somewhere else."""
    command = [str(folder / "run_autograder"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd="/")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "with a space"
    folder.mkdir()
    shutil.copy(SCRIPT, folder)
    return folder


def test_the_script_has_its_run_bit_and_unix_line_ends() -> None:
    assert SCRIPT.stat().st_mode & 0o111 == 0o111
    assert SCRIPT.read_bytes().startswith(b"#!")
    assert b"\r" not in SCRIPT.read_bytes()


def test_beside_source_it_starts_gradescope_s_entry(folder: Path) -> None:
    stand_in(folder / "source/.venv/bin/python")
    done = run(folder)
    assert done.returncode == 0
    assert done.stdout.split(" -I ")[0] == f"{folder}/source/.venv/bin/python"
    assert done.stdout.strip().endswith(f"-m autograder gradescope --root {folder}")


def test_a_valid_file_stands_even_when_the_image_was_not_built(folder: Path) -> None:
    (folder / "source").mkdir()
    assert run(folder).returncode != 0
    data = json.loads((folder / "results/results.json").read_text(encoding="utf-8"))
    assert validate(data) == []
    assert data["score"] == 0
    assert "not your fault" in data["output"]


def test_in_a_checkout_it_grades_with_the_arguments_as_they_are(folder: Path) -> None:
    stand_in(folder / ".venv/bin/autograder", 'printf "%s|" "$@"')
    stand_in(folder / "setup.sh", "echo made again")
    assert run(folder, "assignments/gates", "a b.py", "-v").stdout == "grade|assignments/gates|a b.py|-v|"


def test_in_a_fresh_clone_it_makes_the_environment_first(folder: Path) -> None:
    stand_in(folder / "setup.sh", f'mkdir -p .venv/bin; cp "{folder}/tool" "{folder}/.venv/bin/autograder"')
    (folder / ".venv/bin").mkdir(parents=True)
    stand_in(folder / "tool", 'printf "%s|" "$@"')
    assert run(folder, "assignments/gates", "gates.py").stdout == "grade|assignments/gates|gates.py|"


def test_a_failed_set_up_stops_it(folder: Path) -> None:
    stand_in(folder / "setup.sh", "exit 3")
    assert run(folder, "assignments/gates", "gates.py").returncode == 3


def test_without_arguments_in_a_checkout_it_says_how_it_is_used(folder: Path) -> None:
    done = run(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: ")
