"""The shipped sentences as windows, some held out, and how well a trained model finds the locations in those."""

from __future__ import annotations

from typing import Any

import numpy as np

from assignments.word_window.model import numbers, told
from autograder.errors import StudentError, WrongAnswer
from reference.locations import best_threshold, labelled_windows, load_sentences, vocabulary
from reference.word_window import Parameters, init_window_model, window_scores

HELD_OUT = 62  # of 242 sentences


class NotLearned(StudentError):
    """Training that did not do what it should. No WrongAnswer: to look for the mistake, many wrong ways to train would
    be trained, each as long as this one.
    """


class Sentences:
    """seed: of which sentences are held out, of the order of the windows, and of the first parameters."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        sentences = load_sentences()
        order = rng.permutation(len(sentences)).tolist()
        training, held_out = ([sentences[i] for i in part] for part in (order[HELD_OUT:], order[:HELD_OUT]))
        self.rows = vocabulary(training)
        ids, y = labelled_windows(training, self.rows)
        shuffled = rng.permutation(len(ids))
        self.ids, self.y = ids[shuffled], y[shuffled]
        self.held_out_ids, self.held_out_y = labelled_windows(held_out, self.rows)
        self.unread = [len(self.rows) + 2, len(self.rows) + 3]  # rows of E that are in no window
        self.model = init_window_model(len(self.rows) + 4, 8, 8, rng)

    def accuracy(self, trained: Parameters, threshold: float = 0.0) -> tuple[float, float]:
        """The part of the held-out words that are told right, and the part of their locations that are found."""
        found = window_scores(trained, self.held_out_ids) > threshold
        return float(np.mean(found == self.held_out_y)), float(np.mean(found[self.held_out_y == 1]))

    def threshold(self, trained: Parameters) -> float:
        """Where a model that was trained by max margin divides the words that it has seen."""
        return best_threshold(window_scores(trained, self.ids), self.y)

    def parameters(self, got: Any) -> Parameters:
        """What train_windows returned; NotLearned if it is no model."""
        try:
            if not isinstance(got, dict) or set(got) != set(self.model):
                raise told("train_windows should return a dict of E, W, b and u.")
            return {name: numbers(got[name], value.shape, name).astype(float) for name, value in self.model.items()}
        except WrongAnswer as wrong:
            raise NotLearned(wrong.sealed) from None
