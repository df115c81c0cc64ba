"""What a student's text may do to a terminal or a page: nothing."""

from __future__ import annotations

import pytest

from autograder.clean import clean, clean_line


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2J", "\x00", "\x07", "\u202e", "\u200b", "\ud800", "\x9b31m", "\u2028", "\ue000", "\u0378"],
    ids=lambda text: f"U+{ord(text[0]):04X}",
)
def test_a_character_that_acts_is_replaced(hostile: str) -> None:
    cleaned = clean(f"a{hostile}b")
    assert hostile[0] not in cleaned
    assert cleaned.startswith("a")
    assert cleaned.encode("utf-8")


def test_plain_text_stays_as_it_is() -> None:
    text = "σ(z) = 1 / (1 + e⁻ᶻ)\nZeilenumbruch, 中文, 한국어, ñ"
    assert clean(text) == text


def test_line_ends_and_tabs_become_ordinary() -> None:
    assert clean("a\r\nb\rc\td") == "a\nb\nc   d"


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    assert clean("x" * 3000, 100) == "x" * 100 + " … (2900 more characters)"


def test_a_line_is_one_line() -> None:
    assert clean_line("  a \n b\t c  ") == "a b c"
