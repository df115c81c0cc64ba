"""Landlock: from now on this process may open only the files it was granted, whoever it runs as.

Everything that the running kernel can refuse is refused (linux/landlock.h), and a few places are opened again.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator, Sequence

from autograder.sandbox import linux

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
FOR_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV  # the rights that a single file can have
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1

READ = READ_FILE | READ_DIR
READ_AND_EXECUTE = READ | EXECUTE

# Places that exist on some systems only; what is missing is passed over. Of /usr only the libraries.
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
DATA = ("/usr/share/zoneinfo", "/usr/share/fonts", "/usr/local/share/fonts")
FILES = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/urandom",
    "/dev/random",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
    "/proc/meminfo",
    "/proc/cpuinfo",
)  # not /dev/zero: mapped shared, it is memory that RLIMIT_DATA does not count
READ_AND_WRITE = ("/dev/null",)


def abi() -> int:
    """The version of Landlock that the kernel speaks. OSError: ENOSYS without it, EOPNOTSUPP when switched off."""
    return linux.syscall("landlock_create_ruleset", None, 0, CREATE_RULESET_VERSION)


def restrict(folder: str, readable: Sequence[str]) -> None:
    """Confine this thread and all it will start: ``folder`` to read, ``readable`` to read and execute.

    Needs no_new_privs or CAP_SYS_ADMIN.
    """
    version = abi()
    attributes = struct.pack("=QQQ", *_handled(version))
    size = 8 if version < 4 else 16 if version < 6 else 24  # a kernel refuses fields that it does not know
    ruleset = linux.syscall("landlock_create_ruleset", attributes[:size], size, 0)
    try:
        for path, access in _granted(folder, readable):
            _grant(ruleset, path, access & _handled(version)[0])
        linux.syscall("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _handled(version: int) -> tuple[int, int, int]:
    """All rights over files, over TCP, and over what lies outside the domain, that this version knows."""
    files = 13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16
    tcp = 2 if version >= 4 else 0  # bind, connect
    outside = 2 if version >= 6 else 0  # abstract sockets, signals
    return (1 << files) - 1, (1 << tcp) - 1, (1 << outside) - 1


def _granted(folder: str, readable: Sequence[str]) -> Iterator[tuple[str, int]]:
    yield folder, READ
    for path in (*readable, *LIBRARIES):
        yield path, READ_AND_EXECUTE
    for path in (*DATA, *FILES):
        yield path, READ
    for path in READ_AND_WRITE:
        yield path, READ_FILE | WRITE_FILE | TRUNCATE


def _grant(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # missing, or out of reach for the uid that this process has now: nothing to grant
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            access &= FOR_A_FILE
        rule = struct.pack("=Qi", access, descriptor)
        linux.syscall("landlock_add_rule", ruleset, RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)
