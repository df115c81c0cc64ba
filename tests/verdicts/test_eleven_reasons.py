"""Why courses' own checks let mistakes through, one by one: each check here accepts a wrong answer that ours rejects.

The reasons were found in 176 public repositories of courses that teach this lecture, whose own checks accept 128 of the
215 wrong functions in them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.errors import WrongAnswer
from reference import activations, gradcheck, losses, network, training
from tests.tolerance.subjects import Subject, tanh_slope
from tests.verdicts import entries
from tests.verdicts.judge import battery, check, failure


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20190117)


@functools.cache
def cases_of(function: str) -> Any:
    return battery(entries.problems()[function].subject)


def entry(function: str, label: str) -> Callable[..., Any]:
    """A wrong submission of the corpus."""
    (found,) = (e for e in entries.of(function) if e.label == label)
    assert not found.right
    return found.submission


def assert_only_ours_rejects(function: str, wrong: Callable[..., Any], course: Callable[..., bool]) -> None:
    """course: says whether a submission passes the course's check, which the right answer does as well."""
    right = entries.problems()[function].subject.function
    assert course(right)
    assert course(wrong)
    assert not failure(right, cases_of(function))
    assert failure(wrong, cases_of(function))


def test_1_the_upstream_gradient_is_all_ones(rng: np.random.Generator) -> None:
    z = rng.normal(size=(4, 5))

    def course(relu_backward: Any) -> bool:
        return bool(np.allclose(relu_backward(np.ones(z.shape), z), z > 0))

    assert_only_ours_rejects("relu_backward", entry("relu_backward", "upstream ignored"), course)


def test_2_a_random_parameter_is_always_the_same(rng: np.random.Generator) -> None:
    scores, y = rng.normal(size=(6, 4)), rng.integers(1, size=6)  # 0, whatever is drawn
    assert not y.any()

    def wrong(f: Any, y: Any) -> Any:
        """The first class is taken for the right one."""
        return losses.cross_entropy(f, np.zeros_like(y))

    def course(cross_entropy: Any) -> bool:
        return bool(np.allclose(cross_entropy(scores, y)[1], losses.cross_entropy(scores, y)[1]))

    assert_only_ours_rejects("cross_entropy", wrong, course)


def test_3_a_comparison_broadcasts(rng: np.random.Generator) -> None:
    delta, X, W, b = rng.normal(size=(6, 3)), rng.normal(size=(6, 5)), rng.normal(size=(3, 5)), rng.normal(size=3)

    def course(affine_backward: Any) -> bool:
        db = affine_backward(delta, X, W, b)[2]
        return bool(np.max(np.abs(db - delta.sum(axis=0))) < 1e-8)  # (1, 3) minus (3,)

    assert_only_ours_rejects("affine_backward", entry("affine_backward", "db keeps its axis"), course)


def test_4_the_regularization_is_too_small_to_see(rng: np.random.Generator) -> None:
    W1, W2 = 1e-4 * rng.normal(size=(4, 5)), 1e-4 * rng.normal(size=(3, 4))
    parameters, X, y = [W1, np.zeros(4), W2, np.zeros(3)], rng.normal(size=(6, 5)), rng.integers(3, size=6)

    def course(network_loss: Any) -> bool:
        loss, gradients = network_loss(parameters, X, y, 5e-6)
        right_loss, right_gradients = network.network_loss(parameters, X, y, 5e-6)
        return bool(np.isclose(loss, right_loss)) and all(map(np.allclose, gradients, right_gradients))

    assert_only_ours_rejects("network_loss", entry("network_loss", "half the penalty"), course)


def test_5_dropout_is_checked_against_the_students_own_forward(rng: np.random.Generator) -> None:
    h, p = rng.normal(size=(50, 40)) + 10, 0.5  # where keeping and dropping are as likely
    dout = rng.normal(size=h.shape)

    def course(dropout_train: Any) -> bool:
        out, mask = dropout_train(h, p, np.random.default_rng(1))
        moved, _ = dropout_train(h + 1e-5 * dout, p, np.random.default_rng(1))
        slope = np.sum(moved - out) / 1e-5
        return abs(np.mean(out) / np.mean(h) - 1) < 0.1 and abs(slope - np.sum(dout * mask)) < 1e-3

    assert_only_ours_rejects("dropout_train", entry("dropout_train", "p dropped"), course)


def test_6_a_label_stands_once_only(rng: np.random.Generator) -> None:
    dX, ids = rng.normal(size=(4, 3)), np.array([2, 0, 3, 1])

    def course(embedding_gradient: Any) -> bool:
        return bool(np.allclose(embedding_gradient(dX, ids, 4), dX[np.argsort(ids)]))

    assert_only_ours_rejects("embedding_gradient", entry("embedding_gradient", "last of repeats"), course)


def test_6_sizes_are_square(rng: np.random.Generator) -> None:
    X, W, b = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)

    def wrong(X: Any, W: Any, b: Any) -> Any:
        """The number of rows of W is taken for both of its sizes."""
        Z = np.zeros((X.shape[0], W.shape[0])) + b
        for i in range(W.shape[0]):
            for j in range(W.shape[0]):
                Z[:, i] += X[:, j] * W[i, j]
        return Z

    def course(affine_forward: Any) -> bool:
        return bool(np.allclose(affine_forward(X, W, b), X @ W.T + b))

    assert_only_ours_rejects("affine_forward", wrong, course)


def test_6_the_batch_size_divides_the_number_of_examples() -> None:
    subject = Subject(
        training.minibatches, {"X": "N", "size": (2, 5, 3)}, lambda X, size: (X.size, size, np.random.default_rng(1))
    )

    def wrong(N: int, batch_size: int, rng: np.random.Generator) -> Any:
        """The last batch is lost where it is smaller."""
        order = rng.permutation(N)
        return [order[i * batch_size : (i + 1) * batch_size] for i in range(N // batch_size)]

    def course(minibatches: Any) -> bool:
        return sorted(np.concatenate(minibatches(100, 10, np.random.default_rng(0)))) == list(range(100))

    assert course(training.minibatches)
    assert course(wrong)
    assert not failure(training.minibatches, battery(subject))
    assert failure(wrong, battery(subject))


def test_7_the_students_own_comparison_and_difference_decide(rng: np.random.Generator) -> None:
    class Submission:
        """Slope and difference quotient are both half of what they should be."""

        @staticmethod
        def is_close(a: Any, b: Any) -> bool:
            return bool(np.all(np.abs(a - b) < 1e-2))

        @staticmethod
        def central_difference(f: Any, x: Any, h: float) -> Any:
            return (f(x + h) - f(x - h)) / (4 * h)

        @staticmethod
        def tanh_backward(da: Any, z: Any) -> Any:
            return da * (1 - np.tanh(z) ** 2) / 2

    z = rng.normal(size=(4, 5))
    slope = Submission.tanh_backward(np.ones(z.shape), z)
    assert Submission.is_close(slope, Submission.central_difference(np.tanh, z, 1e-5))
    assert failure(Submission.tanh_backward, cases_of("tanh_backward"))
    assert failure(
        lambda f, x, h: gradcheck.numeric_gradient(f, x, h) / 2,
        cases_of("numeric_gradient"),
    )


def test_7_a_tolerance_of_a_hundredth(rng: np.random.Generator) -> None:
    z, da = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))

    def wrong(da: Any, z: Any) -> Any:
        """The slope is read from a table of two decimals."""
        return da * np.round(activations.sigmoid(z) * (1 - activations.sigmoid(z)), 2)

    def course(sigmoid_backward: Any) -> bool:
        return bool(
            np.all(np.abs(sigmoid_backward(da, z) - activations.sigmoid_backward(da, z)) < 1e-2 * (1 + abs(da)))
        )

    assert_only_ours_rejects("sigmoid_backward", wrong, course)


def contradictory_fixture(backward: Any) -> bool:
    """A course's check with a cached "A1" that is no tanh of the cached Z1."""
    rng = np.random.default_rng(8)
    X, A1, Z1, Z2 = rng.normal(size=(6, 5)), *rng.normal(size=(2, 6, 4)), rng.normal(size=(6, 3))
    W1, b1, W2, b2 = rng.normal(size=(4, 5)), rng.normal(size=4), rng.normal(size=(3, 4)), rng.normal(size=3)
    dscores = rng.normal(size=(6, 3))
    dZ1 = dscores @ W2 * (1 - A1**2)
    return bool(np.allclose(backward(dscores, [(X, Z1), (A1, Z2)], [W1, b1, W2, b2], tanh_slope)[1][0], dZ1.T @ X))


def right(label: str) -> Callable[..., Any]:
    return next(e.submission for e in entries.of("network_backward") if e.right and e.label == label)


def test_8_right_answers_in_two_styles_of_which_a_contradictory_fixture_accepts_one() -> None:
    assert contradictory_fixture(right("slope from the output"))
    assert not contradictory_fixture(right("two layers"))
    for style in ("slope from the output", "two layers"):
        assert not failure(right(style), cases_of("network_backward"))


def test_8_a_backward_that_does_not_fit_its_own_forward() -> None:
    backward = right("slope from the output")

    def forward(X: Any, parameters: Any) -> Any:
        """Keeps z where backward will look for tanh(z)."""
        scores, ((_, Z1), (_, Z2)) = network.network_forward(X, parameters, np.tanh)
        return scores, [(X, Z1), (Z1, Z2)]

    assert contradictory_fixture(backward)
    case = cases_of("network_backward")[0]
    dscores, ((X, _), _), parameters, _ = case.arguments
    check(backward(dscores, network.network_forward(X, parameters, np.tanh)[1], parameters, tanh_slope), case)
    with pytest.raises(WrongAnswer):  # with the cache that the student's own forward has kept
        check(backward(dscores, forward(X, parameters)[1], parameters, tanh_slope), case)


def test_9_dropouts_backward_is_tested_in_test_mode(rng: np.random.Generator) -> None:
    dout = rng.normal(size=(4, 5))

    def course(dropout_backward: Any) -> bool:
        gradient = dropout_backward(dout, np.ones(dout.shape))  # nothing is dropped in testing
        return gradient is not None and bool(np.allclose(gradient, dout))

    assert_only_ours_rejects("dropout_backward", entry("dropout_backward", "mask forgotten"), course)


def test_10_the_largest_difference_without_an_absolute_value(rng: np.random.Generator) -> None:
    z, da = rng.normal(size=(4, 5)), rng.random(size=(4, 5))  # all upstream gradients positive

    def course(sigmoid_backward: Any) -> bool:
        return bool(np.max(sigmoid_backward(da, z) - activations.sigmoid_backward(da, z)) < 1e-6)

    assert_only_ours_rejects("sigmoid_backward", entry("sigmoid_backward", "sign flipped"), course)


@pytest.mark.parametrize(("function", "label"), [("adam", "t not stored"), ("momentum", "velocity not stored")])
def test_11_one_step_of_an_optimizer(function: str, label: str, rng: np.random.Generator) -> None:
    x, dx = rng.normal(size=(2, 4, 5))

    def course(two_steps: Any) -> bool:
        optimizer = cases_of(function)[0].arguments[0]
        first = two_steps(optimizer, x, dx, dx, 1e-8)[0]  # the second step is not looked at
        return bool(np.allclose(first, optimizer(x, dx, None, lr=0.01)[0]))

    assert_only_ours_rejects(function, entry(function, label), course)
