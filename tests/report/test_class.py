"""What is counted of a class: who shares which mistake, how hard a check is, whom it tells apart, and what is drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from autograder.batch.identity import HandedIn, Person
from autograder.batch.store import Record
from autograder.evidence import Crash, Evidence, Mistake
from autograder.outcome import Check, Outcome, Report, Status
from autograder.picture import picture_of
from autograder.report.classroom import Classroom, Member, member_of, numbers, page_name
from autograder.report.figures import BINS, distribution, histogram
from autograder.report.groups import Group, merged, ranked
from autograder.report.items import FEWEST, Item, correlation, hardest, items
from autograder.report.pictures import STRONGEST, Drawing, drawing_of
from autograder.report.shown import for_staff, for_student
from tests.report.conftest import CHECKS, HALF, crashed, passed, report, wrong

FIRST, SECOND, HIDDEN, NEVER = CHECKS


def classroom(*reports: Report) -> Classroom:
    found = Classroom()
    for place, one in enumerate(reports):
        found.add(Member(f"student {place}", "page"), one)
    return found


def test_a_submission_counts_once_for_a_mistake_in_however_many_checks() -> None:
    found = classroom(
        report(wrong(FIRST, HALF), wrong(HIDDEN, HALF)), report(wrong(FIRST, HALF)), report(passed(FIRST))
    )
    (group,) = ranked(found.groups.mistakes)
    assert list(group.members) == [0, 1]
    assert list(group.checks) == [FIRST.name, HIDDEN.name]
    assert group.hint == HALF.hint


def test_mistakes_without_a_hint_are_those_of_their_function_and_the_commonest_stand_first() -> None:
    sign = [Mistake("fit", name, ("dz",), "it is -1 times what it should be") for name in ("tanh", "relu")]
    found = classroom(report(wrong(FIRST, sign[0])), report(wrong(FIRST, sign[1])), report(wrong(FIRST, sign[1])))
    assert [list(group.functions) for group in ranked(found.groups.mistakes)] == [["relu"], ["tanh"]]


def test_crashes_are_grouped_by_exception_and_line() -> None:
    same = [crashed(FIRST, "NameError", "return zz"), crashed(SECOND, "NameError", "return zz")]
    found = classroom(report(same[0], same[1]), report(same[1]), report(crashed(FIRST, "NameError", "return yy")))
    assert [(group.what, group.hint, len(group.members)) for group in ranked(found.groups.crashes)] == [
        ("NameError", "return zz", 2),
        ("NameError", "return yy", 1),
    ]
    late = Outcome(FIRST, Status.CRASHED, evidence=Evidence(crash=Crash("out of time", "tanh")))
    assert ranked(classroom(report(late)).groups.crashes)[0].what == "out of time"


def test_unknown_answers_are_one_group_if_the_same_submissions_gave_them() -> None:
    both = report(wrong(FIRST, unknown="aa"), wrong(SECOND, unknown="bb"))
    alone = report(wrong(FIRST, unknown="cc"))
    found = classroom(both, both, alone)
    groups = ranked(merged(found.groups.unknown))
    assert [(list(group.members), len(group.checks)) for group in groups] == [([0, 1], 2), ([2], 1)]
    assert groups[0].what == "dz of backward"


def test_what_a_known_mistake_has_spoilt_besides_is_not_called_unknown() -> None:
    vague = Mistake("observation", "backward", ("z",), "is wrong for large inputs only")
    found = classroom(report(wrong(FIRST, HALF, unknown="aa")), report(wrong(FIRST, vague, unknown="bb")))
    assert [list(group.members) for group in found.groups.unknown.values()] == [[1]]


def test_where_no_diagnosis_was_possible_the_same_words_are_one_group() -> None:
    words = [
        Outcome(check, Status.FAILED, message="z is None: is there a return missing?\nThe call was f(1).")
        for check in CHECKS
    ]
    found = classroom(report(words[0], words[1]), report(words[0]))
    (group,) = found.groups.unknown.values()
    assert (group.what, list(group.members)) == ("z is None: is there a return missing?", [0, 1])


def test_the_discrimination_is_the_correlation_with_the_points_of_the_others() -> None:
    rng = np.random.default_rng(3)
    ability = rng.random(50)
    chances = [ability + 0.3 * rng.standard_normal(50) > 0.5, rng.random(50) > 0.5, ability < 0.4]
    reports = [
        report(*(passed(check) if good[place] else wrong(check) for check, good in zip(CHECKS, chances, strict=False)))
        for place in range(50)
    ]
    found = items(classroom(*reports))
    points = np.array([[outcome.score for outcome in one.outcomes] for one in reports])
    for place, item in enumerate(found):
        rest = points.sum(axis=1) - points[:, place]
        assert item.discrimination == pytest.approx(np.corrcoef(points[:, place] > 0, rest)[0, 1])
    assert (found[0].rate, found[0].passed + found[0].failed) == (chances[0].mean(), 50)
    assert found[2].verdict == "look at it"
    assert hardest(found)[0].rate == min(item.rate for item in found)


def test_a_discrimination_that_says_nothing_is_left_out() -> None:
    few = [0.0, 1.0] * (FEWEST // 2 - 1)
    assert correlation(few, few) is None
    assert correlation([1.0] * 20, list(range(20))) is None
    assert correlation([0.0, 1.0] * 10, [7.0] * 20) is None
    assert correlation([0.0, 1.0] * 10, [7.0, 8.0] * 10) == pytest.approx(1)
    assert Item(FIRST, 0, 0, 0, 0, 0, 0, 0.0, 0.0, None).verdict == ""


def test_the_numbers_of_a_class() -> None:
    assert numbers([]) is None
    one = numbers([Member("a", "p", score=7, counts={"passed": 2})])
    assert one is not None
    assert (one.lowest, one.quarter, one.median, one.three_quarters, one.highest, one.all_passed) == (7, 7, 7, 7, 7, 1)
    four = numbers([Member("a", "p", score=score, counts={"passed": 1, "failed": 1}) for score in (1, 2, 3, 6)])
    assert four is not None
    assert (four.median, four.mean, four.all_passed) == (2.5, 3, 0)


def test_every_score_is_in_the_histogram() -> None:
    counts = histogram([0, 100, 99.9, 5, 4.9, 120, -3], 100)
    assert (sum(counts), counts[0], counts[1], counts[-1], len(counts)) == (7, 3, 1, 3, BINS)
    assert sum(histogram([0, 0], 0)) == 2


def test_a_plot_has_words_and_no_style_of_its_own() -> None:
    svg = distribution([10, 50, 50, 90], 100, 50)
    root = ElementTree.fromstring(svg)
    assert root[0].text == "Distribution of the scores"
    assert "Median 50 of 100" in str(root[1].text)
    assert "50 to 55 points: 2" in str(root[1].text)
    assert not [element for element in root.iter() if "style" in element.attrib or element.tag.endswith("style")]
    assert all(element.attrib["id"].startswith("scores-") for element in root.iter() if "id" in element.attrib)
    assert "stroke-second" in svg
    assert "#" not in svg.replace('"#scores-', "").replace("url(#scores-", "")  # no colour of matplotlib's
    assert distribution([0.0], 0.0, 0.0)  # no points to be had


def drawing(got: np.ndarray, right: np.ndarray) -> Drawing:
    picture = picture_of("dW", got, right, ~np.isclose(got, right))
    assert picture is not None
    return drawing_of(picture)


def test_a_map_shows_sign_size_and_the_first_wrong_entry() -> None:
    right = np.array([[1.0, -2.0], [0.0, 4.0]])
    expected, got, error = drawing(right * np.array([[1, 1], [1, -1]]), right).maps
    assert [(cell.sign, cell.strength) for cell in expected.cells] == [
        ("p", pytest.approx(STRONGEST / 4)),
        ("n", pytest.approx(STRONGEST / 2)),
        ("n", 0.0),
        ("p", STRONGEST),
    ]
    assert [(cell.x > 0, cell.y > 0, cell.text) for cell in got.cells if cell.first] == [(True, True, "−4")]
    assert (expected.largest, got.largest, error.largest) == ("4", "4", "8")


def test_an_error_too_small_for_the_values_fills_its_own_scale() -> None:
    right = np.array([[1.0, 2.0]] * 3)
    picture = picture_of("dW", right + 1e-9, right, np.ones((3, 2), bool))
    assert picture is not None
    error = drawing_of(picture).maps[2]
    assert {cell.strength for cell in error.cells} == {STRONGEST}
    assert error.largest == "1e−9"


def test_bars_stand_on_zero_and_what_is_not_finite_is_said() -> None:
    both, error = drawing(np.array([2.0, np.nan, -1.0]), np.array([1.0, 3.0, -1.0])).bars
    tops = [bar.y + bar.height for bar in both.bars if bar.kind in ("e", "g") and bar.text != "−1"]
    assert tops == pytest.approx([both.zero] * len(tops), abs=0.02)
    assert [bar.text for bar in both.bars if "v" in bar.kind] == ["nan"]
    assert (both.largest, error.largest, len(both.ticks)) == ("3", "1", 3)


def test_a_student_sees_a_picture_of_a_public_check_only() -> None:
    assert for_student(wrong(FIRST), 0).drawing is not None  # type: ignore[union-attr]
    sealed = for_student(wrong(HIDDEN, HALF), 1)
    assert sealed is not None
    assert (sealed.drawing, sealed.printed, sealed.full, sealed.mistakes, sealed.staff) == (None, "", "", (), "")
    assert for_student(wrong(NEVER), 2) is None
    staff = for_staff(wrong(HIDDEN, HALF), 1)
    assert staff.drawing is not None
    assert staff.mistakes == (HALF,)
    public = Check("test_public.py::test_x", "hides its errors", 1)
    secret = Outcome(
        public, Status.FAILED, printed="x", evidence=Evidence(secret=True, picture=wrong(FIRST).evidence.picture)
    )  # type: ignore[union-attr]
    assert for_student(secret, 0).drawing is None  # type: ignore[union-attr]
    assert for_student(secret, 0).printed == ""  # type: ignore[union-attr]


def test_a_page_is_called_as_its_folder_unless_that_is_too_long() -> None:
    assert page_name("Zoë 7") == "Zoë 7.html"
    long = page_name("字" * 80)
    assert len(long.encode()) < 60
    assert long != page_name("字" * 79 + "孚")
    people = tuple(Person(f"N{place}", f"{place}@x", f"{place}") for place in range(9))
    member = member_of(Record(HandedIn("a" * 300, people=people, folder="a/b?c#d"), "key", None, "one\ntwo"))
    assert member.link == "submissions/a/b%3Fc%23d.html"
    assert (member.graded, member.why) == (False, "two")
    assert member.people == "N0; N1; N2; N3; N4; N5"
    assert len(member.label) < 120


def test_groups_alike_in_number_stand_in_an_order_of_their_own() -> None:
    groups = {name: Group(name, members={0: None}) for name in ("b", "a")}
    assert [group.what for group in ranked(groups)] == ["a", "b"]
