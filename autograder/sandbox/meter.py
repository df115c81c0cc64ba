"""Which process a worker is, by the kernel's word, and what processor time it uses, beside us on one processor.

A worker is named by the credentials that the kernel puts beside its first frame, which it sends before anything of a
student's is loaded. Looking for it among the children of the zygote would be a guess: others load meanwhile. Its
processor time goes on neither while it waits for a processor nor while it sleeps, and nothing in it can turn it back.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

_CREDENTIALS = struct.Struct("iII")  # struct ucred: pid, uid, gid
_PROCESSOR = 36  # of the fields of /proc/PID/stat that follow the name: the processor that it ran on last


def ask_for_sender(sock: socket.socket) -> None:
    """Have the kernel say of what arrives here who sent it; before anybody can have sent anything."""
    option = getattr(socket, "SO_PASSCRED", None)  # Linux
    if option is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, 1)


def sender(sock: socket.socket) -> int | None:
    """The process that sent what waits here, as we number processes; None where the kernel does not say."""
    kind = getattr(socket, "SCM_CREDENTIALS", None)
    if kind is None:
        return None
    with contextlib.suppress(OSError):
        for level, found, data in sock.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size), socket.MSG_PEEK)[1]:
            if (level, found) == (socket.SOL_SOCKET, kind) and len(data) >= _CREDENTIALS.size:
                return int(_CREDENTIALS.unpack_from(data)[0]) or None  # 0 stands for nobody that we can see
    return None


def seconds_used(process: int | None) -> float:
    """The processor time of all threads of a process. By the wall's clock where the kernel does not tell it."""
    if process == os.getpid():
        return time.process_time()
    if process is not None and hasattr(time, "clock_gettime"):
        with contextlib.suppress(OSError):
            return time.clock_gettime(~process << 3 | 2)  # POSIX has a clock for each process, named after its number
    return time.perf_counter()


@contextlib.contextmanager
def one_processor(process: int | None) -> Iterator[None]:
    """Keep that process and this thread on one processor, where that is allowed.

    Two processors may run at different speeds, one for an hour: the other one shares its core with a busy neighbour, or
    is of another kind. Those who take turns on the same one meet the same neighbours.
    """
    if process is None or process == os.getpid() or not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    with contextlib.ExitStack() as undo:
        try:
            here = {int(Path("/proc/thread-self/stat").read_text().rpartition(")")[2].split()[_PROCESSOR])} & allowed
            theirs = os.sched_getaffinity(process)
            os.sched_setaffinity(process, here)
            undo.callback(_put_back, process, theirs)
            os.sched_setaffinity(0, here)
            undo.callback(_put_back, 0, allowed)
        except (OSError, ValueError, LookupError):
            pass  # another user's, and we are not allowed to: then they run where the kernel puts them
        yield


def _put_back(process: int, processors: set[int]) -> None:
    with contextlib.suppress(OSError):  # it may have ended
        os.sched_setaffinity(process, processors)
