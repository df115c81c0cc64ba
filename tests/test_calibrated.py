"""The reference of a check: its values are the reference's own, and carry their tolerance along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.calibrated import Calibrated
from autograder.tolerance import LIMITS, ratio
from autograder.tolerance_store import Store
from reference import activations, gates, losses, optimizers, regularization

Z = np.random.default_rng(0).normal(size=(3, 5))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "tolerances.json")


def test_a_value_is_the_references_and_its_tolerance_waits_until_asked(store: Store) -> None:
    right = Calibrated(activations, store).sigmoid(Z)
    np.testing.assert_array_equal(right.value, activations.sigmoid(Z))
    assert store.computed == 0
    assert np.all(right.tolerance("float64") < right.tolerance("float32"))
    assert store.computed == 2


def test_parts_of_a_result_carry_their_part_of_the_tolerance(store: Store) -> None:
    right = Calibrated(losses, store).cross_entropy(Z, np.array([0, 4, 4]))
    loss, dscores = right
    assert len(right) == 2
    assert loss.tolerance("float64") == right.tolerance("float64")[0]
    np.testing.assert_array_equal(dscores.tolerance("float32"), right.tolerance("float32")[1])
    x, state = Calibrated(optimizers, store).momentum(Z, Z)
    assert list(state) == ["v"]
    assert state["v"].tolerance("float64").shape == Z.shape
    assert x.value.shape == Z.shape


def test_values_of_the_reference_go_back_into_it(store: Store) -> None:
    ref = Calibrated(optimizers, store)
    x, state = ref.adam(Z, Z)
    _, later = ref.adam(x, Z, state)
    assert later["t"].value == 2
    assert later["t"].tolerance("float64") == 0


def test_an_objects_calls_are_each_run_again_from_its_start(store: Store) -> None:
    gate = Calibrated(gates, store).MaxGate()
    z = gate.forward(Z, -Z)
    gate.backward(Z)
    dx, _ = gate.backward(2 * Z)
    np.testing.assert_array_equal(z.value, abs(Z))
    np.testing.assert_array_equal(dx.value, 2 * Z * (Z >= 0))
    assert ratio(dx.value * (1 + 1e-13), dx.value, dx.tolerance("float64")) < LIMITS["float64"]
    assert ratio(dx.value * (1 + 1e-9), dx.value, dx.tolerance("float64")) > LIMITS["float64"]
    assert gate.x_wins.tolist() == (Z >= 0).tolist()


def test_a_generator_that_has_gone_on_does_not_matter(store: Store) -> None:
    rng = np.random.default_rng(3)
    right = Calibrated(regularization, store).dropout_train(Z, 0.6, rng)
    rng.random(100)
    zero = right.value[1] == 0
    assert np.all((right.tolerance("float64")[1] < 1e-300) <= zero | (right.value[1] != 0))
    np.testing.assert_array_equal(regularization.dropout_train(Z, 0.6, np.random.default_rng(3))[1], right.value[1])


def test_the_flag_of_the_case_is_asked_at_the_call(store: Store) -> None:
    on_kink = [True]
    ref = Calibrated(losses, store, exact_kink=lambda: on_kink[0])
    scores, y = np.array([[1.3, 0.3, 2.3]]), np.array([0])
    fixed = ref.multiclass_hinge(scores, y)[1]
    on_kink[0] = False
    free = ref.multiclass_hinge(scores, y)[1]
    assert fixed.tolerance("float64").max() < 1e-14
    assert free.tolerance("float64").max() > 0.5


def test_constants_and_missing_names_are_the_modules(store: Store) -> None:
    assert Calibrated(regularization, store).np is np
    with pytest.raises(AttributeError, match="sigmoyd"):
        Calibrated(activations, store).sigmoyd  # noqa: B018  # reading is the test
