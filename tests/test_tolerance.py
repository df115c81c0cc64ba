"""Right answers in every style lie far inside the calibrated tolerance, and mistakes far outside."""

from __future__ import annotations

import copy
import functools
from typing import Any

import numpy as np
import pytest

from autograder.errors import AssignmentError
from autograder.tolerance import LIMITS, Program, precision, ratio, ratios, tolerance
from reference import activations, gates, regularization
from tests.tolerance.right import RIGHT
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import WRONG

STYLES = [(name, style) for name in RIGHT for style in RIGHT[name]]
MISTAKES = [(name, mistake) for name in WRONG for mistake in WRONG[name]]
# Differences instead of derivatives: off by 1e-11 of the largest entry, hardly more than the limit allows.
NUMERIC = [(name, mistake) for name, mistake in MISTAKES if mistake.startswith("numeric")]
# Smaller than the unit roundoff of single precision, or than its tolerance: there they cannot be seen.
TOO_SMALL_FOR_SINGLE = {
    ("ReciprocalGate", "epsilon added"),
    ("sigmoid", "clipped"),
    ("hardtanh_backward", "kink at 1 + 1e-6"),
    ("softmax", "epsilon in the denominator"),
    ("multiclass_hinge", "margin 1 + 1e-6"),
    ("normalize", "epsilon"),
}


@functools.cache
def calibrated(name: str) -> list[tuple[tuple[Any, ...], Any, dict[str, Any]]]:
    """For each case of a subject: the arguments, the right value, t by precision."""
    subject, found = SUBJECTS[name], []
    for _, arguments, exact_kink in subject.calls():
        with np.errstate(all="ignore"):
            right = subject.function(*copy.deepcopy(arguments))
        t = {
            dtype: tolerance(subject.function, arguments, seed=1, dtype=dtype, exact_kink=exact_kink)
            for dtype in LIMITS
        }
        found.append((arguments, right, t))
    return found


def narrow(value: Any) -> Any:
    """All arrays in single precision."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32)
    if isinstance(value, dict):
        return {key: narrow(item) for key, item in value.items()}
    return type(value)(map(narrow, value)) if isinstance(value, (tuple, list)) else value


def worst(name: str, function: Any, dtype: str) -> float:
    """The largest ratio of this answer over all cases of a subject."""
    ratios_found = []
    for arguments, right, t in calibrated(name):
        given = copy.deepcopy(arguments)
        with np.errstate(all="ignore"):
            got = function(*(narrow(given) if dtype == "float32" else given))
        ratios_found.append(ratio(got, right, t[dtype]))
    return max(ratios_found)


@pytest.mark.parametrize("dtype", LIMITS)
@pytest.mark.parametrize(("name", "style"), STYLES)
def test_a_right_answer_in_another_style_stays_below_a_tenth_of_the_limit(name: str, style: str, dtype: str) -> None:
    assert len(STYLES) >= 60
    assert worst(name, RIGHT[name][style], dtype) < LIMITS[dtype] / 10


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_reference_itself_in_single_precision_is_right(name: str) -> None:
    assert worst(name, SUBJECTS[name].function, "float32") < LIMITS["float32"] / 10
    assert set(RIGHT) == set(WRONG) == set(SUBJECTS)


@pytest.mark.parametrize(("name", "mistake"), sorted(set(MISTAKES) - set(NUMERIC)))
def test_a_mistake_exceeds_the_limit_a_hundredfold(name: str, mistake: str) -> None:
    assert len(MISTAKES) >= 100
    assert worst(name, WRONG[name][mistake], "float64") > 100 * LIMITS["float64"]


@pytest.mark.parametrize(("name", "mistake"), sorted(set(MISTAKES) - set(NUMERIC) - TOO_SMALL_FOR_SINGLE))
def test_a_mistake_shows_in_single_precision_too(name: str, mistake: str) -> None:
    assert worst(name, WRONG[name][mistake], "float32") > 100 * LIMITS["float32"]


@pytest.mark.parametrize(("name", "mistake"), NUMERIC)
def test_differences_instead_of_derivatives_lie_between_the_two_limits(name: str, mistake: str) -> None:
    assert NUMERIC
    wrong = WRONG[name][mistake]
    assert worst(name, wrong, "float64") > LIMITS["float64"]
    assert max(ratio(wrong(*args), right, t["float32"]) for args, right, t in calibrated(name)) < LIMITS["float32"]


def test_equal_seeds_give_equal_tolerances_and_no_argument_is_changed() -> None:
    x, rng = np.random.default_rng(0).normal(size=(7, 5)), np.random.default_rng(1)
    before, state = x.copy(), copy.deepcopy(rng.bit_generator.state)
    first, again, other = (tolerance(regularization.dropout_train, (x, 0.6, rng), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first[0], again[0])
    assert np.any(first[0] != other[0])
    np.testing.assert_array_equal(x, before)
    assert rng.bit_generator.state == state


def test_t_has_the_structure_of_the_result() -> None:
    def many(x: Any) -> Any:
        return {"a": [x * 1.1, (x.sum(), 3)], "name": "text", "none": None, "on": x > 0}

    t = tolerance(many, (np.array([1.0, -2.0]),), seed=1)
    assert t["a"][0].shape == (2,)
    assert t["a"][1][0] > 0
    assert t["a"][1][1] == 0  # a whole number is exact
    assert t["name"] is t["none"] is None
    assert t["on"].tolist() == [0, 0]


def test_a_program_runs_on_a_fresh_object_each_time() -> None:
    class Counter:
        def __init__(self, start: float) -> None:
            self.total = np.asarray(start) * 1.0

        def add(self, x: Any) -> Any:
            self.total = self.total + x
            return self.total

    program = Program(Counter, ("add", "add"))
    arguments = ((1.5,), (np.array([0.1, 0.2]),), (np.array([1.0, 2.0]),))
    _, second = program(*arguments)
    assert second.tolist() == [2.6, 3.7]
    t = tolerance(program, arguments, seed=1)
    assert np.all((t[0] > 0) & (t[0] < 1e-15) & (t[1] > 0) & (t[1] < 1e-15))


def test_whole_numbers_make_a_gate_exact() -> None:
    arguments = ((), (np.array([3, 4]), np.array([2, 5])), (np.array([1, 1]),))
    z, (dx, dy) = tolerance(Program(gates.MultiplyGate, ("forward", "backward")), arguments, seed=1)
    assert [*z, *dx, *dy] == [0] * 6
    assert ratio((np.array([6, 20]), [[2, 5], [3, 4.0]]), (np.array([6, 20]), [[2, 5], [3, 4]]), (z, [dx, dy])) == 0


def test_near_a_kink_single_precision_sees_both_sides_and_double_only_its_own() -> None:
    z, da = np.array([1 + 1e-9, 1 - 1e-9, 0.5]), np.ones(3)
    for seed in range(20):
        single = tolerance(activations.hardtanh_backward, (da, z), seed=seed, dtype="float32")
        assert single[0] >= 1
        assert single[2] < 1e-6
        assert np.all(tolerance(activations.hardtanh_backward, (da, z), seed=seed) < 1e-15)


def test_on_a_kink_nothing_is_moved_if_the_case_says_so() -> None:
    def margin(s: Any) -> Any:
        return (s[0] - s[1] + 1.0 > 0) * 1.0

    s = np.array([0.3, 1.3])
    assert tolerance(margin, (s,), seed=1) >= 1
    assert tolerance(margin, (s,), seed=1, exact_kink=True) < 1e-15


def test_a_result_whose_shape_depends_on_rounding_is_the_authors_to_mend() -> None:
    def roots(x: Any) -> Any:
        return [x] * (1 + int(x * 3.0 > 0.1 * 3.0))

    with pytest.raises(AssignmentError, match=r"roots: the shape of its result depends on rounding"):
        tolerance(roots, (0.1,), seed=1, dtype="float32")


def test_what_single_precision_cannot_hold_is_not_held_against_it() -> None:
    x = np.array([1.0, 200.0])
    t = tolerance(np.exp, (x,), seed=1, dtype="float32")
    assert t[1] == np.inf
    got = np.array([np.exp(np.float32(1)), np.inf])
    assert ratio(got, np.exp(x), t) < 2
    assert ratio(got, np.exp(x), tolerance(np.exp, (x,), seed=1)) == np.inf


@pytest.mark.parametrize(
    ("got", "right", "expected"),
    [
        (1.5, 1.0, 5.0),
        (1.0, 1.0, 0.0),
        (np.nan, 1.0, np.inf),
        (np.inf, 1.0, np.inf),
        (np.inf, np.inf, 0.0),
        (-np.inf, np.inf, np.inf),
        (np.nan, np.nan, 0.0),
        (1.0, np.nan, np.inf),
        (1.0, np.inf, np.inf),
        (1.7e308, -1.7e308, np.inf),
    ],
)
def test_the_ratio_of_one_number(got: float, right: float, expected: float) -> None:
    assert ratio(got, right, 0.1) == expected
    assert ratios([got, 1.0], [right, 1.0], [0.1, 0.1]).tolist() == [expected, 0.0]


def test_the_ratio_of_another_structure_is_infinite() -> None:
    right, t = (1.0, [2.0, {"a": 3.0}]), (0.1, [0.1, {"a": 0.1}])
    assert ratio((1.0, [2.0, {"a": 3.0}]), right, t) == 0
    for got in (1.0, (1.0,), (1.0, [2.0, {"b": 3.0}]), (1.0, [2.0, 3.0]), (1.0, [[2.0], {"a": 3.0}])):
        assert ratio(got, right, t) == np.inf
    assert ratio(2, 1, 0.0) == np.inf  # a whole number is right or wrong
    assert ratio(1, 1, 0.0) == 0
    assert ratio([], [], []) == 0


def test_the_precision_in_which_a_student_computed() -> None:
    third = np.float32(1) / np.float32(3)
    assert precision(np.ones(2) / 3) == "float64"
    assert precision((1 / 3, np.ones(2, np.float32))) == "float32"
    assert precision((float(third), np.arange(3))) == "float32"  # the Python float of a single
    assert precision((float(third), np.ones(2) / 3)) == "float64"
    assert precision([np.array([0.5, 1.0]), 3, "text", None]) == "float64"  # says nothing either way
    assert precision(np.ones(2, np.float16) / 3) == "float32"
    assert precision(np.ones(2, np.complex64)) == "float32"
    assert precision(np.array([np.nan, 1 / 3])) == "float64"
