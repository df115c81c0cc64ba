"""The socket between grader and zygote: JSON messages, each with its length before it, and descriptors beside it.

A plain stream, which every system has: macOS lacks the kind that keeps messages apart by itself.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

MAX_MESSAGE = 64 * 1024
_LENGTH = struct.Struct("=I")


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends; the second is for a child to inherit."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def send(control: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Hand over one message, and copies of these descriptors."""
    text = json.dumps(message).encode()
    data = _LENGTH.pack(len(text)) + text
    sent = socket.send_fds(control, [data], list(descriptors)) if descriptors else 0
    control.sendall(data[sent:])


def receive(control: socket.socket, most: int = 0) -> tuple[dict[str, Any], list[int]]:
    """The next message, and the descriptors that came with it, of which there may be so many.

    EOFError when the other end is closed, ValueError for anything that is no message.
    """
    first, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, most)  # they come with the first byte
    if not first:
        raise EOFError("the other end is closed")
    (length,) = _LENGTH.unpack(first + _exactly(control, _LENGTH.size - len(first)))
    if length > MAX_MESSAGE:
        raise ValueError(f"a message of {length} bytes")
    message = json.loads(_exactly(control, length))
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message, descriptors


def _exactly(control: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = control.recv(count - len(data))
        if not part:
            raise EOFError("the other end is closed")
        data += part
    return data
