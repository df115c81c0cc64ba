"""The module that a submission is run in: empty but for what Jupyter provides, and what the submission bound in it."""

from __future__ import annotations

import importlib.machinery
import os
import sys
import types
from typing import Any

MODULE = "submission"  # what the student's module is called, whatever its file is
MAX_NAMES = 1000  # that are told


class _Jupyter:
    """What get_ipython() gives here: an object whose every method does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*_: Any, **__: Any) -> None:
    return None


# Names that Jupyter provides; scripts exported from a notebook use them as well.
_GIVEN: dict[str, Any] = {"display": _nothing, "get_ipython": _Jupyter}


def new_module(file: str) -> types.ModuleType:
    """An empty module whose relative imports find the files beside it."""
    module = types.ModuleType(MODULE)
    module.__file__ = os.path.abspath(file)
    module.__path__ = [os.path.dirname(module.__file__)]
    module.__package__ = MODULE
    module.__spec__ = importlib.machinery.ModuleSpec(MODULE, None, origin=module.__file__, is_package=True)
    module.__spec__.submodule_search_locations = list(module.__path__)
    module.__dict__.update(_GIVEN)
    sys.modules[MODULE] = module
    return module


def defined(module: types.ModuleType) -> list[str]:
    """The names that the submission bound in it, but for modules, in order."""
    names = [
        name
        for name, value in list(module.__dict__.items())
        if isinstance(name, str) and len(name) <= 100 and not name.startswith("__")
        if not isinstance(value, types.ModuleType) and value is not _GIVEN.get(name, module)
    ]
    return sorted(names)[:MAX_NAMES]
