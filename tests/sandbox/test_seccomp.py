"""The filter: its program run by a small interpreter for both architectures, and by the kernel for this one.

The aarch64 program is only interpreted here; no aarch64 kernel has run it in these tests unless this machine is one.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import signal
import socket
import struct
import subprocess
import threading
from typing import Any

import pytest

from autograder.sandbox import linux, seccomp, syscall_tables
from autograder.sandbox.syscall_policy import policy
from autograder.sandbox.syscall_tables import AARCH64, NEWEST, X86_64, Architecture

PID = 4321
ALLOW = "allowed"
KILL = "killed"

both = pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda architecture: architecture.name)

# What a submission could do harm with; refused whatever the arguments.
DENIED = """
    ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_open pidfd_getfd pidfd_send_signal
    kcmp tkill rt_sigqueueinfo rt_tgsigqueueinfo io_uring_setup io_uring_enter io_uring_register io_setup io_submit
    userfaultfd bpf perf_event_open keyctl add_key request_key mount umount2 pivot_root open_tree open_tree_attr
    move_mount fsopen fsconfig fsmount fspick mount_setattr unshare setns chroot chmod fchmod fchmodat fchmodat2 chown
    fchown lchown fchownat utime utimes utimensat futimesat setxattr lsetxattr fsetxattr setxattrat getxattr lgetxattr
    fgetxattr getxattrat listxattr removexattr removexattrat link linkat symlink symlinkat mknod mknodat memfd_create
    memfd_secret shmget shmat shmctl msgget msgsnd msgrcv semget semop mq_open mq_unlink inotify_init inotify_init1
    inotify_add_watch fanotify_init fanotify_mark personality setpriority flock ioprio_set sched_setscheduler
    sched_setattr sched_setparam connect bind listen accept accept4 sendmsg sendmmsg recvmsg recvmmsg setsockopt
    setuid setgid setresuid setresgid setgroups capset setrlimit setsid setpgid seccomp landlock_create_ruleset
    init_module finit_module kexec_load swapon reboot syslog acct quotactl name_to_handle_at open_by_handle_at
    move_pages migrate_pages mlock mlock2 mlockall fallocate splice tee vmsplice modify_ldt iopl ioperm
    settimeofday clock_settime adjtimex sethostname statmount listmount map_shadow_stack
""".split()  # noqa: SIM905 - a list literal of these would be two pages long

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
    ("sendto", [3, 4096, 5, 0, 0, 0], ALLOW),
    ("sendto", [3, 4096, 5, 0, 1 << 32, 16], errno.EPERM),
    ("recvfrom", [3, 4096, 5, 0, 4096, 4096], errno.EPERM),
    ("mmap", [0, 4096, 3, 0x22], ALLOW),
    ("mmap", [0, 4096, 1, 0x01, 3], ALLOW),  # a file, shared
    ("mmap", [0, 4096, 3, 0x21], errno.EPERM),  # anonymous and shared, which RLIMIT_DATA does not count
    ("mmap", [0, 4096, 3, 0x23], errno.EPERM),
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
        one, other = socket.socketpair()
        thread = threading.Thread(target=lambda: other.sendall(other.recv(100).upper()))
        thread.start()
        one.sendall(b"hello")
        answer = one.recv(100)
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
        seccomp.install(seccomp.build(X86_64, read_only=False), PID)
