"""Linux's system calls that Python has no function for, by ctypes; what fails raises OSError."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
from collections.abc import Collection, Iterable
from typing import Any

from autograder.sandbox import syscall_tables

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_GET_PDEATHSIG = 2
PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39

_LIBC = ctypes.CDLL(None, use_errno=True)
_HERE = syscall_tables.here()


def syscall(name: str, *arguments: Any) -> int:
    """Make one system call. Arguments are integers, None, bytes, or what ctypes can pass by reference."""
    number = None if _HERE is None else _HERE.numbers.get(name)
    if number is None:
        raise OSError(errno.ENOSYS, f"{name}: {os.strerror(errno.ENOSYS)}")
    result: int = _LIBC.syscall(ctypes.c_long(number), *(_passed(argument) for argument in arguments))
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result


def prctl(option: int, argument: int = 0) -> int:
    """Ask the kernel for something about this process. It wants the arguments that an option leaves unused to be 0."""
    return syscall("prctl", option, argument, 0, 0, 0)


def close_all_but(keep: Collection[int]) -> None:
    """Close every descriptor that is not in ``keep``."""
    wanted = sorted({-1, *keep})
    gaps = [(low + 1, high - 1) for low, high in zip(wanted, [*wanted[1:], 2**31], strict=True)]
    try:
        for first, last in gaps:
            if first <= last:
                syscall("close_range", first, last, 0)
    except OSError:  # before Linux 5.9, or a container's filter that does not know it
        for descriptor in _open_descriptors():
            if descriptor not in wanted:
                os.closerange(descriptor, descriptor + 1)  # the one that listed them is closed already


def _open_descriptors() -> Iterable[int]:
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError:  # a stem's worker must not look there: all that may be
        return range(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that forked it ends.

    Raises ProcessLookupError when the parent had gone before the kernel was asked.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError(errno.ESRCH, f"the parent, process {parent}, is gone")


def death_signal() -> int:
    """The signal this process gets when its parent dies; 0 is none."""
    answer = ctypes.c_int()
    prctl(PR_GET_PDEATHSIG, ctypes.addressof(answer))
    return answer.value


def become_subreaper() -> None:
    """Adopt the orphans among this process's descendants, so that they can be killed and waited for."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def _passed(argument: Any) -> Any:
    # A bare int would travel as a C int: 32 bits of a 64-bit register.
    return ctypes.c_long(argument) if isinstance(argument, int) else argument
