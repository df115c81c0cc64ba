"""Who a worker is: a user that owns nothing, with no capability and no way back."""

from __future__ import annotations

import ctypes
import errno
import os

from autograder.sandbox import linux
from autograder.sandbox.probes import NotEnforcedError, must_fail

# linux/capability.h, linux/prctl.h, linux/securebits.h
CAPABILITY_VERSION_3 = 0x20080522
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

# The structs of capset(2). Types of ctypes are dear to make, so the zygote makes them, for every fork.
_Header = ctypes.c_uint32 * 2  # version, pid
_Sets = ctypes.c_uint32 * 6  # effective, permitted, inheritable; twice


def become(uid: int) -> None:
    """Take this uid everywhere, and the gid of the same number, with no other group. Needs CAP_SETUID, CAP_SETGID."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if os.getresuid() != (uid,) * 3 or os.getresgid() != (uid,) * 3 or os.getgroups():
        raise NotEnforcedError("the old identity is still there")
    must_fail("become root again", lambda: os.setresuid(0, 0, 0), errno.EPERM, errno.EINVAL)


def clear_capability_bounds() -> None:
    """Empty the sets that could give capabilities back. Needs CAP_SETPCAP; no_new_privs stands in for it.

    It takes no right that is held, so the zygote does it too, and a worker of its finds them empty.
    """
    linux.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(64):
        try:
            can_be_gained = linux.prctl(PR_CAPBSET_READ, capability)
        except OSError as error:
            if capability > 0 and error.errno == errno.EINVAL:
                return  # the first that this kernel does not know
            raise
        if can_be_gained:
            linux.prctl(PR_CAPBSET_DROP, capability)
            if linux.prctl(PR_CAPBSET_READ, capability):
                raise NotEnforcedError(f"capability {capability} can still be gained")


def drop_capabilities() -> None:
    """Give up every capability, and look that none is left."""
    header = _Header(CAPABILITY_VERSION_3, 0)
    linux.syscall("capset", header, _Sets())
    left = _Sets()
    linux.syscall("capget", header, left)
    if any(left):
        raise NotEnforcedError(f"capabilities left: {[hex(word) for word in left]}")
    must_fail("take a root folder", lambda: os.chroot("/"), errno.EPERM)
