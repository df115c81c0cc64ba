"""The filter as the kernel of this machine runs it."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import signal
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import linux, seccomp, syscall_tables

DENIED = [
    name
    for line in Path(__file__).with_name("denied_calls.txt").read_text().splitlines()
    if not line.startswith("#")
    for name in line.split()
]


def error_of(name: str, *arguments: Any) -> str:
    try:
        linux.syscall(name, *arguments)
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "done"


def test_the_kernel_refuses_the_harmful_calls(children: Any) -> None:
    here = syscall_tables.here()
    assert here is not None
    known = [name for name in DENIED if name in here.numbers]
    assert len(known) > 100
    _, errors = children.confined(lambda: {name: error_of(name, 0, 0, 0, 0, 0, 0) for name in known})
    assert errors == dict.fromkeys(known, "EPERM")


def test_the_kernel_refuses_sockets_programs_and_signals(children: Any) -> None:
    def acts() -> dict[str, str]:
        families = {f"socket {family}": error_of("socket", family, 1, 0) for family in (1, 2, 10, 16, 17, 38, 40)}
        return families | {
            "execve": error_of("execve", b"/bin/true", None, None),
            "kill parent": error_of("kill", os.getppid(), 0),
            "kill group": error_of("kill", 0, 0),
            "kill all": error_of("kill", -1, 0),
            "tgkill parent": error_of("tgkill", os.getppid(), os.getppid(), 0),
            "affinity of parent": error_of("sched_setaffinity", os.getppid(), 8, b"\x01" + bytes(7)),
            "clone3": error_of("clone3", None, 0),
            "own": error_of("kill", os.getpid(), 0),
        }

    _, errors = children.confined(acts)
    assert errors.pop("own") == "done"
    assert errors.pop("clone3") == "ENOSYS"
    refused = {"kill parent", "kill group", "kill all", "tgkill parent", "affinity of parent"}
    assert {name for name, error in errors.items() if error == "EPERM"} == refused
    assert {error for name, error in errors.items() if name not in refused} == {"EACCES"}


def test_a_subprocess_fails_as_an_exception(children: Any) -> None:
    def start() -> str:
        try:
            subprocess.run(["/bin/true"])
        except OSError as error:
            return type(error).__name__
        return "it ran"

    assert children.confined(start)[1] == "BlockingIOError"


def test_a_fork_fails_as_an_exception(children: Any) -> None:
    def fork() -> str:
        try:
            child = os.fork()
        except OSError as error:
            return type(error).__name__
        if child == 0:
            os._exit(0)
        return "it forked"

    assert children.confined(fork)[1] == "BlockingIOError"


def test_threads_and_socket_pairs_work(children: Any) -> None:
    def talk() -> list[str]:
        ends = socket.socketpair()
        one, other = (end.fileno() for end in ends)
        thread = threading.Thread(target=lambda: os.write(other, os.read(other, 100).upper()))
        thread.start()
        os.write(one, b"hello")
        answer = os.read(one, 100)
        thread.join()
        return [answer.decode()]

    assert children.confined(talk)[1] == ["HELLO"]


def test_threads_are_under_the_filter_too(children: Any) -> None:
    def in_a_thread() -> list[str]:
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(error_of("socket", 1, 1, 0)))
        thread.start()
        thread.join()
        return seen

    assert children.confined(in_a_thread)[1] == ["EACCES"]


def test_shared_anonymous_memory_is_refused(children: Any) -> None:
    def share() -> str:
        try:
            mmap.mmap(-1, 4096)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return "mapped"

    assert children.confined(share)[1] == "EPERM"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 and int 0x80 are of x86_64")
def test_other_ways_into_the_kernel_are_deadly(children: Any) -> None:
    def x32() -> int:
        return int(ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 + 39)))

    def i386() -> int:
        page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
        page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (getpid); int 0x80; ret
        return int(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())

    assert children.end(children.under_lockdown(x32)).signal == signal.SIGSYS
    # A kernel without 32-bit support does not know the gate at all.
    assert children.end(children.under_lockdown(i386)).signal in (signal.SIGSYS, signal.SIGSEGV)


def test_a_thread_that_cannot_follow_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linux, "syscall", lambda *_: 77)
    with pytest.raises(RuntimeError, match="thread 77"):
        seccomp.install(seccomp.build(syscall_tables.X86_64, read_only=False), 4321)
