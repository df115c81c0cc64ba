"""Where this python lives: the files that a worker must be able to read, and whether another uid can."""

from __future__ import annotations

import functools
import importlib.util
import os
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator


@functools.cache  # a grading asks for them twice, and they take 5 ms
def interpreter_paths() -> tuple[str, ...]:
    """The folders this interpreter imports from and loads libraries from; those that exist, the outermost only.

    From the installation, never from ``sys.path``: a grader's own has the tests on it. Of each prefix only the
    libraries, for a prefix such as /usr or a project's folder holds more than python.
    """
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    folders = {os.path.join(prefix, name) for prefix in prefixes for name in ("lib", "lib64")}
    folders |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    numpy = importlib.util.find_spec("numpy")  # may be installed where none of these is
    if numpy is not None and numpy.origin is not None:
        folders.add(os.path.dirname(os.path.dirname(numpy.origin)))
    real = {os.path.realpath(folder) for folder in folders if os.path.isdir(folder)}
    return tuple(sorted(path for path in real if not any(path.startswith(other + os.sep) for other in real)))


def uid_can_import(paths: Iterable[str]) -> bool:
    """Whether a uid that owns nothing and is in no group can reach and read all of these."""
    return unreachable(paths) is None


def unreachable(paths: Iterable[str]) -> str | None:
    """The first folder or file, of these and those they lie in, that is shut to a uid which owns nothing.

    By the mode bits for others, which are what the kernel goes by for such a uid. A path that does not exist is
    passed over, as python does.
    """
    for path in paths:
        if not os.path.exists(path):
            continue
        real = os.path.realpath(path)
        if not _has(real, stat.S_IROTH):
            return real
        for step in _steps(real):
            if not _has(step, stat.S_IXOTH):
                return step
    return None


def _has(path: str, bit: int) -> bool:
    return bool(os.stat(path).st_mode & bit)


def _steps(path: str) -> Iterator[str]:
    """The folders that have to be passed to get at ``path``, and itself if it is one, outermost first."""
    parts = path.split(os.sep)
    folders = [os.sep.join(parts[: count + 1]) or os.sep for count in range(len(parts))]
    return (folder for folder in folders if os.path.isdir(folder))
