"""The word-window model: lookup, sums over repeated words, sparsity; locations found; the retraining pitfall."""

from __future__ import annotations

import numpy as np
import pytest

from reference.locations import (
    best_threshold,
    find_locations,
    labelled_windows,
    load_sentences,
    train_location_model,
    vocabulary,
)
from reference.retraining import N_TRAIN, SENTIMENTS, VECTORS, WORDS, retraining_pitfall, sentiment
from reference.word_window import (
    PAD,
    UNKNOWN,
    corrupt_windows,
    init_window_model,
    location_loss,
    window_gradient,
    window_gradient_rows,
    window_ids,
    window_scores,
    window_vectors,
)


def test_museums_in_paris_are_amazing_is_one_window_of_five():
    sentence = [2, 3, 4, 5, 6]
    np.testing.assert_array_equal(window_ids(sentence, 2), sentence)
    np.testing.assert_array_equal(window_ids(sentence, 0), [PAD, PAD, 2, 3, 4])
    np.testing.assert_array_equal(window_ids(sentence, 4), [4, 5, 6, PAD, PAD])
    np.testing.assert_array_equal(window_ids([7], 0), [PAD, PAD, 7, PAD, PAD])


def test_the_vectors_of_a_window_are_joined_in_order():
    E = np.arange(14.0).reshape(7, 2)
    np.testing.assert_array_equal(window_vectors(E, np.array([2, 3, 4, 5, 6])), np.arange(4.0, 14.0))
    assert window_vectors(E, np.array([[2, 3, 4, 5, 6], [0, 0, 1, 1, 0]])).shape == (2, 10)


def test_delta_is_cut_into_five_and_a_word_that_stands_twice_gets_the_sum():
    ids, dx = np.array([2, 5, 3, 5, 4]), np.arange(10.0)
    expected = np.zeros((7, 2))
    expected[2], expected[3], expected[4] = [0, 1], [4, 5], [8, 9]
    expected[5] = [2 + 6, 3 + 7]
    np.testing.assert_array_equal(window_gradient(dx, ids, 7), expected)
    rows, d_rows = window_gradient_rows(dx, ids)
    np.testing.assert_array_equal(rows, [2, 3, 4, 5])
    np.testing.assert_array_equal(d_rows, expected[2:6])


def test_only_the_rows_of_the_windows_have_a_gradient(rng):
    parameters = init_window_model(V=50, d=3, n_hidden=4, rng=rng)
    ids = np.array([[1, 7, 9, 7, 2], [0, 0, 9, 30, 2]])
    _, gradients = location_loss(parameters, ids, np.array([1, 0]))
    changed = np.flatnonzero(np.any(gradients["E"] != 0, axis=1))
    np.testing.assert_array_equal(changed, [0, 1, 2, 7, 9, 30])


def test_the_model_starts_at_random_about_zero(rng):
    model = init_window_model(V=400, d=8, n_hidden=60, rng=rng)
    assert {name: array.shape for name, array in model.items()} == {
        "E": (400, 8),
        "W": (60, 40),
        "b": (60,),
        "u": (60,),
    }
    assert model["E"].mean() == pytest.approx(0, abs=0.05)
    assert model["E"].std() == pytest.approx(0.5, rel=0.05)
    for name, n_in, n_out in (("W", 40, 60), ("u", 60, 1)):
        r = np.sqrt(6 / (n_in + n_out))
        assert -r <= model[name].min() < -0.9 * r
        assert 0.9 * r < model[name].max() <= r
    assert not np.any(model["b"])


def test_corrupt_windows_never_have_a_location_in_the_middle(rng):
    ids, y = np.arange(50).reshape(10, 5), np.array([1, 0] * 5)
    corrupt = corrupt_windows(ids, y, 200, rng)
    assert corrupt.shape == (200, 5)
    assert {tuple(row) for row in corrupt} == {tuple(row) for row in ids[y == 0]}


@pytest.fixture(scope="module")
def data():
    """The shipped sentences, 180 for training and the rest held out, in a random order."""
    sentences = load_sentences()
    order = np.random.default_rng(4).permutation(len(sentences))
    training = [sentences[i] for i in order[:180]]
    held_out = [sentences[i] for i in order[180:]]
    rows = vocabulary(training)
    return rows, labelled_windows(training, rows), labelled_windows(held_out, rows)


def test_the_shipped_sentences_are_enough_and_well_formed():
    sentences = load_sentences()
    assert len(sentences) >= 200
    assert len({" ".join(words) for words, _ in sentences}) == len(sentences)
    assert all(word.isalpha() for words, _ in sentences for word in words)
    places = {word for words, labels in sentences for word, label in zip(words, labels, strict=True) if label}
    others = {word for words, labels in sentences for word, label in zip(words, labels, strict=True) if not label}
    assert len(places) >= 25
    assert not places & others
    assert sum(not any(labels) for _, labels in sentences) >= 20  # sentences without any location


@pytest.mark.parametrize("loss", ["softmax", "max_margin"])
def test_locations_are_found_in_sentences_that_were_held_out(data, loss):
    rows, (ids, y), (test_ids, test_y) = data
    parameters = train_location_model(ids, y, len(rows) + 2, np.random.default_rng(0), loss)
    threshold = 0.0 if loss == "softmax" else best_threshold(window_scores(parameters, ids), y)
    found = window_scores(parameters, test_ids) > threshold
    assert np.mean(found == test_y) >= 0.95
    # "Nothing is a location" is right for most words; so it also has to find them, and to be right about what it finds.
    assert np.mean(test_y == 0) < 0.9
    assert np.mean(found[test_y == 1]) >= 0.85
    assert np.mean(test_y[found]) >= 0.85
    words = ["museums", "in", "Paris", "are", "amazing"]
    assert find_locations(parameters, words, rows, threshold) == ["Paris"]


def test_a_word_that_was_never_seen_is_unknown(data):
    rows = data[0]
    ids, _ = labelled_windows([(["zebras", "in", "Paris"], [0, 0, 1])], rows)
    assert ids[0, 2] == UNKNOWN
    assert ids[2, 2] == rows["Paris"]


def test_frozen_vectors_stay_and_fine_tuned_ones_move_where_they_were_read(data):
    rows, (ids, y), _ = data
    V = len(rows) + 5  # three words that no sentence has
    first = init_window_model(V, 16, 32, np.random.default_rng(0))["E"]
    frozen = train_location_model(ids, y, V, np.random.default_rng(0), fine_tune=False, epochs=2)
    tuned = train_location_model(ids, y, V, np.random.default_rng(0), fine_tune=True, epochs=2)
    np.testing.assert_array_equal(frozen["E"], first)
    moved = np.any(tuned["E"] != first, axis=1)
    assert moved[np.unique(ids)].all()
    np.testing.assert_array_equal(tuned["E"][-3:], first[-3:])


def _distance(E, one, other):
    return np.linalg.norm(E[WORDS.index(one)] - E[WORDS.index(other)])


def test_fine_tuning_moves_tv_and_telly_away_from_television():
    E, w, b = retraining_pitfall(fine_tune=True)
    positive = sentiment(E, w, b) > 0.5
    np.testing.assert_array_equal(positive[:N_TRAIN], SENTIMENTS[:N_TRAIN] == 1)  # the training words are learnt
    assert positive[WORDS.index("television")]  # and the test word is wrong
    np.testing.assert_array_equal(E[WORDS.index("television")], VECTORS[WORDS.index("television")])
    for word in ("TV", "telly"):
        assert _distance(E, word, "television") > 10 * _distance(VECTORS, word, "television")
    assert _distance(E, "TV", "telly") < 2 * _distance(VECTORS, "TV", "telly")  # those two stay together


def test_frozen_vectors_take_television_along():
    E, w, b = retraining_pitfall(fine_tune=False)
    np.testing.assert_array_equal(E, VECTORS)
    np.testing.assert_array_equal(sentiment(E, w, b) > 0.5, SENTIMENTS == 1)  # the test word included
