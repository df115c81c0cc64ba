"""As whom the grader runs: root, an ordinary user, or root as Docker's default container has it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from autograder.sandbox.interpreter import interpreter_paths, unreachable
from tests.escapes.container import contain

NOBODY = 65534
ROOT = Path(__file__).resolve().parents[2]
CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 4096, 16384, 1 << 18  # linux/sched.h, linux/mount.h


def as_we_are() -> None:
    """Stay who we are."""


def ordinary() -> None:
    """Become a user that owns nothing; nothing to do for who is one already."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        os.environ["HOME"] = "/nonexistent"
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable, as any process of an ordinary user is


SETTINGS: dict[str, Callable[[], None]] = {
    "root": as_we_are,
    "ordinary": ordinary,
    "container": partial(contain, landlock=True),
    "old_container": partial(contain, landlock=False),  # no Landlock: reading is up to another uid and shut folders
}


def why_not(setting: str) -> str | None:
    """Why this setting cannot be had here; None if it can."""
    if os.geteuid() != 0:
        return None if setting == "ordinary" else "only root can be root"
    shut = unreachable(_needed())
    if setting == "ordinary" and shut and _top(shut) is None:
        return f"an ordinary user cannot run this python: {shut} is shut to it"
    if setting != "ordinary" and shut:
        return f"another uid cannot run this python: {shut} is shut to it" if _top(shut) is None else None
    return None


def open_up() -> None:
    """Let every user reach this python, in a view of the file system that this process alone has.

    As on any machine where it is installed for all. Where it lies in root's own folder, an empty folder is mounted
    over that, with only python in it.
    """
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None):
        return
    while (shut := unreachable(_needed())) and (top := _top(shut)) is not None:
        inside = {path: os.open(path, os.O_PATH) for path in _needed() if _below(path, top)}
        if libc.mount(b"tmpfs", top.encode(), b"tmpfs", 0, b"mode=0755"):
            return
        for path, descriptor in inside.items():
            os.makedirs(path, mode=0o755, exist_ok=True)
            if libc.mount(f"/proc/self/fd/{descriptor}".encode(), path.encode(), None, MS_BIND | MS_REC, None):
                return
            os.close(descriptor)


def _needed() -> list[str]:
    """Folders, the outermost only."""
    paths = {sys.base_prefix, sys.prefix, str(ROOT), *interpreter_paths()}
    real = {os.path.realpath(path) for path in paths}
    return sorted(path for path in real if not any(_below(path, other) for other in real if other != path))


def _below(path: str, top: str) -> bool:
    return path.startswith(top.rstrip("/") + "/")


def _top(shut: str) -> str | None:
    """The folder to mount over: the one that is shut; None where that would hide the machine itself."""
    return shut if os.path.isdir(shut) and shut.count("/") >= 1 and shut != "/" and shut not in _needed() else None
