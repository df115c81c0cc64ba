"""The upload as Gradescope runs it: the zip unpacked into the container's folders, setup.sh once, each example graded.

The folders lie below a scratch root instead of /autograder; run_autograder finds them by where its own copy stands.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.gradescope.contract import validate
from autograder.gradescope.upload import build

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = ("activations", "gates")
EXAMPLES = [
    path
    for path in sorted((ROOT / "examples").glob("*/*"))
    if path.parent.name in ASSIGNMENTS and not path.name.endswith(".expected.toml")
]
# What never ends does so soon. Nothing below 2 s would be fair on half a CPU.
LIMITS = "\n[limits]\nload_seconds = 4\ncall_seconds = 3\ncheck_seconds = 20\n"
METADATA = {
    "id": 123456,
    "created_at": "2026-02-03T10:00:00.000000-08:00",
    "assignment": {"due_date": "2026-02-04T00:00:00.000000-08:00", "title": "A", "total_points": "100.0"},
    "users": [{"email": "student@example.org", "id": 1, "name": "Student", "sid": "1"}],
    "previous_submissions": [],
}


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """For each assignment the container's root, with the upload unpacked and set up."""
    roots = {}
    for name in ASSIGNMENTS:
        root = tmp_path_factory.mktemp("autograder")
        build(ROOT / "assignments" / name, root / "upload.zip")
        subprocess.run(["unzip", "-q", root / "upload.zip", "-d", root / "source"], check=True)
        shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
        with (root / "source" / "assignments" / name / "assignment.toml").open("a") as file:
            file.write(LIMITS)
        roots[name] = root
    first, second = (root / "source" for root in roots.values())
    subprocess.run([str(first / "setup.sh")], check=True, cwd="/", stdin=subprocess.DEVNULL)
    shutil.copytree(first / ".venv", second / ".venv", symlinks=True)  # the second differs in its assignment only
    subprocess.run([str(second / "setup.sh")], check=True, cwd="/", stdin=subprocess.DEVNULL)
    yield roots
    for root in roots.values():
        shutil.rmtree(root)


def start(root: Path, example: Path, metadata: dict[str, Any] | None) -> subprocess.Popen[str]:
    """Gradescope's run of one submission."""
    for name in ("submission", "results"):
        shutil.rmtree(root / name, ignore_errors=True)
        (root / name).mkdir()
    if example.is_dir():
        shutil.copytree(example, root / "submission", dirs_exist_ok=True)
    elif example.suffix == ".zip":  # Gradescope unpacks what a student uploads
        zipfile.ZipFile(example).extractall(root / "submission")
    else:
        shutil.copy(example, root / "submission")
    (root / "submission_metadata.json").unlink(missing_ok=True)
    if metadata is not None:
        (root / "submission_metadata.json").write_text(json.dumps(metadata))
    environment = {"PATH": os.environ["PATH"], "HOME": "/root", "TIMEOUT_SECONDS": "120"}
    return subprocess.Popen(
        [str(root / "run_autograder")],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def results(root: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    assert validate(data) == []
    return data


def expected_score(example: Path) -> float:
    text = example.parent.joinpath(f"{example.name.partition('.')[0]}.expected.toml").read_text()
    return float(next(line.partition("=")[2] for line in text.splitlines() if line.startswith("score")))


@pytest.mark.parametrize("metadata", [METADATA, None], ids=["with metadata", "without metadata"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_gradescope_gets_a_valid_file_with_the_right_score(
    containers: dict[str, Path], example: Path, metadata: dict[str, Any] | None
) -> None:
    root = containers[example.parent.name]
    process = start(root, example, metadata)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    data = results(root)
    assert data["score"] == pytest.approx(expected_score(example)), output
    assert sum(test["max_score"] for test in data["tests"]) == 100
    assert "Traceback" not in output


@pytest.mark.parametrize("victim", ["grader", "zygote"])
def test_a_killed_grader_leaves_what_it_had_found(containers: dict[str, Path], tmp_path: Path, victim: str) -> None:
    root = containers["gates"]
    endless = (ROOT / "reference" / "gates.py").read_text()
    endless += "\n\ndef forward(self, x):\n    while True:\n        pass\n\n\nTanhGate.forward = forward\n"
    (tmp_path / "gates.py").write_text(endless)
    process = start(root, tmp_path / "gates.py", METADATA)
    try:
        wait_for(lambda: len(passed(results(root))) >= 3)
    except AssertionError:
        process.terminate()
        raise
    word = "autograder grade" if victim == "grader" else "autograder.sandbox.zygote"
    pid = next(pid for pid in descendants(process.pid) if word in command_line(pid).replace("\0", " "))  # parents first
    before = passed(results(root))
    os.kill(pid, signal.SIGKILL)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    data = results(root)
    assert sum(test["max_score"] for test in data["tests"]) == 100
    assert set(before) <= set(passed(data)), "what was found stands"
    assert len(passed(data)) < len(data["tests"])
    assert any("our fault, not yours" in test["output"] for test in data["tests"])
    assert not [pid for pid in everyone() if str(root) in command_line(pid)]


def passed(data: dict[str, Any]) -> list[str]:
    return [test["name"] for test in data.get("tests", []) if test["status"] == "passed"]


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        try:
            if condition():
                return
        except (FileNotFoundError, ValueError):
            pass
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def everyone() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    children = []
    for entry in everyone():
        try:
            parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            children += [entry, *descendants(entry)]
    return children
