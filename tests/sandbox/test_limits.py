"""Each resource limit bites, and none is ever raised."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import threading
from typing import Any

import numpy as np
import pytest

from autograder.sandbox import limits
from autograder.sandbox.probes import NotEnforcedError


def test_a_memory_hog_gets_a_memory_error(children: Any) -> None:
    def hog() -> str:
        try:
            np.ones(10**9)
        except MemoryError:
            return "MemoryError"
        return "it had the memory"

    assert children.confined(hog, memory_bytes=1 << 29)[1] == "MemoryError"


def test_memory_taken_in_small_pieces_ends_too(children: Any) -> None:
    def hoard() -> bool:
        pieces = []
        try:
            while len(pieces) < 10_000:
                pieces.append(np.ones(2**17))  # 1 MB
        except MemoryError:
            return len(pieces) < 512
        return False

    assert children.confined(hoard, memory_bytes=1 << 29)[1] is True


def test_an_endless_loop_dies_of_its_processor_time(children: Any) -> None:
    def spin() -> None:
        while True:
            pass

    ended = children.end(children.under_lockdown(spin, cpu_seconds=1))
    assert ended.signal == signal.SIGXCPU
    assert ended.value is None


def test_an_endless_loop_that_does_not_listen_is_killed(children: Any) -> None:
    def spin() -> None:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    assert children.end(children.under_lockdown(spin, cpu_seconds=1)).signal == signal.SIGKILL


def test_descriptors_run_out(children: Any) -> None:
    def hoard() -> list[Any]:
        count = 0
        try:
            while True:
                os.dup(0)
                count += 1
        except OSError as error:
            return [count < limits.DESCRIPTORS, errno.errorcode[error.errno or 0]]

    assert children.confined(hoard)[1] == [True, "EMFILE"]


def test_threads_run_out_where_the_uid_is_the_workers_own(root_children: Any) -> None:
    def hoard() -> list[Any]:
        threading.stack_size(64 << 10)  # so that the memory is not what stops it
        stop = threading.Event()
        started = 0
        try:
            while started < 1000:
                threading.Thread(target=stop.wait, daemon=True).start()
                started += 1
        except RuntimeError:
            pass
        stop.set()
        return [started]

    (started,) = root_children.confined(hoard, uid=1_900_000_001)[1]
    assert limits.TASKS <= started < limits.TASKS + limits.SIBLINGS


def test_the_limits_are_those_of_the_specification(children: Any) -> None:
    names = ("CORE", "CPU", "DATA", "FSIZE", "NOFILE", "STACK", "MEMLOCK", "MSGQUEUE")

    def read() -> dict[str, list[int]]:
        return {name: list(resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))) for name in names}

    found = children.confined(read, memory_bytes=1 << 29, cpu_seconds=7)[1]
    assert found.pop("STACK")[0] == 8 << 20
    assert found == {
        "CORE": [0, 0],
        "CPU": [7, 8],
        "DATA": [1 << 29, 1 << 29],
        "FSIZE": [4 << 20, 4 << 20],
        "NOFILE": [64, 64],
        "MEMLOCK": [0, 0],
        "MSGQUEUE": [0, 0],
    }


def test_the_limits_cannot_be_changed_again(children: Any) -> None:
    def change_it() -> list[Any]:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (32, 64))
        except (OSError, ValueError) as error:  # python makes a ValueError of this EPERM
            return [type(error).__name__, resource.getrlimit(resource.RLIMIT_NOFILE)]
        return ["changed"]

    assert children.confined(change_it)[1] == ["ValueError", [64, 64]]


def test_memory_that_no_longer_counts_as_data_counts_as_address_space(children: Any) -> None:
    block = 64 << 20

    def hoard() -> list[int]:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_ssize_t
        libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for count in range(200):
            address = libc.mmap(None, ctypes.c_size_t(block), mmap.PROT_READ | mmap.PROT_WRITE, 0x22, -1, 0)
            if address == -1:
                return [count]
            libc.mprotect(address, block, mmap.PROT_READ)
        return [200]

    (count,) = children.confined(hoard, memory_bytes=1 << 29)[1]
    assert count * block <= (1 << 29) + limits.ADDRESS_SPARE


def test_a_limit_that_is_lower_already_stays(children: Any) -> None:
    def lower() -> list[int]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 2000))
        limits.set_limits(1 << 30)
        return list(resource.getrlimit(resource.RLIMIT_FSIZE))

    assert children.run(lower) == [1000, 2000]


def test_a_memory_limit_that_does_nothing_is_noticed(children: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)

    def lie() -> str:
        try:
            limits.set_limits(1 << 26)
        except NotEnforcedError as error:
            return str(error)
        return "believed"

    assert children.run(lie) == "it could still take more memory than allowed"


def test_the_worker_goes_first_when_memory_runs_out(children: Any) -> None:
    def offer() -> list[str]:
        limits.offer_to_the_oom_killer()
        limits.offer_to_the_oom_killer()  # as when the zygote had done it
        with open("/proc/self/oom_score_adj") as file:
            return [file.read().strip()]

    assert children.run(offer) == ["1000"]
