"""Every page is well-formed, complete by itself, harmless whatever a student wrote, and says what it must."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from autograder.batch.identity import HandedIn
from autograder.batch.store import Record, Store
from autograder.errors import AutograderError
from autograder.report.build import Built, build
from autograder.report.groups import Group, skeleton
from tests.report.conftest import CHECKS, SECRET, ordinary, write_class

VOID = {"meta", "input", "br", "link", "img", "base", "hr"}


class Page(html.parser.HTMLParser):
    """Reads a page as a browser does, near enough."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"<{tag}> has an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> opens nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("script", "style"):
            self.inside[self._open[-1]] = self.inside.get(self._open[-1], "") + data
        else:
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def test_every_page_is_well_formed_and_runs_nothing_but_its_own_script(
    pages: list[Path], handed_back: list[Path]
) -> None:
    assert len(pages) == 33
    assert len(handed_back) == 32
    for path in (*pages, *handed_back):
        page = Page(path)
        count = Counter(tag for tag, _ in page.tags)
        assert count["script"] == count["style"] == count["main"] == count["h1"] == 1, path
        assert not {"img", "iframe", "base", "object", "embed", "form", "link"} & set(count), path
        policy = next(str(meta["content"]) for meta in page.all("meta") if "http-equiv" in meta)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for kind in ("script", "style"):
            digest = base64.b64encode(hashlib.sha256(page.inside[kind].encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in policy
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcdoc")], tag
            assert not re.match(r"\s*\w+:|//", attributes.get("href") or ""), attributes


def test_nothing_in_a_page_acts_by_itself(pages: list[Path]) -> None:
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not [letter for letter in text if not letter.isprintable() and letter != "\n"]
        assert "49" not in Page(path).inside["script"]  # {{ 7*7 }} is a text


def test_what_a_hostile_submission_says_is_shown_as_text(pages: list[Path]) -> None:
    evil = [page for page in map(Page, pages[1:]) if "<svg/onload=window.pwned=4>" in page.text]
    assert len(evil) == 2  # its own page, and that of the one whose grader was killed by it
    assert max(page.text.count("{{ 7*7 }}{% raw %}") for page in evil) > 10


def test_a_page_can_be_used_by_keyboard_and_screen_reader(pages: list[Path]) -> None:
    for path in pages:
        page = Page(path)
        ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
        assert not [one for one, times in Counter(ids).items() if times > 1], path
        assert page.all("html")[0]["lang"] == "en"
        assert page.all("a")[0] == {"class": "skip", "href": "#main"}
        assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
        for _, attributes in page.tags:
            for name in ("aria-labelledby", "for"):
                assert set(str(attributes.get(name) or "").split()) <= set(ids), path
            target = attributes.get("href") or ""
            assert not target.startswith("#") or target[1:] in ids, path
        for svg in page.all("svg"):
            assert svg.get("aria-hidden") == "true" or len(str(svg["aria-labelledby"]).split()) == 2
        assert not page.all("table") or [head for head in page.all("th") if head.get("aria-sort") == "none"]


def test_every_link_leads_to_a_page(pages: list[Path], handed_back: list[Path]) -> None:
    from urllib.parse import unquote

    for path in (*pages, *handed_back):
        links = [str(link["href"]) for link in Page(path).all("a") if not str(link["href"]).startswith("#")]
        assert links or path in handed_back  # a student is led nowhere, to nobody else
        for link in links:
            assert (path.parent / unquote(link)).is_file(), (path, link)


def test_the_class_page_ranks_what_the_class_misunderstood(pages: list[Path]) -> None:
    text = Page(pages[0]).text
    first = text.index("What to reteach")
    assert text[first:].startswith("What to reteach 20 of 31 65 %")
    assert "2 * z -> z" in text[first : first + 200]
    assert "What is the slope of z squared?" in text[first : first + 300]
    assert "NameError in return zz" in text
    assert "looks like numeric differentiation" in text
    assert "graded 31 of 32" in text
    assert "Zoë 12" in text


def test_what_is_wrong_with_the_results_is_said(tmp_path: Path) -> None:
    with pytest.raises(AutograderError, match="no folder"):
        build(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(AutograderError, match="holds no results"):
        build(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    results = write_class(tmp_path / "graded", 3)
    (results / "grades.csv").write_text("submission,status\n" + "x,waiting\n" * 7, encoding="utf-8-sig")
    (results / "student 1" / "results.json").write_text("{}")
    built = build(results, tmp_path / "out")
    assert built.torn == ("student 1",)
    assert 'href="student%202.html" rel="next"' in (tmp_path / "out" / "submissions" / "student 0.html").read_text()
    text = Page(tmp_path / "out" / "index.html").text
    assert "2 submissions not graded yet." in text
    assert "1 submission left out" in text
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("<h1>My home page</h1>")
    with pytest.raises(AutograderError, match="no report of ours"):
        build(results, tmp_path / "mine")


def test_a_report_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    results, out = write_class(tmp_path / "graded", 3), tmp_path / "out"
    build(results, out)
    (out / "submissions" / "mine.html").write_text("<p>notes</p>")
    before = (out / "index.html").read_bytes()
    build(results, out)
    assert (out / "index.html").read_bytes() == before
    (results / "student 2" / "graded.json").unlink()
    build(results, out, for_students=True)
    names = {path.name for path in out.rglob("*.html")}
    assert names >= {"mine.html", "student 0.html", "student 1.html"}
    assert not names & {"student 2.html", "index.html"}
    assert not list(out.rglob("*.unfinished"))


def test_pages_for_students_hold_nothing_that_hidden_checks_hide(pages: list[Path], handed_back: list[Path]) -> None:
    hidden = (f"{SECRET:g}", str(SECRET), "What no student ever sees.", "../index.html", "What the diagnosis knows")
    staff = "".join(path.read_text(encoding="utf-8") for path in pages)
    students = "".join(path.read_text(encoding="utf-8") for path in handed_back)
    for words in hidden:
        assert words in staff, words
        assert words not in students, words
    assert "z3@example.org" in staff
    assert "z3@example.org" not in students
    assert "dz[0, 0] should be 1, not 0.5." in students
    assert 'class="map"' in students  # of the public check


def test_a_file_of_a_thousand_submissions_stays_below_five_megabytes(tmp_path: Path) -> None:
    """Forty times as many of them make a page forty times as long, at most: it is measured on one of 100."""
    store = Store(tmp_path)
    sizes = []
    for upto in (50, 100):
        for place in range(upto):
            handed = HandedIn(f"A Rather Long Name, Number {place}", folder=f"student {place}")
            store.keep(Record(handed, "key", ordinary(place)))
        built = build(tmp_path, tmp_path / "out")
        assert built.index is not None
        sizes.append(built.index.stat().st_size)
    each = (sizes[1] - sizes[0]) / 50
    assert sizes[1] + 900 * each < 5e6


def test_what_to_paste_is_toml_that_an_author_fills_in(built: Built) -> None:
    group = Group('dz of "tanh"\n[[x]]', example='dz[0] should be 1\n"""\x00', functions={'tanh"\n = ': None})
    text = skeleton(group, 3, [CHECKS[0].number])
    assert tomllib.loads(text) == {"misconception": [{"function": "tanh", "replace": "", "with": "", "hint": ""}]}
