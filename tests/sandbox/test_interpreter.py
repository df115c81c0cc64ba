"""What a worker is granted of this interpreter is enough to import, and no more than libraries."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.interpreter import interpreter_paths, uid_can_import, unreachable


def under(path: str, folders: tuple[str, ...]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def test_the_standard_library_and_numpy_are_covered() -> None:
    paths = interpreter_paths()
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        assert under(os.path.realpath(sysconfig.get_path(name)), paths)
    assert under(os.path.realpath(np.__file__), paths)


def test_no_prefix_is_given_whole_and_nothing_twice() -> None:
    paths = interpreter_paths()
    assert paths
    assert not {os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, "/", "/usr", "/home")} & set(paths)
    assert all(os.path.isdir(path) and os.path.realpath(path) == path for path in paths)
    assert not any(under(path, tuple(set(paths) - {path})) for path in paths)


def test_the_graders_own_search_path_is_not_covered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not under(os.path.realpath(tmp_path), interpreter_paths())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder that others can reach, whatever the folders above it; tests shut parts of it."""
    folder = tmp_path / "top" / "lib" / "python"
    folder.mkdir(parents=True)
    for step in (folder, folder.parent, folder.parent.parent):
        step.chmod(0o755)
    return tmp_path / "top"


@pytest.mark.parametrize(("shut", "mode"), [(".", 0o700), ("lib", 0o744), ("lib/python", 0o750), ("lib/python", 0o711)])
def test_a_shut_folder_on_the_way_is_named(tree: Path, shut: str, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    above = {str(step) for step in tree.parents}
    real = os.stat

    class Open:
        st_mode = 0o40755

    monkeypatch.setattr(os, "stat", lambda path, **rest: Open if str(path) in above else real(path, **rest))
    assert unreachable([str(tree / "lib" / "python")]) is None
    assert uid_can_import([str(tree / "lib" / "python"), str(tree / "missing.zip")])
    (tree / shut).chmod(mode)
    assert unreachable([str(tree / "lib" / "python")]) == str(tree / shut)
    assert not uid_can_import([str(tree / "lib" / "python")])


def test_another_uid_agrees(children: Any) -> None:
    """The mode bits say what the kernel does."""
    if os.geteuid() != 0 or children.user != "ordinary":
        pytest.skip("needs root, to become somebody else")
    for path in (*interpreter_paths(), "/usr/lib", str(children.folder), str(children.canary.parent)):

        def can_list(path: str = path) -> bool:
            try:
                os.listdir(path)
            except PermissionError:
                return False
            return True

        assert children.run(can_list) is uid_can_import([path]), path
