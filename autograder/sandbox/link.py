"""The grader's end of one worker: every exchange has a deadline, and whatever comes back is taken apart with care."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox import accounts, meter, wire
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.values import Callback, CannotTravel, ProtocolError, Ref, Seed
from autograder.sandbox.wire import Frame, Kind

MAX_OUTPUT = 64 * 1024  # bytes of prints that are kept; the rest is read and dropped, so that nobody blocks
ARRAYS_A_CALL = 64
CHUNK, MAX_CHUNK = 1 << 16, 1 << 20  # bytes read at once: most frames are small

# What a function of ours may raise for an argument that no author thought of.
_CANNOT_TAKE = (
    *(CannotTravel, ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(MemoryError, RecursionError),
)


class TimeUp(Exception):
    """The deadline passed before the whole answer was here."""


class WorkerDied(Exception):
    """The worker hung up in the middle of an exchange."""


@dataclass(frozen=True)
class Call:
    """One call of a function (``on`` None) or of a method of an object that stayed inside, or an attribute's value.

    title: what messages call it, "MultiplyGate.forward".
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()
    on: int | None = None
    read: bool = False
    title: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one Call: a value, or an error as the worker describes it.

    changed: positions or names of the arguments that were changed in place. seconds: by the worker's own clock, so
    never a reason for a point.
    """

    value: Any = None
    error: dict[str, Any] | None = None
    changed: tuple[int | str, ...] = ()
    seconds: float = 0.0


class Link:
    """One worker, seen from the trusted side. Not to be used any more once a method raised TimeUp or WorkerDied.

    process: which process it is, known once it is ready; None where the kernel does not say.
    """

    def __init__(self, sock: socket.socket, output: int, name: int) -> None:
        self.name = name
        self.process: int | None = None
        self.printed = bytearray()
        self.output_dropped = 0
        self._sock = sock
        self._sock.setblocking(False)
        self._output = output
        os.set_blocking(output, False)
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._poll.register(output, select.POLLIN)
        self._awaited = select.POLLIN
        self._received = bytearray()  # and not taken apart yet
        self._sequence = 0
        self.compiled = b""  # what the submission was compiled to, for other workers; nothing that we look into

    def ready(self, seconds: float) -> dict[str, str]:
        """Wait for the worker to have locked itself down; its report of the layers."""
        deadline = time.monotonic() + seconds
        self._wait(select.POLLIN, deadline)
        self.process = meter.sender(self._sock)
        frame = self._receive(Kind.READY, deadline, wire.MAX_BODY, sequence=0)
        layers = frame.header.get("layers")
        if not isinstance(layers, dict) or not all(isinstance(value, str) for value in layers.values()):
            raise ProtocolError("not a report of layers")
        return layers

    def begin_load(self, header: dict[str, Any], pieces: bytes, seconds: float, compiled: bytes = b"") -> None:
        """Send the submission, its pieces as JSON, without waiting for it to be loaded.

        compiled: what another worker compiled it to. That one said so before it ran a line of the student's; were it
        forged all the same, it could do no more than what the student may have written in its place.
        """
        self._sequence += 1
        frame = wire.pack(Kind.LOAD, self._sequence, header, [memoryview(pieces), memoryview(compiled)])
        self._send(frame, time.monotonic() + seconds)

    def end_load(self, seconds: float) -> dict[str, Any]:
        """Wait until it is loaded; the loader's report."""
        deadline = time.monotonic() + seconds
        frame = self._receive((Kind.LOADED, Kind.COMPILED), deadline, wire.MAX_BODY)
        if frame.kind is Kind.COMPILED:
            self.compiled = frame.body
            frame = self._receive(Kind.LOADED, deadline, wire.MAX_BODY)
        return accounts.report_of(frame.header.get("report"))

    def call(self, calls: Sequence[Call], seconds: float, max_reply: int = wire.MAX_BODY) -> list[Result]:
        """Make these calls, one after the other, in one exchange."""
        deadline = time.monotonic() + seconds
        functions: list[Callable[..., Any]] = []
        encoder = Encoder(lambda value: _handle(value, functions), max_bytes=2**40, max_arrays=2**20)
        header = {"calls": [_encoded(call, encoder) for call in calls], "max_reply": max_reply}
        self._sequence += 1
        self._send(wire.pack(Kind.CALL, self._sequence, header, encoder.buffers), deadline)
        while True:
            frame = self._receive((Kind.REPLY, Kind.ASK), deadline, max_reply)
            if frame.kind is Kind.REPLY:
                return _results(frame, len(calls))
            self._tell(frame, functions, deadline)

    def close(self) -> None:
        """Hang up, after a last look at what was printed."""
        with contextlib.suppress(OSError):
            self._drain()
        self._sock.close()
        os.close(self._output)

    def _tell(self, frame: Frame, functions: list[Callable[..., Any]], deadline: float) -> None:
        """Call a function of ours on behalf of the worker."""
        number = frame.header.get("callback")
        if type(number) is not int or not 0 <= number < len(functions):
            raise ProtocolError("no such callback")
        if len(frame.lengths) > ARRAYS_A_CALL:
            raise ProtocolError("too many arrays")
        decoder = Decoder(frame.body, frame.lengths, _keep_ref)
        args = decoder.decode(frame.header.get("args"))
        decoder.finish()
        if not isinstance(args, list):
            raise ProtocolError("not a list of arguments")
        encoder = Encoder(_refuse, max_bytes=2**40, max_arrays=2**20)
        try:
            header = {"value": encoder.encode(functions[number](*args))}
        except _CANNOT_TAKE as error:
            # Only the class: our own function's words could carry what the student is not to see.
            header = {"error": f"this function cannot take that argument ({type(error).__name__})"}
            encoder.buffers.clear()
        self._send(wire.pack(Kind.TELL, self._sequence, header, encoder.buffers), deadline)

    def _receive(
        self, kinds: Kind | tuple[Kind, ...], deadline: float, max_body: int, sequence: int | None = None
    ) -> Frame:
        if time.monotonic() > deadline:  # a worker that always has one more question never makes us wait
            raise TimeUp
        frame = wire.unpack(lambda count: self._read(count, deadline), max_body=max_body)
        self._drain()
        expected = self._sequence if sequence is None else sequence
        if frame.sequence != expected or frame.kind not in (kinds if isinstance(kinds, tuple) else (kinds,)):
            raise ProtocolError("an answer that nobody asked for")
        return frame

    def _read(self, count: int, deadline: float) -> bytes:
        while len(self._received) < count:
            try:
                part = self._sock.recv(max(CHUNK, min(count - len(self._received), MAX_CHUNK)))
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except ConnectionError as error:
                raise WorkerDied from error
            if not part:
                raise WorkerDied
            self._received += part
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _send(self, parts: list[bytes], deadline: float) -> None:
        for part in parts:
            view = memoryview(part)
            while view:
                try:
                    view = view[self._sock.send(view[:MAX_CHUNK]) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, deadline)
                except ConnectionError as error:
                    raise WorkerDied from error

    def _wait(self, events: int, deadline: float) -> None:
        """Until the socket is ready, with the worker's prints drained meanwhile, or the deadline."""
        if events != self._awaited:
            self._poll.modify(self._sock, events)
            self._awaited = events
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeUp
            ready = [descriptor for descriptor, _ in self._poll.poll(1000 * left)]
            if self._output in ready:
                self._drain()
            if self._sock.fileno() in ready:
                return

    def _drain(self) -> None:
        while True:
            try:
                part = os.read(self._output, CHUNK)
            except BlockingIOError:
                return
            if not part:  # the worker closed its output: an end of file is "ready" for ever
                with contextlib.suppress(KeyError):
                    self._poll.unregister(self._output)
                return
            room = MAX_OUTPUT - len(self.printed)
            self.printed += part[:room]
            self.output_dropped += max(0, len(part) - room)
            if len(part) < CHUNK:
                return


def _encoded(call: Call, encoder: Encoder) -> dict[str, Any]:
    return {
        "on": call.on,
        "name": call.name,
        "read": call.read,
        "args": encoder.encode(list(call.args)),
        "kwargs": encoder.encode(dict(call.kwargs)),
    }


def _handle(value: Any, functions: list[Callable[..., Any]]) -> Ref | Callback | Seed:
    """What travels instead of a function or a Generator of ours."""
    if isinstance(value, np.random.Generator):
        return Seed(_seed(value))
    if callable(value):
        functions.append(value)
        return Callback(len(functions) - 1)
    raise CannotTravel(f"an object of class {type(value).__name__}")


def _seed(generator: Any) -> int:
    """The seed of a Generator that nobody has drawn from yet."""
    seed = generator.bit_generator.seed_seq.entropy
    if generator.bit_generator.state != np.random.default_rng(seed).bit_generator.state:
        raise CannotTravel("a Generator that is not default_rng(seed), or that was drawn from already")
    return int(seed)


def _refuse(value: Any) -> Ref:
    raise CannotTravel(f"an object of class {type(value).__name__}")


def _keep_ref(handle: Ref | Callback | Seed) -> Ref:
    if not isinstance(handle, Ref):
        raise ProtocolError("a handle that is not the worker's to send")
    return handle


def _results(frame: Frame, count: int) -> list[Result]:
    if len(frame.lengths) > ARRAYS_A_CALL * count:
        raise ProtocolError("too many arrays")
    entries = frame.header.get("results")
    if not isinstance(entries, list) or len(entries) != count or not all(isinstance(e, dict) for e in entries):
        raise ProtocolError("not the results that were asked for")
    decoder = Decoder(frame.body, frame.lengths, _keep_ref)
    results = [_result(entry, decoder) for entry in entries]
    decoder.finish()
    return results


def _result(entry: dict[str, Any], decoder: Decoder) -> Result:
    if "error" in entry:
        return Result(error=accounts.error_of(entry["error"]))
    if "value" not in entry:
        raise ProtocolError("neither a value nor an error")
    changed, ns = entry.get("changed", []), entry.get("ns", 0)
    if not isinstance(changed, list) or not all(isinstance(name, (int, str)) for name in changed):
        raise ProtocolError("not a list of arguments")
    if type(ns) is not int:
        raise ProtocolError("not a time")
    return Result(decoder.decode(entry["value"]), changed=tuple(changed), seconds=ns * 1e-9)
