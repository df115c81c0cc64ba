"""embedding_gradient(dX, ids, V): the rows of dX added into the rows of the words."""

from __future__ import annotations

import numpy as np

from reference import vectorization as vec
from tests.tolerance.subjects import SUBJECTS
from tests.tolerance.wrong import last_of_repeats
from tests.verdicts.problem import Problem

PROBLEM = Problem(SUBJECTS["embedding_gradient"])

RIGHT = {
    "bincount": lambda dX, ids, V: np.array([np.bincount(ids, column, V) for column in dX.T]).T,
    "word by word": lambda dX, ids, V: [dX[ids == word].sum(axis=0) for word in range(V)],
    "sorted and reduced": lambda dX, ids, V: (
        (dE := np.zeros((V, dX.shape[1]))),
        (order := np.argsort(ids, kind="stable")),
        (starts := np.unique(ids[order], return_index=True)),
        dE.__setitem__(starts[0], np.add.reduceat(1.0 * dX[order], starts[1], axis=0)),
        dE,
    )[-1],
    "einsum": lambda dX, ids, V: np.einsum("nv,nd->vd", np.eye(V)[ids], dX),
}
WRONG = {
    "mean over the repeats": lambda dX, ids, V: (
        vec.embedding_gradient_loop(dX, ids, V) / np.maximum(1, np.bincount(ids, minlength=V))[:, None]
    ),
    "divided by N": lambda dX, ids, V: vec.embedding_gradient_loop(dX, ids, V) / len(ids),
    "gathered instead of scattered": lambda dX, ids, V: dX[ids % len(dX)],
    "into row i instead of row ids[i]": lambda dX, ids, V: vec.embedding_gradient_loop(dX, np.arange(len(ids)) % V, V),
    "only the rows that were read": lambda dX, ids, V: vec.embedding_gradient_loop(dX, ids, V)[np.unique(ids)],
    "last example lost": lambda dX, ids, V: vec.embedding_gradient_loop(dX[:-1], ids[:-1], V),
    "words counted from 1": lambda dX, ids, V: vec.embedding_gradient_loop(dX, (ids + 1) % V, V),
    "added twice": lambda dX, ids, V: 2 * vec.embedding_gradient_loop(dX, ids, V),
    "to all rows": lambda dX, ids, V: np.ones((V, 1)) * dX.sum(0),
    "transposed": lambda dX, ids, V: vec.embedding_gradient_loop(dX, ids, V).T,
    "size from the largest id": lambda dX, ids, V: vec.embedding_gradient_loop(dX, ids, ids.max() + 1),
    "dealt out to the sorted different words": lambda dX, ids, V: last_of_repeats(
        dX[: np.unique(ids).size], np.unique(ids), V
    ),
}


def wrong_whole_numbers(dX, ids, V):
    """Fractions cut off by an integer array."""
    dE = np.zeros((V, dX.shape[1]), dtype=int)
    np.add.at(dE, ids, dX.astype(int))
    return dE
