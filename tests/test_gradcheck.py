"""Gradients that are right, gradients that are wrong, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.errors import WrongAnswer
from autograder.gradcheck import check_gradient, looks_numeric, one_by_one, weighted
from tests.gradcheck_functions import FUNCTIONS, A, complex_step, relu

EACH_FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)
ACCURATE = 1e-7


def real(f):
    return one_by_one(lambda x: np.real(f(x)))


def generator(seed=0):
    return np.random.default_rng(seed)


def sum_of_tanh(x):
    return np.sum(np.tanh(x))


@EACH_FUNCTION
@pytest.mark.parametrize("full_up_to", [30, 0], ids=["by entry", "by direction"])
def test_the_right_gradient_of_each_function_is_never_wrong(name, full_up_to):
    f, draw = FUNCTIONS[name]
    words = []
    for seed in range(40):
        rng = generator(seed)
        x = draw(rng)
        words.append(check_gradient(real(f), (x,), (complex_step(f, x),), rng, full_up_to=full_up_to).word)
    assert "wrong" not in words
    assert words.count("right") >= (20 if name == "huge x" else 36)


@EACH_FUNCTION
@pytest.mark.parametrize("full_up_to", [30, 0], ids=["by entry", "by direction"])
def test_an_error_of_one_per_cent_in_the_largest_entry_is_found(name, full_up_to):
    f, draw = FUNCTIONS[name]
    words = []
    for seed in range(20):
        rng = generator(seed)
        x = draw(rng)
        gradient = complex_step(f, x)
        worst = int(np.argmax(np.abs(gradient)))
        gradient[worst] = 1.01 * gradient[worst] + (0.1 if name == "constant" else 0.0)
        verdict = check_gradient(real(f), (x,), (gradient,), rng, full_up_to=full_up_to)
        words.append(verdict.word)
        assert verdict.word != "right"
        if verdict.word == "wrong":
            assert verdict.arrays[0].index == (worst,)
            assert verdict.arrays[0].wrong_entries == 1
    assert words.count("wrong") >= (10 if name == "huge x" else 18)


@pytest.mark.parametrize("size", [3_000, 1_000_000])
def test_one_wrong_entry_among_very_many_is_found_and_named(size):
    def f(x):
        return np.sum(x**2) / 2 + 3.0 * x[0]

    x = generator().normal(size=size)
    gradient = x.copy()
    gradient[0] += 3.0
    right = check_gradient(one_by_one(f), (x,), (gradient,), generator(1))
    assert right.word == "right"
    assert right.evaluations == 85  # f(x), and 28 along each of 3 directions
    place = int(np.argmin(np.abs(np.abs(x) - 1)))
    gradient[place] *= 1 + 1e-3
    verdict = check_gradient(one_by_one(f), (x,), (gradient,), generator(1))
    assert verdict.word == "wrong"
    assert verdict.arrays[0].index == (place,)
    assert verdict.arrays[0].numeric == pytest.approx(x[place], rel=1e-6)
    assert verdict.evaluations < 1300


def affine_loss(W, b, X):
    return np.sum(np.tanh(X @ W.T + b) ** 2)


def affine_gradients(W, b, X):
    Z = np.tanh(X @ W.T + b)
    dZ = 2 * Z * (1 - Z**2)
    return [dZ.T @ X, dZ.sum(axis=0), dZ @ W]


MISTAKES = {
    "the sign is flipped": lambda dW, db, dX: [-dW, db, dX],
    "a transpose": lambda dW, db, dX: [dW.T, db, dX],
    "a term is missing": lambda dW, db, dX: [dW, db - 0.01 * db[::-1], dX],
    "the mean for the sum": lambda dW, db, dX: [dW, db / 5, dX],
    "zeros": lambda dW, db, dX: [dW, db, np.zeros_like(dX)],
    "one NaN": lambda dW, db, dX: [np.where(np.arange(dW.size).reshape(dW.shape) == 3, np.nan, dW), db, dX],
    "one infinity": lambda dW, db, dX: [np.where(np.arange(dW.size).reshape(dW.shape) == 3, np.inf, dW), db, dX],
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("full_up_to", [30, 0], ids=["by entry", "by direction"])
def test_an_ordinary_mistake_is_found_and_no_other_array_is_blamed(mistake, full_up_to):
    rng = generator()
    point = (rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=(5, 4)))
    right = affine_gradients(*point)
    claimed = MISTAKES[mistake](*right)
    verdict = check_gradient(one_by_one(affine_loss), point, claimed, rng, full_up_to=full_up_to)
    for array, g, r in zip(verdict.arrays, claimed, right, strict=True):
        assert array.word == ("right" if np.array_equal(g, r) else "wrong")
        if array.word == "wrong":
            assert array.numeric == pytest.approx(r[array.index], rel=1e-9)
            assert array.got != pytest.approx(r[array.index], rel=1e-3)


def test_many_small_errors_are_found_too():
    x = generator().normal(size=2000)
    verdict = check_gradient(one_by_one(sum_of_tanh), (x,), (1.001 * (1 - np.tanh(x) ** 2),), generator())
    assert verdict.word == "wrong"


def test_a_lost_entry_in_a_large_gradient_is_named():
    x = generator().normal(size=2000)
    gradient = 1 - np.tanh(x) ** 2
    gradient[777] = np.nan
    verdict = check_gradient(one_by_one(sum_of_tanh), (x,), (gradient,), generator())
    assert verdict.word == "wrong"
    assert verdict.arrays[0].index == (777,)


@pytest.mark.parametrize("strength", [1.0, 1e-2, 1e-4])
def test_a_weak_kink_under_a_strong_curvature_is_no_wrong_gradient(strength):
    f = one_by_one(lambda x: np.sum(strength * relu(x) + 3 * x + 100 * x**2))
    for slope in (3.0, 3.0 + strength, 3.0 + strength / 2):
        verdict = check_gradient(f, (np.zeros(1),), (np.array([slope]),), generator())
        assert (verdict.word, verdict.arrays[0].kinks) == ("right", ((0,),))
    off = check_gradient(f, (np.zeros(1),), (np.array([3.0 - strength]),), generator())
    assert (off.word, off.arrays[0].reason) == ("inconclusive", "kink")


@pytest.mark.parametrize("distance", 10.0 ** -np.arange(1, 13))
def test_the_right_gradient_at_any_distance_from_a_kink_is_never_wrong(distance):
    words = []
    for seed in range(20):
        rng = generator(seed)
        a, b = rng.normal(size=2)
        f = one_by_one(lambda x, a=a, b=b: np.sum(np.where(x > 0.7, a * (x - 0.7), b * (x - 0.7)) + x**2))
        side = rng.choice([-1.0, 1.0])
        x = np.array([0.7 + side * distance, 0.3])
        gradient = np.array([a if side > 0 else b, b]) + 2 * x
        words.append(check_gradient(f, (x,), (gradient,), rng).word)
    assert "wrong" not in words
    if distance > 1e-6:
        assert set(words) == {"right"}


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, 1.0]])
def test_kinks_that_cancel_along_a_direction_are_no_wrong_gradient(weights):
    """relu(x) - relu(y) at 0 has a slope along (1, 1) and along (1, -1), and 0 is a subgradient without either."""
    f = one_by_one(lambda x: np.dot(np.tile(weights, 20), relu(x[:40])) + np.sum(x[40:] ** 2))
    x = np.concatenate([np.zeros(40), generator().normal(size=10)])
    gradient = np.concatenate([np.zeros(40), 2 * x[40:]])
    for seed in range(10):
        verdict = check_gradient(f, (x,), (gradient,), generator(seed))
        assert verdict.word == "right"
        assert len(verdict.arrays[0].kinks) == 40


def test_a_wrong_entry_beside_kinks_is_found():
    x = np.concatenate([np.zeros(40), generator().normal(size=10)])
    gradient = np.concatenate([np.zeros(40), 2 * x[40:]])
    gradient[45] *= 1.001
    verdict = check_gradient(
        one_by_one(lambda x: np.sum(relu(x[:40])) + np.sum(x[40:] ** 2)), (x,), (gradient,), generator()
    )
    assert (verdict.word, verdict.arrays[0].index) == ("wrong", (45,))


def test_a_large_array_at_kinks_is_inconclusive():
    f = one_by_one(lambda x: np.sum(relu(x)))
    verdict = check_gradient(f, (np.zeros(2000),), (np.zeros(2000),), generator())
    assert (verdict.word, verdict.arrays[0].reason) == ("inconclusive", "kink")


SINGLE = {
    "returned": lambda x: np.sum(np.tanh(x), dtype=np.float32),
    "hidden in a float": lambda x: float(np.sum(np.tanh(x.astype(np.float32)))),
    "half": lambda x: np.sum(np.tanh(x)).astype(np.float16),
}


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("size", [5, 100, 3000])
def test_an_f_in_single_precision_is_inconclusive(kind, size):
    for seed in range(5):
        x = generator(seed).normal(size=size)
        verdict = check_gradient(one_by_one(SINGLE[kind]), (x,), (1 - np.tanh(x) ** 2,), generator(seed))
        assert (verdict.word, verdict.arrays[0].reason) == ("inconclusive", "single precision")


def test_a_forward_in_single_precision_shows_through_its_upstream_gradient():
    x, dZ = generator().normal(size=(2, 5))
    f = weighted(one_by_one(lambda x: np.tanh(x).astype(np.float32)), dZ)
    assert check_gradient(f, (x,), (dZ * (1 - np.tanh(x) ** 2),), generator()).word == "inconclusive"


def test_single_precision_in_a_part_of_f_is_hardly_ever_a_wrong_gradient():
    words = []
    for seed in range(40):
        x = generator(seed).normal(size=100)
        f = one_by_one(lambda x: float(np.sum(np.tanh(x.astype(np.float32)))) / 3 + 0.01 * np.sum(x**2))
        words.append(check_gradient(f, (x,), ((1 - np.tanh(x) ** 2) / 3 + 0.02 * x,), generator(seed)).word)
    assert words.count("wrong") <= 1


def test_a_forward_is_checked_against_its_upstream_gradient():
    X, dZ = generator().normal(size=(3, 5)), generator(1).normal(size=(3, 7))
    f = weighted(one_by_one(lambda X: X @ A.T), dZ)
    assert check_gradient(f, (X,), (dZ @ A,), generator()).word == "right"
    assert check_gradient(f, (X,), (2 * dZ @ A,), generator()).word == "wrong"
    with pytest.raises(WrongAnswer, match=r"shape \(3, 7\)"):
        check_gradient(weighted(one_by_one(lambda X: X), dZ), (X,), (dZ @ A,), generator())


def test_a_noise_that_hides_a_thousandth_is_inconclusive():
    f = one_by_one(lambda x: 1e13 + sum_of_tanh(x))
    x = generator().normal(size=5)
    verdict = check_gradient(f, (x,), (1 - np.tanh(x) ** 2,), generator())
    assert (verdict.word, verdict.arrays[0].reason) == ("inconclusive", "noise")


def test_everything_goes_out_in_one_batch_and_no_argument_is_changed():
    sizes = []

    def f_batch(points):
        sizes.append(len(points))
        return [float(affine_loss(*point)) for point in points]

    point = (generator().normal(size=(2, 4)), np.zeros(2), generator(1).normal(size=(20, 4)))
    before = [array.tobytes() for array in point]
    assert check_gradient(f_batch, point, affine_gradients(*point), generator()).word == "right"
    assert sizes == [1, 28 * (8 + 2 + 3)]
    assert [array.tobytes() for array in point] == before


@pytest.mark.parametrize("gradients", [[np.ones(3)], [np.ones((1, 2))], [np.ones(2, dtype=complex)], []])
def test_a_gradient_that_does_not_fit_is_an_error(gradients):
    with pytest.raises(ValueError, match="gradient"):
        check_gradient(one_by_one(np.sum), (np.ones(2),), gradients, generator())


def forward_differences(f, x, h):
    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(x.size)])


def test_a_gradient_by_difference_quotients_shows_itself_and_others_do_not():
    x = generator().uniform(0.5, 1.5, 6)
    right = 1 - np.tanh(x) ** 2
    double, single = 1e-15 * np.abs(right), 1e-4 * np.abs(right)
    central = np.array([(sum_of_tanh(x + 1e-5 * e) - sum_of_tanh(x - 1e-5 * e)) / 2e-5 for e in np.eye(6)])
    assert looks_numeric(forward_differences(sum_of_tanh, x, 1e-7), right, double, single)
    assert looks_numeric(forward_differences(sum_of_tanh, x, 1e-5), right, double, single)
    assert not looks_numeric(right, right, double, single)
    assert not looks_numeric(1 - np.tanh(x) * np.tanh(x), right, double, single)
    assert not looks_numeric(1.01 * right, right, double, single)
    assert not looks_numeric(right.astype(np.float32), right, double, single)
    assert not looks_numeric(right.astype(np.float32).astype(float), right, double, single)
    assert not looks_numeric(right[:, None], right, double, single)
    assert looks_numeric(central, right, 1e-17 * np.abs(right), single)
