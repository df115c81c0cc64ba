"""The word-window model: is the word in the middle of five a location, or not?

    x = the five words' vectors, joined;   s = u^T tanh(W x + b)

trained by max margin (the score of a true window is to exceed that of a corrupt one by 1) or by the cross-entropy of
the probability sigma(s), which for two classes is the softmax.

Conventions (CS224n lecture 4, "Deriving gradients with respect to words"):
- Words are integers; the embedding matrix E is (V, d), one word per row. Row 0 is padding, row 1 any unknown word.
- A window has 2 * RADIUS + 1 = 5 words, so x is (5 d,), W (n_hidden, 5 d), b and u (n_hidden,); in a batch the windows
  are rows, (N, 5), and so is X (N, 5 d).
- Parameters and gradients are dicts of "E", "W", "b", "u". No argument is ever changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RADIUS = 2
PAD, UNKNOWN = 0, 1

Parameters = dict[str, np.ndarray]


def window_ids(sentence: Sequence[int], position: int) -> np.ndarray:
    """The five words around a position of a sentence, (5,) integers; PAD where the sentence has ended."""
    padded = np.pad(sentence, RADIUS, constant_values=PAD)
    return padded[position : position + 2 * RADIUS + 1]


def window_vectors(E: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The vectors of a window's words, joined in their order.

    Shapes: E (V, d), ids (5,) or (N, 5). Returns (5 d,) or (N, 5 d).
    """
    return E[ids].reshape(*ids.shape[:-1], -1)


def window_gradient(dx: np.ndarray, ids: np.ndarray, V: int) -> np.ndarray:
    """The gradient of the whole embedding matrix, given dx, that of the joined vectors (eq. 3).

    A word that stands more than once has the sum of its parts; a word that does not stand there has zeros.
    Shapes: dx (5 d,) or (N, 5 d), ids (5,) or (N, 5). Returns (V, d).
    """
    rows, d_rows = window_gradient_rows(dx, ids)
    dE = np.zeros((V, d_rows.shape[1]), dx.dtype)
    dE[rows] = d_rows
    return dE


def window_gradient_rows(dx: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same gradient, sparse: ``rows``, the different words in increasing order, and ``d_rows``, their gradients.

    Shapes: dx (5 d,) or (N, 5 d), ids (5,) or (N, 5). Returns (k,) and (k, d).
    """
    rows, place = np.unique(ids.reshape(-1), return_inverse=True)
    parts = dx.reshape(ids.size, -1)  # dx cut into one piece per word
    d_rows = np.zeros((rows.size, parts.shape[1]), dx.dtype)
    np.add.at(d_rows, place, parts)  # adds at every repeat; d_rows[place] += parts would keep the last one only
    return rows, d_rows


def init_window_model(V: int, d: int, n_hidden: int, rng: np.random.Generator) -> Parameters:
    """Word vectors normal with mean 0 and deviation 0.5, Xavier-uniform W and u, b zero.

    Drawn in the order E, W, u. (u is one neuron's weights, so its fan-out is 1.)
    """
    n_x = (2 * RADIUS + 1) * d
    r_W, r_u = np.sqrt(6 / (n_x + n_hidden)), np.sqrt(6 / (n_hidden + 1))
    return {
        "E": rng.normal(0, 0.5, (V, d)),
        "W": rng.uniform(-r_W, r_W, (n_hidden, n_x)),
        "b": np.zeros(n_hidden),
        "u": rng.uniform(-r_u, r_u, n_hidden),
    }


def window_scores(parameters: Parameters, ids: np.ndarray) -> np.ndarray:
    """The score s = u^T tanh(W x + b) of every window; positive for a location. ids (N, 5) gives (N,)."""
    X = window_vectors(parameters["E"], ids)
    return np.tanh(X @ parameters["W"].T + parameters["b"]) @ parameters["u"]


def window_scores_backward(ds: np.ndarray, parameters: Parameters, ids: np.ndarray) -> Parameters:
    """The gradients of all parameters, given ds, that of the scores. Shapes: ds (N,), ids (N, 5)."""
    E, W, b, u = (parameters[name] for name in ("E", "W", "b", "u"))
    X = window_vectors(E, ids)
    H = np.tanh(X @ W.T + b)
    delta = np.outer(ds, u) * (1 - H**2)
    return {"E": window_gradient(delta @ W, ids, E.shape[0]), "W": delta.T @ X, "b": delta.sum(axis=0), "u": ds @ H}


def max_margin_loss(parameters: Parameters, ids: np.ndarray, corrupt: np.ndarray) -> tuple[float, Parameters]:
    """J = mean of max(0, 1 - s + s_c), and its gradients. Shapes: true windows ids (N, 5), corrupt ones (N, 5)."""
    margin = np.maximum(0, 1 - window_scores(parameters, ids) + window_scores(parameters, corrupt))
    slope = (margin > 0) / margin.size
    rising = window_scores_backward(slope, parameters, corrupt)
    falling = window_scores_backward(-slope, parameters, ids)
    return np.mean(margin), {name: rising[name] + falling[name] for name in parameters}


def location_loss(parameters: Parameters, ids: np.ndarray, y: np.ndarray) -> tuple[float, Parameters]:
    """The mean cross-entropy of "location" (y = 1) or "not" (y = 0), and its gradients. Shapes: ids (N, 5), y (N,)."""
    # Of two classes with the scores s and 0 the softmax is sigma(s) and sigma(-s). So -log p_y is log(1 + e^t), with
    # t = -s for y = 1 and t = s for y = 0; e^t is taken out of the log where it is large. The gradient is p - y.
    s = window_scores(parameters, ids)
    t = np.where(y == 1, -s, s)
    e = np.exp(np.minimum(s, -s))  # exp(-|s|) cannot overflow
    loss = (np.maximum(t, 0) + np.log(1 + e)).mean()
    p = np.where(s >= 0, 1, e) / (1 + e)
    return loss, window_scores_backward((p - y) / y.size, parameters, ids)


def train_windows(
    parameters: Parameters,
    ids: np.ndarray,
    targets: np.ndarray,
    lr: float,
    epochs: int,
    batch_size: int,
    loss: str = "softmax",
    fine_tune: bool = True,
) -> Parameters:
    """New parameters: gradient descent over batches of windows in their order, all windows again in every epoch.

    loss: "softmax", location_loss with the labels as targets, (N,); or "max_margin", max_margin_loss with corrupt
    windows as targets, (N, 5). Without fine_tune the word vectors "E" stay as they are. Shapes: ids (N, 5).
    """
    loss_of = location_loss if loss == "softmax" else max_margin_loss
    for _ in range(epochs):
        for start in range(0, len(ids), batch_size):
            batch = slice(start, start + batch_size)
            _, gradients = loss_of(parameters, ids[batch], targets[batch])
            trained = [name for name in parameters if fine_tune or name != "E"]
            parameters = {**parameters, **{name: parameters[name] - lr * gradients[name] for name in trained}}
    return parameters


def corrupt_windows(ids: np.ndarray, y: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """n windows, (n, 5), drawn with repeats from those whose middle is no location (y = 0): ids[y == 0] at
    rng.integers(their number, size=n)."""
    others = ids[y == 0]
    return others[rng.integers(len(others), size=n)]
