"""softsign_backward(da, z) = da / (1 + |z|)**2."""

from __future__ import annotations

import numpy as np

from reference import activations as act
from tests.tolerance.wrong import numeric
from tests.verdicts.problem import backward_of

PROBLEM = backward_of("softsign_backward", act.softsign)

RIGHT = {
    "square in two divisions": lambda da, z: da / (1 + abs(z)) / (1 + abs(z)),
    "expanded square": lambda da, z: da / (1 + 2 * abs(z) + z * z),
    "quotient rule": lambda da, z: da * ((1 + abs(z)) - z * np.sign(z)) / (1 + abs(z)) ** 2,
}
WRONG = {
    "masks multiplied: 0 / 0 at z = -1": lambda da, z: da * ((z > 0) / (1 + z) ** 2 + (z <= 0) / (1 - z) ** 2),
    "upstream ignored": lambda da, z: 1 / (1 + abs(z)) ** 2,
    "absolute value forgotten": lambda da, z: da / (1 + z) ** 2,
    "1 + z**2": lambda da, z: da / (1 + z**2),
    "tanh's rule on the output: 1 - a**2": lambda da, z: da * (1 - (z / (1 + abs(z))) ** 2),
    "factor z left in": lambda da, z: da * z / (1 + abs(z)) ** 2,
    "cube for the square": lambda da, z: da / (1 + abs(z)) ** 3,
    "1 - |z| in the denominator": lambda da, z: da / (1 - abs(z)) ** 2,
    "numeric": numeric(act.softsign),
    "absolute value of the upstream": lambda da, z: abs(da) / (1 + abs(z)) ** 2,
}
