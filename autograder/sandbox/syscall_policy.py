"""Which system calls a worker may make, and with which arguments.

A worker computes, prints into a pipe and reads its own folder; it may make threads but no processes, and nothing
that reaches another process, the network or the machine's settings. What is not named here is refused with EPERM.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass

# Taken as they are: numpy, scipy and matplotlib import, plot and pass their tests with these. A name that an
# architecture lacks is skipped.
ALLOWED = frozenset(
    """
    read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask
    rt_sigreturn pread64 pwrite64 readv writev access pipe select sched_yield mremap msync mincore madvise dup dup2
    pause nanosleep getitimer alarm setitimer getpid sendfile exit uname fsync fdatasync ftruncate getdents
    getcwd chdir fchdir rename mkdir rmdir unlink readlink umask gettimeofday getrlimit getrusage sysinfo times
    getuid getgid geteuid getegid getppid getpgrp getgroups getresuid getresgid getpgid getsid rt_sigpending
    rt_sigtimedwait rt_sigsuspend sigaltstack statfs fstatfs getpriority sched_getparam sched_getscheduler
    sched_get_priority_max sched_get_priority_min arch_prctl gettid time futex sched_getaffinity epoll_create
    getdents64 set_tid_address restart_syscall fadvise64 timer_create timer_settime timer_gettime timer_delete
    clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl mbind get_mempolicy openat mkdirat
    newfstatat unlinkat renameat readlinkat faccessat pselect6 ppoll set_robust_list get_robust_list epoll_pwait
    timerfd_create timerfd_settime timerfd_gettime eventfd eventfd2 epoll_create1 dup3 pipe2 preadv pwritev getcpu
    sched_getattr renameat2 getrandom membarrier copy_file_range preadv2 pwritev2 statx rseq close_range faccessat2
    epoll_pwait2 futex_waitv wait4
    """.split()  # noqa: SIM905 - as a list literal this is a page long
)

CHANGES_THE_FILE_SYSTEM = ("mkdir", "mkdirat", "rename", "renameat", "renameat2", "rmdir", "unlink", "unlinkat")

# Flags and commands from the kernel's own headers (linux/sched.h, mman-common.h, fcntl.h, prctl.h, ioctls.h); the
# two architectures agree on all of these.
CLONE_THREAD = 0x00010000
CLONE_NAMESPACES = 0x7E020000
MAP_TYPE, MAP_PRIVATE, MAP_ANONYMOUS, MAP_GROWSDOWN = 0x0F, 0x02, 0x20, 0x100
O_ACCMODE, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE = 0x3, 0x1, 0x2, 0o100, 0o1000, 0o20000000
IOCTLS = {"TCGETS": 0x5401, "TIOCGWINSZ": 0x5413, "FIONREAD": 0x541B, "FIONBIO": 0x5421}
IOCTLS |= {"FIONCLEX": 0x5450, "FIOCLEX": 0x5451}
FCNTLS = {"DUPFD": 0, "GETFD": 1, "SETFD": 2, "GETFL": 3, "SETFL": 4, "DUPFD_CLOEXEC": 1030, "GETPIPE_SZ": 1032}
PRCTLS = {"SET_NAME": 15, "GET_NAME": 16, "GET_PDEATHSIG": 2, "GET_DUMPABLE": 3, "GET_KEEPCAPS": 7, "GET_TIMING": 13}
PRCTLS |= {"GET_SECCOMP": 21, "CAPBSET_READ": 23, "GET_SECUREBITS": 27, "GET_TIMERSLACK": 30}
PRCTLS |= {"GET_CHILD_SUBREAPER": 37, "GET_NO_NEW_PRIVS": 39, "GET_THP_DISABLE": 42}

WHOLE = 0xFFFFFFFF


@dataclass(frozen=True)
class Bits:
    """Holds when one 32-bit half of an argument, under ``mask``, is ``value``. The kernel reads int arguments so."""

    argument: int
    mask: int
    value: int
    high: bool = False


@dataclass(frozen=True)
class Rule:
    """A call is allowed when all the Bits of one alternative hold; else it fails with the errno ``otherwise``."""

    otherwise: int
    alternatives: tuple[tuple[Bits, ...], ...] = ()


ALLOW = Rule(0, ((),))
DENY = Rule(errno.EPERM)
UNKNOWN = Rule(errno.ENOSYS)  # a call newer than our tables: callers fall back to an older one


def policy(pid: int, read_only: bool) -> dict[str, Rule]:
    """The rule for each system call, by name; a name that is missing is denied.

    pid: the worker's own, the only one it may name. read_only: nothing may be opened for writing, made, moved or
    removed, whatever the path; for a kernel without Landlock.
    """
    rules = dict.fromkeys(ALLOWED, ALLOW) | _checked(pid) | _refused_in_a_special_way()
    if read_only:
        rules |= dict.fromkeys(CHANGES_THE_FILE_SYSTEM, Rule(errno.EROFS))
        writes = O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE
        rules |= _opening(lambda flags: Rule(errno.EROFS, ((Bits(flags, writes, 0),),)))
    return rules


def _checked(pid: int) -> dict[str, Rule]:
    """The calls that depend on their arguments."""
    own_pid = Bits(0, WHOLE, pid)
    thread = Bits(0, CLONE_THREAD | CLONE_NAMESPACES, CLONE_THREAD)
    no_new_limit = (Bits(2, WHOLE, 0), Bits(2, WHOLE, 0, high=True))
    return {
        "clone": Rule(errno.EAGAIN, ((thread,),)),
        "kill": Rule(errno.EPERM, ((own_pid,),)),
        "tgkill": Rule(errno.EPERM, ((own_pid,),)),
        "prlimit64": Rule(errno.EPERM, ((Bits(0, WHOLE, 0), *no_new_limit), (own_pid, *no_new_limit))),
        "sched_setaffinity": _one_of(0, (0, pid), errno.EPERM),  # of nobody else: the grader may have the same uid
        "prctl": _one_of(0, PRCTLS.values(), errno.EPERM),
        "ioctl": _one_of(1, IOCTLS.values(), errno.ENOTTY),
        "fcntl": _one_of(1, FCNTLS.values(), errno.EPERM),
        "socketpair": _one_of(0, (socket.AF_UNIX,), errno.EPERM),
        # Shared anonymous memory does not count against RLIMIT_DATA, nor does what grows down, as stacks do.
        "mmap": Rule(
            errno.EPERM,
            ((Bits(3, MAP_ANONYMOUS | MAP_GROWSDOWN, 0),), (Bits(3, MAP_TYPE | MAP_GROWSDOWN, MAP_PRIVATE),)),
        ),
        # Opened for reading or for neither, a file could be cut to nothing where Landlock is older than ABI 3.
        **_opening(
            lambda flags: Rule(
                errno.EROFS,
                ((Bits(flags, O_TRUNC, 0),), (Bits(flags, O_ACCMODE, O_WRONLY),), (Bits(flags, O_ACCMODE, O_RDWR),)),
            )
        ),
    }


def _refused_in_a_special_way() -> dict[str, Rule]:
    """Refusals that the C library or a program understands better than EPERM."""
    return {
        "clone3": Rule(errno.ENOSYS),  # its arguments are out of a filter's sight; glibc falls back to clone
        "openat2": Rule(errno.ENOSYS),
        "fork": Rule(errno.EAGAIN),
        "vfork": Rule(errno.EAGAIN),
        "execve": Rule(errno.EACCES),
        "execveat": Rule(errno.EACCES),
        "socket": Rule(errno.EACCES),
        "truncate": Rule(errno.EROFS),
        "creat": Rule(errno.EROFS),
    }


def _one_of(argument: int, values: Collection[int], otherwise: int) -> Rule:
    return Rule(otherwise, tuple((Bits(argument, WHOLE, value),) for value in values))


def _opening(rule: Callable[[int], Rule]) -> dict[str, Rule]:
    """The same rule for both calls that open a file, each with its flags in another argument."""
    return {"open": rule(1), "openat": rule(2)}
