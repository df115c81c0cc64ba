"""Frames on a stream socket: the only thing that passes between the grader and a worker.

A frame is a fixed head, a JSON header and a body of raw buffers. Its lengths are checked before memory is taken, and
the JSON's nesting before the parser sees it. The header's "buffers" gives the length of each buffer of the body.
"""

from __future__ import annotations

import enum
import json
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.sandbox.values import MAX_DEPTH, MAX_ITEMS, ProtocolError

MAGIC = b"BPAG"
VERSION = 1
HEAD = struct.Struct("!4sBBHIII")  # magic, version, kind, 0, sequence, header length, body length
MAX_HEADER = 64 * 1024  # from a worker
MAX_OUR_HEADER = 16 * 1024 * 1024  # from the grader, which the worker trusts
MAX_BODY = 1024 * 1024  # unless the call declares more
AT_ONCE = 64 * 1024  # bytes of a body that are copied together; a larger one is sent buffer by buffer

Read = Callable[[int], bytes]  # exactly so many bytes, or an exception


class Kind(enum.IntEnum):
    """What a frame says. The grader speaks first; the worker only ever answers."""

    READY = 1  # worker: locked down, with the report of the layers
    LOAD = 2  # grader: the submission's pieces, and if they were compiled already, to what
    LOADED = 3  # worker: how that went
    CALL = 4  # grader: call these functions with these values
    REPLY = 5  # worker: a result or an error for each
    ASK = 6  # worker, between CALL and REPLY: call that function of yours for me
    TELL = 7  # grader: its value
    COMPILED = 8  # worker, between LOAD and LOADED: what to, for other workers of the same submission


@dataclass(frozen=True)
class Frame:
    """What ``unpack`` makes of one frame. lengths: of the buffers that the body is made of."""

    kind: Kind
    sequence: int
    header: dict[str, Any]
    body: bytes = b""
    lengths: list[int] = field(default_factory=list)


def pack(
    kind: Kind,
    sequence: int,
    header: dict[str, Any],
    buffers: Sequence[memoryview] = (),
    max_header: int = MAX_OUR_HEADER,
) -> list[bytes]:
    """The frame's bytes, in parts ready for sendall. ProtocolError when the header is too long to send."""
    lengths = [buffer.nbytes for buffer in buffers]
    text = _WRITER.encode({**header, "buffers": lengths}).encode("ascii")
    if len(text) > max_header:
        raise ProtocolError(f"a header of {len(text)} bytes")
    head = HEAD.pack(MAGIC, VERSION, kind, 0, sequence, len(text), sum(lengths))
    if sum(lengths) <= AT_ONCE:  # in one write, so that the other side wakes up once
        return [b"".join((head, text, *buffers))]
    return [head + text, *(bytes(buffer) for buffer in buffers)]


def unpack(read: Read, max_header: int = MAX_HEADER, max_body: int = MAX_BODY) -> Frame:
    """Read one frame. Anything that is not exactly one is a ProtocolError."""
    magic, version, kind, zero, sequence, header_length, body_length = HEAD.unpack(read(HEAD.size))
    if (magic, version, zero) != (MAGIC, VERSION, 0) or kind not in _KINDS:
        raise ProtocolError("not a frame")
    if header_length > max_header or body_length > max_body:
        raise ProtocolError("a frame that is too long")
    header = _parse(read(header_length))
    lengths = header.pop("buffers", None)
    if not isinstance(lengths, list) or not all(type(n) is int and 0 <= n <= body_length for n in lengths):
        raise ProtocolError("not a list of lengths")
    if sum(lengths) != body_length:
        raise ProtocolError("the buffers do not fill the body")
    return Frame(Kind(kind), sequence, header, read(body_length) if body_length else b"", lengths)


def _parse(text: bytes) -> dict[str, Any]:
    """The JSON object in a header. No floats (they travel as hexadecimal text), no long integers, no NaN."""
    structure = _STRUCTURE.sub(b"", text)
    if structure.count(b",") > 4 * MAX_ITEMS:
        raise ProtocolError("too many elements")
    if structure.count(b"[") + structure.count(b"{") > 3 * MAX_DEPTH:  # else it cannot be so deep
        depth = 0
        for byte in structure:
            depth += (byte in b"[{") - (byte in b"]}")
            if depth > 3 * MAX_DEPTH:
                raise ProtocolError("nested too deep")
    try:
        header = _READER.decode(text.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(header, dict):
        raise ProtocolError("not an object")
    return header


# Everything but brackets and commas outside of strings. A string that never ends is one match as well: were it none,
# each quote in it would be tried as the beginning of another, which takes quadratic time.
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[^\[\]{},"]+', re.DOTALL)


def _integer(text: str) -> int:
    if len(text) > 20:
        raise ProtocolError("a long integer")
    return int(text)


def _refuse(text: str) -> Any:
    raise ProtocolError("a number that does not travel as such")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ProtocolError("a key that stands twice")
    return result


# Made once: json.loads and json.dumps would make one for each frame.
_WRITER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_READER = json.JSONDecoder(parse_int=_integer, parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_object)
_KINDS = frozenset(map(int, Kind))
