"""Every worked number of the lecture's circuits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.circuits import (
    add_then_multiply,
    lecture_example,
    shop,
    sigmoid_neuron_by_gates,
    sigmoid_neuron_merged,
    squared_sum,
)

numbers = st.floats(-20, 20)
small = st.floats(-15, 15)  # two products of them stay below 700, where exp overflows


def test_the_lecture_example_is_6_with_gradients_2_5_0():
    assert lecture_example(1.0, 2.0, 0.0) == (6, [2, 5, 0])


def test_y_gets_3_through_max_and_2_through_plus():
    # f = a b with a = x + y = 3 and b = max(y, z) = 2; when z wins the max, only the path through + is left.
    assert lecture_example(1.0, 2.0, 0.0)[1][1] == 3 + 2
    assert lecture_example(1.0, 2.0, 4.0) == (12, [4, 4, 3])


def test_add_then_multiply_at_the_numbers_of_the_circuit():
    assert add_then_multiply(-2.0, 5.0, -4.0) == (-12, [-4, -4, 3])


@given(x=numbers, y=numbers)
def test_squared_sum_has_the_gradient_2_t(x, y):
    assert squared_sum(x, y) == ((x + y) ** 2, [2 * (x + y)] * 2)


def test_the_shopping_costs_715_and_every_edge_has_its_gradient():
    total, edges = shop(2.0, 100.0, 3.0, 150.0, 1.1)
    assert total == pytest.approx(715)
    assert edges == pytest.approx(
        {
            "total": 1,
            "cost": 1.1,
            "tax": 650,
            "apple_cost": 1.1,
            "orange_cost": 1.1,
            "apples": 110,
            "apple_price": 2.2,
            "oranges": 165,
            "orange_price": 3.3,
        }
    )


def test_a_price_raised_by_1_raises_the_total_by_its_gradient():
    total, edges = shop(2.0, 100.0, 3.0, 150.0, 1.1)
    dearer, _ = shop(2.0, 101.0, 3.0, 150.0, 1.1)
    assert dearer - total == pytest.approx(edges["apple_price"])


def test_the_sigmoid_neuron_at_known_numbers():
    # w = (2, -3), x = (-1, -2), b = -3: z = 1, f = 0.73, and f (1 - f) = 0.1966 times the other factor of each edge.
    f, gradients = sigmoid_neuron_by_gates(2.0, -1.0, -3.0, -2.0, -3.0)
    assert f == pytest.approx(0.7310585786300049)
    slope = 0.7310585786300049 * (1 - 0.7310585786300049)
    assert gradients == pytest.approx([-1 * slope, 2 * slope, -2 * slope, -3 * slope, slope])


@given(w_0=small, x_0=small, w_1=small, x_1=small, b=small)
def test_the_merged_sigmoid_gate_equals_its_four_gates(w_0, x_0, w_1, x_1, b):
    apart, apart_gradients = sigmoid_neuron_by_gates(w_0, x_0, w_1, x_1, b)
    merged, merged_gradients = sigmoid_neuron_merged(w_0, x_0, w_1, x_1, b)
    np.testing.assert_allclose(apart, merged, rtol=1e-12)
    np.testing.assert_allclose(apart_gradients, merged_gradients, rtol=1e-12, atol=1e-13)
