"""Packages that a submission imports for its plots and tables, which load when they are first used.

Most notebooks begin with ``import matplotlib.pyplot as plt``, which takes half a second in every worker, and no graded
function draws. So such a package is in ``sys.modules`` from the start, as a module that loads what it stands for once
somebody asks it for anything. One that is not installed is left to absent.py.
"""

from __future__ import annotations

import importlib
import sys
import types
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

PACKAGES = (("matplotlib", "matplotlib.pyplot"), ("pandas",))  # each with those of its modules that students import
ASKED = ("__all__", "__path__", "__version__")  # by an import, or by a student


def put_off() -> None:
    """Have all of them that are installed, and were not imported yet, load late in this process and its forks."""
    for names in PACKAGES:
        if names[0] in sys.modules:
            continue
        found: dict[str, Late] = {}
        for name in names:
            package, _, own = name.rpartition(".")
            above = found[package].__spec__ if package in found else None
            within = above.submodule_search_locations if above is not None else None
            spec = PathFinder.find_spec(name, within) if within or not package else None
            if spec is not None:
                found[name] = Late(spec, names)
                if package:
                    vars(found[package])[own] = found[name]
        sys.modules.update(found)


class Late(types.ModuleType):
    """A module that is imported when one of its names is first read or set. names: it, and those to import anew."""

    def __init__(self, spec: ModuleSpec, names: tuple[str, ...]) -> None:
        super().__init__(spec.name)
        vars(self).update(__spec__=spec, __file__=spec.origin, _names=names)

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
