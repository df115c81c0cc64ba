"""A student's text, made safe to show: no control, bidi or zero-width characters, no surrogates, and not too long."""

from __future__ import annotations

import unicodedata

MAX_SHOWN = 2000  # characters of one message
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Unicode categories: control, format (bidi, zero-width), surrogate, private, unassigned, line and paragraph separator.
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def clean(text: str, limit: int = MAX_SHOWN) -> str:
    """The text with every character that could act on a terminal or a page replaced, cut to a number of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    cut = text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit} more characters)"
    if cut.replace("\n", "").isprintable():
        return cut
    return "".join(_safe(character) for character in cut)


def clean_line(text: str, limit: int = 200) -> str:
    """The same, on one line."""
    return clean(" ".join(text.split()), limit)


def _safe(character: str) -> str:
    if character == "\n" or " " <= character <= "~":
        return character
    return REPLACEMENT if unicodedata.category(character) in _UNSAFE else character
