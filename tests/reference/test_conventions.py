"""The conventions that every function of the reference keeps, asked of all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference
from tests.reference.examples import EXAMPLES

MODULES = sorted(Path(reference.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_argument_is_ever_changed(name, rng):
    example = EXAMPLES[name]
    inputs = example.draw(rng)
    upstream = rng.normal(size=np.shape(example.forward(*inputs)))
    copies = [array.copy() for array in (upstream, *inputs)] if np.shape(upstream) else [upstream, *inputs]
    for array in inputs:
        array.flags.writeable = False  # a change in place would raise
    example.forward(*inputs)
    gradients = example.backward(upstream, *inputs)
    for array, copy in zip((upstream, *inputs), copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    for gradient in gradients:
        assert not any(np.shares_memory(gradient, array) for array in inputs)


@pytest.mark.parametrize("name", EXAMPLES)
@given(seed=st.integers(0, 2**32), factor=st.floats(-100, 100))
def test_backward_is_linear_in_the_upstream_gradient(name, seed, factor):
    example, rng = EXAMPLES[name], np.random.default_rng(seed)
    inputs = example.draw(rng)
    shape = np.shape(example.forward(*inputs))
    first, second = rng.normal(size=shape), rng.normal(size=shape)
    both = example.backward(first + factor * second, *inputs)
    ones, twos = example.backward(first, *inputs), example.backward(second, *inputs)
    for combined, one, two in zip(both, ones, twos, strict=True):
        scale = 1 + np.max(np.abs(one), initial=0) + abs(factor) * np.max(np.abs(two), initial=0)
        np.testing.assert_allclose(combined, one + factor * two, rtol=0, atol=1e-12 * scale)


UNBOUNDED = {"ExpGate", "LogGate", "ReciprocalGate"}  # e**1000 has no float64, and these two are made for their domain


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - UNBOUNDED))
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e3])
def test_nothing_warns_or_overflows_up_to_a_thousand(name, scale, rng):
    example = EXAMPLES[name]
    inputs = tuple(np.clip(scale * x, -1e3, 1e3) for x in example.draw(rng))
    value = example.forward(*inputs)
    assert np.all(np.isfinite(value))
    for gradient in example.backward(np.ones(np.shape(value)), *inputs):
        assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_short_says_its_conventions_and_imports_numpy_and_the_reference_only(path):
    assert len(MODULES) > 15
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    allowed = {
        "__future__",
        "collections",
        "dataclasses",
        "itertools",
        "numpy",
        "pathlib",
        "reference",
        "time",
        "typing",
    }
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert {name.split(".")[0] for name in names} <= allowed
