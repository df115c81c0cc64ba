"""Namespaces: processes, network, System V objects and mounts of the workers' own, entered once by their zygote.

A zygote in its own process namespace is its first process: when it ends, the kernel ends every process in there. The
network has no way out, and /proc shows nothing of the machine. An ordinary user is granted these only inside of a
user namespace, in which it stays who it was. All workers of a zygote share them, so a worker costs no more.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Collection

from autograder.sandbox import linux
from autograder.sandbox.probes import NotEnforcedError, must_fail

# linux/sched.h, linux/mount.h
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x0002_0000, 0x0800_0000, 0x1000_0000
CLONE_NEWPID, CLONE_NEWNET = 0x2000_0000, 0x4000_0000
ISOLATED = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 16384, 1 << 18

NAMES = ("pid", "net", "ipc", "mnt")
ON = "on"
DISCARD_PORT = 9  # any port would do: there is no way to it


def enter() -> str:
    """Move this process, which has one thread, into namespaces of its own: "on", or why not.

    It returns in a child, which is the first process in there. The caller's own process only waits for it, and ends
    as it ended. Where nothing is granted it returns in the caller.
    """
    uid, gid = os.getuid(), os.getgid()
    try:
        if uid == 0:
            linux.syscall("unshare", ISOLATED)
        else:
            linux.syscall("unshare", CLONE_NEWUSER | ISOLATED)
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{uid} {uid} 1")
            _write("/proc/self/gid_map", f"{gid} {gid} 1")
    except OSError as error:
        return f"not granted: {error.strerror}"
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    try:
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        linux.syscall("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
        linux.syscall("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    except OSError as error:
        return f"no /proc of its own: {error.strerror}"
    return ON


def outside() -> tuple[str, ...]:
    """The names of the namespaces that this process is in, for a worker to find that it is in others."""
    try:
        return tuple(os.readlink(f"/proc/self/ns/{name}") for name in NAMES)
    except OSError:
        return ()


def look(graders: Collection[str]) -> None:
    """Look, before anything is locked, that none of the grader's namespaces is this worker's, and that it matters."""
    shared = set(graders) & set(outside())
    if shared or not graders:
        raise NotEnforcedError(f"still in the grader's {', '.join(sorted(shared))}".rstrip())
    if os.getppid() != 1 or os.readlink("/proc/self") != str(os.getpid()):
        raise NotEnforcedError("/proc shows another namespace's processes")
    must_fail("connect to a port of this machine", _connect, errno.ENETUNREACH, errno.EADDRNOTAVAIL)


def _connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.connect(("127.0.0.1", DISCARD_PORT))


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
