"""What a student's text may do to a terminal or a page: nothing."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from autograder.clean import clean, clean_line, for_csv, for_html, for_markdown


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


def test_marks_that_pile_up_are_cut_and_letters_keep_theirs() -> None:
    assert clean("Z" + "\u0310" * 50 + "a") == "Z" + "\u0310" * 4 + "a"
    assert clean("y\u0302\u0303") == "y\u0302\u0303"


def test_nothing_of_a_text_is_taken_for_html() -> None:
    assert (
        for_html("<b a=\"x\" b='y'>&\x1b")
        == "&lt;b a=&quot;x&quot; b=&#x27;y&#x27;&gt;&amp;" + "\N{REPLACEMENT CHARACTER}"
    )


@pytest.mark.parametrize("hostile", ["a\n===", "> a", "~~a~~", "&lt;", "\\*a*", "http://a.b"])
@pytest.mark.parametrize(
    "before",
    ["# heading", "*a* _b_ `c`", "[a](http://b)", "![a](b)", "<script>", "| a | b |", "$x^2$", "- a", "1. a", "a\n---"],
)
def test_nothing_of_a_text_is_taken_for_markdown(before: str, hostile: str) -> None:
    pages = markdown().renderInline, markdown().render
    for render in pages:
        shown = html.unescape(re.sub(r"</?p>", "", render(for_markdown(f"{before} {hostile}")))).strip()
        assert shown == f"{before} {hostile}"


def markdown() -> Any:
    return pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"linkify": False})


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "＝1"])
def test_nothing_of_a_text_is_taken_for_a_formula(hostile: str) -> None:
    cell = for_csv(hostile)
    assert cell.startswith("'")
    assert "\n" not in cell
    assert for_csv("a = 1") == "a = 1"
