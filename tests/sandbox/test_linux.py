"""The few system calls that everything else rests on."""

from __future__ import annotations

import errno
import os
import signal
import time
from typing import Any

import pytest

from autograder.sandbox import linux


def descriptors() -> list[int]:
    found = []
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(descriptor)
    return found


@pytest.mark.parametrize("close_range", ["there", "missing"])
def test_only_the_kept_descriptors_stay_open(children: Any, close_range: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = linux.syscall

    def syscall(name: str, *arguments: Any) -> int:
        if name == "close_range" and close_range == "missing":
            raise OSError(errno.ENOSYS, name)
        return real(name, *arguments)

    monkeypatch.setattr(linux, "syscall", syscall)

    def close(pipe: int) -> list[list[int]]:
        kept = os.dup2(0, 100)
        for _ in range(10):
            os.dup(0)
        linux.close_all_but({0, 1, 2, kept, pipe})
        return [descriptors(), [0, 1, 2, *sorted({pipe, kept})]]

    found, expected = children.end(close).value["returned"]
    assert found == expected


def test_an_orphan_is_killed(children: Any) -> None:
    """The child forks a grandchild that asks to die with it, and ends; the grandchild's death is waited for."""
    ready, theirs = os.pipe()
    try:

        def leave_an_orphan(_: int) -> int:
            parent = os.getpid()
            grandchild = os.fork()
            if grandchild == 0:
                linux.die_with_parent(parent)
                os.write(theirs, b"%d" % linux.death_signal())
                time.sleep(30)
                os._exit(0)
            os.read(ready, 1)
            return grandchild

        grandchild = children.end(leave_an_orphan).value["returned"]
        for _ in range(500):
            if gone(grandchild):
                break
            time.sleep(0.01)
        assert gone(grandchild)
    finally:
        os.close(ready)
        os.close(theirs)


def gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_parent_that_is_gone_already_is_an_error(children: Any) -> None:
    def ask() -> str:
        try:
            linux.die_with_parent(os.getppid() + 1)
        except ProcessLookupError as error:
            return str(error.strerror)
        return "believed"

    assert "is gone" in children.run(ask)


def test_a_subreaper_inherits_orphans(children: Any) -> None:
    def adopt() -> bool:
        linux.become_subreaper()
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            if os.fork() == 0:
                os.read(ours, 1)
                os._exit(7)
            os._exit(0)
        os.waitpid(child, 0)
        os.write(theirs, b"x")
        _, status = os.waitpid(-1, 0)
        return os.WEXITSTATUS(status) == 7

    assert children.run(adopt) is True


def test_a_call_that_this_machine_has_no_number_for_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="no_such_call") as caught:
        linux.syscall("no_such_call")
    assert caught.value.errno == errno.ENOSYS
    monkeypatch.setattr(linux, "_HERE", None)
    with pytest.raises(OSError, match="getpid") as caught:
        linux.syscall("getpid")
    assert caught.value.errno == errno.ENOSYS


def test_an_argument_keeps_all_its_bits(children: Any) -> None:
    def ask() -> list[int]:
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGUSR1)
        return [linux.death_signal(), linux.syscall("getpid") - os.getpid()]

    assert children.run(ask) == [signal.SIGUSR1, 0]
