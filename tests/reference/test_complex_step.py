"""Every gradient of the reference against the complex step of its own forward: exact to rounding, no step to choose.

For a real analytic f, f(x + ih) = f(x) + ih f'(x) - ..., so Im f(x + ih) / h is f'(x) without any cancellation
(Squire and Trapp, SIAM Review 40, 1998).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.reference.examples import EXAMPLES
from tests.reference.proofs import each_example

H = 1e-30


@pytest.mark.parametrize("name", each_example(by="complex step"))
def test_backward_is_the_complex_step_of_forward(name, rng):
    example = EXAMPLES[name]
    inputs = example.draw(rng)
    upstream = rng.normal(size=np.shape(example.forward(*inputs)))
    gradients = example.backward(upstream, *inputs)
    assert len(gradients) == len(inputs)
    for position, (x, gradient) in enumerate(zip(inputs, gradients, strict=True)):
        assert np.shape(gradient) == x.shape
        for index in np.ndindex(x.shape):
            moved = [array.astype(complex) for array in inputs]
            moved[position][index] += 1j * H
            slope = np.sum(upstream * np.imag(example.forward(*moved))) / H
            np.testing.assert_allclose(np.asarray(gradient)[index], slope, rtol=1e-11, atol=1e-13)


def test_the_complex_step_notices_a_wrong_gradient():
    # The same comparison with the softsign derivative that the notes print.
    z = np.array([-0.5, 0.5])
    slope = np.imag(EXAMPLES["softsign"].forward(z + 1j * H)) / H
    printed = np.sign(z) / (1 + z) ** 2
    assert list(np.isclose(printed, slope)) == [False, True]
