"""A loss that writes down how a training loop used it: which rows, at which parameters, epoch after epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from assignments.optimizers.beside import STEPS
from autograder import assert_matches
from autograder.errors import WrongAnswer


class Watched:
    """The mean of (A - c_n)**2 and (b - c_n[0])**2 over the rows n of a batch, summed; its values depend on nothing
    but the arguments. parameters: a list of A, of the shape of a centre, and b, a single number in an array (1,).
    """

    __slots__ = ("breaks_at", "centres", "losses", "parameters", "rows")  # no value of a call depends on them

    def __init__(self, N: int, breaks_at: float = np.inf) -> None:
        self.centres = np.random.default_rng(N).normal(1.0, 2.0, (N, 3))
        self.breaks_at = breaks_at  # the loss is infinite where A[0] is above it
        self.rows: list[np.ndarray] = []
        self.parameters: list[list[np.ndarray]] = []
        self.losses: list[float] = []

    @property
    def function(self) -> Callable[[Any, Any], tuple[float, list[np.ndarray]]]:
        """What is handed to the training loop."""

        def loss_and_gradients(parameters: Any, rows: Any) -> tuple[float, list[np.ndarray]]:
            return self._evaluate(parameters, rows)

        return loss_and_gradients

    def _evaluate(self, parameters: Any, rows: Any) -> tuple[float, list[np.ndarray]]:
        A, b = (np.asarray(value, float) for value in parameters)
        rows = np.asarray(rows)
        if A.shape != (3,) or b.shape != (1,) or rows.ndim != 1 or rows.dtype.kind not in "iu" or not rows.size:
            raise ValueError
        centres = self.centres[rows]
        loss = float(np.mean(np.sum((A - centres) ** 2, axis=1) + (b[0] - centres[:, 0]) ** 2))
        loss = np.inf if A[0] > self.breaks_at else loss
        self.rows.append(rows)
        self.parameters.append([A, b])
        self.losses.append(loss)
        return loss, self.gradients(A, b, rows)

    def gradients(self, A: np.ndarray, b: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
        """The two of the batch of these rows."""
        mean = self.centres[rows].mean(axis=0)
        return [2 * (A - mean), 2 * (b - mean[:1])]

    def epochs(self, batch_size: int, count: int) -> list[list[np.ndarray]]:
        """The batches of each epoch; WrongAnswer unless these are all, and each has every row in just one batch."""
        N = len(self.centres)
        batches = -(-N // batch_size)
        if len(self.rows) != count * batches:
            raise said(
                "The loop should evaluate the loss once for every mini-batch of every epoch, and no more.",
                f" With {count} epochs of {batches} batches that is {count * batches} times, not {len(self.rows)}.",
            )
        epochs = [self.rows[start : start + batches] for start in range(0, len(self.rows), batches)]
        for epoch, rows in enumerate(epochs):
            check_cover(rows, N, batch_size, f"In the {STEPS[epoch % len(STEPS)]} epoch ")
        return epochs


def always(rate: float) -> Callable[[float], float]:
    """A schedule that does not change."""

    def schedule(t: float) -> float:
        return rate

    return schedule


def falling(t: float) -> float:
    """A schedule that is another number at every epoch."""
    return 0.2 / (1 + t)


def check_cover(batches: list[np.ndarray], N: int, batch_size: int, where: str = "Among the batches ") -> None:
    """WrongAnswer unless these are the rows 0 .. N-1, each once, in batches of this size but for the last."""
    sizes = [len(batch) for batch in batches]
    rows = np.sort(np.concatenate(batches)) if batches else np.zeros(0, int)
    right_sizes = [min(batch_size, N - start) for start in range(0, N, batch_size)]
    if 0 in sizes:
        raise said(f"{where}there is an empty batch.")
    if len(rows) < N and len(set(rows.tolist())) == len(rows):
        missing = N - len(rows)
        raise said(f"{where}there are examples in no batch.", f" {missing} of {N} are left out.")
    if not np.array_equal(rows, np.arange(N)):
        raise said(f"{where}there should be every example exactly once.")
    if sizes != right_sizes:
        raise said(
            f"{where}there are batches of other sizes than there should be.", f" They are {sizes}, not {right_sizes}."
        )


def said(sentence: str, public: str = "") -> WrongAnswer:
    """A wrong answer in words; public: what a hidden check does not tell."""
    return WrongAnswer(sentence + public, sentence)


def index_arrays(got: Any) -> list[np.ndarray]:
    """The batches that minibatches returned; WrongAnswer if they are none."""
    if not isinstance(got, (list, tuple, np.ndarray)):
        raise said("minibatches should return a list of index arrays.", f" What came is {got!r:.60}.")
    try:
        batches = [np.asarray(batch) for batch in got]
    except (TypeError, ValueError):  # a single number, or lists of different lengths
        batches = []
    if not all(batch.ndim == 1 and (batch.dtype.kind in "iu" or not batch.size) for batch in batches) or not batches:
        raise said("minibatches should return a list of index arrays: integers, one dimension each.")
    return batches


def check_steps(loss: Watched, after: Any, rates: list[float]) -> None:
    """WrongAnswer unless each batch moved all parameters by its rate times its gradients. after: what came back."""
    points = [*loss.parameters, after]
    for call, (rows, rate) in enumerate(zip(loss.rows, rates, strict=True)):
        A, b = loss.parameters[call]
        moved = [x - rate * dx for x, dx in zip((A, b), loss.gradients(A, b, rows), strict=True)]
        try:
            assert_matches(points[call + 1], moved, "parameters[0] parameters[1]")
        except WrongAnswer as wrong:
            when = f"After batch {call + 1} of the run: ", "After some batch: "
            raise WrongAnswer(when[0] + wrong.message, when[1] + wrong.sealed) from None


def trained(got: Any) -> tuple[Any, Any]:
    """The parameters and the history, if that is what train returned."""
    if not isinstance(got, (list, tuple)) or len(got) != 2:
        raise said("train should return two values: the list of parameters, and the history of the loss.")
    return got[0], got[1]
