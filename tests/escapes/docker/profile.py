"""What Docker's default gives a container: 14 capabilities, a filter for system calls, paths that are hidden.

From Docker's public documentation and default profile of the 23.0 and 24.0 releases (profiles/seccomp/default.json of
moby/moby), for x86_64 and a container without CAP_SYS_ADMIN. Of the releases these let through the most that matters
here: Landlock is allowed, and so is io_uring, which 25.0 refuses.
"""

from __future__ import annotations

import errno
from typing import Any

from autograder.sandbox.syscall_tables import X86_64

CAPABILITIES = (
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_SETGID",
    "CAP_SETUID",
    "CAP_SETPCAP",
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_RAW",
    "CAP_SYS_CHROOT",
    "CAP_MKNOD",
    "CAP_AUDIT_WRITE",
    "CAP_SETFCAP",
)

# Docker names what it allows; of the calls that our table knows, this is what it leaves out.
REFUSED = frozenset(
    """
    _sysctl acct add_key afs_syscall bpf cachestat clock_settime create_module delete_module fanotify_init fchmodat2
    file_getattr file_setattr finit_module fsconfig fsmount fsopen fspick futex_requeue futex_wait futex_wake
    get_kernel_syms get_mempolicy getpmsg getxattrat init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl
    listmount listxattrat lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr map_shadow_stack mbind
    migrate_pages mount mount_setattr move_mount move_pages mseal nfsservctl open_by_handle_at open_tree open_tree_attr
    perf_event_open pidfd_getfd pivot_root process_madvise putpmsg query_module quotactl quotactl_fd reboot
    removexattrat request_key security set_mempolicy set_mempolicy_home_node setdomainname sethostname setns
    settimeofday setxattrat statmount swapoff swapon sysfs syslog tuxcall umount2 unshare uselib userfaultfd ustat
    vhangup vserver
    """.split()  # noqa: SIM905 - as a list literal this is a page long
)
LANDLOCK = frozenset({"landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"})
BY_ARGUMENT = frozenset({"clone", "clone3", "personality", "socket"})

CLONE_NEW = 0x7E020000  # every namespace's flag (linux/sched.h)
AF_VSOCK = 40
PERSONALITIES = (0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF)  # Linux, its 32-bit kind, each with UNAME26, and to ask

MASKED = (
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
)
READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


def seccomp(landlock: bool = True) -> dict[str, Any]:
    """The filter as the Open Container Initiative's runtime specification writes it.

    landlock: False as before 20.10.10, which did not let it through.
    """
    refused = REFUSED | BY_ARGUMENT | (frozenset() if landlock else LANDLOCK)
    allowed = sorted(set(X86_64.numbers) - refused)
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": errno.EPERM,
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        "syscalls": [
            _allow(allowed),
            _allow(["clone"], {"index": 0, "value": CLONE_NEW, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}),
            _allow(["socket"], {"index": 0, "value": AF_VSOCK, "op": "SCMP_CMP_NE"}),
            *(_allow(["personality"], {"index": 0, "value": value, "op": "SCMP_CMP_EQ"}) for value in PERSONALITIES),
            {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": errno.ENOSYS},
        ],
    }


def _allow(names: list[str], *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"names": names, "action": "SCMP_ACT_ALLOW", **({"args": list(conditions)} if conditions else {})}
