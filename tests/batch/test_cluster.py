"""A batch on a Dask cluster says what it says on one machine, whichever workers come and go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.batch import site
from autograder.batch.cluster import Cluster
from autograder.batch.handover import order
from autograder.batch.identity import HandedIn
from autograder.batch.parcel import pack, pack_assignment
from autograder.batch.run import Options
from autograder.errors import AutograderError
from tests.batch.conftest import CLASS, HALF, RIGHT, Run, canvas, write
from tests.batch.looking import below, files, rows, stamps, wait_for
from tests.batch.machines import Machines, machines
from tests.conftest import PUBLIC

# A check that adds to the log of unexplained answers, as the diagnosis does.
NOTES = PUBLIC.replace(
    """is 2 x.'''
""",
    """is 2 x.'''
    import pathlib
    with pathlib.Path(__file__).with_name("unexplained.jsonl").open("a") as log:
        log.write("noted\\n")
""",
)
ROOT = Path(__file__).resolve().parents[2]
MANY = 18  # benchmarks/cluster.py has 200

# One second of patience where the command has ten.
SOON = (
    "from autograder.batch import cluster; cluster.CONNECT_SECONDS = 1.0; from autograder.__main__ import main; main()"
)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler; each test brings the workers that it needs."""
    with machines(tmp_path_factory.mktemp("dask") / "machines") as started:
        yield started


def test_the_grades_are_those_of_one_machine(
    make_assignment: Callable[..., Assignment], classroom: Path, tmp_path: Path, run: Run, dask: Machines
) -> None:
    assignment = make_assignment(test_public=NOTES)
    hostile = "import os\ndef double(x):\n    os.kill(os.getppid(), 9)\ndef half(x): return x / 2\n"
    write(classroom, {"kills/double.py": hostile, "odd/double.py": RIGHT, "odd/big.txt": "x" * (9 << 20)})
    (classroom / "empty").mkdir()
    (classroom / "odd" / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(classroom / "odd" / "pipe.py")
    with (assignment.folder / "assignment.toml").open("a") as file:
        file.write("\n[late]\nper_day = 0.1\n")
    worker = dask.worker()
    options = ("--due", "2026-03-01 23:59 Z")
    cluster = run(assignment.folder, classroom, "-o", tmp_path / "cluster", "--scheduler", dask.file, *options)
    assert cluster.returncode == 1, cluster.stderr
    noted = assignment.unexplained.read_text()
    assert set(noted.splitlines()) == {"noted"}
    run(assignment.folder, classroom, "-o", tmp_path / "here", "-j", 2, *options)
    assert assignment.unexplained.read_text() == 2 * noted
    assert files(tmp_path / "cluster") == files(tmp_path / "here")
    assert len(files(tmp_path / "here")) == len(CLASS) + 3 + 1
    assert worker.poll() is None
    wait_for(lambda: not below(worker.pid))  # no bay outlives its batch

    again = run(assignment.folder, classroom, "-o", tmp_path / "cluster", "-j", 1, *options)
    assert "7 of 7 are graded already, and unchanged." in again.stderr
    downloads = canvas(tmp_path / "canvas")  # files that lie among others'
    run(assignment.folder, downloads, "-o", tmp_path / "canvas-cluster", "--scheduler", dask.file)
    run(assignment.folder, downloads, "-o", tmp_path / "canvas-here")
    assert files(tmp_path / "canvas-cluster") == files(tmp_path / "canvas-here")
    worker.kill()


def test_workers_are_lost_and_join_and_no_submission_is_lost_or_graded_twice(
    assignment: Assignment, tmp_path: Path, run: Run, started: Callable[..., subprocess.Popen[str]], dask: Machines
) -> None:
    texts = [RIGHT, HALF, RIGHT.replace("x / 2", "x / 3"), "def double(x:\n"]
    names = [f"s{number:03}" for number in range(MANY)]
    sources = {f"{name}/double.py": texts[at % len(texts)] for at, name in enumerate(names)}
    classroom, out = write(tmp_path / "class", sources), tmp_path / "out"
    workers = [dask.worker(), dask.worker()]
    process = started(assignment.folder, classroom, "-o", out, "--scheduler", dask.file)
    wait_for(lambda: len(stamps(out)) >= MANY // 5 and all(below(worker.pid) for worker in workers), process)
    workers[0].kill()
    workers.append(dask.worker())
    seen: dict[str, set[tuple[int, int]]] = {name: set() for name in names}

    def all_seen() -> bool:
        for name, stamp in stamps(out).items():
            seen[name].add(stamp)
        return process.poll() is not None

    wait_for(all_seen)
    _, errors = process.communicate()
    assert "is gone; others go on with what it had." in errors
    assert {name: len(times) for name, times in seen.items()} == dict.fromkeys(names, 1)

    here = write(tmp_path / "few", {name: sources[name] for name in list(sources)[: len(texts)]})
    run(assignment.folder, here, "-o", tmp_path / "here", "-j", 2)
    scores = [row["score"] for row in rows(tmp_path / "here").values()]
    assert scores == ["10", "6", "4", "0"]
    assert [row["score"] for row in rows(out).values()] == [scores[at % len(texts)] for at in range(MANY)]
    found, expected = files(out), files(tmp_path / "here")
    for at, name in enumerate(names):
        assert found[f"{name}/results.json"] == expected[f"{names[at % len(texts)]}/results.json"]
    for worker in workers:
        worker.kill()


def test_a_worker_with_another_grader_is_refused_by_name(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run, dask: Machines
) -> None:
    shutil.copytree(ROOT / "autograder", tmp_path / "other" / "autograder")
    with (tmp_path / "other" / "autograder" / "words.py").open("a") as file:
        file.write("# another\n")
    worker = dask.worker(tmp_path / "other")
    done = run(assignment.folder, classroom, "-o", tmp_path / "out", "--scheduler", dask.file)
    assert done.returncode == 2
    assert "No worker of the cluster can grade this." in done.stderr
    assert "it has backprop-autograder" in done.stderr
    assert {row["status"] for row in rows(tmp_path / "out").values()} == {"waiting"}
    worker.kill()


def test_a_cluster_that_goes_leaves_what_was_graded_and_one_machine_goes_on(
    assignment: Assignment, tmp_path: Path, run: Run
) -> None:
    slow = "import time\ndef double(x):\n    time.sleep(0.3)\n    return 2 * x\ndef half(x):\n    return x / 2\n"
    classroom = write(tmp_path / "class", {f"s{number}/double.py": slow for number in range(6)})
    out = tmp_path / "out"
    with machines(tmp_path / "machines") as dask:
        worker = dask.worker()
        command = [sys.executable, "-c", SOON, "grade", assignment.folder, classroom, "-o", out]
        process = subprocess.Popen([*command, "--scheduler", dask.file], stderr=subprocess.PIPE, text=True)
        wait_for(lambda: len(stamps(out)) >= 1, process)
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode == 3
        first = stamps(out)

        process = subprocess.Popen([*command, "--scheduler", dask.file], stderr=subprocess.PIPE, text=True)
        wait_for(lambda: len(stamps(out)) > len(first), process)
        dask.scheduler.kill()
        _, errors = process.communicate()
        assert process.returncode == 3, errors
        assert "The Dask scheduler" in errors
        assert "is gone." in errors
        assert "still wait: the same command goes on with them" in errors
        worker.kill()
    second = stamps(out)
    assert first.items() <= second.items()
    assert len(second) < 6
    assert run(assignment.folder, classroom, "-o", out).returncode == 0
    assert second.items() <= stamps(out).items()


def test_what_cannot_be_done_is_a_sentence_and_2(
    assignment: Assignment, classroom: Path, tmp_path: Path, run: Run
) -> None:
    nowhere = "tcp://127.0.0.1:9"
    command = [sys.executable, "-c", SOON, "grade", assignment.folder, classroom, "-o", tmp_path / "out"]
    done = subprocess.run([*command, "--scheduler", nowhere], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"No Dask scheduler answers at {nowhere}." in done.stderr
    assert "Traceback" not in done.stderr
    done = run(assignment.folder, classroom, "--scheduler", nowhere, "-j", 2)
    assert done.returncode == 2
    assert "-j is for this machine." in done.stderr


def test_without_dask_it_says_what_to_install(assignment: Assignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AutograderError, match=r"pip install 'backprop-autograder\[cluster\]'"):
        Cluster("tcp://127.0.0.1:9", assignment, {}, print)


def test_a_worker_without_work_ends_its_bays(
    assignment: Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the death of the machine that sent it."""
    monkeypatch.setattr(site, "IDLE_SECONDS", 0.2)
    before = set(below(os.getpid()))
    here = site.Site(pack_assignment(assignment), assignment.name, Options().of_grades())
    parcel = pack(order(HandedIn("ada", write(tmp_path / "ada", {"double.py": RIGHT}))))
    for _ in range(2):  # and it begins anew when there is some
        with here.desk() as desk:
            said = desk.ask({"parcel": parcel, "lateness": None})
        assert [outcome["status"] for outcome in said["report"]["outcomes"]] == ["passed", "passed"]
        wait_for(lambda: set(below(os.getpid())) <= before)
    here.close()
