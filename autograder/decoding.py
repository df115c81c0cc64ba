"""Turns the bytes of a student's file into text, whatever editor wrote them."""

from __future__ import annotations

import codecs
import re

from autograder.errors import SubmissionError

# The longer byte order mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263: in the first or second line
# Python's codecs that are no character sets: punycode takes quadratic time, the escapes make text that is not there.
_NO_CHARACTER_SETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "mbcs", "oem"}


def decode(content: bytes, name: str) -> tuple[str, str | None]:
    """The text of a file with "\\n" at its line ends, and a remark for the student if its encoding was guessed.

    A byte order mark decides, then a declared encoding (PEP 263), then UTF-8, then Latin-1, which takes any byte.
    Raises SubmissionError where the text holds NUL characters: that is no text.
    """
    text, remark = _decoded(content, name)
    if "\0" in text:
        raise SubmissionError(f"{name} holds NUL bytes: it is not a text file, or it was damaged on its way.")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), remark


def _decoded(content: bytes, name: str) -> tuple[str, str | None]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), None
            except UnicodeError:
                break
    for encoding in (_declared(content), "utf-8"):
        try:
            return content.decode(encoding), None
        except (UnicodeError, LookupError):
            continue
    return content.decode("latin-1"), f"{name} is not UTF-8 and was read as Latin-1; save it as UTF-8."


def _declared(content: bytes) -> str:
    for line in content.split(b"\n", 2)[:2]:
        if match := _DECLARED.match(line):
            try:
                encoding = codecs.lookup(match[1].decode("ascii", "replace")).name
            except LookupError:
                return "utf-8"
            return "utf-8" if encoding in _NO_CHARACTER_SETS else encoding
    return "utf-8"
