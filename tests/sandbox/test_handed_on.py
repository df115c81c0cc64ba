"""What the first worker compiled a module to spares the others the compiler, and changes nothing else."""

from __future__ import annotations

import marshal
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.loader import frames, load


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder and the search path that a worker has; what was imported is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_what_a_module_compiled_to_is_handed_on_before_it_runs_and_loads_to_the_same() -> None:
    source = '"""Gates."""\nimport sys\nsys.has_run = True\ndef double(x):\n    return 2 * x\n'
    source += "def broken(x):\n    return x / 0\n"
    seen: list[tuple[types.CodeType, bool]] = []
    first = load(
        [("gates.py", source)], kind="module", compiled=lambda code: seen.append((code, hasattr(sys, "has_run")))
    )
    del sys.has_run  # type: ignore[attr-defined]  # the submission's
    ((code, had_run),) = seen
    assert not had_run
    second = load([("gates.py", source)], kind="module", code=marshal.loads(marshal.dumps(code)))
    del sys.has_run  # type: ignore[attr-defined]
    assert second.report == first.report
    assert (second.module.__doc__, second.module.double(4)) == ("Gates.", 8)
    with pytest.raises(ZeroDivisionError) as caught:
        second.module.broken(1)
    assert frames(caught.value, [("gates.py", source)]) == [("gates.py", 7)]


def test_what_does_not_compile_is_not_handed_on() -> None:
    loaded = load([("gates.py", "def f(:\n")], kind="module", compiled=lambda code: pytest.fail("it did not compile"))
    assert loaded.fatal
