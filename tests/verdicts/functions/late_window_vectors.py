"""window_vectors(E, ids): the vectors of five words, joined."""

from __future__ import annotations

import numpy as np

from reference import word_window as window
from tests.tolerance.subjects import Subject
from tests.verdicts.problem import Problem

PROBLEM = Problem(Subject(window.window_vectors, {"E": "V,D", "ids": "N,5<V"}))

RIGHT = {
    "concatenate": lambda E, ids: np.array([np.concatenate([E[word] for word in row]) for row in ids]),
    "hstack of the places": lambda E, ids: np.hstack([E[ids[:, k]] for k in range(5)]),
    "one-hot": lambda E, ids: np.concatenate([np.eye(len(E))[ids[:, k]] @ E for k in range(5)], axis=1),
    "take": lambda E, ids: E.take(ids.ravel(), axis=0).reshape(len(ids), 5 * E.shape[1]),
    "lists": lambda E, ids: [[x for word in row for x in E[word].tolist()] for row in ids],
}
WRONG = {
    "not joined": lambda E, ids: E[ids],
    "summed": lambda E, ids: E[ids].sum(axis=1),
    "averaged": lambda E, ids: E[ids].mean(axis=1),
    "interleaved": lambda E, ids: E[ids].transpose(0, 2, 1).reshape(len(ids), -1),
    "reversed": lambda E, ids: E[ids[:, ::-1]].reshape(len(ids), -1),
    "words counted from 1": lambda E, ids: E[ids - 1].reshape(len(ids), -1),
    "columns of E": lambda E, ids: E.reshape(E.shape[::-1])[:, ids].reshape(len(ids), -1),
    "only the middle word": lambda E, ids: E[ids[:, 2]],
    "the first window for all": lambda E, ids: E[0 * ids + ids[0]].reshape(len(ids), -1),
    "the ids themselves": lambda E, ids: ids * 1.0,
    "joined over the batch": lambda E, ids: E[ids].reshape(-1, E.shape[1]),
    "padding's row zero": lambda E, ids: (E * (np.arange(len(E)) > 0)[:, None])[ids].reshape(len(ids), -1),
    "normalised vectors": lambda E, ids: (E / np.linalg.norm(E, axis=1, keepdims=True))[ids].reshape(len(ids), -1),
}
