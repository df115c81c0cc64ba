"""In a container as Gradescope's the same attacks come to nothing; a few of each kind here, all by a command.

    .venv/bin/python -m tests.escapes.docker

makes the root if it is not there, tries everything and prints what did not end as it must.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from autograder.sandbox import syscall_tables
from tests.escapes.attack import HERE, attacks
from tests.escapes.docker import image, profile, runtime, sessions

# One or two of each kind: those that lean on what a container changes (memory, users, /proc, filters, the file system).
TELLING = (
    "reading/reference_by_path",
    "reading/environment_of_the_grader",
    "reading/io_uring",
    "forging/numpy_comparisons",
    "forging/results_moved",
    "hurting/memory_array",
    "hurting/fork_bomb",
    "hurting/kills_everybody",
    "hiding/daemon",
    "reaching/abstract",
    "odd/matplotlib",
    "odd/threads",
    "odd/reads_its_data",
)


@pytest.fixture(scope="module")
def root() -> Path:
    if reason := runtime.why_not():
        pytest.skip(f"no container: {reason}")
    if not image.is_made(image.usual_root()):
        pytest.skip("no root for a container: `python -m tests.escapes.docker` makes one in some minutes")
    return image.usual_root()


def test_a_few_of_each_kind_end_in_a_container_as_they_must(root: Path) -> None:
    (proof,) = (attack for attack in attacks() if attack.id == "reading/reference_by_path")
    jobs = [sessions.job(name) for name in TELLING] + [sessions.job(proof.id, without=proof.without)]
    problems = {
        f"{job['attack']} {job['without']}": problem
        for job, verdict in sessions.outcomes(sessions.container(root), jobs, containers=2)
        if (problem := sessions.promise_that_broke(job, verdict))
    }
    assert problems == {}


def test_the_doctor_finds_in_there_what_docker_grants(root: Path) -> None:
    found = sessions.doctor(sessions.container(root))
    assert found["will_do"], found
    off = {layer["name"]: layer["state"] for layer in found["layers"] if not layer["on"]}
    assert off.pop("namespaces") == "not granted: unshare: Operation not permitted"
    assert set(off) <= {"landlock"}  # where this kernel has none


def test_an_upload_is_graded_in_there_as_on_gradescope(root: Path) -> None:
    found = sessions.graded(root, HERE.parents[1] / "examples" / image.UPLOAD / "one_mistake")
    failed = [test for test in found["tests"] if test["status"] == "failed"]
    assert found["extra_data"]["sandbox"]["level"] in ("strong", "standard")
    assert 0 < len(failed) < len(found["tests"])


def test_the_container_is_held_to_its_share_and_to_dockers_rights(root: Path) -> None:
    script = "grep -E '^(CapEff|Seccomp:)' /proc/self/status; cat /sys/fs/cgroup/*/memory.limit_in_bytes; id -u"
    if not runtime.V1.is_dir():
        script = script.replace("*/memory.limit_in_bytes", "memory.max")
    said = runtime.run(runtime.Container(root), ["sh", "-c", script]).split()
    assert said == ["CapEff:", "00000000a80425fb", "Seccomp:", "2", str(750 << 20), "0"]


@pytest.mark.parametrize("call", ["unshare --user true", "mount -t tmpfs none /mnt", "unshare --net true"])
def test_the_container_refuses_what_docker_refuses(root: Path, call: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        runtime.run(runtime.Container(root), ["sh", "-c", f"exec {call} 2>/dev/null"])


def test_a_name_that_the_profile_refuses_or_checks_is_one_of_the_kernels() -> None:
    numbers = set(syscall_tables.X86_64.numbers)
    assert numbers >= profile.REFUSED | profile.BY_ARGUMENT
    (allowed,) = (rule["names"] for rule in profile.seccomp()["syscalls"] if len(rule["names"]) > 10)
    assert {"landlock_restrict_self", "ptrace", "seccomp", "io_uring_setup", "mount"} - set(allowed) == {"mount"}


def test_why_there_is_no_container_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert runtime.why_not() in (
        "only root can give a container its share of the machine",
        "the profile is written for Linux on x86_64",
    )
