"""Monte-Carlo arithmetic moves what rounds, by as much as it rounds, and nothing else."""

from __future__ import annotations

import copy
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reference
from autograder.montecarlo import MonteCarloArray, Noise, monte_carlo, plain
from reference.autodiff import Variable
from tests.tolerance.arguments import NOT_NUMERIC, program_of

U = 2.0**-24
X = np.random.default_rng(0).normal(size=(7, 5))
W = np.random.default_rng(1).normal(size=(5, 3))
LABELS = np.array([2, 0, 1, 2, 4, 4, 0])

PUBLIC = {
    f"{path.stem}.{name}": found
    for path in sorted(Path(reference.__file__).parent.glob("[!_]*.py"))
    for name, found in vars(importlib.import_module(f"reference.{path.stem}")).items()
    if found.__class__ in (type, type(lambda: 0)) and found.__module__ == f"reference.{path.stem}"
    if not name.startswith("_") and name not in NOT_NUMERIC
}


@pytest.fixture
def noise() -> Noise:
    return Noise(U, np.random.default_rng(2))


def numbers(value: Any) -> list[np.ndarray]:
    """All fractions in a result, whatever it is made of."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in numbers(item)]
    return [np.asarray(value)] if np.asarray(value).dtype.kind == "f" else []


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_function_of_the_reference_runs_unchanged_and_stays_close(name: str, noise: Noise) -> None:
    assert len(PUBLIC) > 80
    function, arguments = program_of(name.partition(".")[2], PUBLIC[name])
    right = numbers(function(*copy.deepcopy(arguments)))
    moved = numbers(plain(function(*monte_carlo(copy.deepcopy(arguments), noise))))
    assert [array.shape for array in moved] == [array.shape for array in right]
    for one, other in zip(moved, right, strict=True):
        scale = np.abs(other).max(initial=0)
        assert np.all(np.isfinite(one))
        if name != "locations.best_threshold":  # it picks one of several that are as good: rounding breaks the tie
            # Differences over 0.01 lose a factor 100, and training takes many steps.
            assert np.abs(one - other).max(initial=0) <= 1e-2 * scale + 1e-4


def test_a_function_of_the_reference_without_arguments_here_is_named() -> None:
    with pytest.raises(KeyError, match="brand_new"):
        program_of("brand_new", lambda x: x)
    assert all(inspect.isfunction(found) or inspect.isclass(found) for found in PUBLIC.values())


EXACT: dict[str, Callable[[Any], Any]] = {
    "negate": lambda x: -x,
    "abs": abs,
    "max": lambda x: x.max(axis=1, keepdims=True),
    "maximum": lambda x: np.maximum(x, 0),
    "clip": lambda x: np.clip(x, -1, 1),
    "method clip": lambda x: x.clip(-1, 1),
    "zeros like": np.zeros_like,
    "sign": np.sign,
    "where": lambda x: np.where(x > 0, x, -x),
    "comparison": lambda x: x > 0.5,
    "mask": lambda x: x * (x > 0),
    "index": lambda x: x[np.arange(7), LABELS],
    "transpose": lambda x: x.T.reshape(5, 7).copy(),
    "concatenate": lambda x: np.concatenate([x, x]),
    "append": lambda x: np.append(x, 1.0),
    "stack": lambda x: np.vstack([x, x]),
    "sort": lambda x: np.sort(x, axis=0),
    "power of two": lambda x: 2 * x / 4 * -0.5,
    "zero as a summand": lambda x: x + 0.0,
    "sum of one": lambda x: x[:, :1].sum(axis=1),
    "counting": lambda x: (x > 0).sum(axis=0),
    "broadcast": lambda x: np.broadcast_to(x[0], (3, 5)),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_is_exact_is_not_moved(name: str, noise: Noise) -> None:
    np.testing.assert_array_equal(plain(EXACT[name](monte_carlo(X, noise))), EXACT[name](X))


# Each with what one unit roundoff is worth in its result.
INEXACT: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "plus": (lambda x: x + 1.5, lambda x: abs(x + 1.5)),
    "times": (lambda x: 1.1 * x, lambda x: abs(1.1 * x)),
    "times a numpy scalar": (lambda x: np.float64(1.1) * x, lambda x: abs(1.1 * x)),
    "divide": (lambda x: 1 / x, lambda x: abs(1 / x)),
    "square": (lambda x: x**2, lambda x: x**2),
    "exp": (np.exp, np.exp),
    "logaddexp": (lambda x: np.logaddexp.reduce(x, axis=1), lambda x: 2 * (1 + abs(np.logaddexp.reduce(x, axis=1)))),
    "sum": (lambda x: x.sum(axis=0), lambda x: np.sqrt(6) * abs(x).sum(axis=0)),
    "np.sum": (np.sum, lambda x: np.sqrt(34) * abs(x).sum()),
    "mean": (lambda x: np.mean(x, axis=0), lambda x: np.sqrt(6) * abs(x).mean(axis=0) + abs(x.mean(axis=0))),
    "cumsum": (lambda x: np.cumsum(x, axis=0), lambda x: np.sqrt(7) * np.cumsum(abs(x), axis=0)),
    "prod": (lambda x: x.prod(axis=1), lambda x: np.sqrt(4) * abs(x.prod(axis=1))),
    "std": (lambda x: x.std(axis=0), lambda x: 10 * x.std(axis=0)),
    "matmul": (lambda x: x @ W, lambda x: np.sqrt(5) * abs(x) @ abs(W)),
    "matmul from the right": (lambda x: W.T @ x.T, lambda x: np.sqrt(5) * abs(W.T) @ abs(x.T)),
    "dot": (lambda x: np.dot(x, W), lambda x: np.sqrt(5) * abs(x) @ abs(W)),
    "method dot": (lambda x: x.dot(W), lambda x: np.sqrt(5) * abs(x) @ abs(W)),
    "einsum": (lambda x: np.einsum("nd,dh->h", x, W), lambda x: np.sqrt(35) * (abs(x) @ abs(W)).sum(0)),
    "outer": (lambda x: np.outer(x[0], W[:, 0]), lambda x: abs(np.outer(x[0], W[:, 0]))),
    "inner": (lambda x: np.inner(x, W.T), lambda x: np.sqrt(5) * abs(x) @ abs(W)),
    "tensordot": (lambda x: np.tensordot(x, W, 1), lambda x: np.sqrt(5) * abs(x) @ abs(W)),
    "norm": (np.linalg.norm, lambda x: 35 * np.linalg.norm(x)),
    "in place": (lambda x: np.multiply(x.copy(), 1.1, out=x.copy()), lambda x: abs(1.1 * x)),
    "into a bare array": (lambda x: np.add(np.ones((7, 5)), x, out=np.empty((7, 5))), lambda x: abs(1 + x)),
    "where": (
        lambda x: np.divide(1, x, out=np.full((7, 5), 1.0), where=x > -1),
        lambda x: np.where(x > -1, abs(1 / x), 1),
    ),
}


@pytest.mark.parametrize("name", INEXACT)
def test_what_rounds_is_moved_by_its_rounding(name: str, noise: Noise) -> None:
    function, size = INEXACT[name]
    moves = np.array([plain(function(monte_carlo(X, noise))) - function(X) for _ in range(50)])
    worst = np.abs(moves).max(axis=0) / (U * size(X))
    assert np.all(worst <= 1 + 1e-6)
    assert np.median(worst) > (0.002 if name in ("std", "norm") else 0.4)


def test_terms_that_meet_in_one_place_round_each(noise: Noise) -> None:
    sums = np.zeros(3)
    np.add.at(sums, np.array([0, 1, 1, 1]), monte_carlo(np.full(4, 0.7), noise))
    assert sums[0] == 0.7
    assert sums[2] == 0
    assert 0 < abs(sums[1] - 2.1) <= U * np.sqrt(2) * 2.1


def test_numbers_stay_wrapped_and_never_change_under_another_name(noise: Noise) -> None:
    x = monte_carlo(np.array([1.5, 2.5]), noise)
    first = old = x[0]
    first += 1.1
    assert plain(old) == 1.5
    assert plain(x[0]) == 1.5
    assert plain(first) != 2.6  # it has rounded
    assert all(isinstance(entry, MonteCarloArray) for entry in x)
    assert isinstance(monte_carlo({"lr": [0.1]}, noise)["lr"][0] * 3, MonteCarloArray)


def test_a_bare_number_ends_the_wrapping(noise: Noise) -> None:
    x = monte_carlo(np.array([1.1]), noise)
    assert type(x[0].item()) is float
    assert x[0].item() * 3.3 == 1.1 * 3.3


def test_cancellation_shows_in_a_formula_that_has_it_only(noise: Noise) -> None:
    x = np.array([1e-3])
    spread = [
        np.std([plain(formula(monte_carlo(x, noise)))[0] for _ in range(30)]) / 5e-7
        for formula in (lambda x: 1 - np.cos(x), lambda x: 2 * np.sin(x / 2) ** 2)
    ]
    assert spread[0] > 1e-2
    assert spread[1] < 1e-6


def test_a_function_that_is_handed_over_rounds_too(noise: Noise) -> None:
    def slope(f: Callable[[Any], Any], x: np.ndarray) -> Any:
        x = np.array(x)  # a bare copy
        return (f(x + 1e-3) - f(x - 1e-3)) / 2e-3

    moved = plain(slope(*monte_carlo((np.exp, np.array(1.0)), noise)))
    assert 10 * U < abs(moved - np.e) < 1e4 * U  # rounding of f over the step


def test_a_tape_of_operations_runs(noise: Noise) -> None:
    def gradient(x: Any, w: Any) -> Any:
        x = Variable(x)
        ((x @ w).tanh() ** 2 * 1.5 + x.sum(axis=1, keepdims=True).sigmoid()).mean().backward()
        return x.grad

    moved = plain(gradient(*monte_carlo((X, W), noise)))
    assert 0 < np.abs(moved - gradient(X, W)).max() < 100 * U


def test_infinities_and_whole_numbers_pass(noise: Noise) -> None:
    x = monte_carlo(np.array([np.inf, -np.inf, np.nan, 700.0]), noise)
    np.testing.assert_array_equal(plain(np.exp(x))[:3], [np.inf, 0, np.nan])
    np.testing.assert_array_equal(plain(x + x)[:3], [np.inf, -np.inf, np.nan])
    whole = monte_carlo(np.array([3, 4]), noise)
    assert plain(whole * 3).tolist() == [9, 12]
    assert plain(np.exp(whole))[0] != np.exp(3)
