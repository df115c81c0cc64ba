"""The pitfall of retraining word vectors: words of the training set move, and their neighbours stay behind.

A logistic regression tells the sentiment of single words from their vectors, p = sigma(w . x + b). "TV" and "telly" are
in the training set, "television" is only in the test set; before training all three lie close together. Fine-tuning
moves the first two across the decision boundary, which hardly moves, and leaves the third on the wrong side. With
frozen vectors the boundary itself has to come round, and the third word comes over with the other two.

So (CS224n lecture 4, "So what should I do?"): begin with pre-trained vectors almost always; freeze them where the
training set is small; fine-tune them where it is large; with hundreds of millions of words a random start will do.
"""

from __future__ import annotations

import numpy as np

from reference.activations import sigmoid

# A made-up pre-trained space of two dimensions. The last word is not in the training set.
WORDS = ("TV", "telly", "superb", "moving", "television")
VECTORS = np.array([[0.8, 0.3], [0.9, 0.15], [0.7, 1.1], [1.0, 1.3], [0.85, 0.2]])
SENTIMENTS = np.array([0, 0, 1, 1, 0])
N_TRAIN = 4
FIRST_W = np.array([1.5, 0.5])  # where the classifier starts; it takes all five words for positive


def train_sentiment(
    E: np.ndarray, w: np.ndarray, b: float, y: np.ndarray, lr: float, steps: int, fine_tune: bool
) -> tuple[np.ndarray, np.ndarray, float]:
    """Full-batch gradient descent on the mean cross-entropy of p = sigma(E w + b); returns new ``E, w, b``.

    The first len(y) rows of E are the training words. With fine_tune their vectors are parameters as w and b are.
    Shapes: E (V, d), w (d,), y (N,) of 0 and 1.
    """
    E, N = E.copy(), y.size
    for _ in range(steps):
        X = E[:N]
        delta = (sentiment(X, w, b) - y) / N
        dX, dw, db = np.outer(delta, w), delta @ X, delta.sum()
        w, b = w - lr * dw, b - lr * db
        if fine_tune:
            E[:N] = X - lr * dX
    return E, w, b


def sentiment(E: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
    """The probability of a positive sentiment for every row of E, (V,)."""
    return sigmoid(E @ w + b)


def retraining_pitfall(fine_tune: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """The lecture's example, trained until the training words are told apart; returns ``E, w, b`` for WORDS."""
    # 500 steps of 0.3 bring every training word beyond 0.9 or below 0.1, frozen or not.
    return train_sentiment(VECTORS, FIRST_W, 0.0, SENTIMENTS[:N_TRAIN], lr=0.3, steps=500, fine_tune=fine_tune)
