"""What numpy has ready-made: windows that slide, least squares, draws and cuts, sorted sets, and counts in bins."""

from __future__ import annotations

import numpy as np
import pytest

from reference.initialization import output_bias_from_mean
from reference.locations import best_threshold, labelled_windows, load_sentences, vocabulary
from reference.training import minibatches
from reference.word_window import PAD, RADIUS, UNKNOWN, corrupt_windows, window_ids
from tests.reference.proofs import proves


def windows_of(sentence):
    return np.lib.stride_tricks.sliding_window_view(np.pad(sentence, RADIUS, constant_values=PAD), 2 * RADIUS + 1)


@proves("word_window.window_ids", by="numpy")
def test_windows_are_those_that_slide_over_a_padded_sentence(rng):
    for length in (1, 2, 3, 8):
        sentence = rng.integers(2, 50, size=length)
        np.testing.assert_array_equal([window_ids(list(sentence), i) for i in range(length)], windows_of(sentence))


@proves("locations.vocabulary", "locations.labelled_windows", by="numpy")
def test_the_windows_of_all_sentences_slide_over_their_sorted_vocabulary():
    sentences = load_sentences()
    words = np.unique([word for known, _ in sentences[:180] for word in known])
    rows = vocabulary(sentences[:180])
    assert rows == {str(word): i + UNKNOWN + 1 for i, word in enumerate(words)}
    expected = []
    for sentence, _ in sentences:  # the last ones have words that the vocabulary has not
        place = np.searchsorted(words, sentence).clip(max=words.size - 1)
        expected.append(windows_of(np.where(np.isin(sentence, words), place + UNKNOWN + 1, UNKNOWN)))
    ids, y = labelled_windows(sentences, rows)
    np.testing.assert_array_equal(ids, np.concatenate(expected))
    np.testing.assert_array_equal(y, np.concatenate([labels for _, labels in sentences]))
    assert np.any(ids == UNKNOWN)


@proves("word_window.corrupt_windows", by="numpy")
def test_corrupt_windows_are_numpys_own_choice_from_the_others(rng):
    ids, y = rng.integers(0, 90, size=(20, 5)), rng.integers(0, 2, size=20)
    expected = np.random.default_rng(5).choice(np.compress(y == 0, ids, axis=0), size=40)
    np.testing.assert_array_equal(corrupt_windows(ids, y, 40, np.random.default_rng(5)), expected)


@proves("training.minibatches", by="numpy")
@pytest.mark.parametrize(("N", "batch_size"), [(7, 3), (6, 3), (1, 5), (10, 1), (50, 50)])
def test_mini_batches_are_a_permutation_split_where_numpy_splits_it(N, batch_size):
    order = np.arange(N)
    np.random.default_rng(5).shuffle(order)
    expected = np.split(order, np.arange(batch_size, N, batch_size))
    batches = minibatches(N, batch_size, np.random.default_rng(5))
    assert [batch.tolist() for batch in batches] == [part.tolist() for part in expected]


@proves("initialization.output_bias_from_mean", by="numpy")
def test_the_output_bias_solves_the_least_squares_problem_without_inputs(rng):
    targets = rng.normal(size=(20, 3))
    solution, *_ = np.linalg.lstsq(np.ones((20, 1)), targets, rcond=None)
    np.testing.assert_allclose(output_bias_from_mean(targets), solution[0], rtol=1e-12)


@proves("locations.best_threshold", by="numpy")
def test_no_other_threshold_tells_more_labels_right():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, size=40)
        scores = rng.normal(size=40) + y
        middles = np.lib.stride_tricks.sliding_window_view(np.sort(scores), 2).mean(axis=1)
        bins = np.concatenate([[-np.inf], middles, [np.inf]])
        positives, negatives = np.histogram(scores[y == 1], bins)[0], np.histogram(scores[y == 0], bins)[0]
        right = np.cumsum(negatives)[:-1] + np.cumsum(positives[::-1])[::-1][1:]
        assert best_threshold(scores, y) == middles[np.argmax(right)]
