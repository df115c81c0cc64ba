"""Public checks: every function at a few numbers that a student may see."""

from __future__ import annotations

import numpy as np

from assignments.losses.masks import assert_kept_with_probability, assert_masked, kept_units
from autograder import assert_matches, assert_parts, between, number, own_forward, partial_credit, weight
from autograder.errors import WrongAnswer

SCORES = np.array([[2.0, -1.0, 0.5], [0.25, 1.5, -0.75]])
LABELS = np.array([2, 1])
THETA = np.array([[1.0, -2.0, 0.5], [-0.25, 3.0, -1.5]])
H = np.array([[1.0, -2.0, 0.5, 3.0], [-0.25, 4.0, 1.5, -1.0]])
UNITS = np.linspace(1.0, 2.0, 40 * 26).reshape(40, 26)


@number("1.1")
@weight(3)
def test_softmax(student, ref):
    """softmax: every row is a distribution."""
    assert_matches(student.softmax(SCORES), ref.softmax(SCORES), "p")


@own_forward(2)
@number("1.2")
@weight(4)
def test_softmax_backward(student, ref):
    """softmax_backward: each p_k depends on each score."""
    dp = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])
    assert_matches(student.softmax_backward(dp, SCORES), ref.softmax_backward(dp, SCORES), "dscores")


@own_forward(1.5)
@number("1.3")
@partial_credit(6)
def test_cross_entropy(student, ref, set_score):
    """cross_entropy: the loss (3 points), its gradient (3)."""
    answer = student.cross_entropy(SCORES, LABELS), ref.cross_entropy(SCORES, LABELS)
    assert_parts([answer], "loss dscores", (3, 3), set_score)


@number("1.4")
@weight(3)
def test_cross_entropy_gradient_by_class(student, ref):
    """cross_entropy_gradient_by_class: c = y, and the others."""
    f = np.array([1.0, -0.5, 2.0, 0.25])
    got, right = student.cross_entropy_gradient_by_class(f, 3), ref.cross_entropy_gradient_by_class(f, 3)
    assert_matches(got, right, "df")


@number("1.5")
@weight(2)
def test_large_scores(student, ref):
    """softmax and cross_entropy: scores of 1000 and -1000."""
    scores = np.array([[1000.0, 999.0, 998.5], [-1000.0, -999.0, -1001.0]])
    assert_matches(student.softmax(scores), ref.softmax(scores), "p")
    assert_matches(student.cross_entropy(scores, LABELS), ref.cross_entropy(scores, LABELS), "loss dscores")


@own_forward(1.5)
@number("2.1")
@partial_credit(6)
def test_multiclass_hinge(student, ref, set_score):
    """multiclass_hinge: the loss (3 points), its gradient (3)."""
    answer = student.multiclass_hinge(SCORES, LABELS), ref.multiclass_hinge(SCORES, LABELS)
    assert_parts([answer], "loss dscores", (3, 3), set_score)


@own_forward(1)
@number("2.2")
@partial_credit(4)
def test_max_margin(student, ref, set_score):
    """max_margin: J (2 points), ds and ds_c (1 each)."""
    s, s_c = np.array([2.0, 0.5, -1.0]), np.array([0.25, 1.5, -1.25])
    answer = student.max_margin(s, s_c), ref.max_margin(s, s_c)
    assert_parts([answer], "J ds ds_c", (2, 1, 1), set_score)


@number("2.3")
@weight(1)
def test_hinge_at_its_kink(student):
    """multiclass_hinge: a margin of 0, where any slope is right."""
    got = student.multiclass_hinge(np.array([[2.0, 1.0, -3.0]]), np.array([0]))
    slope = between(got, (1, 0, 1), 0.0, 1.0)
    assert_matches(got, (0.0, np.array([[-slope, slope, 0.0]])), "loss dscores")


@number("2.4")
@weight(1)
def test_max_margin_at_its_kink(student):
    """max_margin: a margin of 0, where any slope is right."""
    got = student.max_margin(np.array([2.0, 0.0]), np.array([1.0, 3.0]))
    slopes = np.array([between(got, (1, 0), -0.5, 0.0), -0.5]), np.array([between(got, (2, 0), 0.0, 0.5), 0.5])
    assert_matches(got, (2.0, *slopes), "J ds ds_c")


@own_forward(0.75)
@number("3.1")
@partial_credit(3)
def test_l2_penalty(student, ref, set_score):
    """l2_penalty: the penalty and its gradient (1.5 points each)."""
    answer = student.l2_penalty(THETA, 0.5), ref.l2_penalty(THETA, 0.5)
    assert_parts([answer], "penalty dtheta", (1.5, 1.5), set_score)


@own_forward(0.75)
@number("3.2")
@partial_credit(3)
def test_l1_penalty(student, ref, set_score):
    """l1_penalty: the penalty and its gradient (1.5 points each)."""
    answer = student.l1_penalty(THETA, 0.25), ref.l1_penalty(THETA, 0.25)
    assert_parts([answer], "penalty dtheta", (1.5, 1.5), set_score)


@number("3.3")
@weight(1)
def test_l1_at_its_kink(student):
    """l1_penalty: a parameter of 0, where any slope is right."""
    got = student.l1_penalty(np.array([[0.0, 2.0], [-1.0, 4.0]]), 0.5)
    slope = between(got, (1, 0, 0), -0.5, 0.5)
    assert_matches(got, (3.5, np.array([[slope, 0.5], [-0.5, 0.5]])), "penalty dtheta")


@number("3.4")
@partial_credit(5)
def test_regularized_objective(student, ref, set_score):
    """regularized_objective: the objective (2), gradients (3)."""
    gradients, parameters = [H[:, :3], np.array([0.5, -2.0])], [THETA, np.array([10.0, -20.0])]
    call = (2.5, gradients, parameters, 0.25)
    answer = student.regularized_objective(*call), ref.regularized_objective(*call)
    assert_parts([answer], "objective gradients", (2, 3), set_score)


@number("4.1")
@weight(3)
def test_inverted_dropout(student):
    """dropout_train, inverted: a mask of 0 and 1/p, h * mask."""
    for got in student.dropout_train.batch((H, 0.25, np.random.default_rng(seed)) for seed in (1, 2, 3)):
        assert_masked(got, H, 0.25, inverted=True)


@number("4.2")
@weight(2)
def test_classic_dropout(student):
    """dropout_train, classic: a mask of 0 and 1, h * mask."""
    for got in student.dropout_train.batch((H, 0.25, np.random.default_rng(seed), False) for seed in (1, 2, 3)):
        assert_masked(got, H, 0.25, inverted=False)


@number("4.3")
@weight(3)
def test_as_many_units_are_kept_as_p_says(student):
    """dropout_train: p is the probability of keeping a unit."""
    for p in (0.25, 0.8):
        for got in student.dropout_train.batch((UNITS, p, np.random.default_rng(seed)) for seed in (4, 5)):
            assert_kept_with_probability(kept_units(got, UNITS), p)


@number("4.4")
@weight(3)
def test_the_generator_decides(student):
    """dropout_train: the same seed, the same mask; else another."""
    seeds = (6, 6, 7)
    first, again, other = (
        kept_units(got, UNITS)
        for got in student.dropout_train.batch((UNITS, 0.5, np.random.default_rng(seed)) for seed in seeds)
    )
    if (first != again).any():
        raise_about_rng("Two generators with the same seed should give the same mask")
    if (first == other).all():
        raise_about_rng("Two generators with different seeds should give different masks")


@number("4.5")
@weight(3)
def test_dropout_in_testing(student, ref):
    """dropout_test: inverted and classic."""
    assert_matches(student.dropout_test(H, 0.25), ref.dropout_test(H, 0.25), "out")
    assert_matches(student.dropout_test(H, 0.25, False), ref.dropout_test(H, 0.25, False), "out")


@number("4.6")
@weight(3)
def test_dropout_backward(student, ref):
    """dropout_backward: through the units that were kept."""
    dout = np.array([[0.5, 1.5, -2.0, 1.0], [4.0, -0.25, 3.0, -1.5]])
    mask = np.array([[4.0, 0.0, 0.0, 4.0], [0.0, 0.0, 4.0, 0.0]])
    assert_matches(student.dropout_backward(dout, mask), ref.dropout_backward(dout, mask), "dh")


def raise_about_rng(problem: str) -> None:
    problem += ": draw every number from the generator rng that is handed in, and from nothing else."
    raise WrongAnswer(problem, problem)
