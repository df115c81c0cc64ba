"""The lock-down, layer by layer: what a stem puts itself and so all of its workers under, and the rest in each worker.

A layer that this machine does not grant is reported, never fatal: the grader decides whether what is left will do.
Anything else that goes wrong here is an exception, and the worker dies of it with the submission unread.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Collection

from autograder.sandbox import identity, landlock, limits, linux, namespaces, probes, seccomp, syscall_tables
from autograder.sandbox.confinement import LAYERS, Confinement
from autograder.sandbox.interpreter import interpreter_paths, uid_can_import, unreachable
from autograder.sandbox.levels import ON

__all__ = ["LAYERS", "Confinement", "confine_all", "confine_one", "interpreter_paths", "uid_can_import", "unreachable"]

EVERYWHERE = {"session", "rlimits"}  # layers that any POSIX system has
LEFT_OUT = "left out on purpose"

# How a kernel, or a container around it, says that it does not grant something.
UNAVAILABLE = {errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EINVAL, errno.EROFS, errno.ENOENT, errno.EOPNOTSUPP}

_HERE = syscall_tables.here()
_FILTERS: dict[bool, seccomp.Filter] = {}  # by read_only


def build_filters() -> None:
    """Build both filters in the zygote, for every fork to inherit: a filter lacks only the worker's pid."""
    if _HERE is not None:
        _FILTERS.update({read_only: seccomp.build(_HERE, read_only) for read_only in (False, True)})


def confine_all(
    confinement: Confinement, keep: Collection[int], parent: int, entered: str = "not tried"
) -> dict[str, str]:
    """Put this process under all that its forks inherit, and say for each of these layers "on", or why it is not.

    Only in a freshly forked child, which has one thread. keep: the descriptors that stay open beside 0, 1 and 2.
    parent: the process that forked this one, with which it ends. entered: what became of the zygote's entering
    namespaces. A layer is on when what it forbids was tried and failed.
    Raises whatever is not a layer's being unavailable: then this process must end.
    """
    steps = [
        ("oom_score", limits.offer_to_the_oom_killer),
        ("namespaces", lambda: _namespaces(confinement.outside, entered)),
        ("descriptors", lambda: _close_descriptors(keep)),
        ("rlimits", lambda: limits.set_limits(confinement.memory_bytes)),
        ("capability_bounds", identity.clear_capability_bounds),
        ("uid", lambda: _change_uid(confinement.uid, confinement.readable)),
        ("folders", lambda: _shut_folders(confinement.canaries)),
        ("capabilities", identity.drop_capabilities),
        ("no_new_privs", _no_new_privs),
        ("dumpable", _not_dumpable),
        ("parent_death", lambda: _die_with_parent(parent)),  # a change of uid clears it, so after that
        ("landlock", lambda: _landlock(confinement)),
    ]
    layers = _taken(steps, confinement.without)
    os.chdir(confinement.folder)
    return layers


def confine_one(confinement: Confinement, shared: dict[str, str], keep: Collection[int], parent: int) -> dict[str, str]:
    """Lock this process down for good, a fork of one that has confined all its forks; the report of every layer.

    shared: that one's report. A layer that both take steps for is on when it is in both. parent: that one.
    """
    tasks = _tasks(confinement.uid, shared["namespaces"])
    steps = [
        ("session", _own_session),
        ("descriptors", lambda: _close_descriptors(keep)),
        ("rlimits", lambda: limits.set_own_limits(confinement.cpu_seconds, tasks)),
        ("parent_death", lambda: _die_with_parent(parent)),
        ("seccomp", lambda: _seccomp(confinement, parent, read_only=shared["landlock"] != ON)),
    ]
    own = _taken(steps, confinement.without)
    found = own | {layer: state for layer, state in shared.items() if own.get(layer, ON) == ON}
    return {layer: found[layer] for layer in LAYERS}


def _taken(steps: list[tuple[str, Callable[[], None]]], without: Collection[str]) -> dict[str, str]:
    """What came of each layer's step. Their order matters: each may take away what an earlier one needs."""
    layers: dict[str, str] = {}
    for layer, step in steps:
        if layer in without:
            layers[layer] = LEFT_OUT
        elif not sys.platform.startswith("linux") and layer not in EVERYWHERE:
            layers[layer] = "not Linux"
        else:
            layers[layer] = _attempt(step)
    return layers


def _attempt(step: Callable[[], None]) -> str:
    try:
        step()
    except probes.NotEnforcedError as error:
        return str(error)
    except OSError as error:
        if error.errno not in UNAVAILABLE:
            raise
        return f"not granted: {error.strerror}"
    return ON


def _own_session() -> None:
    """Leave the grader's session and process group, and with them its terminal and the signals sent to it."""
    os.setsid()
    if os.getsid(0) != os.getpid() or os.getpgrp() != os.getpid():
        raise probes.NotEnforcedError("still in the grader's session")


def _namespaces(graders: Collection[str], entered: str) -> None:
    """The zygote entered them, for all its workers; here is looked whether that bites."""
    if entered != namespaces.ON:
        raise probes.NotEnforcedError(entered)
    namespaces.look(graders)


def _tasks(uid: int | None, namespaces_layer: str) -> int | None:
    """How many threads a worker may have: they are counted for its uid, in its user namespace, its siblings' too."""
    has_own_count = uid is not None or (namespaces_layer == namespaces.ON and os.geteuid() != 0)
    return limits.TASKS + limits.SIBLINGS if has_own_count else None


def _close_descriptors(keep: Collection[int]) -> None:
    planted = os.dup(0)
    linux.close_all_but({0, 1, 2, *keep})
    probes.must_fail("use a descriptor of the grader's", lambda: os.fstat(planted), errno.EBADF)


def _change_uid(uid: int | None, readable: Collection[str]) -> None:
    if uid is not None:
        return identity.become(uid)
    if os.geteuid() != 0:
        raise probes.NotEnforcedError("only root can change its uid")
    shut = unreachable(readable)
    if shut:
        raise probes.NotEnforcedError(f"another uid could not import: {shut} is shut to it")
    raise probes.NotEnforcedError("no uid was given")


def _shut_folders(canaries: Collection[str]) -> None:
    """Look that the grader's own folders are shut to this uid alone, before Landlock shuts everything."""
    if not canaries:
        raise probes.NotEnforcedError("no canary was planted")
    probes.reads_nothing(canaries)


def _no_new_privs() -> None:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if linux.prctl(linux.PR_GET_NO_NEW_PRIVS) != 1:
        raise probes.NotEnforcedError("a program could still gain rights")


def _not_dumpable() -> None:
    """No core file, and /proc/PID of this process belongs to root."""
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    if linux.prctl(linux.PR_GET_DUMPABLE) != 0:
        raise probes.NotEnforcedError("still dumpable")


def _die_with_parent(parent: int) -> None:
    linux.die_with_parent(parent)
    if linux.death_signal() != signal.SIGKILL:
        raise probes.NotEnforcedError("the kernel did not take the signal")


def _landlock(confinement: Confinement) -> None:
    landlock.restrict(confinement.folder, confinement.readable)
    probes.reads_nothing_foreign(confinement.canaries)
    probes.writes_nothing(confinement.folder)


def _seccomp(confinement: Confinement, parent: int, read_only: bool) -> None:
    if not _FILTERS:
        build_filters()
    if read_only not in _FILTERS:
        raise probes.NotEnforcedError(f"no table of system calls for {os.uname().machine}")
    seccomp.install(_FILTERS[read_only], os.getpid())
    probes.calls_nothing(parent)
    if read_only:
        probes.writes_nothing(confinement.folder)
