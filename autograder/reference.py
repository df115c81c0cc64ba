"""The reference that an assignment is graded against: one module of reference/, or several under one name."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from autograder.assignment import Assignment
from autograder.errors import AssignmentError


class Reference:
    """The modules of an assignment's reference under one name: ``ref.cross_entropy``, ``ref.dropout_train``.

    Raises AssignmentError where a module is not there; a name that none of them has is an AttributeError.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._modules = [imported(name, assignment) for name in assignment.reference]

    def __getattr__(self, name: str) -> Any:
        for module in self._modules:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"The reference has no {name}: not in {', '.join(m.__name__ for m in self._modules)}.")


def imported(name: str, assignment: Assignment) -> ModuleType:
    """A module of reference/, by its name. AssignmentError where it is not there."""
    try:
        return importlib.import_module(f"reference.{name}")
    except ModuleNotFoundError as error:
        if error.name not in ("reference", f"reference.{name}"):
            raise
        raise AssignmentError(f"{assignment.folder} has no reference: there is no reference/{name}.py.") from None
