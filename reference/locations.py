"""Finding locations in sentences: the word-window model trained on the shipped sentences.

location_sentences.txt has one sentence a line, words separated by blanks, every location in brackets:
``museums in [Paris] are amazing``. A sentence here is a list of words with a list of labels, 1 for a location.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from reference.optimizers import adam
from reference.training import train
from reference.word_window import (
    UNKNOWN,
    Parameters,
    corrupt_windows,
    init_window_model,
    location_loss,
    max_margin_loss,
    window_ids,
    window_scores,
)

Sentence = tuple[list[str], list[int]]


def load_sentences() -> list[Sentence]:
    """The shipped sentences in the order of the file."""
    text = (Path(__file__).parent / "location_sentences.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines()]
    return [([word.strip("[]") for word in line], [int(word.startswith("[")) for word in line]) for line in lines]


def vocabulary(sentences: Sequence[Sentence]) -> dict[str, int]:
    """Every word of these sentences -> its row in the embedding matrix; 0 and 1 are for padding and unknown words."""
    words = sorted({word for words, _ in sentences for word in words})
    return {word: row for row, word in enumerate(words, start=UNKNOWN + 1)}


def labelled_windows(sentences: Sequence[Sentence], rows: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """One window per word of every sentence, (N, 5) integers, and the label of its middle word, (N,)."""
    ids, labels = [], []
    for words, word_labels in sentences:
        sentence = [rows.get(word, UNKNOWN) for word in words]
        ids += [window_ids(sentence, position) for position in range(len(sentence))]
        labels += word_labels
    return np.array(ids), np.array(labels)


def train_location_model(
    ids: np.ndarray,
    y: np.ndarray,
    V: int,
    rng: np.random.Generator,
    loss: str = "softmax",
    fine_tune: bool = True,
    epochs: int = 20,
) -> Parameters:
    """The parameters after training with Adam on mini-batches of windows, ids (N, 5) and y (N,).

    loss: "softmax", the cross-entropy of location or not; or "max_margin", every location against a random window whose
    middle is none. Without fine_tune the word vectors stay as they were.
    """
    # 16 numbers a word and 32 hidden units are plenty for 500 words; 0.01 was the best of the powers of 10.
    model = init_window_model(V, d=16, n_hidden=32, rng=rng)
    trained = [name for name in model if fine_tune or name != "E"]
    # As many pairs in an epoch as there are windows without a location.
    locations = np.repeat(ids[y == 1], max(1, np.sum(y == 0) // np.sum(y == 1)), axis=0)

    def loss_and_gradients(values: list[np.ndarray], rows: np.ndarray) -> tuple[float, list[np.ndarray]]:
        parameters = {**model, **dict(zip(trained, values, strict=True))}
        if loss == "softmax":
            J, gradients = location_loss(parameters, ids[rows], y[rows])
        else:
            corrupt = corrupt_windows(ids, y, len(rows), rng)
            J, gradients = max_margin_loss(parameters, locations[rows], corrupt)
        return J, [gradients[name] for name in trained]

    N = len(ids) if loss == "softmax" else len(locations)
    first = [model[name] for name in trained]
    values, _ = train(loss_and_gradients, first, N, epochs, 8, lambda t: 0.01, rng, adam)
    return {**model, **dict(zip(trained, values, strict=True))}


def best_threshold(scores: np.ndarray, y: np.ndarray) -> float:
    """The threshold between two neighbouring scores that tells most labels right; max margin fixes only differences.

    Shapes: scores and y (N,).
    """
    ranked = np.sort(scores)
    between = (ranked[:-1] + ranked[1:]) / 2
    right = [np.mean((scores > threshold) == y) for threshold in between]
    return float(between[int(np.argmax(right))])


def find_locations(parameters: Parameters, words: list[str], rows: dict[str, int], threshold: float = 0.0) -> list[str]:
    """The words of a sentence whose window scores above the threshold."""
    ids, _ = labelled_windows([(words, [0] * len(words))], rows)
    return [word for word, s in zip(words, window_scores(parameters, ids), strict=True) if s > threshold]
