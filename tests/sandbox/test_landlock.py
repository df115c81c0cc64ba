"""Landlock bites by itself, without seccomp and without another uid beside it."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import landlock, linux


def error_of(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "done"


@pytest.fixture
def version() -> int:
    try:
        return landlock.abi()
    except OSError as error:
        pytest.skip(f"no Landlock here: {error.strerror}")


def restricted(children: Any, attempts: dict[str, Callable[[], object]]) -> dict[str, str]:
    """What comes of these attempts in a child that has no other layer."""

    def inside() -> dict[str, str]:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(str(children.folder), ())
        return {name: error_of(attempt) for name, attempt in attempts.items()}

    outcomes: dict[str, str] = children.run(inside)
    return outcomes


def test_nothing_outside_the_granted_places_can_be_opened(children: Any, version: int) -> None:
    foreign = ["/", "/etc/passwd", "/proc/self/status", "/proc/1/environ", "/tmp", "/usr/bin", str(children.canary)]
    foreign += [str(children.folder.parent), str(Path(__file__).parent), "/dev/zero", "/sys"]
    outcomes = restricted(children, {path: lambda path=path: os.open(path, os.O_RDONLY) for path in foreign})
    assert outcomes == dict.fromkeys(foreign, "EACCES")


def test_the_granted_places_can_be_read(children: Any, version: int) -> None:
    granted = [str(children.folder / "data.txt"), str(children.folder), *landlock.LIBRARIES, *landlock.DATA]
    granted = [path for path in [*granted, *landlock.FILES, "/dev/null"] if os.path.exists(path)]
    outcomes = restricted(children, {path: lambda path=path: os.open(path, os.O_RDONLY) for path in granted})
    assert outcomes == dict.fromkeys(granted, "done")


def test_the_null_device_can_be_written_and_nothing_else(children: Any, version: int) -> None:
    own = children.folder / "data.txt"
    own.chmod(0o666)
    children.folder.chmod(0o777)

    def write(path: object) -> Callable[[], object]:
        return lambda: open(str(path), "w").close()

    attempts = {
        "null": write("/dev/null"),
        "own file": write(own),
        "append": lambda: open(own, "a").close(),
        "new file": write(children.folder / "new"),
        "in tmp": write("/tmp/landlock-was-here"),
        "folder": lambda: os.mkdir(children.folder / "new"),
        "fifo": lambda: os.mkfifo(children.folder / "new"),
        "link": lambda: os.symlink("data.txt", children.folder / "new"),
        "remove": lambda: os.unlink(own),
        "rename": lambda: os.rename(own, children.folder / "other"),
    }
    outcomes = restricted(children, attempts)
    assert outcomes.pop("null") == "done"
    assert outcomes == dict.fromkeys(outcomes, "EACCES")
    assert own.read_text() == "the student's own data\n"


def test_a_link_out_of_the_folder_leads_nowhere(children: Any, version: int) -> None:
    (children.folder / "link").symlink_to("/etc/passwd")
    attempts = {"link": lambda: os.open(children.folder / "link", os.O_RDONLY)}
    assert restricted(children, attempts) == {"link": "EACCES"}


def test_a_file_is_not_cut_by_a_path(children: Any, version: int) -> None:
    if version < 3:
        pytest.skip(f"Landlock {version} does not know of truncate: there the filter refuses it")
    (children.folder / "data.txt").chmod(0o666)
    assert restricted(children, {"cut": lambda: os.truncate(children.folder / "data.txt", 0)}) == {"cut": "EACCES"}


def test_tcp_is_refused(children: Any, version: int) -> None:
    if version < 4:
        pytest.skip(f"Landlock {version} does not know of TCP")
    attempts = {
        "connect": lambda: socket.socket().connect(("127.0.0.1", 9)),
        "bind": lambda: socket.socket().bind(("127.0.0.1", 0)),
    }
    assert restricted(children, attempts) == {"connect": "EACCES", "bind": "EACCES"}


def test_signals_and_abstract_sockets_do_not_leave_the_domain(children: Any, version: int) -> None:
    if version < 6:
        pytest.skip(f"Landlock {version} does not know of scopes")
    name = f"\0landlock-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(name)
        listener.listen()
        attempts = {
            "connect": lambda: socket.socket(socket.AF_UNIX).connect(name),
            "signal": lambda: os.kill(os.getppid(), 0),
            "own": lambda: os.kill(os.getpid(), 0),
        }
        assert restricted(children, attempts) == {"connect": "EPERM", "signal": "EPERM", "own": "done"}


@pytest.mark.parametrize("version", range(1, 9))
def test_every_version_is_asked_for_all_that_it_knows_and_no_more(
    version: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[int, ...]] = []
    granted: list[int] = []

    def syscall(name: str, *arguments: Any) -> int:
        if name == "landlock_create_ruleset" and arguments[0] is None:
            return version
        if name == "landlock_create_ruleset":
            attributes, size, flags = arguments
            assert len(attributes) == size
            assert flags == 0
            asked.append(struct.unpack(f"={size // 8}Q", attributes))
            return os.open("/dev/null", os.O_RDONLY)
        if name == "landlock_add_rule":
            granted.append(struct.unpack("=Qi", arguments[2])[0])
        return 0

    monkeypatch.setattr(linux, "syscall", syscall)
    landlock.restrict(str(tmp_path), ())
    # The highest right of each kind, by version: linux/landlock.h.
    files = {1: 12, 2: 13, 3: 14, 4: 14}.get(version, 15)
    expected = [2 ** (files + 1) - 1] + ([3] if version >= 4 else []) + ([3] if version >= 6 else [])
    assert asked == [tuple(expected)]
    assert granted
    assert all(access & ~expected[0] == 0 for access in granted)  # a kernel refuses rights that are not handled


@pytest.mark.parametrize("failing", ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"])
def test_a_call_that_fails_is_an_error_and_leaves_no_descriptor(
    failing: str, version: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = linux.syscall

    def syscall(name: str, *arguments: Any) -> int:
        if name == "landlock_restrict_self" or name == failing:
            raise OSError(errno.EPERM, name)
        return real(name, *arguments)

    monkeypatch.setattr(linux, "syscall", syscall)
    before = os.listdir("/dev/fd")
    with pytest.raises(PermissionError, match=failing):
        landlock.restrict(str(tmp_path), ())
    assert len(os.listdir("/dev/fd")) == len(before)
