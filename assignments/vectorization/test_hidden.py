"""Hidden checks: other shapes and numbers, large scores, margins near their kink, repeated words, integers."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import assert_matches, for_each, number, partial_credit, weight

each_form = pytest.mark.parametrize("form", ["loop", "matrix"])


def assert_right(student, ref, name, arguments, names):
    """One call, compared with the reference's."""
    assert_matches(getattr(student, name)(*arguments), getattr(ref, name)(*arguments), names)


@each_form
@number("4.1")
@weight(2)
def test_scores_of_any_size(student, ref, cases, form):
    """scores: any number of windows and classes."""
    for case in cases(X="N,D", W="C,D"):
        assert_right(student, ref, f"scores_{form}", case, "scores")


@each_form
@number("4.2")
@weight(2)
def test_cross_entropy_of_any_size(student, ref, cases, form):
    """cross_entropy: any number of examples and classes."""
    for case in cases(scores="N,C", y="N<C"):
        assert_right(student, ref, f"cross_entropy_{form}", case, "J dscores")


@each_form
@number("4.3")
@weight(2)
def test_cross_entropy_of_large_scores(student, ref, cases, form):
    """cross_entropy: finite and right for scores up to 1000."""
    for case in cases(scores="N,C", y="N<C", large="scores"):
        assert_right(student, ref, f"cross_entropy_{form}", case, "J dscores")


@each_form
@number("4.4")
@weight(2)
def test_hinge_of_any_size(student, ref, cases, form):
    """hinge: any number of examples and classes."""
    for case in cases(scores="N,C", y="N<C"):
        assert_right(student, ref, f"hinge_{form}", case, "J dscores")


@each_form
@number("4.5")
@weight(2)
def test_hinge_beside_the_kink(student, ref, cases, form):
    """hinge: margins a little above and below 0."""
    for case in cases(scores="N,C", y="N<C", ties="scores"):
        assert_right(student, ref, f"hinge_{form}", case, "J dscores")


@each_form
@number("4.6")
@weight(2)
def test_weight_gradient_of_any_size(student, ref, cases, form):
    """weight_gradient: any number of examples and neurons."""
    for case in cases(delta="N,M", X="N,D", gradients="delta"):
        assert_right(student, ref, f"weight_gradient_{form}", case, "dW")


@each_form
@number("4.7")
@weight(2)
def test_squared_distances_of_any_size(student, ref, cases, form):
    """squared_distances: any number of rows on either side."""
    for case in cases(A="M,D", B="N,D"):
        assert_right(student, ref, f"squared_distances_{form}", case, "D")


@each_form
@number("4.8")
@weight(2)
def test_embedding_gradient_of_any_size(student, ref, cases, form):
    """embedding_gradient: any number of readings and words."""
    for case in cases(dX="N,D", ids="N<V", V="=V"):
        assert_right(student, ref, f"embedding_gradient_{form}", case, "dE")


@each_form
@number("4.9")
@weight(1)
def test_one_word_again_and_again(student, ref, form):
    """embedding_gradient: one word only, many words never."""
    dX = np.random.default_rng(1).normal(size=(7, 3))
    for ids, V in (([4] * 7, 11), ([0] * 7, 2), ([10, 10, 10, 0, 0, 0, 0], 11)):
        assert_right(student, ref, f"embedding_gradient_{form}", (dX, np.array(ids), V), "dE")


@each_form
@number("4.10")
@partial_credit(3)
def test_integers(student, ref, form, set_score):
    """Arrays of integers: half a point for each function."""
    rng = np.random.default_rng(2)
    X, W, delta = (rng.integers(-5, 6, size=shape) for shape in ((7, 3), (5, 3), (7, 2)))
    scores, y = 2 * rng.integers(-5, 6, size=(7, 5)), rng.integers(5, size=7)  # even: no margin is 0
    problems = {
        "scores": ((X, W), "scores"),
        "cross_entropy": ((scores, y), "J dscores"),
        "hinge": ((scores, y), "J dscores"),
        "weight_gradient": ((delta, X), "dW"),
        "squared_distances": ((X, W), "D"),
        "embedding_gradient": ((X, y, 5), "dE"),
    }

    def attempt(name):
        arguments, names = problems[name.removesuffix(f"_{form}")]
        # The right answer is computed from the same numbers as fractions: a result that was rounded is right too.
        exact = [np.asarray(value, float) if value is not y and np.ndim(value) else value for value in arguments]
        assert_matches(getattr(student, name)(*arguments), getattr(ref, name)(*exact), names)

    for_each({f"{name}_{form}": 0.5 for name in problems}, attempt, set_score, named=True)
