"""Results of a class, written as a batch writes them, with a submission that attacks every text of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.batch.identity import HandedIn, Person, named
from autograder.batch.store import Record, Store
from autograder.evidence import NUMERIC, Crash, Evidence, Mistake, Unknown
from autograder.outcome import Check, Outcome, Report, Status
from autograder.picture import picture_of
from autograder.report.build import Built, build
from tests.report.browser import PROGRAM, Browser

HOSTILE = (
    "<script>window.pwned=1</script></script><script>window.pwned=2</script></style></title>-->]]>"
    "<img src=//evil.example/a onerror=window.pwned=3><svg/onload=window.pwned=4>"
    "<a href=javascript:window.pwned=5>x</a>"
    "\"' onmouseover=window.pwned=6 x=\"<iframe srcdoc='<script>top.pwned=7</script>'></iframe>"
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example'>{{ 7*7 }}{% raw %}"
    "\u202egnp.exe\u2066\u200b\0\x1b[31m\ud800&lt;script&gt;"
)
RIGHT = np.array([[1.0, -2.0, 0.5], [0.0, 4.0, 1e-9]])
SECRET = 86420.125  # an expected value of a hidden check, which no student's page holds
CHECKS = (
    Check("test_public.py::test_forward", "forward(z) of a batch.", 3, "1.1"),
    Check("test_public.py::test_backward", "backward(dz, z) of a batch.", 4, "1.2"),
    Check("test_hidden.py::test_any", "backward for any size.", 2, "2.1", "after_published", sealed=True),
    Check("test_hidden.py::test_never", "What no student ever sees.", 1, "2.2", "hidden", sealed=True),
)
HALF = Mistake("misconception", "backward", ("dz",), "2 * z -> z", "What is the slope of z squared?")


def wrong(check: Check, *mistakes: Mistake, unknown: str = "", hint: str = "", score: float = 0.0) -> Outcome:
    """A wrong array, half of what it should be."""
    right = np.full((2, 3), SECRET) if check.sealed else RIGHT
    got = right / 2
    evidence = Evidence(
        secret=check.sealed,
        full=f"dz[0, 0] should be {SECRET}" if check.sealed else "",
        mistakes=mistakes,
        unknown=(Unknown("backward", ("dz",), unknown),) if unknown else (),
        picture=picture_of("dz", got, right, got != right),
    )
    words = "dz has wrong values." if check.sealed else "dz[0, 0] should be 1, not 0.5."
    return Outcome(check, Status.FAILED, score, words, hint, "printed words", seconds=0.02, evidence=evidence)


def passed(check: Check) -> Outcome:
    return Outcome(check, Status.PASSED, check.max_score, seconds=0.01)


def crashed(check: Check, exception: str, code: str) -> Outcome:
    crash = Crash("raised", "forward", exception, code)
    return Outcome(check, Status.CRASHED, message=f"forward raised {exception}", evidence=Evidence(crash=crash))


def report(*outcomes: Outcome, label: str = "") -> Report:
    return Report("Doubling & more", label, outcomes, sandbox={"level": "strong", "layers": {"seccomp": "on"}})


def hostile() -> Report:
    """HOSTILE wherever a text is a student's, or could be."""
    says = Evidence(True, HOSTILE, (Mistake(HOSTILE, HOSTILE, (HOSTILE,), HOSTILE, HOSTILE),))
    vector = np.array([1.0, np.nan, np.inf])
    picture = picture_of(HOSTILE, vector, np.ones(3), np.array([False, True, True]))
    unknown = Evidence(unknown=(Unknown(HOSTILE, (HOSTILE,), HOSTILE),), picture=picture)
    crash = Evidence(crash=Crash(HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    outcomes = (
        Outcome(CHECKS[0], Status.FAILED, 0.5, HOSTILE, HOSTILE, HOSTILE, HOSTILE, evidence=says),
        Outcome(CHECKS[1], Status.FAILED, 0, HOSTILE, HOSTILE, HOSTILE, HOSTILE, evidence=unknown),
        Outcome(CHECKS[2], Status.CRASHED, 0, HOSTILE, "", HOSTILE, HOSTILE, evidence=crash),
        Outcome(CHECKS[3], Status.BROKEN, 0, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    )
    sandbox = {"level": HOSTILE, "layers": {HOSTILE: HOSTILE}}
    return Report(HOSTILE, HOSTILE, outcomes, (HOSTILE,), (HOSTILE,), sandbox)


def ordinary(place: int) -> Report:
    """One of a class in which two of three have the same misconception."""
    first, second, third, fourth = CHECKS
    if place % 3 == 2:
        outcomes = (passed(first), passed(second), passed(third), passed(fourth))
    elif place % 6 == 0:
        outcomes = (
            crashed(first, "NameError", "return zz"),
            wrong(second, HALF, hint=HALF.hint),
            wrong(third),
            passed(fourth),
        )
    else:
        numeric = Mistake(NUMERIC, "backward", ("dz",), "is nearly right")
        outcomes = (
            passed(first),
            wrong(second, HALF, hint=HALF.hint),
            wrong(third, numeric),
            wrong(fourth, unknown="aa"),
        )
    return report(*outcomes, label=f"student {place}")


def write_class(folder: Path, count: int) -> Path:
    """Ordinary submissions, one that is hostile to the pages, and one that could not be graded."""
    folder.mkdir()
    handed = [
        HandedIn(f"student {place}", people=(Person(f"Zoë {place}", f"z{place}@example.org"),))
        for place in range(count)
    ]
    evil = HandedIn(HOSTILE, people=(Person(HOSTILE, HOSTILE, HOSTILE, HOSTILE),), created_at=HOSTILE)
    reports: dict[str, Report | None] = {one.label: ordinary(place) for place, one in enumerate(handed)}
    reports |= {HOSTILE: hostile(), "unlucky": None}
    store = Store(folder)
    for one in named([*handed, evil, HandedIn("unlucky")]):
        found = reports[one.label]
        store.keep(Record(one, "key", found, "" if found is not None else f"Killed.\n{HOSTILE}"))
    return folder


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_class(tmp_path_factory.mktemp("report") / "graded", 30)


@pytest.fixture(scope="session")
def built(results: Path) -> Built:
    return build(results, results.parent / "pages")


@pytest.fixture(scope="session")
def pages(built: Built) -> list[Path]:
    """All pages for staff, the class's first."""
    assert built.index is not None
    return [built.index, *sorted(built.index.parent.glob("submissions/*.html"))]


@pytest.fixture(scope="session")
def handed_back(results: Path) -> list[Path]:
    """All pages for students."""
    build(results, results.parent / "handed-back", for_students=True)
    return sorted((results.parent / "handed-back").rglob("*.html"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser
