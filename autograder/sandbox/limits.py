"""How much a worker may take: memory, processor time, files, and its place in the out-of-memory killer's queue."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import sys

from autograder.sandbox.probes import must_fail

FILE_BYTES = 4 << 20
DESCRIPTORS = 64
TASKS = 48
SIBLINGS = 32  # the submission's other workers, stem and zygote, which the kernel counts along
ADDRESS_SPARE = 1 << 30  # for libraries that are mapped later (scipy, matplotlib), beyond what memory_bytes allows
STACK_BYTES = 8 << 20  # the usual default, in case the grader runs with more
OOM_FIRST = 1000  # the highest oom_score_adj: this process goes before any other


def offer_to_the_oom_killer() -> None:
    """Be the first to go when the machine runs out of memory. Inherited if it was set before."""
    descriptor = os.open("/proc/self/oom_score_adj", os.O_RDWR)
    try:
        if int(os.read(descriptor, 16)) != OOM_FIRST:
            os.write(descriptor, str(OOM_FIRST).encode())
    finally:
        os.close(descriptor)


def set_limits(memory_bytes: int) -> None:
    """Set the limits that are alike for all workers, for good, and look that the one on memory bites.

    memory_bytes: for all private writable memory, what numpy and python have already included.

    DATA counts what is written to, and forgets memory that was filled and then made read-only; what may only be read
    it never counts, but its page tables fill memory too. Address space bounds both. Alone it would not do: python
    with numpy maps far more than it uses.
    """
    _lower("CORE", 0)
    _lower("DATA", memory_bytes)
    _lower("FSIZE", FILE_BYTES)
    _lower("NOFILE", DESCRIPTORS)
    _lower("STACK", STACK_BYTES, resource.RLIM_INFINITY)
    _lower("MEMLOCK", 0)
    _lower("MSGQUEUE", 0)
    if sys.platform.startswith("linux"):  # macOS counts nothing as DATA
        space = _mapped() + memory_bytes + ADDRESS_SPARE
        _lower("AS", space)
        must_fail("take more memory than allowed", lambda: _take(memory_bytes), errno.ENOMEM)
        must_fail("map more memory than allowed", lambda: _take(space, mmap.PROT_READ), errno.ENOMEM)


def set_own_limits(cpu_seconds: int, tasks: int | None) -> None:
    """Set the limits that only a worker has, not the stem that forks it.

    cpu_seconds: SIGXCPU ends the process after so many, SIGKILL one second later. tasks: how many threads, or None
    where they cannot be limited: the kernel counts them for the uid (in its user namespace), not for the process, so
    that on an ordinary user's own uid every open browser would count. There the memory limit bounds the threads, by
    their stacks.
    """
    _lower("CPU", cpu_seconds, cpu_seconds + 1)
    if tasks is not None:
        _lower("NPROC", tasks)


def _lower(name: str, soft: int, hard: int | None = None) -> None:
    """Lower a limit, never raise it; systems that lack it are passed over."""
    which = getattr(resource, f"RLIMIT_{name}", None)
    if which is None:
        return
    known_soft, known_hard = resource.getrlimit(which)
    new_hard = _smaller(soft if hard is None else hard, known_hard)
    resource.setrlimit(which, (_smaller(_smaller(soft, known_soft), new_hard), new_hard))


def _smaller(one: int, other: int) -> int:
    """The smaller of two limits; infinity is -1."""
    finite = [limit for limit in (one, other) if limit != resource.RLIM_INFINITY]
    return min(finite, default=resource.RLIM_INFINITY)


def _mapped() -> int:
    """Bytes of address space that this process has mapped already."""
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(descriptor, 32).split()[0]) * mmap.PAGESIZE
    finally:
        os.close(descriptor)


def _take(count: int, access: int = mmap.PROT_READ | mmap.PROT_WRITE) -> None:
    mmap.mmap(-1, count, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, access).close()
