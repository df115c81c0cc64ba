"""The socket between grader and zygote: whole messages and their descriptors, on any system; nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SandboxError
from autograder.sandbox import control, hatch
from autograder.sandbox.hatch import Zygote
from autograder.sandbox.levels import Level
from autograder.sandbox.link import Call
from autograder.sandbox.session import Sandbox

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    one, other = control.pair()
    with one, other:
        yield one, other


def test_messages_come_one_by_one_however_they_were_sent(ends: Ends) -> None:
    messages: list[dict[str, Any]] = [{"number": number, "text": "é" * number} for number in (0, 1, 7, 3000)]
    for message in messages:
        control.send(ends[0], message)
    assert [control.receive(ends[1])[0] for _ in messages] == messages


def test_descriptors_come_with_the_message_that_they_were_sent_with(ends: Ends) -> None:
    pipes = [os.pipe() for _ in range(2)]
    control.send(ends[0], {"fork": 1}, [write for _, write in pipes])
    control.send(ends[0], {"reap": 1})
    control.send(ends[0], {"fork": 2}, [write for _, write in reversed(pipes)])
    came = [control.receive(ends[1], 2) for _ in range(3)]
    assert [len(descriptors) for _, descriptors in came] == [2, 0, 2]
    for number, descriptor in enumerate([*came[0][1], *reversed(came[2][1])]):
        os.write(descriptor, str(number).encode())
    assert [os.read(read, 9) for read, _ in pipes] == [b"02", b"13"]
    for descriptor in (*came[0][1], *came[2][1], *(end for pipe in pipes for end in pipe)):
        os.close(descriptor)


def test_a_message_that_comes_in_drops_is_put_together(ends: Ends) -> None:
    text = json.dumps({"layers": "x" * 50}).encode()
    data = len(text).to_bytes(4, "little") + text

    def drip() -> None:
        for byte in data:
            ends[0].sendall(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    assert control.receive(ends[1])[0] == {"layers": "x" * 50}
    thread.join()


@pytest.mark.parametrize("sent", [b"", b"\x05", b"\x05\x00\x00\x00", b"\x05\x00\x00\x00nul"])
def test_an_end_that_closes_is_told_from_a_message(ends: Ends, sent: bytes) -> None:
    ends[0].sendall(sent)
    ends[0].close()
    with pytest.raises(EOFError):
        control.receive(ends[1])


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"\xff\xff\xff\xff", "a message of 4294967295 bytes"),
        (b"\x02\x00\x00\x00{]", "Expecting"),
        (b"\x02\x00\x00\x0012", "not an object"),
    ],
)
def test_what_is_no_message_is_refused(ends: Ends, sent: bytes, why: str) -> None:
    ends[0].sendall(sent)
    with pytest.raises(ValueError, match=why):
        control.receive(ends[1])


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zygote that takes its system for one that has no system call of Linux's."""
    boot = "import sys; import numpy; sys.platform = 'freebsd14'; "
    monkeypatch.setattr(hatch, "_BOOT", boot + hatch._BOOT)


def test_a_system_that_is_not_linux_gets_a_worker_of_the_weak_level(elsewhere: None) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
        os.chmod(folder, 0o755)
        sandbox = Sandbox(zygote, Path(folder), 512, 30, minimum=Level.WEAK)
        link = sandbox.launch()
        sandbox.prove(link)
        assert sandbox.level is Level.WEAK
        assert {layer for layer, state in sandbox.layers.items() if state == "on"} == {"session", "rlimits"}
        source = json.dumps([["double.py", "def double(x):\n    return 2 * x\n"]]).encode()
        header = {"kind": "module", "mode": "definitions", "file": "double.py", "wanted": [], "search_path": []}
        link.begin_load(header, source, 20)
        link.end_load(20)
        (result,) = link.call([Call("double", (21.0,))], 20)
        assert result.value == 42.0
        assert sandbox.end(link).signal == 9


def test_there_it_refuses_unless_it_is_told(elsewhere: None) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Zygote()) as zygote:
        os.chmod(folder, 0o755)
        with pytest.raises(SandboxError, match="--allow-weak-sandbox"):
            Sandbox(zygote, Path(folder), 512, 30).prove_machine()
