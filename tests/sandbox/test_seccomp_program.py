"""The filter's program, run by a small interpreter of classic BPF, for both architectures.

On x86_64 nothing but this has run the program for aarch64, and the other way round.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import seccomp
from autograder.sandbox.syscall_policy import policy
from autograder.sandbox.syscall_tables import AARCH64, NEWEST, X86_64, Architecture

PID = 4321
ALLOW = "allowed"
KILL = "killed"

both = pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda architecture: architecture.name)

DENIED = [
    name
    for line in Path(__file__).with_name("denied_calls.txt").read_text().splitlines()
    if not line.startswith("#")
    for name in line.split()
]

THREAD = 0x003D0F00  # what glibc's pthread_create passes to clone
# (call, its first arguments, verdict)
CASES: list[tuple[str, list[int], str | int]] = [
    ("read", [], ALLOW),
    ("futex_waitv", [], ALLOW),
    ("clone", [THREAD], ALLOW),
    ("clone", [signal.SIGCHLD], errno.EAGAIN),
    ("clone", [0x4100 | signal.SIGCHLD], errno.EAGAIN),  # CLONE_VFORK | CLONE_VM, as posix_spawn
    *(("clone", [THREAD | 1 << bit], errno.EAGAIN) for bit in (17, 25, 26, 27, 28, 29, 30)),
    ("clone3", [], errno.ENOSYS),
    ("openat2", [], errno.ENOSYS),
    ("fork", [], errno.EAGAIN),
    ("vfork", [], errno.EAGAIN),
    ("execve", [], errno.EACCES),
    ("execveat", [], errno.EACCES),
    ("socket", [socket.AF_UNIX], errno.EACCES),
    ("socketpair", [socket.AF_UNIX], ALLOW),
    ("socketpair", [16], errno.EPERM),
    ("kill", [PID, 9], ALLOW),
    ("kill", [PID + 1, 0], errno.EPERM),
    ("kill", [0, 9], errno.EPERM),
    ("kill", [2**64 - 1, 9], errno.EPERM),
    ("tgkill", [PID, 99, 9], ALLOW),
    ("tgkill", [1, 1, 9], errno.EPERM),
    ("sched_setaffinity", [0], ALLOW),
    ("sched_setaffinity", [1], errno.EPERM),
    ("prlimit64", [0, 7, 0, 4096], ALLOW),
    ("prlimit64", [PID, 7, 0, 4096], ALLOW),
    ("prlimit64", [0, 7, 4096, 0], errno.EPERM),
    ("prlimit64", [0, 7, 1 << 32, 0], errno.EPERM),  # an address whose lower half is 0
    ("prlimit64", [1, 7, 0, 4096], errno.EPERM),
    ("prctl", [15], ALLOW),
    ("prctl", [1, 0], errno.EPERM),  # PR_SET_PDEATHSIG
    ("prctl", [4, 1], errno.EPERM),  # PR_SET_DUMPABLE
    ("prctl", [0x59616D61], errno.EPERM),  # PR_SET_PTRACER
    ("ioctl", [0, 0x5401], ALLOW),
    ("ioctl", [0, 0x5412], errno.ENOTTY),  # TIOCSTI
    ("ioctl", [0, 0x541C], errno.ENOTTY),  # TIOCLINUX
    ("fcntl", [0, 1030], ALLOW),
    ("fcntl", [0, 8], errno.EPERM),  # F_SETOWN
    ("fcntl", [0, 6], errno.EPERM),  # F_SETLK
    ("fcntl", [0, 1031], errno.EPERM),  # F_SETPIPE_SZ
    ("mmap", [0, 4096, 3, 0x22], ALLOW),
    ("mmap", [0, 4096, 1, 0x01, 3], ALLOW),  # a file, shared
    ("mmap", [0, 4096, 3, 0x21], errno.EPERM),  # anonymous and shared, which RLIMIT_DATA does not count
    ("mmap", [0, 4096, 3, 0x23], errno.EPERM),
    ("mmap", [0, 4096, 3, 0x122], errno.EPERM),  # growing down, as stacks do, which it does not count either
    ("mmap", [0, 4096, 3, 0x102, 3], errno.EPERM),
    ("mmap", [0, 4096, 3, 0x20022], ALLOW),  # a thread's stack, which does not grow
    ("truncate", [], errno.EROFS),
    ("openat", [0, 4096, 0], ALLOW),
    ("openat", [0, 4096, os.O_WRONLY | os.O_CREAT | os.O_TRUNC], ALLOW),  # Landlock's to refuse
    ("openat", [0, 4096, os.O_RDONLY | os.O_TRUNC], errno.EROFS),
    ("open", [4096, 3 | os.O_TRUNC], errno.EROFS),
    ("mkdir", [], ALLOW),
]
READ_ONLY_CASES: list[tuple[str, list[int], str | int]] = [
    ("open", [4096, os.O_RDONLY | os.O_CLOEXEC], ALLOW),
    ("openat", [0, 4096, os.O_RDONLY | os.O_DIRECTORY], ALLOW),
    *(
        ("openat", [0, 4096, flags], errno.EROFS)
        for flags in (os.O_WRONLY, os.O_RDWR, 3, os.O_CREAT, os.O_TRUNC, 0o20200000)  # the last is O_TMPFILE
    ),
    ("open", [4096, os.O_RDWR], errno.EROFS),
    *((name, [], errno.EROFS) for name in ("mkdir", "mkdirat", "rename", "renameat", "renameat2", "rmdir")),
    *((name, [], errno.EROFS) for name in ("unlink", "unlinkat", "truncate", "creat")),
    ("clone", [THREAD], ALLOW),
    ("socket", [socket.AF_UNIX], errno.EACCES),
]


def on_both(cases: list[tuple[str, list[int], str | int]]) -> list[Any]:
    """The cases on each architecture that has the call."""
    return [
        pytest.param(architecture, *case, id=f"{architecture.name} {case[0]} {case[1]}")
        for architecture in (X86_64, AARCH64)
        for case in cases
        if case[0] in architecture.numbers
    ]


def interpret(code: bytes, number: int, arguments: list[int], audit: int) -> str | int:
    """The verdict of a program on one system call, as linux/filter.h and linux/seccomp.h define them."""
    words = [argument & (2**64 - 1) for argument in [*arguments, *[0] * 6][:6]]
    data = struct.pack("=IIQ6Q", number, audit, 0, *words)
    program = list(struct.iter_unpack("=HBBI", code))
    accumulator = position = 0
    while True:
        operation, if_true, if_false, constant = program[position]
        position += 1
        if operation == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (accumulator,) = struct.unpack_from("=I", data, constant)
        elif operation == 0x54:  # BPF_ALU | BPF_AND | BPF_K
            accumulator &= constant
        elif operation == 0x05:  # BPF_JMP | BPF_JA
            position += constant
        elif operation == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            position += if_true if accumulator == constant else if_false
        elif operation == 0x35:  # BPF_JMP | BPF_JGE | BPF_K
            position += if_true if accumulator >= constant else if_false
        elif operation == 0x45:  # BPF_JMP | BPF_JSET | BPF_K
            position += if_true if accumulator & constant else if_false
        else:
            assert operation == 0x06, f"no such operation: {operation:#x}"  # BPF_RET | BPF_K
            break
    if constant == 0x7FFF0000:
        return ALLOW
    if constant == 0x80000000:
        return KILL
    assert constant >> 16 == 5, f"no such verdict: {constant:#x}"
    return constant & 0xFFFF


def verdict(architecture: Architecture, name: str, arguments: list[int], read_only: bool = False) -> str | int:
    code = seccomp.build(architecture, read_only).for_pid(PID)
    return interpret(code, architecture.numbers[name], arguments, architecture.audit)


@pytest.mark.parametrize(("architecture", "name", "arguments", "expected"), on_both(CASES))
def test_the_program_decides_by_the_arguments(
    architecture: Architecture, name: str, arguments: list[int], expected: str | int
) -> None:
    assert verdict(architecture, name, arguments) == expected


@pytest.mark.parametrize(("architecture", "name", "arguments", "expected"), on_both(READ_ONLY_CASES))
def test_the_read_only_program_refuses_every_way_to_write(
    architecture: Architecture, name: str, arguments: list[int], expected: str | int
) -> None:
    assert verdict(architecture, name, arguments, read_only=True) == expected


@both
@pytest.mark.parametrize("read_only", [False, True])
def test_the_search_finds_the_rule_of_every_number(architecture: Architecture, read_only: bool) -> None:
    code = seccomp.build(architecture, read_only).for_pid(PID)
    rules = policy(PID, read_only)
    names = {number: name for name, number in architecture.numbers.items()}
    for number in range(NEWEST + 1):
        rule = rules.get(names.get(number, ""))
        verdict = interpret(code, number, [0] * 6, architecture.audit)
        if rule is None:
            assert verdict == errno.EPERM, number
        elif rule.alternatives == ((),):
            assert verdict == ALLOW, number
        else:
            assert verdict in (ALLOW, rule.otherwise), number
    for number in (NEWEST + 1, NEWEST + 50, 2**30 - 1, 2**31):
        assert interpret(code, number, [], architecture.audit) == errno.ENOSYS


@both
def test_the_harmful_calls_are_denied_whatever_their_arguments(architecture: Architecture) -> None:
    known = [name for name in DENIED if name in architecture.numbers]
    assert len(known) > 100
    for name in known:
        for argument in (0, 1, PID, 2**64 - 1):
            assert verdict(architecture, name, [argument] * 6) == errno.EPERM, name


@both
def test_another_architecture_and_x32_are_killed(architecture: Architecture) -> None:
    code = seccomp.build(architecture, read_only=False).for_pid(PID)
    assert interpret(code, 0, [], 0x40000003) == KILL  # i386
    assert interpret(code, 0, [], 0x40000028) == KILL  # arm
    assert interpret(code, 0x40000000, [], architecture.audit) == KILL


@both
def test_the_program_is_one_that_a_kernel_takes(architecture: Architecture) -> None:
    program = list(struct.iter_unpack("=HBBI", seccomp.build(architecture, read_only=True).for_pid(PID)))
    assert len(program) < 4096  # BPF_MAXINSNS
    for position, (operation, if_true, if_false, constant) in enumerate(program):
        if operation == seccomp.JUMP:
            assert position + 1 + constant < len(program)
        elif operation != seccomp.RETURN:
            assert position + 1 + max(if_true, if_false) < len(program)


@both
def test_only_the_pid_differs_between_two_workers(architecture: Architecture) -> None:
    filter_ = seccomp.build(architecture, read_only=False)
    assert filter_.pid_at
    one, other = (list(struct.iter_unpack("=HBBI", filter_.for_pid(pid))) for pid in (1000, 2000))
    different = [(a[3], b[3]) for a, b in zip(one, other, strict=True) if a != b]
    assert different == [(1000, 2000)] * len(filter_.pid_at)
