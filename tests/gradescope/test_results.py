"""A Report becomes a results.json that Gradescope shows as it was meant."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.gradescope.contract import MAX_OUTPUT, VISIBILITIES, validate
from autograder.gradescope.results import HEADLINES, ResultsError, results_json, warnings, write
from autograder.outcome import Check, Outcome, Report, Status

PUBLIC = Check("test_public.py::test_add", "z = x + y", 3.0, number="1.1", tags=("gates",))
REPORTS = int(os.environ.get("FUZZ_REPORTS", "2000"))  # how many random ones; 20,000 take some minutes
HIDDEN = Check("test_hidden.py::test_add", "z = x + y, hidden", 2.0, visibility="after_published", sealed=True)


def report_of(*outcomes: Outcome) -> Report:
    return Report("gates", "gates.py", outcomes, sandbox={"level": "strong", "layers": ("seccomp",)}, seconds=1.5)


def only_test(outcome: Outcome) -> dict[str, Any]:
    (test,) = results_json(report_of(outcome))["tests"]
    return dict(test)


def test_a_report_becomes_the_file_of_the_contract() -> None:
    passed = Outcome(PUBLIC, Status.PASSED, 3.0)
    failed = Outcome(HIDDEN, Status.FAILED, 0.5, message="dz is wrong.", hint="Look at the sign.")
    assert results_json(replace(report_of(passed, failed), remarks=("Cell 4 was passed over.",))) == {
        "score": 3.5,
        "execution_time": 1.5,
        "output": "Cell 4 was passed over.",
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "assignment": "gates",
            "sandbox": {"level": "strong", "layers": ["seccomp"]},
            "checks": {"test_public.py::test_add": "passed", "test_hidden.py::test_add": "failed"},
        },
        "tests": [
            {
                "score": 3,
                "max_score": 3,
                "status": "passed",
                "name": "z = x + y",
                "name_format": "text",
                "number": "1.1",
                "output": "Passed.",
                "output_format": "text",
                "tags": ["gates"],
                "visibility": "visible",
                "extra_data": {"check": "test_public.py::test_add"},
            },
            {
                "score": 0.5,
                "max_score": 2,
                "status": "failed",
                "name": "z = x + y, hidden",
                "name_format": "text",
                "output": f"{HEADLINES[Status.FAILED]}\n\ndz is wrong.\n\nHint: Look at the sign.",
                "output_format": "text",
                "tags": [],
                "visibility": "after_published",
                "extra_data": {"check": "test_hidden.py::test_add"},
            },
        ],
    }


@pytest.mark.parametrize("status", Status)
def test_every_status_is_said_in_words(status: Status) -> None:
    test = only_test(Outcome(PUBLIC, status))
    assert test["output"].lower().startswith(status.value)
    assert test["status"] == ("passed" if status is Status.PASSED else "failed")


def test_a_sealed_check_shows_only_its_message_and_hint() -> None:
    outcome = Outcome(HIDDEN, Status.FAILED, message="MESSAGE", hint="HINT", printed="PRINTED", staff="STAFF")
    shown = only_test(outcome)["output"]
    assert "MESSAGE" in shown
    assert "HINT" in shown
    assert "PRINTED" not in shown
    assert "PRINTED" in only_test(replace(outcome, check=PUBLIC))["output"]


def test_nothing_for_staff_is_in_the_file() -> None:
    report = replace(report_of(Outcome(PUBLIC, Status.BROKEN, staff="STAFF-1")), staff=("STAFF-2",))
    assert "STAFF" not in json.dumps(results_json(report))


def test_a_student_s_text_cannot_act_on_the_page() -> None:
    outcome = Outcome(PUBLIC, Status.FAILED, message="\x1b[31m<module>\x00\udc80\u202eevil\u200b", printed="a\r\nb\tc")
    shown = only_test(outcome)["output"]
    assert "<module>" in shown  # shown as text
    assert "a\nb   c" in shown
    assert not set("\x1b\x00\udc80\u202e\u200b\r") & set(shown)


def test_an_output_over_the_cap_is_cut_and_says_so() -> None:
    shown = only_test(Outcome(PUBLIC, Status.FAILED, message="m" * 500, printed="p" * 50_000))["output"]
    assert 0.9 * MAX_OUTPUT < len(shown) <= MAX_OUTPUT
    assert "m" * 500 in shown
    assert shown.endswith("more characters)")


def test_a_score_that_is_no_number_breaks_its_check_and_no_other() -> None:
    for score in (float("nan"), float("inf"), 10**400, None):
        report = report_of(Outcome(PUBLIC, Status.FAILED, score), Outcome(HIDDEN, Status.PASSED, 2.0))  # type: ignore[arg-type]  # what a partial score may be
        data = results_json(report)
        assert data["score"] == 2
        assert data["extra_data"]["checks"][PUBLIC.name] == "broken"
        assert data["tests"][0]["output"].startswith(HEADLINES[Status.BROKEN])
        assert any(PUBLIC.name in warning for warning in warnings(report))


def test_the_leaderboard_has_a_place_for_every_check_that_feeds_it() -> None:
    check = replace(PUBLIC, leaderboard=("loss", "asc"))
    for value, shown in ((0.5, 0.5), (np.float32(0.25), 0.25), ("fast", "fast"), (None, "-"), (float("nan"), "-")):
        data = results_json(report_of(Outcome(check, Status.PASSED, 3.0, leaderboard=value)))
        assert data["leaderboard"] == [{"name": "loss", "value": shown, "order": "asc"}]
    assert "leaderboard" not in results_json(report_of(Outcome(PUBLIC, Status.PASSED, 3.0)))


def test_numbers_of_numpy_are_written(tmp_path: Path) -> None:
    write(report_of(Outcome(PUBLIC, Status.FAILED, np.float32(1.5))), tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_bytes())["score"] == 1.5


REFUSED = {
    "a check stands twice": report_of(Outcome(PUBLIC, Status.PASSED), Outcome(PUBLIC, Status.PASSED)),
    "the visibility is unknown": report_of(Outcome(replace(PUBLIC, visibility="shown"), Status.PASSED)),
    "the maximum is infinite": report_of(Outcome(replace(PUBLIC, max_score=float("inf")), Status.PASSED)),
    "the order is unknown": report_of(Outcome(replace(PUBLIC, leaderboard=("loss", "up")), Status.PASSED)),
    "the time is negative": replace(report_of(), seconds=-1.0),
}


@pytest.mark.parametrize("why", REFUSED)
def test_nothing_is_written_and_the_old_file_stands_when(why: str, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ResultsError):
        write(REFUSED[why], path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.json"
    write(report_of(), path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write(report_of(Outcome(PUBLIC, Status.PASSED, 3.0)), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_staff_are_warned_of_what_gradescope_would_accept() -> None:
    high = Outcome(PUBLIC, Status.PASSED, 4.0)
    namesake = Outcome(replace(HIDDEN, title=PUBLIC.title), Status.PASSED, 2.0)
    assert warnings(report_of(Outcome(PUBLIC, Status.PASSED, 3.0), Outcome(HIDDEN, Status.FAILED)), points=5.0) == []
    assert warnings(report_of(high)) == [f"{PUBLIC.name}: the score 4 is above the maximum 3."]
    assert warnings(report_of(Outcome(PUBLIC, Status.PASSED), namesake)) == [
        "2 checks have the same name: 'z = x + y'."
    ]
    assert warnings(report_of(high), points=5.0)[1:] == ["The checks sum to 3 points, but the assignment has 5."]


texts = st.text(st.characters(exclude_categories=()), max_size=20)  # surrogates and all
not_finite = st.sampled_from((float("nan"), float("inf"), float("-inf"), 10**400))
any_number = st.floats(-1e300, 1e300) | st.integers() | st.floats(-1e300, 1e300).map(np.float64) | not_finite
plain = st.recursive(
    texts | any_number | st.none() | st.booleans(), lambda s: st.lists(s) | st.dictionaries(texts, s), max_leaves=4
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    outcomes = []
    for i in range(draw(st.integers(0, 4))):
        check = Check(
            name=f"test_{i}.py::test",
            title=draw(texts),
            max_score=draw(st.floats(allow_nan=False, allow_infinity=False)),
            number=draw(texts),
            visibility=draw(st.sampled_from(VISIBILITIES)),
            tags=draw(st.tuples(texts, texts)),
            sealed=draw(st.booleans()),
            leaderboard=draw(st.none() | st.tuples(texts, st.sampled_from(("asc", "desc")))),
        )
        outcomes.append(
            Outcome(
                check,
                draw(st.sampled_from(Status)),
                draw(any_number),
                message=draw(texts) * draw(st.sampled_from((1, 1, 1, 500))),
                hint=draw(texts),
                printed=draw(texts),
                staff=draw(texts),
                leaderboard=draw(st.none() | texts | any_number),
            )
        )
    seconds = draw(st.floats(0, 1e6))
    remarks = draw(st.tuples(texts))
    return Report(draw(texts), draw(texts), tuple(outcomes), remarks, remarks, {"x": draw(plain)}, seconds)


@settings(max_examples=REPORTS, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports())
def test_no_report_gives_a_file_that_the_validator_refuses(report: Report) -> None:
    names = [outcome.check.name for outcome in report.outcomes]
    data = json.loads(json.dumps(results_json(report), allow_nan=False))
    assert validate(data, names) == []
    warnings(report, 10.0)
