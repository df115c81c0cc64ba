"""The whole lock-down: what it reports is what holds, and honest numpy code does not notice it."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.linalg
import numpy.random
import pytest

from autograder.sandbox import linux, lockdown
from autograder.sandbox.levels import Level, level
from autograder.sandbox.lockdown import Confinement

UID = 1_900_000_003
NEEDS_ROOT = {"uid", "capability_bounds"}

Syscall = Callable[..., int]


def missing(layers: dict[str, str]) -> set[str]:
    return {layer for layer, report in layers.items() if report != "on"}


@pytest.fixture
def landlocked() -> None:
    try:
        linux.syscall("landlock_create_ruleset", None, 0, 1)
    except OSError as error:
        pytest.skip(f"no Landlock here: {error.strerror}")


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Syscall], None]:
    """Put a function in the place of one system call; of prctl, of one option: "prctl 38"."""

    def replace_call(which: str, forged: Syscall) -> None:
        real = linux.syscall

        def syscall(name: str, *arguments: Any) -> int:
            known = f"prctl {arguments[0]}" if name == "prctl" else name
            return forged(*arguments) if known == which else real(name, *arguments)

        monkeypatch.setattr(linux, "syscall", syscall)

    return replace_call


def failing(code: int) -> Syscall:
    def call(*_: Any) -> int:
        raise OSError(code, os.strerror(code))

    return call


def test_root_with_another_uid_has_every_layer(root_children: Any, landlocked: None) -> None:
    layers, ids = root_children.confined(lambda: [os.getuid(), os.getgid(), os.getcwd()], uid=UID)
    assert layers == dict.fromkeys(lockdown.LAYERS, "on")
    assert list(layers) == list(lockdown.LAYERS)
    assert level(layers) is Level.STRONG
    assert ids == [UID, UID, str(root_children.folder)]


def test_without_another_uid_the_rest_holds(children: Any, landlocked: None) -> None:
    layers, _ = children.confined()
    assert missing(layers) <= NEEDS_ROOT | {"folders"}
    assert "uid" in missing(layers)
    assert level(layers) is Level.STANDARD


def test_the_report_says_why_the_uid_was_kept(children: Any) -> None:
    layers, _ = children.confined(readable=(str(children.canary.parent),))
    expected = f"{children.canary.parent} is shut" if children.root else "only root can"
    assert expected in layers["uid"]


@pytest.mark.parametrize("layer", lockdown.LAYERS)
def test_a_layer_that_is_left_out_is_reported(children: Any, layer: str, landlocked: None) -> None:
    layers, _ = children.confined(without=(layer,))
    assert layers[layer] == "left out on purpose"
    assert missing(layers) <= NEEDS_ROOT | {"folders", layer} | (
        {"landlock", "seccomp"} if layer == "no_new_privs" else set()
    )
    if layer == "seccomp":
        assert level(layers) is Level.WEAK


def test_without_landlock_an_own_uid_and_shut_folders_are_standard(root_children: Any) -> None:
    layers, _ = root_children.confined(uid=UID, without=("landlock",))
    assert missing(layers) == {"landlock"}
    assert level(layers) is Level.STANDARD
    layers, _ = root_children.confined(uid=UID, without=("landlock",), canaries=())
    assert layers["folders"] == "no canary was planted"
    assert level(layers) is Level.WEAK


def test_without_landlock_nothing_can_be_written_anywhere(children: Any) -> None:
    children.folder.chmod(0o777)

    def write() -> list[str]:
        errors = []
        for act in (
            lambda: open("new", "w"),
            lambda: os.mkdir("new"),
            lambda: os.rename("data.txt", "new"),
            lambda: os.unlink("data.txt"),
            lambda: os.truncate("data.txt", 0),
            lambda: os.open("data.txt", os.O_RDONLY | os.O_TRUNC),
        ):
            try:
                act()
            except OSError as error:
                errors.append(errno.errorcode[error.errno or 0])
        with open("data.txt") as file:
            return [*errors, file.read()]

    layers, said = children.confined(write, without=("landlock",))
    assert layers["seccomp"] == "on"
    assert said == ["EROFS"] * 6 + ["the student's own data\n"]


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EINVAL, errno.EROFS])
@pytest.mark.parametrize(
    ("call", "lost"),
    [
        ("landlock_create_ruleset", {"landlock"}),
        ("landlock_add_rule", {"landlock"}),
        ("landlock_restrict_self", {"landlock"}),
        ("seccomp", {"seccomp"}),
        ("capset", {"capabilities"}),
        ("close_range", set()),
        ("prctl 1", {"parent_death"}),
        ("prctl 4", {"dumpable"}),
        ("prctl 38", {"no_new_privs", "landlock", "seccomp"}),
    ],
)
def test_a_primitive_that_fails_costs_its_layer_and_is_reported(
    children: Any, call: str, lost: set[str], code: int, forge: Any, landlocked: None
) -> None:
    forge(call, failing(code))
    layers, _ = children.confined()
    assert missing(layers) - NEEDS_ROOT - {"folders"} == lost
    for layer in lost - {"landlock", "seccomp"}:
        assert layers[layer] == f"not granted: {os.strerror(code)}"
    expected = Level.WEAK if lost & {"landlock", "seccomp"} else Level.STANDARD
    assert level(layers) is expected


@pytest.mark.parametrize("name", ["setgroups", "setresgid", "setresuid"])
def test_a_change_of_uid_that_is_refused_costs_the_strong_level(
    root_children: Any, name: str, monkeypatch: pytest.MonkeyPatch, landlocked: None
) -> None:
    monkeypatch.setattr(os, name, failing(errno.EPERM))
    layers, _ = root_children.confined(uid=UID)
    assert layers["uid"] == "not granted: Operation not permitted"
    assert level(layers) is Level.STANDARD


@pytest.mark.parametrize(
    ("call", "layer", "said"),
    [
        ("landlock_restrict_self", "landlock", "it could still open /"),
        ("seccomp", "seccomp", "it could still open a socket"),
        ("close_range", "descriptors", "it could still use a descriptor of the grader's"),
        ("prctl 38", "no_new_privs", "a program could still gain rights"),
        ("prctl 4", "dumpable", "still dumpable"),
        ("prctl 1", "parent_death", "the kernel did not take the signal"),
    ],
)
def test_a_primitive_that_does_nothing_is_found_out(
    children: Any, call: str, layer: str, said: str, forge: Any, landlocked: None
) -> None:
    forge(call, lambda *_: 0)
    layers, _ = children.confined()
    assert layers[layer] == said


@pytest.mark.parametrize("call", ["landlock_create_ruleset", "seccomp", "capset"])
def test_an_error_that_nobody_expects_ends_the_worker(children: Any, call: str, forge: Any) -> None:
    forge(call, failing(errno.EIO))
    with pytest.raises(AssertionError, match="Input/output error"):
        children.confined()


def test_a_parent_that_is_gone_ends_the_worker(children: Any) -> None:
    confinement = children.confinement()
    with pytest.raises(AssertionError, match="ProcessLookupError"):
        children.end(lambda pipe: lockdown.apply(confinement, keep=(pipe,), parent=os.getpid()))


def test_a_folder_that_cannot_be_entered_ends_the_worker(children: Any) -> None:
    with pytest.raises(AssertionError, match="FileNotFoundError"):
        children.confined(folder=str(children.folder / "missing"))


def test_off_linux_only_the_session_and_the_limits_are_on(children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    layers, _ = children.confined()
    assert set(layers) - missing(layers) == {"session", "rlimits"}
    assert {layers[layer] for layer in missing(layers)} == {"not Linux"}
    assert level(layers) is Level.WEAK


def test_off_linux_it_can_be_imported() -> None:
    source = "import sys; sys.platform = 'darwin'; from autograder.sandbox import lockdown; print(lockdown._FILTERS)"
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert run.stdout.strip() == "{}", run.stderr


def test_a_machine_without_a_table_is_weak_and_says_so(children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_HERE", None)
    monkeypatch.setattr(lockdown, "_FILTERS", {})
    layers, _ = children.confined()
    assert layers["seccomp"].startswith("no table of system calls for ")
    assert level(layers) is Level.WEAK


def test_the_worker_leads_its_own_session_and_is_not_dumpable(children: Any) -> None:
    def look() -> list[Any]:
        return [os.getsid(0) == os.getpid(), linux.prctl(linux.PR_GET_DUMPABLE), linux.death_signal()]

    assert children.confined(look)[1] == [True, 0, signal.SIGKILL]


def test_only_the_kept_descriptors_are_open(children: Any) -> None:
    secret = os.open(children.canary, os.O_RDONLY)
    os.set_inheritable(secret, True)
    try:
        layers, found = children.confined(lambda: [fd for fd in range(256) if is_open(fd)])
    finally:
        os.close(secret)
    assert layers["descriptors"] == "on"
    assert secret not in found
    assert len(found) == 4  # 0, 1, 2 and the pipe


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_honest_code_does_not_notice(children: Any) -> None:
    def honest() -> dict[str, Any]:
        rng = np.random.default_rng(3)
        A = rng.standard_normal((300, 300))
        with ThreadPoolExecutor(4) as pool:
            products = list(pool.map(lambda k: float((A @ A)[k, k]), range(8)))
        time.sleep(0.01)
        results: list[int] = []
        threads = [threading.Thread(target=results.append, args=(k,)) for k in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with open("data.txt") as data, open(os.devnull, "w") as null, open("/dev/urandom", "rb") as noise:
            null.write("nothing")
            read = [data.read(), len(noise.read(8))]
        identity = np.linalg.solve(A, A)
        return {
            "solve": bool(np.allclose(identity, np.eye(300))),
            "svd": bool(np.linalg.svd(A)[1][0] > 0),
            "products": products == [float((A @ A)[k, k]) for k in range(8)],
            "threads": sorted(results) == list(range(10)),
            "read": read,
            "listed": os.listdir(),
        }

    _, said = children.confined(honest)
    assert said == {
        "solve": True,
        "svd": True,
        "products": True,
        "threads": True,
        "read": ["the student's own data\n", 8],
        "listed": ["data.txt"],
    }


def test_a_late_import_works(children: Any) -> None:
    if children.user == "ordinary" and not lockdown.uid_can_import(lockdown.interpreter_paths()):
        pytest.skip("this interpreter is shut to other users")

    def import_late() -> int:
        for name in ("colorsys", "wave", "numpy.testing", "sqlite3"):
            sys.modules.pop(name, None)
        import colorsys
        import wave

        return len(colorsys.__all__) + len(wave.__all__)

    assert children.confined(import_late)[1] > 0


def test_a_crash_is_a_signal_and_leaves_no_core(children: Any) -> None:
    ended = children.end(children.under_lockdown(lambda: ctypes.string_at(0)))
    assert ended.signal == signal.SIGSEGV
    assert os.listdir(children.folder) == ["data.txt"]


def test_a_confinement_travels_as_json(children: Any) -> None:
    for confinement in (children.confinement(), replace(children.confinement(), uid=UID, without=("landlock",))):
        assert Confinement.from_dict(json.loads(json.dumps(confinement.to_dict()))) == confinement


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": 0},
        {"uid": True},
        {"uid": "1000"},
        {"uid": 2**32 - 1},
        {"memory_bytes": 0},
        {"memory_bytes": 1.5},
        {"memory_bytes": None},
        {"cpu_seconds": -1},
        {"folder": "relative"},
        {"folder": "/with/\0nul"},
        {"folder": None},
        {"readable": "/usr"},
        {"readable": ["relative"]},
        {"readable": [7]},
        {"without": ["landlok"]},
        {"canaries": [None]},
        {"stranger": 1},
    ],
)
def test_a_confinement_that_is_not_exactly_one_is_refused(wrong: dict[str, Any]) -> None:
    right = Confinement("/folder", None, 1 << 30, 10, ("/usr/lib",)).to_dict()
    assert Confinement.from_dict(right)
    with pytest.raises(ValueError, match=r"."):
        Confinement.from_dict(right | wrong)
    with pytest.raises(ValueError, match="not a confinement"):
        Confinement.from_dict({key: value for key, value in right.items() if key != "uid"})
