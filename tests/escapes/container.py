"""A process made to stand as in Docker's default container: its capabilities, and refusals like its filter's.

Not a container: it has this machine's files and memory. What Docker grants and refuses a grader is the same.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from autograder.sandbox import linux, seccomp, syscall_tables
from autograder.sandbox.identity import CAPABILITY_VERSION_3, PR_CAPBSET_DROP
from autograder.sandbox.syscall_policy import ALLOW, CLONE_NAMESPACES, DENY, Bits, Rule

# Docker's 14 (linux/capability.h): chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap,
# net_bind_service, net_raw, sys_chroot, mknod, audit_write, setfcap.
CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
LAST_CAPABILITY = 40

# What its profile leaves out for who has no CAP_SYS_ADMIN, as far as anything here would try it.
REFUSED = """
    acct add_key bpf delete_module finit_module fsconfig fsmount fsopen fspick init_module ioperm iopl kcmp kexec_load
    keyctl lookup_dcookie mount mount_setattr move_mount name_to_handle_at open_by_handle_at open_tree perf_event_open
    pivot_root quotactl reboot request_key setdomainname sethostname setns settimeofday swapon swapoff umount2 unshare
    userfaultfd vhangup io_uring_setup io_uring_enter io_uring_register
""".split()  # noqa: SIM905 - as a list literal this is a page long
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def contain(landlock: bool) -> None:
    """landlock: as in releases since 20.10.10; the earlier ones did not let it through."""
    here = syscall_tables.here()
    assert here is not None, "no table of system calls here"
    rules = dict.fromkeys(here.numbers, ALLOW) | dict.fromkeys(REFUSED, DENY)
    rules["clone"] = Rule(errno.EPERM, ((Bits(0, CLONE_NAMESPACES, 0),),))
    rules["clone3"] = Rule(errno.ENOSYS)
    if not landlock:
        rules |= dict.fromkeys(LANDLOCK, DENY)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in seccomp.assemble(here, rules))
    seccomp.install(seccomp.Filter(code, ()), 0)
    for capability in set(range(LAST_CAPABILITY + 1)) - set(CAPABILITIES):
        linux.prctl(PR_CAPBSET_DROP, capability)
    low = sum(1 << capability for capability in CAPABILITIES)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    linux.syscall("capset", header, (ctypes.c_uint32 * 6)(low, low, 0, 0, 0, 0))
