"""What a message calls an output: by the name that the reference has for it, and never by a shape."""

from __future__ import annotations

from types import ModuleType

import pytest

from autograder.case import Case, Key
from autograder.edits import source_of
from reference import gates, losses, optimizers, word_window


@pytest.mark.parametrize(
    ("module", "title", "names"),
    [
        (gates, "MultiplyGate.backward", ["dx", "dy"]),
        (gates, "AddGate.backward", ["dx", "dy"]),  # returns [dz, dz]; its docstring says which is which
        (losses, "max_margin", ["J", "ds", "ds_c"]),
        (losses, "cross_entropy", ["loss", "dscores"]),
        (optimizers, "sparse_adam", ["result 1 of sparse_adam", "result 2 of sparse_adam"]),  # its docstring: (V, d)
        (word_window, "max_margin_loss", ["result 1 of max_margin_loss", "result 2 of max_margin_loss"]),
    ],
)
def test_an_output_has_the_name_that_the_reference_gives_it(module: ModuleType, title: str, names: list[str]) -> None:
    case = Case(title, [], [], {}, "float64", source_of(module))
    assert [case.name(Key(title, (place,))) for place in range(len(names))] == names
