"""What a student must not see of the target: 5 points for double at an input that nobody may learn of."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import assert_matches, number, weight
from reference import target as ref

SECRET = "@CANARY@"
X = np.array([0.5, float("@NUMBER@"), 3.0])


@number("4")
@weight(5)
def test_double_hidden(student: Any) -> None:
    """double(x) is 2 x, for other x."""
    assert_matches(student.double(X), ref.double(X), "y")
