"""window_gradient(dx, ids, V): the pieces of dx added into the rows of the words."""

from __future__ import annotations

import numpy as np

from reference import word_window as window
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import changed
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["window_gradient"])

RIGHT = {
    "one-hot": lambda dx, ids, V: (ids.reshape(-1) == np.arange(V)[:, None]) @ dx.reshape(ids.size, -1),
    "add.at": lambda dx, ids, V: (
        (dE := np.zeros((V, dx.shape[-1] // 5))),
        np.add.at(dE, ids, dx.reshape(*ids.shape, -1)),
        dE,
    )[-1],
    "bincount": lambda dx, ids, V: np.stack(
        [np.bincount(ids.ravel(), column, V) for column in dx.reshape(ids.size, -1).T], axis=1
    ),
}


def right_words_by_place(dx, ids, V):
    d = dx.shape[1] // 5
    dE = np.zeros((V, d))
    for place in reversed(range(5)):
        for n, word in enumerate(ids[:, place]):
            dE[word] += dx[n, place * d : (place + 1) * d]
    return dE


def added(piece=lambda dx, n, k, d: dx[n, k * d : (k + 1) * d], word=lambda ids, n, k: ids[n, k], places=range(5)):
    def run(dx, ids, V):
        d = dx.shape[1] // 5
        dE = np.zeros((V, d))
        for n in range(len(ids)):
            for k in places:
                dE[word(ids, n, k)] += piece(dx, n, k, d)
        return dE

    return run


WRONG = {
    "only the word in the middle": added(places=[2]),
    "the words around it, not the middle": added(places=[0, 1, 3, 4]),
    "the last word left out": added(places=range(4)),
    "pieces in the reverse order": added(word=lambda ids, n, k: ids[n, 4 - k]),
    "pieces interleaved: reshape to (d, 5)": added(lambda dx, n, k, d: dx[n, k::5]),
    "the first piece for all words": added(lambda dx, n, k, d: dx[n, :d]),
    "all to the middle word": added(word=lambda ids, n, k: ids[n, 2]),
    "words of the next window": added(word=lambda ids, n, k: ids[(n + 1) % len(ids), k]),
    "to all rows": lambda dx, ids, V: np.ones((V, 1)) * dx.reshape(ids.size, -1).sum(0),
    "mean over the repeats": lambda dx, ids, V: (
        window.window_gradient(dx, ids, V) / np.maximum(1, np.bincount(ids.ravel(), minlength=V))[:, None]
    ),
    "divided by N": lambda dx, ids, V: window.window_gradient(dx, ids, V) / len(ids),
    "divided by 5": lambda dx, ids, V: window.window_gradient(dx, ids, V) / 5,
    "only the rows of the window": lambda dx, ids, V: window.window_gradient(dx, ids, V)[np.unique(ids)],
    "first window only": lambda dx, ids, V: window.window_gradient(dx[:1], ids[:1], V),
    "transposed": lambda dx, ids, V: window.window_gradient(dx, ids, V).T,
    "padding's row left at 0": changed(window.window_gradient, lambda r, dx, ids, V: r * (np.arange(V) > 0)[:, None]),
}
