"""Whatever editor wrote a file, its text comes out as it was typed."""

from __future__ import annotations

import codecs

import pytest

from autograder.decoding import decode
from autograder.errors import SubmissionError

TEXT = "# é σ(x)\nx = 1\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
    ],
)
def test_text_in_any_usual_encoding_is_read(content: bytes) -> None:
    assert decode(content, "gates.py") == (TEXT, None)


@pytest.mark.parametrize("encoding", ["gbk", "shift_jis", "cp1252", "iso-8859-15", "utf-8"])
@pytest.mark.parametrize("line", ["# -*- coding: {} -*-\n", "#!/usr/bin/python\n# vim: set fileencoding={} :\n"])
def test_a_declared_encoding_holds(encoding: str, line: str) -> None:
    text = line.format(encoding) + ("x = 'é'\n" if "1" in encoding[:-1] or encoding == "utf-8" else "x = '数'\n")
    assert decode(text.encode(encoding), "gates.py") == (text, None)


def test_an_encoding_declared_in_the_third_line_does_not_count() -> None:
    assert decode("\n\n# coding: gbk\nx = 'é'\n".encode(), "gates.py")[0].endswith("é'\n")


@pytest.mark.parametrize(
    "name", ["no-such-encoding", "punycode", "unicode_escape", "zip", "hex", "rot13", "utf-7", "ascii"]
)
def test_a_declared_encoding_that_is_wrong_or_none_is_ignored(name: str) -> None:
    text = f"# coding: {name}\nx = 'é\\u0041+AGE-'\n"
    assert decode(text.encode(), "gates.py") == (text, None)


def test_anything_else_is_latin_1_and_said() -> None:
    text, remark = decode(b"# caf\xe9\n", "gates.py")
    assert text == "# café\n"
    assert remark == "gates.py is not UTF-8 and was read as Latin-1; save it as UTF-8."


@pytest.mark.parametrize("content", [b"x = 1\0\n", b"\0\5\x16\7\0\2\0\0Mac OS X", codecs.BOM_UTF16_LE + b"a\0\0\0"])
def test_nul_bytes_are_no_text(content: bytes) -> None:
    with pytest.raises(SubmissionError, match="holds NUL bytes"):
        decode(content, "x.py")


@pytest.mark.parametrize("content", [codecs.BOM_UTF16_LE + b"\0", codecs.BOM_UTF32_LE + b"\xff" * 4, b"\xff" * 9, b""])
def test_a_broken_byte_order_mark_breaks_nothing_else(content: bytes) -> None:
    try:
        text, _ = decode(content, "x.py")
    except SubmissionError:
        assert b"\0" in content
    else:
        assert isinstance(text, str)
