"""Public checks: each function in both forms at a few numbers that a student may see, then the matrix forms' speed."""

from __future__ import annotations

import numpy as np
import pytest

from assignments.vectorization.clock import MOST, assert_fast
from autograder import after, assert_matches, leaderboard, number, own_forward, weight

each_form = pytest.mark.parametrize("form", ["loop", "matrix"])

SCORES = np.array([[1.0, 2.5, -0.5], [3.0, -1.25, 2.5], [0.25, 0.5, -2.0], [-1.0, 4.0, 1.5]])
Y = np.array([1, 2, 1, 0])

ROWS = 10  # of a small array, of which a large one is made


@each_form
@number("1.1")
@weight(2)
def test_scores(student, ref, form):
    """scores: W x for each row x of X."""
    X, W = (
        np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]]),
        np.array([[2.0, 1.0], [-1.0, 0.5], [0.75, -4.0], [3.0, 1.5]]),
    )
    assert_matches(getattr(student, f"scores_{form}")(X, W), getattr(ref, f"scores_{form}")(X, W), "scores")


@each_form
@own_forward(0.5)
@number("1.2")
@weight(2)
def test_cross_entropy(student, ref, form):
    """cross_entropy: the mean loss and its gradient."""
    name = f"cross_entropy_{form}"
    assert_matches(getattr(student, name)(SCORES, Y), getattr(ref, name)(SCORES, Y), "J dscores")


@each_form
@own_forward(0.5)
@number("1.3")
@weight(2)
def test_hinge(student, ref, form):
    """hinge: the mean loss and its gradient."""
    name = f"hinge_{form}"
    assert_matches(getattr(student, name)(SCORES, Y), getattr(ref, name)(SCORES, Y), "J dscores")


@each_form
@number("2.1")
@weight(2)
def test_weight_gradient(student, ref, form):
    """weight_gradient: one dW for the whole batch."""
    delta, X = (
        np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]]),
        np.array([[2.0, 1.0, 0.5], [-1.0, 4.0, 3.0], [1.5, -0.5, 2.0]]),
    )
    name = f"weight_gradient_{form}"
    assert_matches(getattr(student, name)(delta, X), getattr(ref, name)(delta, X), "dW")


@each_form
@number("2.2")
@weight(2)
def test_squared_distances(student, ref, form):
    """squared_distances: every row of A to every row of B."""
    A, B = np.array([[0.0, 1.0], [2.0, -1.0]]), np.array([[0.0, 1.0], [3.0, 5.0], [-0.5, 0.25]])
    name = f"squared_distances_{form}"
    assert_matches(getattr(student, name)(A, B), getattr(ref, name)(A, B), "D")


@each_form
@number("2.3")
@weight(2)
def test_embedding_gradient(student, ref, form):
    """embedding_gradient: words that are read once, thrice, never."""
    dX, ids = np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25], [2.0, 4.0]]), np.array([3, 0, 3, 3])
    name = f"embedding_gradient_{form}"
    assert_matches(getattr(student, name)(dX, ids, 5), getattr(ref, name)(dX, ids, 5), "dE")


@after("test_scores[matrix]")
@leaderboard("scores: times as fast as a loop")
@number("3.1")
@weight(6)
def test_speed_of_scores(student, ref, set_leaderboard_value):
    """scores_matrix is at least 2.5 times as fast as a loop."""
    copies = 1500

    def turn(rng):
        X, W = narrow(rng.normal(size=(ROWS, 4))), narrow(rng.normal(size=(3, 4)))
        return (many(X, copies), W), many(ref.scores_matrix(X, W), copies)

    # For an example a loop takes at least one product.
    assert_fast(student.scores_matrix, turns(turn), copies * ROWS, set_leaderboard_value)


@after("test_cross_entropy[matrix]")
@leaderboard("cross_entropy: times as fast as a loop")
@number("3.2")
@weight(6)
def test_speed_of_cross_entropy(student, ref, set_leaderboard_value):
    """cross_entropy_matrix is at least 2.5 times as fast as a loop."""
    copies = 800

    def turn(rng):
        scores, y = narrow(rng.normal(size=(ROWS, 4))), labels(rng, 4)
        J, dscores = ref.cross_entropy_matrix(scores, y)
        return (many(scores, copies), many(y, copies)), (J, many(dscores, copies) / copies)

    # For an example a loop takes an exponential, a sum and a quotient.
    assert_fast(student.cross_entropy_matrix, turns(turn), 3 * copies * ROWS, set_leaderboard_value)


@after("test_hinge[matrix]")
@leaderboard("hinge: times as fast as a loop")
@number("3.3")
@weight(6)
def test_speed_of_hinge(student, ref, set_leaderboard_value):
    """hinge_matrix is at least 2.5 times as fast as a loop."""
    copies = 800

    def turn(rng):
        scores, y = narrow(rng.normal(size=(ROWS, 5))), labels(rng, 5)
        J, dscores = ref.hinge_matrix(scores, y)
        return (many(scores, copies), many(y, copies)), (J, many(dscores, copies) / copies)

    # For an example a loop takes its margins and their sum.
    assert_fast(student.hinge_matrix, turns(turn), 2 * copies * ROWS, set_leaderboard_value)


@after("test_weight_gradient[matrix]")
@leaderboard("weight_gradient: times as fast as a loop")
@number("3.4")
@weight(6)
def test_speed_of_weight_gradient(student, ref, set_leaderboard_value):
    """weight_gradient_matrix is at least 2.5 times as fast as a loop."""
    copies = 1000

    def turn(rng):
        delta, X = narrow(rng.normal(size=(ROWS, 7))), narrow(rng.normal(size=(ROWS, 8)))
        return (many(delta, copies), many(X, copies)), copies * np.asarray(ref.weight_gradient_matrix(delta, X))

    # For an example a loop takes an outer product and a sum.
    assert_fast(student.weight_gradient_matrix, turns(turn), 2 * copies * ROWS, set_leaderboard_value)


@after("test_squared_distances[matrix]")
@leaderboard("squared_distances: times as fast as a loop")
@number("3.5")
@weight(6)
def test_speed_of_squared_distances(student, ref, set_leaderboard_value):
    """squared_distances_matrix is at least 2.5 times as fast as a loop."""
    copies = 12

    def turn(rng):
        A, B = rng.normal(size=(ROWS, 8)), rng.normal(size=(ROWS, 8))
        D = np.tile(ref.squared_distances_matrix(A, B), (copies, copies))
        return (many(A, copies), many(B, copies)), D

    # For a pair a loop takes at least one difference.
    assert_fast(student.squared_distances_matrix, turns(turn), (copies * ROWS) ** 2, set_leaderboard_value)


@after("test_embedding_gradient[matrix]")
@leaderboard("embedding_gradient: times as fast as a loop")
@number("3.6")
@weight(6)
def test_speed_of_embedding_gradient(student, ref, set_leaderboard_value):
    """embedding_gradient_matrix is at least 2.5 times as fast as a loop."""
    copies = 1500

    def turn(rng):
        dX, ids = rng.normal(size=(ROWS, 3)), labels(rng, 4)
        return (many(dX, copies), many(ids, copies), 4), copies * np.asarray(ref.embedding_gradient_matrix(dX, ids, 4))

    # For an example a loop takes at least one sum.
    assert_fast(student.embedding_gradient_matrix, turns(turn), copies * ROWS, set_leaderboard_value)


def turns(turn):
    """Different problems of one kind, the same for everybody."""
    return [turn(np.random.default_rng(seed)) for seed in range(MOST)]


def many(x, copies):
    """The rows of a small array over and over: the right answer to a large input is known from the small one."""
    x = np.asarray(x)
    return np.tile(x, (copies, 1) if x.ndim == 2 else copies)


def narrow(x):
    """In single precision, so that less has to travel."""
    return x.astype(np.float32)


def labels(rng, count):
    """Whole numbers below count, as narrow."""
    return rng.integers(count, size=ROWS).astype(np.int32)
