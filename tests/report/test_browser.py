"""The pages in a real browser, at two widths: sorting, searching, links; no request, and no script of a student's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.browser import Browser

WIDTHS = (1280, 420)
ROWS = "[...document.querySelectorAll('#submissions-table tbody tr')].filter((row) => !row.hidden)"
COLUMN = f"{ROWS}.map((row) => row.cells[{{}}].textContent)"
BUTTON = "document.querySelectorAll('#submissions-table thead button')[{}]"
MARKS = "[window.pwned ?? null, document.scripts.length, document.baseURI]"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_request_and_no_script_of_a_students(browser: Browser, pages: list[Path], width: int) -> None:
    evil = [page for page in pages[1:] if "window.pwned" in page.read_text(encoding="utf-8")]
    assert len(evil) == 2
    browser.events.clear()
    for page in (pages[0], *evil, pages[-1]):
        browser.open(page, width)
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        browser.run(
            "document.querySelectorAll('svg, a, td').forEach((one) => one.dispatchEvent(new Event('mouseover')))"
        )
        pwned, scripts, base = browser.run(MARKS)
        assert (pwned, scripts, base) == (None, 1, page.resolve().as_uri())
    assert browser.complaints() == []
    assert len(browser.requests()) == 4
    assert all(address.startswith("file://") and address.endswith(".html") for address in browser.requests())


def test_the_watch_sees_a_request_a_script_and_what_the_policy_refuses(
    browser: Browser, pages: list[Path], tmp_path: Path
) -> None:
    bad = "<script>window.pwned=1</script><img src='http://127.0.0.1:9/x.png'>"
    (tmp_path / "open.html").write_text(f"<!DOCTYPE html><title>x</title>{bad}")
    browser.events.clear()
    browser.open(tmp_path / "open.html")
    assert browser.run("window.pwned") == 1
    assert "http://127.0.0.1:9/x.png" in browser.requests()
    guarded = pages[0].read_text(encoding="utf-8").replace("</main>", f"{bad}</main>")
    (tmp_path / "guarded.html").write_text(guarded, encoding="utf-8")
    browser.events.clear()
    browser.open(tmp_path / "guarded.html")
    assert browser.run("window.pwned ?? null") is None
    assert len([words for words in browser.complaints() if "Content Security Policy" in words]) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_tables_are_sorted_by_mouse_and_by_keyboard(browser: Browser, pages: list[Path], width: int) -> None:
    browser.open(pages[0], width)
    names = browser.run(COLUMN.format(0))
    browser.run(f"{BUTTON.format(1)}.click()")
    points = [float(text.replace("–", "-1")) for text in browser.run(COLUMN.format(1))]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) > 2
    assert browser.run(f"{BUTTON.format(1)}.parentElement.ariaSort") == "descending"
    browser.run(f"{BUTTON.format(1)}.focus()")
    browser.press("Enter", 13)
    assert browser.run(f"{BUTTON.format(1)}.parentElement.ariaSort") == "ascending"
    assert [float(text.replace("–", "-1")) for text in browser.run(COLUMN.format(1))] == sorted(points)
    browser.run(f"{BUTTON.format(0)}.click()")
    assert browser.run(f"{BUTTON.format(1)}.parentElement.ariaSort") == "none"
    zoes = [int(text.split()[1]) for text in browser.run(COLUMN.format(0)) if text.startswith("Zoë")]
    assert zoes == list(range(30))  # 9 before 10
    assert sorted(browser.run(COLUMN.format(0))) == sorted(names)


@pytest.mark.parametrize("width", WIDTHS)
def test_submissions_are_found_by_name_address_and_status(browser: Browser, pages: list[Path], width: int) -> None:
    browser.open(pages[0], width)
    assert browser.run("document.getElementById('find').offsetParent !== null")
    for words, count in (
        ("zoe 7", 1),
        ("Z17@EXAMPLE.org", 1),
        ("crashed", 6),
        ("not graded", 1),
        ("nobody", 0),
        ("", 32),
    ):
        browser.run(
            f"find = document.getElementById('find'); find.value = {words!r}; find.dispatchEvent(new Event('input'))"
        )
        assert len(browser.run(COLUMN.format(0))) == count, words
        assert browser.run("document.getElementById('found').textContent") == (f"{count} of 32" if words else "")


@pytest.mark.parametrize("width", WIDTHS)
def test_one_gets_from_the_class_to_a_submission_and_back(browser: Browser, pages: list[Path], width: int) -> None:
    for step in ("document.querySelector('#submissions-table tbody a')", "document.querySelector('nav a')"):
        browser.open(pages[0], width) if "table" in step else None
        address = browser.run(f"{step}.href")
        loaded = len(browser._named("Page.loadEventFired"))
        browser.run(f"{step}.click()")
        while len(browser._named("Page.loadEventFired")) == loaded:
            browser.run("1")
        assert browser.run("document.URL") == address
    assert browser.run("document.URL") == pages[0].resolve().as_uri()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("scheme", "medium"), [("light", ""), ("dark", ""), ("light", "print")])
def test_pages_fit_their_width_and_can_be_read(
    browser: Browser, pages: list[Path], width: int, scheme: str, medium: str
) -> None:
    browser.looks(scheme, medium)
    try:
        for page in (pages[0], next(page for page in pages if page.stem == "student 1")):
            browser.open(page, width)
            if not medium:  # paper is wider than a telephone
                assert browser.run("document.documentElement.scrollWidth") == width
            assert browser.run(CONTRAST) == []
    finally:
        browser.looks()


# The texts whose contrast with what lies behind them is below 4.5, as WCAG AA asks, or 3 for large ones.
CONTRAST = """(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1 && r !== undefined) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest('svg, .skip, script, style') || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(channels(style.color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()"""
