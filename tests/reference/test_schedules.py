"""Learning rate schedules: the value at every epoch, boundaries included."""

from __future__ import annotations

import numpy as np
import pytest

from reference import schedules


def test_every_schedule_at_its_first_epochs():
    t = np.arange(6)
    np.testing.assert_array_equal(schedules.constant(t, 0.5), [0.5] * 6)
    np.testing.assert_array_equal(schedules.halve_every(t, 0.8, 2), [0.8, 0.8, 0.4, 0.4, 0.2, 0.2])
    np.testing.assert_allclose(schedules.step_factor(t, 1.0, 3, 0.1), [1, 1, 1, 0.1, 0.1, 0.1])
    np.testing.assert_allclose(schedules.exponential(t, 1.0, np.log(2)), 0.5**t)
    np.testing.assert_allclose(schedules.inverse(t, 1.0, 2), [1, 1, 1, 2 / 3, 2 / 4, 2 / 5])
    np.testing.assert_allclose(schedules.cyclical(t, 0.1, 0.5, 2), [0.1, 0.3, 0.5, 0.3, 0.1, 0.3])


@pytest.mark.parametrize(
    "schedule",
    [
        lambda t: schedules.constant(t, 0.1),
        lambda t: schedules.halve_every(t, 0.1, 3),
        lambda t: schedules.step_factor(t, 0.1, 4, 0.3),
        lambda t: schedules.exponential(t, 0.1, 0.2),
        lambda t: schedules.inverse(t, 0.1, 5),
        lambda t: schedules.cyclical(t, 0.1, 0.5, 4),
    ],
)
def test_one_epoch_at_a_time_is_the_whole_curve(schedule):
    curve = schedule(np.arange(30))
    assert curve.shape == (30,)
    np.testing.assert_allclose([schedule(t) for t in range(30)], curve, rtol=1e-14)
    assert curve[0] == pytest.approx(0.1)


def test_a_layer_with_more_inputs_has_a_smaller_rate():
    assert schedules.fan_in_scaled(0.1, 25) == pytest.approx(0.02)
