"""The numbers are the kernel's: compared with its headers and with libseccomp's tables, where this machine has them."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import re
import subprocess
from pathlib import Path

import pytest

from autograder.sandbox import seccomp, syscall_policy, syscall_tables
from autograder.sandbox.syscall_tables import AARCH64, NEWEST, X86_64, Architecture

# The generic table serves several architectures; these are arm64's choices (arch/arm64/include/uapi/asm/unistd.h).
ARM64_CHOICES = ("RENAMEAT", "NEW_STAT", "SET_GET_RLIMIT", "SYS_CLONE3", "MEMFD_SECRET")


ARM64_HEADERS = Path("/usr/aarch64-linux-gnu/include")
UNKNOWN_TO_LIBSECCOMP = -1


def defined(source: str, *options: str) -> dict[str, int]:
    """What the C preprocessor makes of the kernel's header; nothing where it is missing."""
    try:
        run = subprocess.run(["cc", "-E", "-dM", *options, "-"], input=source, capture_output=True, text=True)
    except FileNotFoundError:
        return {}
    macros = dict(re.findall(r"#define (__NR\w+) (\S+)", run.stdout))
    numbers = {}
    for name, value in macros.items():
        while value in macros:
            value = macros[value]
        if name.startswith("__NR_") and name != "__NR_syscalls" and value.isdigit():
            numbers[name.removeprefix("__NR_")] = int(value)
    return numbers


@pytest.mark.parametrize(
    ("architecture", "source"),
    [
        (X86_64, "#include <asm/unistd_64.h>\n"),
        (
            AARCH64,
            "".join(f"#define __ARCH_WANT_{choice}\n" for choice in ARM64_CHOICES)
            + "#include <asm-generic/unistd.h>\n",
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_numbers_are_those_of_the_kernels_header(architecture: Architecture, source: str) -> None:
    numbers = defined(source)
    if "landlock_restrict_self" not in numbers:
        pytest.skip("no C preprocessor with recent kernel headers for this architecture here")
    known = {name: number for name, number in numbers.items() if name in architecture.numbers}
    assert len(known) > 250
    assert {name: architecture.numbers[name] for name in known} == known
    # A newer header knows more, but nothing that lies within our table.
    strangers = {name for name, number in numbers.items() if name not in known and number <= NEWEST}
    assert all(name.startswith("arch_specific") or name in ("uretprobe", "uprobe") for name in strangers)


def test_the_numbers_are_those_of_arm64s_own_header() -> None:
    """Debian's linux-libc-dev-arm64-cross has it on any machine."""
    if not ARM64_HEADERS.is_dir():
        pytest.skip(f"no {ARM64_HEADERS}: linux-libc-dev-arm64-cross is not installed")
    numbers = defined("#include <asm/unistd.h>\n", "-nostdinc", f"-I{ARM64_HEADERS}")
    known = {name: number for name, number in numbers.items() if name in AARCH64.numbers}
    assert len(known) > 280
    assert {name: AARCH64.numbers[name] for name in known} == known
    assert {name for name in numbers if name not in known and not name.startswith("arch_specific")} == set()


@pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda architecture: architecture.name)
def test_libseccomp_gives_each_call_the_same_number(architecture: Architecture) -> None:
    library = ctypes.util.find_library("seccomp")
    if library is None:
        pytest.skip("libseccomp is not installed")
    resolve = ctypes.CDLL(library).seccomp_syscall_resolve_name_arch
    found = {name: resolve(architecture.audit, name.encode()) for name in architecture.numbers}
    known = {name: number for name, number in found.items() if number != UNKNOWN_TO_LIBSECCOMP}
    assert len(known) > 280
    assert known == {name: architecture.numbers[name] for name in known}  # below 0: not a call of this architecture


@pytest.mark.parametrize("architecture", [X86_64, AARCH64], ids=lambda architecture: architecture.name)
def test_a_table_gives_no_number_twice_and_none_past_the_newest(architecture: Architecture) -> None:
    numbers = list(architecture.numbers.values())
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) == NEWEST


def test_every_name_in_the_policy_is_a_system_call_of_some_architecture() -> None:
    known = set(X86_64.numbers) | set(AARCH64.numbers)
    named = set(syscall_policy.policy(pid=7, read_only=True)) | set(syscall_policy.policy(pid=7, read_only=False))
    assert named - known == set()


def test_this_process_has_a_table_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def machine(name: str) -> Architecture | None:
        monkeypatch.setattr(os, "uname", lambda: type("Uname", (), {"machine": name}))
        return syscall_tables.here()

    monkeypatch.setattr("sys.platform", "linux")
    assert machine("x86_64") is X86_64
    assert machine("aarch64") is AARCH64
    assert machine("riscv64") is None
    monkeypatch.setattr("sys.platform", "darwin")
    assert machine("x86_64") is None


def test_the_two_architectures_agree_on_the_flags_that_the_policy_names() -> None:
    header = Path("/usr/include/asm-generic/fcntl.h")
    if not header.exists():
        pytest.skip("no kernel headers here")
    text = header.read_text()
    for flag in ("O_CREAT", "O_TRUNC", "__O_TMPFILE"):
        value = re.search(rf"#define {flag}\s+0?(\d+)", text)
        assert value is not None
        assert int(value[1], 8) == getattr(syscall_policy, flag.removeprefix("__"))
    assert seccomp.PID_TO_COME > 2**22
