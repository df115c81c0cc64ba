"""Each primitive made to fail, to do nothing, or to break: the report says so, and the level falls."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

from autograder.sandbox import linux
from autograder.sandbox.levels import Level, level

UID = 1_900_000_003
# Missing without a uid of its own, without root, or without a zygote that entered namespaces.
NOT_AS_WE_ARE = {"uid", "capability_bounds", "folders", "namespaces"}

Syscall = Callable[..., int]


def missing(layers: dict[str, str]) -> set[str]:
    return {layer for layer, report in layers.items() if report != "on"}


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
    assert missing(layers) - NOT_AS_WE_ARE == lost
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
