"""Whatever bytes come back, the grader gets results or a ProtocolError: no other exception, no hang, little memory.

FUZZ_FRAMES=1000000 mutates a million frames; what a campaign finds goes into FOUND, to be tried for ever.
"""

from __future__ import annotations

import json
import os
import random
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.sandbox import accounts, link, wire
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.values import CannotTravel, ProtocolError, Ref
from autograder.sandbox.wire import Kind

FRAMES = int(os.environ.get("FUZZ_FRAMES", "20000"))
SLOW = settings(max_examples=300, suppress_health_check=list(HealthCheck))


class TooShort(Exception):
    """The frame says that more is to come: the grader would wait, until its deadline."""


def frame(header: Any, body: bytes = b"", kind: int = Kind.REPLY) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return wire.HEAD.pack(wire.MAGIC, wire.VERSION, kind, 0, 7, len(text), len(body)) + text + body


def answer(value: Any) -> bytes:
    """The frame in which an honest worker returns this value."""
    encoder = Encoder(refuse, max_bytes=1 << 20, max_arrays=64)
    result = {"value": encoder.encode(value), "changed": [0], "ns": 5}
    return b"".join(wire.pack(Kind.REPLY, 7, {"results": [result]}, encoder.buffers))


def refuse(value: Any) -> Ref:
    raise CannotTravel(type(value).__name__)


ERROR = {"kind": "exception", "type": "ValueError", "builtin": True, "message": "m", "lines": [["a.py", 3]]}
HONEST = [answer(value) for value in (1, 2.5, None, "é", [0.5] * 30, {"dW": np.ones((2, 3)), "x": (None, 1j)})]
HONEST += [answer(np.float32(2)), answer([[1, 2], [3, 4]] * 20), frame({"results": [{"error": ERROR}], "buffers": []})]
# What once did more than it should: a list of a trillion empty rows, and a text in which every quote begins another.
FOUND = [
    frame({"results": [{"value": ["p", "l", ["a", 0, "<f8", [1 << 40, 0]]]}], "buffers": [0]}),
    frame({"results": [{"value": ["a", 0, "<f8", [1 << 40, 0]]}], "buffers": [0]}),
    frame(b'{"results": "' + b'\\"' * 30_000 + b"}"),
    frame({"results": [{"error": {**ERROR, "lines": [["a" * 60_000, 1], ["\ud800", 1]]}}], "buffers": []}),
]


def reader(data: bytes) -> wire.Read:
    """Reads these bytes, and TooShort where there are no more."""
    position = 0

    def read(count: int) -> bytes:
        nonlocal position
        if count > len(data) - position:
            raise TooShort
        position += count
        return data[position - count : position]

    return read


def taken(data: bytes) -> list[link.Result]:
    """What the grader makes of a reply."""
    return link._results(wire.unpack(reader(data)), 1)


def is_refused(data: bytes) -> bool:
    try:
        taken(data)
    except (ProtocolError, TooShort):
        return True
    return False


def test_honest_frames_are_taken() -> None:
    assert [is_refused(data) for data in HONEST] == [False] * len(HONEST)


@pytest.mark.parametrize("number", range(len(FOUND)))
def test_what_was_found_once_stays_found(number: int) -> None:
    tracemalloc.start()
    try:
        if not is_refused(FOUND[number]):
            (result,) = taken(FOUND[number])
            assert result.error is not None
            assert result.error["lines"] == []
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_the_time_for_a_header_grows_no_faster_than_the_header() -> None:
    def seconds(pairs: int) -> float:
        spent = []
        for _ in range(5):
            start = time.perf_counter()
            assert is_refused(frame(b'{"results": "' + b'\\"' * pairs + b"}"))
            spent.append(time.perf_counter() - start)
        return min(spent)

    assert seconds(32_000) < 40 * seconds(2_000)  # 16 times as long; a square would be 256 times


def test_mutated_frames_are_taken_or_refused() -> None:
    rng = random.Random(0)
    seeds = HONEST + FOUND[:2]
    refused = 0
    for _ in range(FRAMES):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(data))
            data[place : place + rng.randint(0, 2)] = rng.choice([rng.randbytes(rng.randint(0, 2)), rng.choice(WORDS)])
        refused += is_refused(bytes(data))
    assert 0.3 * FRAMES < refused < FRAMES


WORDS = [b"[", b"]", b'"', b"\\", b",", b"-", b"null", b"true", b"1e9", b"NaN", b'"a"', b'"p"', b'"l"', b"99999999999"]


@SLOW
@given(st.binary(max_size=400))
@example(b"")
@example(wire.HEAD.pack(wire.MAGIC, 1, 5, 0, 7, 0, 0))
def test_random_bytes_are_refused(data: bytes) -> None:
    assert is_refused(data)
    assert is_refused(wire.HEAD.pack(wire.MAGIC, 1, 5, 0, 7, len(data), 0) + data)


leaves = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.sampled_from(["0x1p3", "inf"])
)
sizes = st.sampled_from([0, 1, 2, 3, 24, -1, 1 << 20, 1 << 40, 2**63, True, None, "3"])
arrays = st.tuples(
    st.just("a"), st.integers(-1, 2), st.sampled_from(["<f8", "|b1", "<f16", "|O", "f8,f8", ""]), st.lists(sizes)
).map(list)
tags = st.sampled_from(["f", "c", "i", "s", "l", "t", "d", "a", "n", "p", "r", "cb", "g", "zz", ""])
trees = st.recursive(
    leaves | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(tags, st.lists(inner, max_size=3)).map(lambda pair: [pair[0], *pair[1]])
        | st.tuples(st.sampled_from("ltd"), st.lists(inner, max_size=3)).map(list)
        | arrays.map(lambda array: ["p", "l", array])
        | st.dictionaries(st.sampled_from(["value", "error", "changed", "ns"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@SLOW
@given(trees, st.lists(sizes, max_size=3), st.binary(max_size=48))
def test_any_tree_in_a_frame_is_taken_or_refused_in_little_memory(tree: Any, lengths: list[Any], body: bytes) -> None:
    header = {"results": [tree if isinstance(tree, dict) else {"value": tree}], "buffers": lengths or [len(body)]}
    tracemalloc.start()
    try:
        is_refused(frame(header, body))
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


@SLOW
@given(st.dictionaries(st.sampled_from(["remarks", "errors", "fatal", "defined", "odd"]), trees | st.lists(trees)))
def test_any_report_of_a_load_is_taken_or_refused(report: Any) -> None:
    try:
        taken = accounts.report_of(report)
    except ProtocolError:
        return
    assert set(taken) <= {"remarks", "errors", "fatal", "defined"}
    assert all(isinstance(text, str) for text in (*taken.get("remarks", ()), *taken.get("defined", ())))


@SLOW
@given(st.dictionaries(st.sampled_from([*ERROR, "signature", "odd"]), trees | st.text() | st.lists(trees)))
def test_any_error_of_a_call_is_taken_or_refused(error: Any) -> None:
    try:
        taken = accounts.error_of(error)
    except ProtocolError:
        return
    assert isinstance(taken["kind"], str)
    assert all(name.isprintable() and len(name) <= 255 for name, _ in taken["lines"])


def test_an_honest_account_is_kept_word_for_word() -> None:
    assert accounts.error_of(ERROR) == ERROR
    failure = {"piece": "a.py", "line": 3, "column": None, "type": "E", "builtin": False, "message": "", "text": ""}
    report = {"remarks": ["r"], "errors": [{**failure, "hint": None}], "fatal": True, "defined": ["f"]}
    assert accounts.report_of(report) == report


@pytest.mark.parametrize(
    "account", [None, [], {}, {"kind": 5}, {"kind": "e", "extra": 1}, {"kind": "e", "type": "E" * 5000}]
)
def test_an_account_of_another_form_is_refused(account: Any) -> None:
    with pytest.raises(ProtocolError):
        accounts.error_of(account)
