"""What crosses the boundary comes out as it went in, and anything else is a ProtocolError and nothing worse."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import values, wire
from autograder.sandbox.decoder import Decoder
from autograder.sandbox.encoder import Encoder
from autograder.sandbox.values import Callback, CannotTravel, ProtocolError, Ref, Seed
from autograder.sandbox.wire import Frame, Kind


def refuse(value: Any) -> Ref:
    raise CannotTravel(type(value).__name__)


def keep(handle: Ref | Callback | Seed) -> Ref | Callback | Seed:
    return handle


def frame_of(value: Any, **limits: int) -> bytes:
    encoder = Encoder(refuse, **{"max_bytes": 1 << 20, "max_arrays": 64, **limits})
    tree = encoder.encode(value)
    return b"".join(wire.pack(Kind.REPLY, 7, {"value": tree}, encoder.buffers))


def reader(data: bytes) -> wire.Read:
    position = 0

    def read(count: int) -> bytes:
        nonlocal position
        part = data[position : position + count]
        if len(part) < count:
            raise EOFError
        position += count
        return part

    return read


def value_of(frame: Frame) -> Any:
    decoder = Decoder(frame.body, frame.lengths, keep)
    value = decoder.decode(frame.header["value"])
    decoder.finish()
    return value


def there_and_back(value: Any) -> Any:
    return value_of(wire.unpack(reader(frame_of(value))))


def same(a: Any, b: Any) -> bool:
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(a) is type(b) and list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float):
        return type(b) is float and (a == b or (math.isnan(a) and math.isnan(b)))
    return type(a) is type(b) and a == b


plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats()
    | st.text(max_size=20)
    | st.complex_numbers(allow_nan=False)
)
trees = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(trees)
def test_plain_values_come_out_as_they_went_in(value: Any) -> None:
    assert same(there_and_back(value), value)


@pytest.mark.parametrize("dtype", sorted(values.DTYPES - {"<f16", ">f16", "<c32", ">c32"}))
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 2, 1, 3)])
def test_arrays_of_every_kind_keep_dtype_shape_and_bits(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    assert same(there_and_back(array), array)
    scalar = array.ravel()[:1].astype(np.dtype(dtype).newbyteorder("=")).sum()
    assert there_and_back(scalar) == scalar


def test_fortran_order_and_strided_arrays_arrive_with_their_values() -> None:
    array = np.arange(12.0).reshape(3, 4)
    for odd in (np.asfortranarray(array), array[::2, ::-1], array.T):
        np.testing.assert_array_equal(there_and_back(odd), odd)


def test_a_long_list_of_numbers_stays_a_list_of_numbers() -> None:
    for value in ([0.5] * 1000, [[1, 2], [3, 4]] * 500, tuple(range(100)), [[0.5, 1.5]] * 20, [True] * 50):
        assert same(there_and_back(value), value)


def test_a_long_list_with_one_odd_entry_is_not_packed() -> None:
    value = [0.5] * 50 + [1]
    assert same(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, np.array([object()]), "x" * 30_000, 1 << 10_000, np.zeros(200_000), [[[]]] * 30_000],
    ids=["object", "set", "object array", "text", "integer", "array", "list"],
)
def test_what_cannot_travel_says_so(value: Any) -> None:
    with pytest.raises(CannotTravel):
        frame_of(value)


def test_a_list_nested_too_deep_cannot_travel() -> None:
    value: list[Any] = []
    for _ in range(100):
        value = [value]
    with pytest.raises(CannotTravel):
        frame_of(value)


def header_frame(header: bytes, body: bytes = b"") -> bytes:
    return wire.HEAD.pack(wire.MAGIC, wire.VERSION, Kind.REPLY, 0, 7, len(header), len(body)) + header + body


def forged(tree: Any, body: bytes = b"", lengths: list[Any] | None = None) -> bytes:
    header = json.dumps({"value": tree, "buffers": [len(body)] if lengths is None else lengths})
    return header_frame(header.encode(), body)


FORGERIES = {
    "magic": b"XXXX" + frame_of(1)[4:],
    "version": frame_of(1)[:4] + b"\x09" + frame_of(1)[5:],
    "kind": frame_of(1)[:5] + b"\x63" + frame_of(1)[6:],
    "long header": wire.HEAD.pack(wire.MAGIC, 1, 5, 0, 7, 1 << 30, 0),
    "long body": wire.HEAD.pack(wire.MAGIC, 1, 5, 0, 7, 2, 1 << 31),
    "not JSON": header_frame(b"{nope"),
    "not an object": header_frame(b"[1]"),
    "no lengths": header_frame(b"{}"),
    "NaN": header_frame(b'{"value": NaN, "buffers": []}'),
    "a float": header_frame(b'{"value": 1.5, "buffers": []}'),
    "a long integer": header_frame(b'{"value": ' + b"9" * 5000 + b', "buffers": []}'),
    "a key twice": header_frame(b'{"value": 1, "value": 2, "buffers": []}'),
    "deep nesting": header_frame(b'{"value": ' + b"[" * 30_000 + b"]" * 30_000 + b', "buffers": []}'),
    "many elements": header_frame(b'{"value": [' + b"," * 60_000 + b'], "buffers": []}', b""),
    "a string that never ends": header_frame(b'{"value": "' + b"\\" * 1001),
    "negative length": forged(1, b"", [-1]),
    "lengths that do not fit": forged(1, b"abc", [2]),
    "true for a length": forged(1, b"a", [True]),
    "unknown tag": forged(["zz", 1]),
    "tag that is a method": forged(["_init_", 1]),
    "too few fields": forged(["a", 0]),
    "an object in the tree": forged({"a": 1}),
    "object dtype": forged(["a", 0, "|O", [1]], b"x" * 8),
    "structured dtype": forged(["a", 0, "f8,f8", [1]], b"x" * 16),
    "shape beyond the buffer": forged(["a", 0, "<f8", [1 << 40]], b"x" * 8),
    "negative size": forged(["a", 0, "<f8", [-1, -1]], b"x" * 8),
    "empty but huge": forged(["a", 0, "<f8", [0, 1 << 40, 1 << 40, 1 << 40]], b"", [0]),
    "true for an index": forged(["a", True, "<f8", [1]], b"x" * 8),
    "a buffer twice": forged(["l", [["a", 0, "<f8", [1]], ["a", 0, "<f8", [1]]]], b"x" * 8),
    "a buffer unused": forged(1, b"x" * 8),
    "nine dimensions": forged(["a", 0, "<f8", [1] * 9], b"x" * 8),
    "an unhashable key": forged(["d", [[["l", []], 1]]]),
    "equal keys": forged(["d", [[["s", "a"], 1], [["s", "a"], 2]]]),
    "half a pair": forged(["d", [[["s", "a"]]]]),
    "text that is a number": forged(["s", 5]),
    "float that is a text": forged(["f", "pi"]),
    "a huge exponent": forged(["f", "0x1p999999"]),
    "scalar of the wrong size": forged(["n", "<f8", "00"]),
    "scalar that is no hex": forged(["n", "<f8", "zz" * 8]),
    "packed number": forged(["p", "l", ["a", 0, "<f8", []]], b"x" * 8),
    "a negative handle": forged(["r", -1, "Gate"]),
    "a long type name": forged(["r", 1, "G" * 5000]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_frame_is_refused(name: str) -> None:
    with pytest.raises((ProtocolError, EOFError)):
        value_of(wire.unpack(reader(FORGERIES[name])))


def test_a_bool_array_holds_nothing_but_truth_values() -> None:
    array = value_of(wire.unpack(reader(forged(["a", 0, "|b1", [3]], b"\x00\x02\xff"))))
    assert array.view(np.uint8).tolist() == [0, 1, 1]


def test_fuzzed_frames_raise_nothing_but_the_protocol_error() -> None:
    rng = random.Random(0)
    seeds = [frame_of(value) for value in (1, [0.5] * 30, {"dW": np.ones((2, 3)), "x": (None, "é")}, np.float32(2))]
    seeds += list(FORGERIES.values())
    refused = 0
    for _ in range(20_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(data))
            data[place : place + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
        try:
            value_of(wire.unpack(reader(bytes(data))))
        except (ProtocolError, EOFError, KeyError):  # KeyError: no "value" in the header, which the caller looks for
            refused += 1
    assert refused > 10_000
