"""Hidden checks: other shapes and numbers, overflow, repeated labels, near the kinks, weak and strong penalties."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.losses.masks import (
    assert_drawn_alone,
    assert_kept_with_probability,
    assert_masked,
    assert_not_counted,
    kept_units,
)
from autograder import assert_matches, assert_parts, number, own_forward, partial_credit, weight

BATCH = {"scores": "N,C", "y": "N<C"}
UNITS = np.linspace(1.0, 2.0, 40 * 26).reshape(40, 26)


def generators(*seeds):
    return map(np.random.default_rng, seeds)


@number("5.1")
@weight(2)
def test_softmax_of_any_size(student, ref, cases):
    """softmax: batches of any size, integers too."""
    for (scores,) in cases(scores="N,C", integers="scores"):
        assert_matches(student.softmax(scores), ref.softmax(scores), "p")


@own_forward(1)
@number("5.2")
@weight(2)
def test_softmax_backward_of_any_size(student, ref, cases):
    """softmax_backward: batches of any size."""
    for dp, scores in cases(dp="N,C", scores="N,C", gradients="dp"):
        assert_matches(student.softmax_backward(dp, scores), ref.softmax_backward(dp, scores), "dscores")


@own_forward(0.75)
@number("5.3")
@partial_credit(3)
def test_cross_entropy_of_any_size(student, ref, cases, set_score):
    """cross_entropy: batches of any size, repeated labels."""
    answers = ((student.cross_entropy(*case), ref.cross_entropy(*case)) for case in cases(**BATCH, integers="scores"))
    assert_parts(answers, "loss dscores", (1.5, 1.5), set_score)


@number("5.4")
@weight(1)
@pytest.mark.parametrize("name", ["softmax", "softmax_backward"])
def test_large_scores_through_softmax(student, ref, cases, name):
    """Scores of 1000 and -1000, rows far apart."""
    for dp, scores in cases(dp="N,C", scores="N,C", large="scores"):
        call = (dp, scores) if name == "softmax_backward" else (scores,)
        assert_matches(getattr(student, name)(*call), getattr(ref, name)(*call), "result")


@number("5.5")
@partial_credit(3)
def test_large_scores_through_cross_entropy(student, ref, cases, set_score):
    """cross_entropy: scores of 1000, rows far apart."""
    answers = ((student.cross_entropy(*case), ref.cross_entropy(*case)) for case in cases(**BATCH, large="scores"))
    assert_parts(answers, "loss dscores", (1.5, 1.5), set_score)


@number("5.6")
@weight(2)
def test_every_class_by_itself(student, ref, cases):
    """cross_entropy_gradient_by_class: every class in turn."""
    for f, far in cases(f="C", far="C", large="far"):
        for scores in (f, far):
            for y in range(scores.size):
                got = student.cross_entropy_gradient_by_class(scores, y)
                assert_matches(got, ref.cross_entropy_gradient_by_class(scores, y), "df")


@own_forward(0.75)
@number("5.7")
@partial_credit(3)
def test_hinge_of_any_size(student, ref, cases, set_score):
    """multiclass_hinge: any size, margins close to 0."""
    calls = cases(**BATCH, ties="scores", integers="scores")
    answers = ((student.multiclass_hinge(*case), ref.multiclass_hinge(*case)) for case in calls)
    assert_parts(answers, "loss dscores", (1.5, 1.5), set_score)


@number("5.8")
@weight(1)
@pytest.mark.parametrize("name", ["cross_entropy", "multiclass_hinge"])
def test_every_label_often(student, ref, name):
    """Every class, and each of them twice."""
    rng = np.random.default_rng(58)
    scores, y = rng.standard_normal((10, 5)), rng.permutation(np.repeat(np.arange(5), 2))
    assert_matches(getattr(student, name)(scores, y), getattr(ref, name)(scores, y), "loss dscores")


@own_forward(0.5)
@number("5.9")
@partial_credit(3)
def test_max_margin_of_any_size(student, ref, cases, set_score):
    """max_margin: any number of pairs, margins close to 0."""
    answers = ((student.max_margin(*case), ref.max_margin(*case)) for case in cases(s="N", s_c="N", ties="s s_c"))
    assert_parts(answers, "J ds ds_c", (1, 1, 1), set_score)


@own_forward(0.75)
@number("6.1")
@partial_credit(3)
def test_l2_of_any_strength(student, ref, cases, set_score):
    """l2_penalty: any shape, weak and strong, integers too."""
    calls = cases(theta="N,D", lam=(0.1, 5.0), integers="theta")
    answers = ((student.l2_penalty(*case), ref.l2_penalty(*case)) for case in calls)
    assert_parts(answers, "penalty dtheta", (1.5, 1.5), set_score)


@own_forward(0.5)
@number("6.2")
@partial_credit(2)
def test_l1_of_any_strength(student, ref, cases, set_score):
    """l1_penalty: weak and strong, on both sides of 0."""
    calls = cases(theta="N,D", lam=(0.1, 5.0), kinks={"theta": (0.0,)})
    answers = ((student.l1_penalty(*case), ref.l1_penalty(*case)) for case in calls)
    assert_parts(answers, "penalty dtheta", (1, 1), set_score)


@number("6.3")
@partial_credit(4)
def test_objective_of_deep_networks(student, ref, cases, set_score):
    """regularized_objective: two layers, weak and strong."""

    def answers():
        shapes = {"dW": "H,D", "db": "H", "dU": "C,H", "dc": "C", "W": "H,D", "b": "H", "U": "C,H", "c": "C"}
        for J, *arrays, lam in cases(J="", **shapes, lam=(0.1, 5.0)):
            call = float(J), arrays[:4], arrays[4:], lam
            yield student.regularized_objective(*call), ref.regularized_objective(*call)

    assert_parts(answers(), "objective gradients", (2, 2), set_score)


@number("7.1")
@weight(1)
@pytest.mark.parametrize("inverted", [True, False], ids=["inverted", "classic"])
def test_masks_of_any_size(student, cases, inverted):
    """dropout_train: any size, any p; output = h * mask."""
    calls = [(h, p) for h, p in cases(h="N,D", p=(0.3, 0.7, 1.0), integers="h")]
    random = generators(*range(100, 100 + len(calls)))
    got = student.dropout_train.batch((h, p, rng, inverted) for (h, p), rng in zip(calls, random, strict=True))
    for (h, p), result in zip(calls, got, strict=True):
        assert_masked(result, h, p, inverted)


@number("7.2")
@weight(2)
def test_as_many_units_are_kept_as_any_p_says(student):
    """dropout_train: as many units are kept as p says."""
    for p in (0.1, 0.35, 0.9):
        for got in student.dropout_train.batch((UNITS, p, rng) for rng in generators(71, 72)):
            assert_kept_with_probability(kept_units(got, UNITS), p)


@number("7.3")
@weight(2)
def test_every_unit_is_drawn_alone(student):
    """dropout_train: each unit has a draw of its own."""
    masks = [kept_units(got, UNITS) for got in student.dropout_train.batch((UNITS, 0.5, g) for g in generators(73, 74))]
    for mask in masks:
        assert_kept_with_probability(mask, 0.5)
        assert_drawn_alone(mask[::2], mask[1::2], "The examples of a batch")
        assert_drawn_alone(mask[:20], mask[20:], "The examples of a batch")
        assert_drawn_alone(mask[:, ::2], mask[:, 1::2], "The units of an example")
        assert_drawn_alone(mask[:, :13], mask[:, 13:], "The units of an example")
    assert_drawn_alone(*masks, "The masks of two calls")
    few = UNITS[:7, :11]
    many = student.dropout_train.batch((few, 0.5, rng) for rng in generators(*range(200, 240)))
    assert_not_counted([kept_units(got, few) for got in many])


@number("7.4")
@weight(2)
def test_dropout_in_testing_of_any_size(student, ref, cases):
    """dropout_test: any size, any p, integers too."""
    for case in cases(h="N,D", p=(0.25, 0.8), inverted=(True, False), integers="h"):
        assert_matches(student.dropout_test(*case), ref.dropout_test(*case), "out")


@number("7.5")
@weight(2)
def test_dropout_backward_of_any_mask(student, ref, cases):
    """dropout_backward: masks of both kinds, any p."""
    for dout, h, p, inverted in cases(
        dout="N,D", h="N,D", p=(0.25, 0.8), inverted=(True, False), gradients="dout", integers="dout"
    ):
        mask = (h > 0) / p if inverted else (h > 0) * 1.0
        assert_matches(student.dropout_backward(dout, mask), ref.dropout_backward(dout, mask), "dh")
