"""An outcome carries facts for staff: the arrays, the mistake, the crash; and none of them reaches a student."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from autograder import assert_matches
from autograder.assignment import Assignment
from autograder.case import case_of
from autograder.clean import clean_line
from autograder.diagnosis import explain
from autograder.errors import WrongAnswer
from autograder.evidence import NUMERIC, Crash, Picture, Unknown
from autograder.facts import facts_of
from autograder.grade import grade
from autograder.gradescope.results import results_json
from autograder.outcome import Outcome, Report, Status
from autograder.picture import MAX_COLUMNS, MAX_LENGTH, MAX_ROWS, picture_of
from autograder.replay import Exchange
from autograder.sandbox.link import Call
from autograder.sandbox.session import Ending
from autograder.unexplained import unknown
from autograder.verdict import Insight
from autograder.words import call_failed, ended, load_failed, not_an_answer, out_of_time
from tests.test_diagnosis import ACTIVATIONS, asked

HIDDEN = """
import numpy as np
from autograder import assert_matches, weight

@weight(5)
def test_hidden(student):
    '''double(x) for any x.'''
    x = np.array([[1.5, 2.5], [-31337.25, 7.0]])
    assert_matches(student.double(x), 2 * x, "y")
"""
SECRET = ("62674.5", "-62674.5", "31337.25")  # what the hidden check expects, and asks


def of(report: Report, test: str) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.check.name.endswith(test))


@pytest.fixture
def found(make_assignment: Callable[..., Assignment], submit: Callable[..., Path]) -> Report:
    """A submission whose double is wrong and prints, and whose half raises."""
    text = "def double(x):\n    print('about to add')\n    return x + 1\n\ndef half(x):\n    return x / nothing\n"
    return grade(make_assignment(test_hidden=HIDDEN), submit(text))


def test_a_wrong_array_comes_with_the_right_one(found: Report) -> None:
    evidence = of(found, "test_double").evidence
    assert evidence is not None
    assert not evidence.secret
    assert evidence.picture is not None
    assert (evidence.picture.right, evidence.picture.got, evidence.picture.error) == ("2 4 10", "2 3 6", "0 -1 -4")
    assert (evidence.picture.name, evidence.picture.wrong, evidence.picture.first) == ("y", "011", (1,))


def test_a_crash_comes_in_parts(found: Report) -> None:
    evidence = of(found, "test_half").evidence
    assert evidence is not None
    assert evidence.crash == Crash("raised", "half", "NameError", "return x / nothing")


def test_a_hidden_check_says_all_to_staff_and_nothing_to_the_student(found: Report) -> None:
    outcome = of(found, "test_hidden")
    assert outcome.evidence is not None
    assert outcome.evidence.secret
    assert outcome.evidence.picture is not None
    assert "62674.5" in outcome.evidence.picture.right
    assert "31337.25" in outcome.evidence.full
    told = json.dumps(results_json(found))
    assert not [value for value in SECRET if value in told or value in outcome.message + outcome.hint]
    assert "evidence" not in told


def test_evidence_goes_through_json_and_back(found: Report) -> None:
    assert Report.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    old = found.to_dict()
    for entry in old["outcomes"]:
        del entry["evidence"]  # as written before there was any
    assert all(outcome.evidence is None for outcome in Report.from_dict(old).outcomes)


def test_what_passes_has_no_evidence(graded: Callable[..., Report]) -> None:
    assert [outcome.evidence for outcome in graded().outcomes if outcome.status is Status.PASSED] == [None, None]


def test_hidden_errors_are_secret_in_a_public_check_too(
    make_assignment: Callable[..., Assignment], submit: Callable[..., Path]
) -> None:
    text = HIDDEN.replace("import assert_matches", "import assert_matches, hide_errors")
    text = text.replace("@weight(5)", "@weight(5)\n@hide_errors('Not this time.')")
    report = grade(make_assignment(test_public=text), submit("def double(x):\n    return x\n"))
    (outcome,) = report.outcomes
    assert outcome.message == "Not this time."
    assert outcome.evidence is not None
    assert outcome.evidence.secret


@pytest.mark.parametrize("shape", [(1000, 1000), (3, 50, 7), (5000,), (2, 1, 1), (40, 3)])
def test_a_picture_is_small_and_shows_the_first_wrong_entry(shape: tuple[int, ...]) -> None:
    right = np.arange(float(np.prod(shape))).reshape(shape)
    wrong = np.zeros(shape, bool)
    wrong.flat[right.size // 2 :] = True
    picture = picture_of("dW", np.where(wrong, -right, right), right, wrong)
    assert picture is not None
    assert picture.rows * picture.columns <= max(MAX_ROWS * MAX_COLUMNS, MAX_LENGTH)
    assert picture.shape == shape
    row, column = np.argwhere(wrong.reshape(-1, shape[-1]))[0] - picture.origin
    place = row * picture.columns + column
    assert picture.wrong[place] == "1"
    assert float(picture.right.split()[place]) == pytest.approx(right[picture.first], rel=1e-5)
    assert float(picture.got.split()[place]) == pytest.approx(-right[picture.first], rel=1e-5)
    assert len(json.dumps(vars(picture))) < 20_000


def test_a_picture_holds_what_is_not_finite_and_a_difference_too_small_for_its_numbers() -> None:
    right = np.array([1.0, 2.0, 3.0])
    picture = picture_of("z", np.array([np.nan, -np.inf, 3.0 + 1e-11]), right, np.ones(3, bool))
    assert picture is not None
    assert picture.got == "nan -inf 3"
    assert picture.error == "nan -inf 1e-11"


@pytest.mark.parametrize("got", [np.array(1.0), np.array([1j, 2.0]), np.array([])])
def test_no_picture_is_made_of_what_none_tells_better(got: np.ndarray) -> None:
    assert picture_of("z", got, got, np.ones(got.shape, bool)) is None


def picture_from(raising: Callable[[], None]) -> Picture | None:
    with pytest.raises(WrongAnswer) as excinfo:
        raising()
    evidence = facts_of(False, excinfo, Insight(), "")
    return evidence.picture if evidence is not None else None


def test_the_picture_outlives_an_error_that_is_raised_again_in_other_words() -> None:
    def raising() -> None:
        try:
            assert_matches(np.zeros(3), np.ones(3), "dz")
        except WrongAnswer as wrong:
            raise WrongAnswer(f"At step 2: {wrong.message}") from None

    picture = picture_from(raising)
    assert picture is not None
    assert picture.name == "dz"
    assert picture_from(lambda: assert_matches(np.zeros((2, 3)), np.ones((3, 2)), "dz")) is None


def test_a_fault_of_ours_costs_the_facts_and_never_the_grade(
    graded: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.facts.picture_of", lambda *compared: 1 / 0)
    report = graded("def double(x):\n    return x + 1\n\ndef half(x):\n    return x / 2\n")
    assert [outcome.score for outcome in report.outcomes] == [0, 6]
    assert report.outcomes[0].message.startswith("y[1] should be 4, not 3")
    assert report.outcomes[0].evidence is not None
    assert "ZeroDivisionError" in report.outcomes[0].evidence.full


def test_numeric_differentiation_is_known_by_its_kind() -> None:
    def quotient(da: np.ndarray, z: np.ndarray) -> np.ndarray:
        return da * (np.tanh(z + 1e-5) - np.tanh(z - 1e-5)) / 2e-5

    found = explain(asked("tanh_backward", quotient, da="N,D", z="N,D"), ACTIVATIONS)
    evidence = facts_of(False, None, Insight(found), "")
    assert evidence is not None
    assert [mistake.kind for mistake in evidence.mistakes] == [NUMERIC]


def test_who_errs_alike_behaves_alike_however_much_more_was_asked() -> None:
    def odd(da: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.cos(da * 17) + z**3

    def other(da: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.cos(da * 18) + z**3

    told: list[Unknown] = []
    for function in (odd, lambda da, z: np.asfortranarray(z**3 + np.cos(da * 17)), other):
        exchanges = asked("tanh_backward", function, da="N,D", z="N,D")
        assert explain(exchanges, ACTIVATIONS, unknown=told.append) is None
    assert told[0] == told[1]
    assert told[0].behaviour != told[2].behaviour
    assert told[0].function == "tanh_backward"
    exchanges = asked("tanh_backward", odd, da="N,D", z="N,D")
    more = [Exchange(item.call, item.value + 1) for item in exchanges[:3]]
    case = case_of("tanh_backward", [*exchanges, *more], ACTIVATIONS)
    assert unknown(case, case.wrong, len(exchanges)) == told[0]


SUBMISSION = SimpleNamespace(
    file="f.py", pieces=(SimpleNamespace(name="f.py", source="x = 1\ny = x.z\n"),), folder=Path(__file__).parent
)
CALL = Call("tanh", (1.0,), title="tanh")


@pytest.mark.parametrize(
    ("error", "crash"),
    [
        ({"kind": "missing"}, Crash("missing", "tanh")),
        ({"kind": "not_callable"}, Crash("no function", "tanh")),
        ({"kind": "signature"}, Crash("other arguments than the handout's", "tanh")),
        ({"kind": "too_large"}, Crash("too large an answer", "tanh")),
        ({"type": "SystemExit"}, Crash("ended by itself", "tanh")),
        ({"type": "NotImplementedError"}, Crash("not filled in", "tanh")),
        ({"type": "AttributeError", "lines": [["f.py", 2]]}, Crash("raised", "tanh", "AttributeError", "y = x.z")),
        ({"type": "E\u202e" * 99, "lines": "?"}, Crash("raised", "tanh", clean_line("E\u202e" * 99, 60))),
    ],
)
def test_every_way_to_give_no_value_has_its_kind(error: dict[str, Any], crash: Crash) -> None:
    assert call_failed(error, CALL, cast(Any, SUBMISSION)).crash == crash


def test_a_submission_that_ends_hangs_or_does_not_load_has_its_kind_too() -> None:
    assert out_of_time([CALL], 3, shortened=False).again().crash == Crash("out of time", "tanh")
    assert ended([], Ending(signal=9, code=None, peak=0)).crash == Crash("ended by the system")
    assert ended([CALL], Ending(signal=None, code=3, peak=0)).crash == Crash("ended by itself", "tanh")
    assert not_an_answer([CALL]).crash == Crash("no readable answer", "tanh")
    report = {"fatal": True, "errors": [{"type": "NameError", "message": "x", "piece": "f.py", "line": 2}]}
    problem = load_failed(report, cast(Any, SUBMISSION))
    assert problem is not None
    assert problem.crash == Crash("could not be loaded", "", "NameError", "y = x.z")
