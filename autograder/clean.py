"""A student's text, made safe to show: nothing in it acts on a terminal, a page or a spreadsheet, and it has an end.

``clean`` is for plain text, wherever it stands. What is shown as HTML, Markdown or in a table of a spreadsheet needs
one of the others as well, each of which cleans first.
"""

from __future__ import annotations

import html
import re
import unicodedata

MAX_SHOWN = 2000  # characters of one message
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Unicode categories: control, format (bidi, zero-width), surrogate, private, unassigned, line and paragraph separator.
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


# More marks on one letter than any language has: they would cover the lines above.
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(rf"({_MARK}{{4}}){_MARK}+")


def clean(text: str, limit: int = MAX_SHOWN) -> str:
    """The text with every character that could act on a terminal or a page replaced, cut to a number of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    cut = text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit} more characters)"
    if not cut.replace("\n", "").isprintable():
        cut = "".join(_safe(character) for character in cut)
    return cut if cut.isascii() else _STACKED.sub(r"\1", cut)


def clean_line(text: str, limit: int = 200) -> str:
    """The same, on one line."""
    return clean(" ".join(text.split()), limit)


def for_html(text: str, limit: int = MAX_SHOWN) -> str:
    """The text as HTML shows it, within an element or in an attribute's quotes."""
    return html.escape(clean(text, limit), quote=True)


def for_markdown(text: str, limit: int = MAX_SHOWN) -> str:
    """The text as Markdown shows it: no emphasis, link, heading, table, formula or tag comes of it."""
    return re.sub(_MARKDOWN, r"\\\g<0>", html.escape(clean(text, limit), quote=False))


# Punctuation that starts something, wherever it stands; numbered lists begin with "1." or "1)".
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|~$^=:>]")


def for_csv(text: str, limit: int = MAX_SHOWN) -> str:
    """The text as one line of a cell that no spreadsheet takes for a formula. Quotes are the csv module's affair."""
    line = clean_line(text, limit)
    return f"'{line}" if line.startswith(_FORMULA) else line


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # the wide ones too, which some take for the same


def _safe(character: str) -> str:
    if character == "\n" or " " <= character <= "~":
        return character
    return REPLACEMENT if unicodedata.category(character) in _UNSAFE else character
