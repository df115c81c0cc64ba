"""Hidden checks: windows of any kind, large scores, which rows of E move, and locations in sentences held out."""

from __future__ import annotations

import numpy as np

from assignments.word_window.hidden_sentences import NotLearned, Sentences
from assignments.word_window.model import check_drawn, model_of, numbers, small_model, told, two_values
from autograder import Parts, assert_matches, number, own_forward, partial_credit, weight
from autograder.errors import WrongAnswer

MODEL = {"E": "V,D", "W": "H,M", "b": "H", "u": "H"}
# How many of the held-out words have to be told right, and of their locations found. Right answers reach at least 0.935
# and 0.80 by softmax, 0.914 and 0.55 by max margin: the reference over 40 seeds, other styles and float32 over 20.
# "No word is a location" reaches 0.88 and 0, frozen random words at most 0.92 and 0.66.
ENOUGH = {"softmax": (0.91, 0.7), "max_margin": (0.9, 0.5)}


@number("5.1")
@weight(2)
def test_sentences_of_any_length(student, ref):
    """window_ids: sentences of any length, arrays too."""
    for length in (1, 2, 3, 4, 9):
        sentence = np.random.default_rng(length).integers(2, 30, length)
        for position in range(length):
            for words in (sentence.tolist(), sentence):
                assert_matches(student.window_ids(words, position), ref.window_ids(words, position), "ids")


@number("5.2")
@weight(2)
def test_vectors_of_any_windows(student, ref, cases):
    """window_vectors: any number of windows, any vectors."""
    for E, ids in cases(E="V,D", ids="N,5<V", integers="E"):
        assert_matches(student.window_vectors(E, ids), ref.window_vectors(E, ids), "X")


@number("5.3")
@weight(3)
def test_gradients_of_any_windows(student, ref, cases):
    """window_gradient: any windows, words that repeat."""
    for dx, ids, V in cases(dx="N,D,5", ids="N,5<V", V="=V", gradients="dx"):
        dx = dx.reshape(len(dx), -1)
        assert_matches(student.window_gradient(dx, ids, V), ref.window_gradient(dx, ids, V), "dE")


@number("5.4")
@weight(3)
def test_sparse_gradients_of_any_windows(student, ref, cases):
    """window_gradient_rows: any windows, words that repeat."""
    for dx, ids in cases(dx="N,D,5", ids="N,5<V", gradients="dx"):
        dx = dx.reshape(len(dx), -1)
        assert_matches(student.window_gradient_rows(dx, ids), ref.window_gradient_rows(dx, ids), "rows d_rows")


@number("5.5")
@weight(2)
def test_scores_of_any_model(student, ref, cases):
    """window_scores: models of any size."""
    for E, W, b, u, ids in cases(**MODEL, ids="N,5<V"):
        model = tamed(E, W, b, u)
        assert_matches(student.window_scores(model, ids), ref.window_scores(model, ids), "s")


@own_forward(2)
@number("5.6")
@partial_credit(6)
def test_backward_of_any_model(student, ref, cases, set_score):
    """window_scores_backward: E (2), W (2), b (1) and u (1)."""
    with Parts({"E": 2, "W": 2, "b": 1, "u": 1}, set_score) as parts:
        for ds, E, W, b, u, ids in cases(ds="N", **MODEL, ids="N,5<V", gradients="ds"):
            model = tamed(E, W, b, u)
            parts.compare_all(
                student.window_scores_backward(ds, model, ids), ref.window_scores_backward(ds, model, ids)
            )


@own_forward(1)
@number("5.7")
@partial_credit(4)
def test_location_loss_of_any_model(student, ref, cases, set_score):
    """location_loss: any model; the loss (1.5), its gradients."""
    with Parts({"J": 1.5, "gradients": 2.5}, set_score) as parts:
        for E, W, b, u, ids, y in cases(**MODEL, ids="N,5<V", y="N<2"):
            compare_losses(student, ref, parts, "location_loss", tamed(E, W, b, u), ids, y)


@number("5.8")
@weight(2)
def test_large_scores(student, ref):
    """location_loss: finite and right up to |s| = 1000."""
    ids, y = np.array([[2, 3, 4, 5, 6], [6, 5, 4, 3, 2], [1, 1, 4, 7, 7]]), np.array([1, 0, 1])
    for size in (1000.0, -1000.0, 700.0, 40.0):
        model = {**small_model(), "W": np.zeros((3, 10)), "b": np.full(3, 20.0), "u": np.array([size, 0.5, -0.25])}
        J, gradients = two_values(student.location_loss(model, ids, y), "location_loss")
        right_J, right_gradients = ref.location_loss(model, ids, y)
        assert_matches(J, right_J, "J")
        assert_matches(gradients, right_gradients)


@own_forward(1)
@number("5.9")
@partial_credit(3)
def test_max_margin_loss_of_any_model(student, ref, cases, set_score):
    """max_margin_loss: any model; the loss (1), its gradients."""
    with Parts({"J": 1, "gradients": 2}, set_score) as parts:
        for E, W, b, u, ids, corrupt in cases(**MODEL, ids="N,5<V", corrupt="N,5<V"):
            for size in (1, 40):  # with the large one some pairs are told apart by more than 1
                compare_losses(student, ref, parts, "max_margin_loss", tamed(E, W, b, size * u), ids, corrupt)


@number("5.10")
@weight(2)
def test_every_corrupt_window_comes_up(student):
    """corrupt_windows: all of them come up, by rng alone."""
    ids, y = np.arange(60).reshape(12, 5), np.array([0, 1, 0] * 4)
    allowed = ids[y == 0]
    # A right draw of 300 from 8 misses one of them with a probability below 1e-16.
    first, other = (
        check_drawn(student.corrupt_windows(ids, y, 300, np.random.default_rng(seed)), allowed, 300) for seed in (1, 2)
    )
    if len({tuple(window) for window in first.tolist()}) < len(allowed):
        raise told("Some windows whose middle is no location are never drawn.")
    if np.array_equal(first, other):
        raise told("Two seeds of rng gave the same windows: draw from the rng that is handed in.")


@number("6.1")
@partial_credit(3)
def test_other_training(student, ref, set_score):
    """train_windows: other batches and rates, both losses."""
    with Parts({"softmax": 1.5, "max_margin": 1.5}, set_score) as parts:
        rng = np.random.default_rng(61)
        ids, corrupt, y = rng.integers(0, 8, (7, 5)), rng.integers(0, 8, (7, 5)), rng.integers(0, 2, 7)
        for loss, targets in (("softmax", y), ("max_margin", corrupt)):
            for batch_size, fine_tune in ((3, True), (10, False), (1, True)):
                arguments, options = (small_model(), ids, targets, 0.2, 2, batch_size), {"fine_tune": fine_tune}
                right = ref.train_windows(*arguments, loss=loss, **options)
                parts.compare(loss, student.train_windows(*arguments, loss=loss, **options), right)


@number("6.2")
@weight(2)
def test_which_words_move(student):
    """train_windows: the words that were read move, no others."""
    data = Sentences(2)
    ids, y = data.ids[:16], data.y[:16]
    tuned = data.parameters(student.train_windows(data.model, ids, y, 0.5, 1, 8))
    frozen = data.parameters(student.train_windows(data.model, ids, y, 0.5, 1, 8, fine_tune=False))
    first = data.model["E"].astype(np.float32)  # what is as it was, is so in single precision too
    moved = np.any(tuned["E"].astype(np.float32) != first, axis=1)
    was_read = np.isin(np.arange(len(first)), ids)
    if np.any(moved & ~was_read):
        raise NotLearned("Rows of E moved that are in no window of the training.")
    if np.any(was_read & ~moved):
        raise NotLearned("Rows of E did not move, although their words are in the windows of the training.")
    if np.any(frozen["E"].astype(np.float32) != first):
        raise NotLearned("With fine_tune=False rows of E moved.")
    if np.array_equal(frozen["W"], data.model["W"]):
        raise NotLearned("With fine_tune=False W did not move: only the words are frozen.")


@number("6.3")
@weight(3)
def test_locations_held_out(student):
    """Softmax: finds locations in sentences it never saw."""
    data = Sentences()
    train = student.train_windows.allowing(seconds=40)
    trained = data.parameters(train(data.model, data.ids, data.y, 1.0, 5, 8))
    assert_found("softmax", *data.accuracy(trained))


@number("6.4")
@weight(2)
def test_locations_held_out_by_max_margin(student):
    """Max margin: finds locations in sentences it never saw."""
    data = Sentences()
    locations = np.tile(data.ids[data.y == 1], (6, 1))
    got = student.corrupt_windows(data.ids, data.y, len(locations), np.random.default_rng(1))
    try:
        corrupt = numbers(got, locations.shape, "corrupt_windows should return n windows of five words")
    except WrongAnswer as wrong:
        raise NotLearned(wrong.sealed) from None
    train = student.train_windows.allowing(seconds=40)
    trained = data.parameters(train(data.model, locations, corrupt, 2.0, 6, 8, loss="max_margin"))
    assert_found("max_margin", *data.accuracy(trained, data.threshold(trained)))


@number("7.1")
@weight(1)
def test_sentiment_far_out(student, ref):
    """sentiment: finite and right far from the boundary."""
    E = np.array([[1000.0, 1.0], [-1000.0, 2.0], [0.5, 0.25], [-40.0, 3.0], [30.0, -2.0]])
    assert_matches(
        student.sentiment(E, np.array([1.0, -0.5]), 0.25), ref.sentiment(E, np.array([1.0, -0.5]), 0.25), "p"
    )


@number("7.2")
@partial_credit(2)
def test_training_of_any_words(student, ref, cases, set_score):
    """train_sentiment: any words, some in no training set."""
    with Parts({"tuned": 1, "frozen": 1}, set_score) as parts:
        for E, w, y in cases(E="V,D", w="D", y="3<2"):
            E = np.concatenate([np.clip(E, -3, 3), np.ones((3, len(w)))])  # so that there are more words than labels
            for part in ("tuned", "frozen"):
                arguments = (E, np.clip(w, -3, 3), 0.5, y, 0.1, 3, part == "tuned")
                got, right = student.train_sentiment(*arguments), ref.train_sentiment(*arguments)
                parts.compare(part, got, right)


def tamed(E, W, b, u):
    """A model whose tanh is not so flat that its slopes are lost in the rounding of float32."""
    model = model_of(E, W, b, u)
    return {**model, "W": np.clip(model["W"], -1, 1) / np.sqrt(model["W"].shape[1]), "E": np.clip(model["E"], -2, 2)}


def compare_losses(student, ref, parts, name, model, ids, targets):
    """A loss and its gradients, each a part."""
    J, gradients = two_values(getattr(student, name)(model, ids, targets), name)
    right_J, right_gradients = getattr(ref, name)(model, ids, targets)
    parts.compare("J", J, right_J)
    parts.compare("gradients", gradients, right_gradients)


def assert_found(loss, accuracy, found):
    """Enough of the held-out words told right, and of their locations found."""
    if accuracy < ENOUGH[loss][0]:
        raise NotLearned("Too few of the held-out words are told right: does the loss fall from epoch to epoch?")
    if found < ENOUGH[loss][1]:
        raise NotLearned("Too few of the held-out locations are found: does the model call every word none?")
