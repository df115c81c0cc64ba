"""What the first worker made of a submission spares the others parser and compiler, and changes nothing else."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from autograder.sandbox.loader import Loaded, frames, load
from autograder.sandbox.plan import Plan

pytestmark = pytest.mark.usefixtures("folder")

HAS_RUN = "import sys\nclass Runs:\n    sys.has_run = True\n"
MODULES = {
    "all at hand": '"""Gates."""\n' + HAS_RUN + "def double(x):\n    return 2 * x\ndef broken(x):\n    return x / 0\n",
    "a package is missing": '"""Gates."""\n' + HAS_RUN + "import nobody_has_this, math\n"
    "def double(x):\n    return 2 * x\ndef broken(x):\n    return x / 0\n",
    "needed in a type hint": '"""Gates."""\n' + HAS_RUN + "import nobody_has_this as n\n"
    "def double(x: n.Array):\n    return 2 * x\ndef broken(x):\n    return x / 0\n",
}
CELLS = [
    "from __future__ import annotations\n" + HAS_RUN,
    "%matplotlib inline\nimport nobody_has_this as n, math\n",
    "%%bash\nls",
    "def double(x: n.Array):\n    return two() * x\n",
    "'a text'\nclass Late(Base):\n    pass\n",  # needs the cell after it
    "class Base:\n    pass\n",
    "def torn(:\n",
    "def wrong():\n    nonlocal x\n",  # parses, and does not compile
    "def two():\n    return 2\n",
    "def broken(x):\n    return x / 0\n",
]


def loaded_twice(pieces: list[tuple[str, str]], **how: Any) -> tuple[Loaded, Loaded]:
    """As the first worker loads it, and as the next one does, which is given what the first one made."""
    seen: list[tuple[bytes, bool]] = []
    first = load(pieces, planned=lambda plan: seen.append((plan.to_bytes(), hasattr(sys, "has_run"))), **how)
    del sys.has_run  # type: ignore[attr-defined]  # the submission's
    ((data, had_run),) = seen
    assert not had_run
    second = load(pieces, plan=Plan.from_bytes(data), planned=lambda plan: pytest.fail("made again"), **how)
    del sys.has_run  # type: ignore[attr-defined]
    return first, second


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_handed_on_before_it_runs_and_loads_to_the_same(name: str) -> None:
    pieces = [("gates.py", MODULES[name])]
    first, second = loaded_twice(pieces, kind="module")
    assert second.report == first.report
    assert not second.fatal
    assert (second.module.__doc__, second.module.double(4)) == ("Gates.", 8)
    for loaded in (first, second):
        with pytest.raises(ZeroDivisionError) as caught:
            loaded.module.broken(1)
        assert frames(caught.value, pieces) == [("gates.py", MODULES[name].count("\n"))]


@pytest.mark.parametrize("mode", ["definitions", "run"])
def test_a_notebook_is_handed_on_before_it_runs_and_loads_to_the_same(mode: str) -> None:
    pieces = [(f"code cell {number}", cell) for number, cell in enumerate(CELLS, start=1)]
    first, second = loaded_twice(pieces, kind="notebook", mode=mode)
    assert second.report == first.report
    assert second.module.double(4) == 8
    assert hasattr(second.module, "Late") == (mode == "definitions")
    said = " ".join(second.report["remarks"])
    for part in ("%%bash", "code cell 2", "nobody_has_this could not be imported", "code cell 7", "nonlocal"):
        assert part in said
    with pytest.raises(ZeroDivisionError) as caught:
        second.module.broken(1)
    assert frames(caught.value, pieces) == [("code cell 10", 2)]


def test_what_does_not_compile_is_not_handed_on() -> None:
    loaded = load([("gates.py", "def f(:\n")], kind="module", planned=lambda plan: pytest.fail("it did not compile"))
    assert loaded.fatal
