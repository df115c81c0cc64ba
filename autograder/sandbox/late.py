"""Packages that a submission imports for its plots and tables, which load when they are first used.

Most notebooks begin with ``import matplotlib.pyplot as plt``, which takes half a second in every worker, and no graded
function draws. So such a package is in ``sys.modules`` from the start, as a module that loads what it stands for once
somebody asks it for anything. One that is not installed is left to absent.py.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from typing import Any

PACKAGES = (("matplotlib", "matplotlib.pyplot"), ("pandas",))  # each with those of its modules that students import
ASKED = ("__all__", "__path__", "__version__")  # by an import, or by a student


def put_off() -> None:
    """Have all of them that are installed, and were not imported yet, load late in this process and its forks."""
    for names in PACKAGES:
        if names[0] not in sys.modules and importlib.util.find_spec(names[0]) is not None:
            modules = {name: Late(name, names) for name in names}
            for name, module in modules.items():
                package, _, own = name.rpartition(".")
                if package:
                    vars(modules[package])[own] = module
            sys.modules.update(modules)


class Late(types.ModuleType):
    """A module that is imported when one of its names is first read or set. names: it, and those to import anew."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(name)
        vars(self)["_names"] = names

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ASKED:  # inspect, warnings and the like look at every module
            raise AttributeError(name)
        module = self._imported()
        if name == "__all__" and not hasattr(module, name):  # `import *` would take the names of this one
            return [public for public in vars(module) if not public.startswith("_")]
        return getattr(module, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._imported(), name, value)

    def __dir__(self) -> list[str]:
        return dir(self._imported())

    def _imported(self) -> types.ModuleType:
        for name in vars(self)["_names"]:
            if isinstance(sys.modules.get(name), Late):
                del sys.modules[name]
        return importlib.import_module(self.__name__)
