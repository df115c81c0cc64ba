"""Who a worker is: a user that owns nothing, with no capability and no way back."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator

from autograder.sandbox import linux
from autograder.sandbox.probes import NotEnforcedError, must_fail

# linux/capability.h, linux/prctl.h, linux/securebits.h
CAPABILITY_VERSION_3 = 0x20080522
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4


def become(uid: int) -> None:
    """Take this uid everywhere, and the gid of the same number, with no other group. Needs CAP_SETUID, CAP_SETGID."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid,) * 3 or os.getresgid() != (uid,) * 3 or os.getgroups():
        raise NotEnforcedError("the old identity is still there")
    must_fail("become root again", lambda: os.setresuid(0, 0, 0), errno.EPERM, errno.EINVAL)


def clear_capability_bounds() -> None:
    """Empty the sets that could give capabilities back. Needs CAP_SETPCAP; no_new_privs stands in for it."""
    linux.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in _for_each(PR_CAPBSET_DROP):
        if linux.prctl(PR_CAPBSET_READ, capability):
            raise NotEnforcedError(f"capability {capability} can still be gained")


def drop_capabilities() -> None:
    """Give up every capability, and look that none is left."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    linux.syscall("capset", header, (ctypes.c_uint32 * 6)())
    left = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    linux.syscall("capget", header, left)
    if any(left):
        raise NotEnforcedError(f"capabilities left: {[hex(word) for word in left]}")
    must_fail("take a root folder", lambda: os.chroot("/"), errno.EPERM)


def _for_each(option: int) -> Iterator[int]:
    """Do something to every capability, and yield it; the kernel says EINVAL to the first that it does not know."""
    for capability in range(64):
        try:
            linux.prctl(option, capability)
        except OSError as error:
            if capability > 0 and error.errno == errno.EINVAL:
                return
            raise
        yield capability
