"""A released folder has no reference: its checks run beside what was recorded of it.

What its tests import and do not have stands in: ``reference.x`` from the record, ``assignments.NAME.x`` from the folder
itself.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.recorded import REF, Playback, Told, check_name, read_record

_PACKAGES = ("reference", "assignments")


class ByRecord:
    """A pytest plugin: ``ref`` is the record in a released folder, and the stand-ins are there before its tests are."""

    def __init__(self, folder: Path) -> None:
        self.playback = read_record(folder)
        self.stand_ins = StandIns(folder, self.playback)

    def pytest_sessionstart(self) -> None:
        self.stand_ins.put()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.playback.begin(check_name(item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        if REF in pyfuncitem.funcargs:
            pyfuncitem.funcargs[REF] = Told(self.playback, REF)

    def pytest_unconfigure(self) -> None:
        self.stand_ins.take_away()


class StandIns(MetaPathFinder, Loader):
    """Between ``put`` and ``take_away`` these two packages are those of one released folder, whatever else is there."""

    def __init__(self, folder: Path, playback: Playback) -> None:
        self.folder = folder
        self.playback = playback
        self._aside: dict[str, ModuleType] = {}

    def put(self) -> None:
        self._aside = self._taken_out()
        sys.meta_path.insert(0, self)

    def take_away(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            self._taken_out()
            sys.modules.update(self._aside)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, *rest = fullname.split(".")
        if package not in _PACKAGES:
            return None
        if package == "assignments" and len(rest) == 2:
            file = self.folder / f"{rest[1]}.py"
            return importlib.util.spec_from_file_location(fullname, file) if file.is_file() else None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=package == "assignments" or not rest)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.name.startswith("reference."):
            return _Module(spec.name, self.playback)
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""

    def _taken_out(self) -> dict[str, ModuleType]:
        """The modules of the two packages, and the folder's own tests, out of sys.modules."""
        names = [
            name
            for name, module in sys.modules.items()
            if name.partition(".")[0] in _PACKAGES or _lies_in(module, self.folder)
        ]
        return {name: sys.modules.pop(name) for name in names}


class _Module(ModuleType):
    """A module of the reference, as far as the record knows it."""

    def __init__(self, name: str, playback: Playback) -> None:
        super().__init__(name)
        self._told = Told(playback, name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._told, name)


def _lies_in(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).parent == folder and Path(file).name.startswith("test_")
