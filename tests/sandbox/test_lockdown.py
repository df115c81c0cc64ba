"""The whole lock-down: what it reports is what holds, and honest numpy code does not notice it."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import linux, lockdown
from autograder.sandbox.levels import Level, level

UID = 1_900_000_003
# What only root is granted.
NEEDS_ROOT = {"uid", "capability_bounds", "namespaces"}  # and a zygote that entered namespaces


def missing(layers: dict[str, str]) -> set[str]:
    return {layer for layer, report in layers.items() if report != "on"}


def test_root_with_another_uid_has_every_layer(root_children: Any, landlocked: None) -> None:
    layers, ids = root_children.confined(lambda: [os.getuid(), os.getgid(), os.getcwd()], uid=UID)
    assert layers == dict.fromkeys(lockdown.LAYERS, "on") | {"namespaces": "not tried"}  # that is the zygote's part
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
    assert missing(layers) == {"landlock", "namespaces"}
    assert level(layers) is Level.STANDARD
    layers, _ = root_children.confined(uid=UID, without=("landlock",), canaries=())
    assert layers["folders"] == "no canary was planted"
    assert level(layers) is Level.WEAK


def test_without_landlock_nothing_can_be_written_anywhere(children: Any) -> None:
    children.folder.chmod(0o777)

    def write() -> list[str]:
        errors = []
        for act in (
            lambda: os.open("new", os.O_WRONLY | os.O_CREAT),
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


def test_a_parent_that_is_gone_ends_the_worker(children: Any) -> None:
    confinement = children.confinement()
    with pytest.raises(AssertionError, match="ProcessLookupError"):
        children.end(lambda pipe: lockdown.confine_all(confinement, (pipe,), parent=os.getpid()))


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
    source = (
        "import sys; sys.platform = 'darwin'; from autograder.sandbox import lockdown; "
        "lockdown.build_filters(); print(lockdown._FILTERS)"
    )
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert run.stdout.strip() == "{}", run.stderr


def test_a_machine_without_a_table_is_weak_and_says_so(children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "_HERE", None)
    monkeypatch.setattr(lockdown, "_HERE", None)
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


def test_a_crash_is_a_signal_and_leaves_no_core(children: Any) -> None:
    ended = children.end(children.under_lockdown(lambda: ctypes.string_at(0)))
    assert ended.signal == signal.SIGSEGV
    assert os.listdir(children.folder) == ["data.txt"]
