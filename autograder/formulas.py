"""Another function of an argument altogether: the tanh of z where its sigmoid belongs, or its slope times upstream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.changes import FUNCTIONS
from autograder.fits import Output, Row, is_like


def another_function(output: Output) -> str | None:
    """The formula in words; None if the output is no simple one of a single argument, upstream or not."""
    return next(_found(output), None)


def _found(output: Output) -> Iterator[str]:
    names = [
        name
        for name in output.rows[0].arguments
        if all(is_like(row.arguments.get(name), row.right) for row in output.rows)
    ]
    for name in names:

        def value(row: Row, name: str = name) -> Any:
            return np.asarray(row.arguments[name], float)

        for words, function in FUNCTIONS.items():
            if output.is_in_all(lambda row, f=function: f(value(row))):  # type: ignore[misc]  # mypy knows no default of a lambda
                yield f"it is {words} of {name}"
        for words, function in FUNCTIONS.items() if output.upstream in names and name != output.upstream else ():
            if output.is_in_all(lambda row, f=function: value(row, output.upstream) * f(value(row))):  # type: ignore[misc]  # as above
                yield f"it is {output.upstream} times {words} of {name}"
