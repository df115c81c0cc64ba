"""The battery: fixed, smallest first, different in every dimension, and each option brings what it promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.battery import Case, cases
from autograder.draws import LADDER
from autograder.errors import AssignmentError
from reference import activations, losses
from tests.tolerance.subjects import SUBJECTS

SCORES: dict[str, Any] = {"scores": "N,C", "y": "N<C", "large": "scores"}


def named(name: str, found: list[Case]) -> Case:
    (case,) = [case for case in found if case.name.startswith(name)]
    return case


def test_every_dimension_is_another_prime_and_the_smallest_case_comes_first() -> None:
    found = list(cases(X="N,D", W="H,D", b="H", dZ="N,H"))
    assert len(found) == 6
    for X, W, b, dZ in found:
        N, D, H = *X.shape, b.size
        assert W.shape == (H, D)
        assert dZ.shape == (N, H)
        assert len({N, D, H}) == 3
        assert {N, D, H} <= {1, 2, 3, 5, 7, 11}
    assert [len(X) for X, *_ in found][:2] == [2, 1]
    assert found[0][0].size == 6
    assert found[0].name == "scale 1 (N = 2, D = 3, H = 5)"


def test_the_inputs_are_the_same_every_time_and_different_from_each_other() -> None:
    for one, two in zip(cases(x="N", y="N", p=""), cases(x="N", y="N", p=""), strict=True):
        for a, b in zip(one, two, strict=True):
            np.testing.assert_array_equal(a, b)
        assert np.all(one[0] != one[1])
        assert one[2].shape == ()
    scales = sorted(np.abs(X).mean() for (X,) in cases(X="N,D"))
    assert scales[0] < 0.02
    assert scales[-1] > 15


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_battery_is_short_and_its_names_tell_the_cases_apart(name: str) -> None:
    found = list(cases(**SUBJECTS[name].declared))
    assert 6 <= len(found) <= 15
    assert all(isinstance(case.name, str) and not case.exact_kink for case in found)
    assert len({case.name for case in found}) == len(found)


def test_the_ladder_stands_on_both_sides_of_every_kink() -> None:
    case = named("around the kinks", list(cases(da="N,D", z="N,D", kinks={"z": (-1.0, 1.0)})))
    for kink in (-1.0, 1.0):
        assert set(kink + LADDER) <= set(case[1].ravel())
        assert kink not in case[1]


def test_an_array_too_small_for_the_ladder_gets_it_in_several_cases() -> None:
    found = [case for case in cases(X="N,D", b="2", kinks={"b": (0.0,)}) if case.name.startswith("around")]
    assert len(found) == 10
    assert {float(point) for case in found for point in case[1]} == set(LADDER)


def test_almost_equal_entries_tie_at_every_step_and_never_quite() -> None:
    x, y = named("entries almost equal", list(cases(x="N,D", y="N,D", ties="x y")))
    near = np.abs(x - y)[np.abs(x - y) < 0.1]
    assert near.min() < 1e-11
    assert np.all(near > 1e-14)
    assert len({round(np.log10(gap)) for gap in near}) >= 4
    scores, y = named("entries almost equal", list(cases(**SCORES, ties="scores")))
    margins = np.abs(scores - scores[np.arange(len(y)), y][:, None] + 1)
    assert np.sum(margins < 1e-6) > 2
    assert np.all(margins > 1e-14)


def test_on_the_kinks_all_numbers_are_quarters_and_the_case_says_so() -> None:
    case = named("on the kinks", list(cases(da="N,D", z="N,D", kinks={"z": (-1.0, 1.0)}, at_kinks=True)))
    assert case.exact_kink
    assert {-1.0, 1.0} <= set(case[1].ravel())
    for array in case:
        np.testing.assert_array_equal(4 * array, np.rint(4 * array))
    case = named("on the kinks", list(cases(**SCORES, ties="scores", at_kinks=True)))
    margins = case[0] - case[0][np.arange(len(case[1])), case[1]][:, None] + 1
    assert np.any(margins == 0)


def test_large_entries_overflow_what_can_overflow() -> None:
    found = list(cases(**SCORES))
    scores, _ = named("large entries", found)
    for size in (700, -700, 1000, -1000):
        assert np.any(np.abs(scores - size) < 1)
    scores, y = named("rows far apart", found)
    assert np.ptp(scores.max(axis=1)) > 1900
    below = scores.max(axis=1) - scores[np.arange(len(y)), y]
    assert np.sum(np.abs(below - 900) < 1) >= 3
    assert np.sum(below < 10) >= 3
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max())
        assert not np.all(np.isfinite(e / e.sum(axis=1, keepdims=True)))  # one maximum for all rows fails
    assert np.all(np.isfinite(losses.cross_entropy(scores, y)[0]))
    for (z,) in cases(z="N", large="z"):
        assert np.all(np.isfinite(activations.sigmoid(z)))


def test_gradients_are_zero_once_and_tiny_with_every_epsilon() -> None:
    found = list(cases(x="N,D", dx="N,D", lr=(0.1, 1.0), eps=(1e-8, 0.1), gradients="dx"))
    assert not np.any(named("zero gradients", found)[1])
    tiny = [case for case in found if case.name.startswith("tiny")]
    assert {case[3] for case in tiny} == {1e-8, 0.1}
    assert "eps = 0.1" in " ".join(case.name for case in tiny)
    for case in tiny:
        assert np.all((np.abs(case[1]) >= 1e-10) & (np.abs(case[1]) <= 1e-6))


def test_whole_numbers_keep_off_kinks_and_ties() -> None:
    (z,) = named("whole numbers", list(cases(z="N,D", integers="z", kinks={"z": (-1.0, 1.0)})))
    assert z.dtype.kind == "i"
    assert not np.any((z == 0) | (abs(z) == 1))
    x, y = named("whole numbers", list(cases(x="N,D", y="N,D", integers="x y", ties="x y")))
    gaps = np.abs(np.subtract.outer(np.r_[x.ravel(), y.ravel()], np.r_[x.ravel(), y.ravel()]))
    assert np.min(gaps + 99 * np.eye(len(gaps), dtype=int)) >= 3


def test_indices_stay_in_range_and_repeat() -> None:
    found = list(cases(dX="N,D", ids="N,5<V", V="=V"))
    for dX, ids, V in found:
        assert type(V) is int
        assert ids.shape == (len(dX), 5)
        assert 0 <= ids.min() <= ids.max() < V
    repeated = named("repeated indices", found)[1]
    assert set(repeated.ravel()) == {0, 1}
    assert all(set(y) <= {0, 1} for _, y in cases(p="N", y="N<2"))


def test_positive_numbers_and_probabilities_are_that() -> None:
    for x, p in cases(x="N,D", p="N", positive="x", probability="p", large="x", gradients="x", integers="x"):
        assert np.all(x >= 0)
        assert np.all((p > 0) & (p < 1))


def test_listed_values_meet_in_every_combination() -> None:
    found = {case[1:] for case in cases(x="N", lam=(0.1, 5.0), keep=(True, False))}
    assert found == {(lam, keep) for lam in (0.1, 5.0) for keep in (True, False)}


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"X": "N,D-1"}, "'D-1' in the shape of X"),
        ({"y": "N<"}, "'' in the shape of y"),
        ({"X": 3}, "X is declared by a shape"),
        ({"X": ()}, "X is declared by a shape"),
        ({"X": "A,B,C", "Y": "D,E,F"}, "at most 5 shape symbols"),
        ({"X": "N", "large": "z"}, "large names z, which is no argument here"),
        ({"X": "N", "kinks": {"z": (0,)}}, "kinks names z"),
        ({"y": "N<C", "large": "y"}, "large names y, which is no array of drawn numbers"),
        ({"X": "N", "lam": (1, 2), "positive": "lam"}, "positive names lam, which is no array"),
        ({"X": "N", "at_kinks": True}, "at_kinks needs to be told where"),
    ],
)
def test_a_wrong_declaration_is_named(declared: dict[str, Any], message: str) -> None:
    with pytest.raises(AssignmentError) as error:
        cases(**declared)
    assert message in str(error.value)
