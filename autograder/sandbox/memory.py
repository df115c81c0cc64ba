"""How much memory a worker may take, so that a hungry submission gets a MemoryError and never the grader killed."""

from __future__ import annotations

from pathlib import Path

MIB = 1024 * 1024
RESERVE = 128 * MIB  # for the zygote, the supervisor and what grows in the grader meanwhile
LEAST = 64 * MIB  # numpy does useful work in this much

_CGROUP_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def worker_memory(configured: int) -> int:
    """The smaller of what is configured and what this container has left, in bytes."""
    limits = [limit for limit in map(_read_limit, _CGROUP_FILES) if limit is not None]
    if not limits:
        return configured
    return max(LEAST, min(configured, min(limits) - _resident() - RESERVE))


def _read_limit(path: str) -> int | None:
    try:
        text = Path(path).read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # "max" is no limit


def _resident() -> int:
    """Bytes of memory that this process holds."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * 4096
