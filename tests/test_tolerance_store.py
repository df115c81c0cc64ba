"""Tolerances are kept by content: found again when nothing has changed, computed anew when anything has."""

from __future__ import annotations

import importlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from autograder import tolerance_store
from autograder.errors import AssignmentError
from autograder.tolerance import Program
from autograder.tolerance_store import Store
from reference import activations, gates, graph, losses, network

Z = np.random.default_rng(0).normal(size=(3, 5))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tolerances.json"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """A reference of two modules, of which this text is the inner one; each call imports both afresh."""
    folder = tmp_path / "course_reference"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "outer.py").write_text("from course_reference.inner import g\n\ndef f(x):\n    return g(x) * 1.1\n")
    monkeypatch.syspath_prepend(tmp_path)

    def load(inner: str) -> ModuleType:
        (folder / "inner.py").write_text(inner)
        for name in [name for name in sys.modules if name.startswith("course_reference")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        return importlib.import_module("course_reference.outer")

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield load
    for name in [name for name in sys.modules if name.startswith("course_reference")]:
        del sys.modules[name]


def test_a_kept_tolerance_is_read_and_equals_the_computed_one(path: Path) -> None:
    store = Store(path)
    program = Program(gates.MaxGate, ("forward", "backward"))
    calls: list[tuple[Any, tuple[Any, ...]]] = [
        (activations.sigmoid, (Z,)),
        (losses.cross_entropy, (Z, np.array([0, 4, 4]))),
        (program, ((), (Z, -Z), (Z,))),
        (lambda x: {"x": x / 3, "n": 3, "text": "a"}, (Z,)),
    ]
    computed = [store.tolerance(*call, dtype=dtype) for call in calls for dtype in ("float64", "float32")]
    assert store.computed == 8
    assert store.save()
    again = Store(path)
    read = [again.tolerance(*call, dtype=dtype) for call in calls for dtype in ("float64", "float32")]
    assert again.computed == 0
    assert repr(read) == repr(computed)


def test_equal_arguments_in_another_memory_order_are_the_same_call(path: Path) -> None:
    store = Store(path)
    for z in (Z, np.asfortranarray(Z), Z.astype(">f8"), np.repeat(Z, 2, axis=0)[::2]):
        store.tolerance(activations.sigmoid, (z,))
    assert store.computed == 1


@pytest.mark.parametrize(
    "other",
    [
        (activations.tanh, (Z,), {}),
        (activations.sigmoid, (Z[:2],), {}),
        (activations.sigmoid, (np.nextafter(Z, 9),), {}),
        (activations.sigmoid, (Z.reshape(5, 3),), {}),
        (activations.sigmoid, (Z,), {"dtype": "float32"}),
        (activations.sigmoid, (Z,), {"exact_kink": True}),
        (activations.sigmoid, (), {"keywords": {"z": Z}}),
    ],
)
def test_another_call_is_computed(path: Path, other: Any) -> None:
    store = Store(path)
    store.tolerance(activations.sigmoid, (Z,))
    function, arguments, options = other
    store.tolerance(function, arguments, **options)
    assert store.computed == 2


def test_a_changed_reference_is_computed_anew_even_where_the_change_is_in_a_module_it_uses(
    path: Path, course: Callable[[str], ModuleType]
) -> None:
    inner = "def g(x):\n    return x * {}\n"

    def computed(factor: str) -> int:
        store = Store(path)
        store.tolerance(course(inner.format(factor)).f, (Z,))
        count = store.computed
        assert store.save()
        return count

    assert computed("1.3") == 1
    assert computed("1.3") == 0
    assert computed("1.7") == 1
    os.utime(path, (0, 0))  # no date is looked at
    assert computed("1.7") == 0
    assert computed("1.3") == 0  # still there


def test_another_version_of_the_algorithm_is_computed_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(path)
    store.tolerance(activations.sigmoid, (Z,))
    store.save()
    monkeypatch.setattr(tolerance_store, "VERSION", tolerance_store.VERSION + 1)
    later = Store(path)
    later.tolerance(activations.sigmoid, (Z,))
    assert later.computed == 1


def test_what_nobody_asks_for_is_left_out_on_request(path: Path) -> None:
    store = Store(path)
    for function in (activations.sigmoid, activations.tanh):
        store.tolerance(function, (Z,))
    store.save()
    later = Store(path)
    later.tolerance(activations.tanh, (Z,))
    assert later.save(only_asked=True)
    assert len(json.loads(path.read_text())["tolerances"]) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 0, "tolerances": {}}', "null", "\x00"])
def test_a_file_that_cannot_be_read_costs_time_only(path: Path, text: str) -> None:
    path.write_text(text)
    store = Store(path)
    assert np.all(store.tolerance(activations.sigmoid, (Z,)) > 0)
    assert store.computed == 1
    assert store.save()
    assert Store(path).tolerance(activations.sigmoid, (Z,)) is not None


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    store = Store(tmp_path / "no such folder" / "tolerances.json")
    assert np.all(store.tolerance(activations.sigmoid, (Z,)) > 0)
    assert not store.save()


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(path)
    store.tolerance(activations.sigmoid, (Z,))
    store.save()
    old = path.read_bytes()

    def full(*names: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", full)
    store.tolerance(activations.tanh, (Z,))
    assert not store.save()
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_compact_and_for_everyone_to_read(path: Path) -> None:
    store = Store(path)
    large = np.random.default_rng(1).normal(size=(100, 100))
    store.tolerance(activations.sigmoid, (large,))
    store.save()
    assert path.stat().st_size < 2.5 * large.size  # bytes an entry
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_zero_and_infinite_tolerances_are_kept(path: Path) -> None:
    def three(x: Any) -> Any:
        return x[0] * 1.1, 3, np.exp(x * 200.0)

    t = Store(path).tolerance(three, (np.array([1.0]),), dtype="float32")
    assert 0 < t[0] < 1e-6
    assert t[1] == 0
    assert t[2].tolist() == [np.inf]


def test_generators_functions_and_objects_are_hashed_by_content(path: Path) -> None:
    store = Store(path)

    def nodes(name: str) -> Any:
        return ([("f", gates.SumGate(), [name])],)

    def seeded(x: Any, rng: np.random.Generator, f: Callable[[Any], Any]) -> Any:
        return f(x * rng.normal())

    for seed, function in ((1, np.tanh), (1, np.tanh), (2, np.tanh), (2, activations.tanh), (2, lambda x: x * 1.1)):
        store.tolerance(seeded, (Z, np.random.default_rng(seed), function))
    assert store.computed == 4
    program = Program(graph.ComputationalGraph, ("forward", "backward"))
    for name in ("x", "x", "y"):
        store.tolerance(program, (nodes(name), ({name: Z},), ()))
    assert store.computed == 6


def test_the_engine_itself_counts_by_its_version_only() -> None:
    assert tolerance_store._course_modules(network.__name__) >= {"reference.network", "reference.losses"}
    assert not tolerance_store._course_modules("autograder.tolerance")
    assert not tolerance_store._course_modules("numpy")


def test_an_argument_that_cannot_be_hashed_is_named(path: Path) -> None:
    with pytest.raises(AssignmentError, match=r"A range_iterator cannot be an argument"):
        Store(path).tolerance(activations.sigmoid, (iter(range(3)),))
