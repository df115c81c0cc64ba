"""The zygote's namespaces: entered where they are granted, looked at by every worker, reported where they are not."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import linux, namespaces
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level, level
from autograder.sandbox.probes import NotEnforcedError
from autograder.sandbox.session import Sandbox


def entered(children: Any, look: Callable[[], Any] = lambda: None) -> Any:
    """What a child finds that entered, and a fork of it, as a worker is one; skips where nothing is granted."""

    def inside() -> list[Any]:
        graders = namespaces.outside()
        ours, theirs = os.pipe()
        watcher = os.fork()
        if watcher == 0:  # enter() ends the process that called it
            said = namespaces.enter()
            worker = os.fork()
            if worker == 0:
                try:
                    if said == "on":
                        namespaces.look(graders)
                    answer = repr([said, look()])
                except BaseException as error:
                    answer = repr([said, repr(error)])
                os.write(theirs, answer.encode())
                os._exit(0)
            os.waitpid(worker, 0)
            os._exit(0)
        os.waitpid(watcher, 0)
        return list(eval(os.read(ours, 4096)))

    said, found = children.run(inside)
    if said != "on":
        pytest.skip(f"namespaces: {said}")
    return found


def test_a_worker_finds_itself_apart(children: Any) -> None:
    assert entered(children) is None


def test_there_is_no_network_in_there(children: Any) -> None:
    assert entered(children, lambda: [name for _, name in socket.if_nameindex()]) == ["lo"]


def test_proc_shows_nobody_else(children: Any) -> None:
    shown = entered(children, lambda: [name for name in os.listdir("/proc") if name.isdigit()])
    assert sorted(map(int, shown)) == [1, 2]


def test_the_user_stays_who_it_was(children: Any) -> None:
    before = children.run(lambda: [os.getuid(), os.getgid()])
    assert entered(children, lambda: [os.getuid(), os.getgid()]) == before


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM, errno.ENOSPC])
@pytest.mark.parametrize(("call", "said"), [("unshare", "not granted: "), ("mount", "no /proc of its own: ")])
def test_what_is_not_granted_is_reported(
    children: Any, call: str, said: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = linux.syscall

    def syscall(name: str, *arguments: Any) -> int:
        if name == call:
            raise OSError(code, os.strerror(code))
        return real(name, *arguments)

    monkeypatch.setattr(linux, "syscall", syscall)

    def inside() -> str:
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(theirs, namespaces.enter().encode())
            os._exit(0)
        os.waitpid(child, 0)
        return os.read(ours, 4096).decode()

    answer = children.run(inside)
    assert answer.startswith((said, "not granted: "))  # a container may refuse the first of the two already
    assert answer.endswith(os.strerror(code)) or call == "mount"


def test_a_zygote_that_stayed_outside_is_found_out(children: Any) -> None:
    def look(graders: tuple[str, ...]) -> str:
        try:
            namespaces.look(graders)
        except NotEnforcedError as error:
            return str(error)
        return "passed"

    assert children.run(lambda: look(namespaces.outside())).startswith("still in the grader's ")
    assert children.run(lambda: look(())) != "passed"
    others = ("pid:[1]", "net:[1]", "ipc:[1]", "mnt:[1]")
    assert children.run(lambda: look(others)) == "/proc shows another namespace's processes"


def test_the_layer_counts_for_the_level() -> None:
    layers = {"seccomp": "on", "landlock": "on"}
    assert level(layers) is Level.STANDARD
    assert level({**layers, "namespaces": "on"}) is Level.STRONG
    assert level({**layers, "namespaces": "not granted: Operation not permitted"}) is Level.STANDARD


def test_a_worker_of_a_zygote_outside_says_so_and_works() -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote(isolated=False)) as zygote:
        os.chmod(folder, 0o755)
        sandbox = Sandbox(zygote=zygote, folder=Path(folder), memory_mb=512, cpu_seconds=30)
        sandbox.prove_machine()
        assert sandbox.layers["namespaces"] == "left out on purpose"
        sandbox.close()
