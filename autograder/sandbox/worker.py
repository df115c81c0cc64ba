"""The worker: a fork of the stem that locks itself down, loads one submission and answers calls with values.

It returns values, never verdicts, and knows neither checks nor expectations. From the moment the submission is loaded,
every byte it sends is to be thought of as the student's.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from autograder.sandbox import loader, lockdown, wire
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.plan import Plan
from autograder.sandbox.values import Callback, CannotTravel, ProtocolError, Ref, Seed
from autograder.sandbox.wire import Frame, Kind

MAX_TEXT = 2000  # characters of an exception's message that are sent
ARRAYS_A_CALL = 64
CHUNK, MAX_CHUNK = 1 << 16, 1 << 20  # bytes asked for at once: most frames are small


def open_output() -> None:
    """Have what is printed go to descriptors 1 and 2, line by line, so that what came before a crash is seen."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        raw = os.fdopen(descriptor, "wb", buffering=0, closefd=False)
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def main(
    wire_descriptor: int, output: int, confinement: lockdown.Confinement, shared: dict[str, str], parent: int
) -> NoReturn:
    """Lock this process down, say how that went, then serve until the grader hangs up.

    shared: the layers that the stem has put all of its workers under. parent: the stem.
    """
    os.dup2(output, 1)
    os.dup2(output, 2)
    layers = lockdown.confine_one(confinement, shared, keep=(wire_descriptor,), parent=parent)
    worker = Worker(wire_descriptor)
    worker.send(Kind.READY, 0, {"layers": layers})
    with contextlib.suppress(ConnectionError):
        while True:
            worker.serve()
    os._exit(0)


class Worker:
    """The wire's inner end, the loaded submission, and the objects that stayed inside."""

    def __init__(self, wire_descriptor: int) -> None:
        self.wire = wire_descriptor  # used by plain reads and writes: seccomp knows no socket calls
        self.pieces: list[tuple[str, str]] = []
        self.module: Any = None
        self.kept: list[Any] = []
        self.sequence = 0
        self.max_reply = wire.MAX_BODY
        self.received = bytearray()  # and not taken apart yet
        self.asking = threading.Lock()  # threads of the submission may call back at the same time

    def serve(self) -> None:
        """Answer one frame."""
        frame = wire.unpack(self._read, max_header=wire.MAX_OUR_HEADER, max_body=2**32 - 1)
        self.sequence = frame.sequence
        if frame.kind is Kind.LOAD:
            self.load(frame)
        else:
            self.call(frame)

    def load(self, frame: Frame) -> None:
        header = frame.header
        np.random.seed(0)  # a submission that draws without a seed draws the same in every run
        random.seed(0)
        sys.path.extend(header["search_path"])
        length = frame.lengths[0]
        self.pieces = [(name, source) for name, source in json.loads(frame.body[:length])]
        loaded = loader.load(
            self.pieces,
            kind=header["kind"],
            mode=header["mode"],
            file=header["file"],
            wanted=header["wanted"],
            plan=Plan.from_bytes(frame.body[length:]) if len(frame.body) > length else None,
            planned=self._hand_on,
        )
        self.module = loaded.module
        self.send(Kind.LOADED, self.sequence, {"report": loaded.report})

    def _hand_on(self, plan: Plan) -> None:
        """Before a line of it has run: spare the submission's other workers the compiler."""
        data = plan.to_bytes()
        if len(data) <= wire.MAX_BODY:
            self.send(Kind.COMPILED, self.sequence, {}, [memoryview(data)])

    def call(self, frame: Frame) -> None:
        header = frame.header
        self.max_reply = header["max_reply"]
        decoder = Decoder(frame.body, frame.lengths, self._resolve)
        calls = [(call, decoder.decode(call["args"]), decoder.decode(call["kwargs"])) for call in header["calls"]]
        decoder.finish()
        encoder = Encoder(self._keep, max_bytes=self.max_reply, max_arrays=ARRAYS_A_CALL * len(calls))
        results = [self._answer(call, args, kwargs, encoder) for call, args, kwargs in calls]
        try:
            self.send(Kind.REPLY, self.sequence, {"results": results}, encoder.buffers)
        except ProtocolError as error:
            failure = {"error": {"kind": "too_large", "message": str(error)}}
            self.send(Kind.REPLY, self.sequence, {"results": [failure] * len(calls)})

    def _answer(self, call: dict[str, Any], args: list[Any], kwargs: dict[str, Any], encoder: Encoder) -> Any:
        """One call's result, or what went wrong in it."""
        sent = len(encoder.buffers)
        try:
            return self._result(call, args, kwargs, encoder)
        except BaseException as error:
            del encoder.buffers[sent:]  # of a result that did not get through whole
            if isinstance(error, CannotTravel):
                return {"error": {"kind": "too_large", "message": str(error)}}
            return {"error": self._describe(error)}
        finally:
            with contextlib.suppress(BaseException):  # whatever the submission put in their place
                sys.stdout.flush()
                sys.stderr.flush()

    def _result(self, call: dict[str, Any], args: list[Any], kwargs: dict[str, Any], encoder: Encoder) -> Any:
        target, name = self.module if call["on"] is None else self.kept[call["on"]], call["name"]
        if call["read"]:
            return {"value": encoder.encode(getattr(target, name))}
        function: Any = target if name == "__call__" else getattr(target, name, None)
        if function is None:
            return {"error": {"kind": "missing"}}
        if not callable(function):
            return {"error": {"kind": "not_callable", "type": type(function).__name__[:100]}}
        before = [_snapshot(value) for value in [*args, *kwargs.values()]]
        started = time.perf_counter_ns()
        try:
            result = function(*args, **kwargs)
        except TypeError:
            misfit = _misfit(function, args, kwargs)
            if misfit is None:
                raise
            return {"error": {"kind": "signature", "signature": misfit}}
        elapsed = time.perf_counter_ns() - started
        after = [_snapshot(value) for value in [*args, *kwargs.values()]]
        names = [*range(len(args)), *kwargs]
        changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
        return {"value": encoder.encode(result), "changed": changed, "ns": elapsed}

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """An exception of the student's: its class, its message, and the lines of the student's own files."""
        kind = type(error)
        try:
            message = str(error)[:MAX_TEXT]
        except BaseException:
            message = ""
        return {
            "kind": "exception",
            "type": str(getattr(kind, "__name__", "?"))[:100],
            "builtin": kind.__module__ == "builtins",
            "message": message,
            "lines": [[name[:200], line] for name, line in loader.frames(error, self.pieces)][-20:],
        }

    def _keep(self, value: Any) -> Ref:
        self.kept.append(value)
        return Ref(len(self.kept) - 1, str(getattr(type(value), "__name__", "object")))

    def _resolve(self, handle: Ref | Callback | Seed) -> Any:
        if isinstance(handle, Ref):
            return self.kept[handle.id]
        if isinstance(handle, Seed):
            return np.random.default_rng(handle.seed)
        return self._asker(handle.id)

    def _asker(self, number: int) -> Callable[..., Any]:
        """A function that stays with the grader, as the submission sees it."""

        def function(*args: Any) -> Any:
            with self.asking:
                encoder = Encoder(self._keep, max_bytes=self.max_reply, max_arrays=ARRAYS_A_CALL)
                header = {"callback": number, "args": encoder.encode(list(args))}
                self.send(Kind.ASK, self.sequence, header, encoder.buffers)
                frame = wire.unpack(self._read, max_header=wire.MAX_OUR_HEADER, max_body=2**32 - 1)
                if "error" in frame.header:
                    raise ValueError(frame.header["error"])
                return Decoder(frame.body, frame.lengths, self._resolve).decode(frame.header["value"])

        return function

    def send(self, kind: Kind, sequence: int, header: dict[str, Any], buffers: Any = ()) -> None:
        for part in wire.pack(kind, sequence, header, buffers, wire.MAX_HEADER):
            view = memoryview(part)
            while view:
                view = view[os.write(self.wire, view) :]

    def _read(self, count: int) -> bytes:
        while len(self.received) < count:
            part = os.read(self.wire, max(CHUNK, min(count - len(self.received), MAX_CHUNK)))
            if not part:
                raise ConnectionError("the grader hung up")
            self.received += part
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken


def _misfit(function: Any, args: list[Any], kwargs: dict[str, Any]) -> str | None:
    """The function's signature, if these arguments do not fit it. Some callables have none."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return str(signature)[:300]
    return None


def _snapshot(value: Any) -> Any:
    """Something that is equal before and after a call exactly when the argument was not changed in place."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, (list, tuple)):
        return [_snapshot(item) for item in value]
    if isinstance(value, dict):
        return [(key, _snapshot(item)) for key, item in value.items()]
    return repr(value) if isinstance(value, (bool, int, float, complex, str)) else None
