"""Public checks: windows and their gradients, the two losses, training, and the pitfall of retraining words."""

from __future__ import annotations

import numpy as np

from assignments.word_window.model import CORRUPT, IDS, Y, check_drawn, numbers, small_model, told, two_values
from autograder import Parts, assert_matches, number, own_forward, partial_credit, weight

WORDS = ("TV", "telly", "superb", "moving", "television")  # the last one is in no training set
VECTORS = np.array([[0.8, 0.3], [0.9, 0.15], [0.7, 1.1], [1.0, 1.3], [0.85, 0.2]])
SENTIMENTS = np.array([0, 0, 1, 1])


@number("1.1")
@weight(3)
def test_window_ids(student, ref):
    """window_ids: the middle of a sentence, and its ends."""
    for position in (2, 0, 5, 1, 4):
        sentence = [7, 4, 9, 4, 3, 8]
        assert_matches(student.window_ids(sentence, position), ref.window_ids(sentence, position), "ids")


@number("1.2")
@weight(3)
def test_window_vectors(student, ref):
    """window_vectors: five vectors, joined in their order."""
    E = small_model()["E"]
    for ids in (IDS[:1], IDS):
        assert_matches(student.window_vectors(E, ids), ref.window_vectors(E, ids), "X")


@number("1.3")
@weight(5)
def test_window_gradient(student, ref):
    """window_gradient: cut into five; a word twice gets the sum."""
    dx = np.arange(1.0, 21.0).reshape(2, 10)
    for ids in (np.array([[2, 6, 3, 0, 4], [1, 5, 7, 8, 9]]), IDS):
        assert_matches(student.window_gradient(dx, ids, 10), ref.window_gradient(dx, ids, 10), "dE")


@number("1.4")
@weight(4)
def test_window_gradient_rows(student, ref):
    """window_gradient_rows: the same, only the rows read."""
    dx = np.arange(1.0, 21.0).reshape(2, 10)
    for at in (slice(0, 1), slice(0, 2)):
        got, right = student.window_gradient_rows(dx[at], IDS[at]), ref.window_gradient_rows(dx[at], IDS[at])
        assert_matches(got, right, "rows d_rows")


@number("2.1")
@weight(4)
def test_window_scores(student, ref):
    """window_scores: u^T tanh(W x + b) of every window."""
    assert_matches(student.window_scores(small_model(), IDS), ref.window_scores(small_model(), IDS), "s")


@own_forward(4)
@number("2.2")
@partial_credit(8)
def test_window_scores_backward(student, ref, set_score):
    """window_scores_backward: E (3), W (2), b (1) and u (2)."""
    with Parts({"E": 3, "W": 2, "b": 1, "u": 2}, set_score) as parts:
        ds, model = np.array([0.5, -2.0]), small_model()
        parts.compare_all(student.window_scores_backward(ds, model, IDS), ref.window_scores_backward(ds, model, IDS))


@own_forward(1.5)
@number("2.3")
@partial_credit(5)
def test_location_loss(student, ref, set_score):
    """location_loss: the cross-entropy (2), its gradients (3)."""
    check_loss(student, ref, set_score, "location_loss", Y)


@own_forward(1.5)
@number("2.4")
@partial_credit(5)
def test_max_margin_loss(student, ref, set_score):
    """max_margin_loss: the loss (2) and its gradients (3)."""
    check_loss(student, ref, set_score, "max_margin_loss", CORRUPT)


@number("2.5")
@weight(3)
def test_corrupt_windows(student):
    """corrupt_windows: windows whose middle is no location."""
    ids, y = np.arange(50).reshape(10, 5), np.array([1, 0, 0, 1, 0, 1, 1, 0, 1, 0])
    check_drawn(student.corrupt_windows(ids, y, 12, np.random.default_rng(3)), ids[y == 0], 12)


@number("3.1")
@weight(5)
def test_train_windows(student, ref):
    """train_windows: two epochs of gradient descent."""
    ids, y = np.concatenate([IDS, CORRUPT, IDS[:1]]), np.array([1, 0, 0, 1, 1])
    arguments = (small_model(), ids, y, 0.5, 2, 2)
    assert_matches(student.train_windows(*arguments), ref.train_windows(*arguments))


@number("3.2")
@weight(2)
def test_train_windows_by_max_margin(student, ref):
    """train_windows with loss="max_margin"."""
    arguments = (small_model(), IDS, CORRUPT, 0.5, 2, 1)
    assert_matches(
        student.train_windows(*arguments, loss="max_margin"), ref.train_windows(*arguments, loss="max_margin")
    )


@number("3.3")
@weight(2)
def test_frozen_words(student, ref):
    """train_windows with fine_tune=False: E stays as it was."""
    arguments = (small_model(), IDS, Y, 0.5, 2, 1)
    assert_matches(student.train_windows(*arguments, fine_tune=False), ref.train_windows(*arguments, fine_tune=False))


@number("4.1")
@weight(2)
def test_sentiment(student, ref):
    """sentiment: the probability of every word."""
    w = np.array([1.5, 0.5])
    assert_matches(student.sentiment(VECTORS, w, -0.75), ref.sentiment(VECTORS, w, -0.75), "p")


@number("4.2")
@partial_credit(4)
def test_train_sentiment(student, ref, set_score):
    """train_sentiment: three steps, frozen (2) and tuned (2)."""
    with Parts({"frozen": 2, "tuned": 2}, set_score) as parts:
        for part in ("frozen", "tuned"):
            arguments = (VECTORS, np.array([1.5, 0.5]), 0.25, SENTIMENTS, 0.5, 3, part == "tuned")
            got, right = student.train_sentiment(*arguments), ref.train_sentiment(*arguments)
            with parts.part(part):
                assert_matches(got, right, "E w b")


@number("4.3")
@weight(3)
def test_the_pitfall(student):
    """Tuning leaves television behind; frozen words do not."""
    for fine_tune in (True, False):
        got = student.train_sentiment(VECTORS, np.array([1.5, 0.5]), 0.0, SENTIMENTS, 1.5, 100, fine_tune)
        if not isinstance(got, (tuple, list)) or len(got) != 3:
            raise told("train_sentiment should return three values: E, w and b.")
        shapes = (VECTORS.shape, (2,), ())
        E, w, b = (numbers(value, shape, "E, w and b") for value, shape in zip(got, shapes, strict=True))
        is_positive = E @ w + b > 0
        if not np.array_equal(is_positive[:4], SENTIMENTS == 1):
            raise told("After a hundred steps the four training words should be told apart.")
        if bool(is_positive[4]) != fine_tune:
            where = "stay behind, on the wrong side" if fine_tune else "come over with the other two"
            raise told(f"With fine_tune={fine_tune} television should {where}.")


def check_loss(student, ref, set_score, name, targets):
    """A loss of a small model and its gradients: 2 points and 3."""
    with Parts({"J": 2, "gradients": 3}, set_score) as parts:
        model = {**small_model(), "u": np.array([2.0, -1.5, 1.0])}  # large enough for one pair to be told apart by 1
        J, gradients = two_values(getattr(student, name)(model, IDS, targets), name)
        right_J, right_gradients = getattr(ref, name)(model, IDS, targets)
        parts.compare("J", J, right_J)
        parts.compare("gradients", gradients, right_gradients)
